"""A project of one's own: another office's regions, periods and areas in a folder of their own.

The folder holds only what differs. Measures, rules, sentences and rounding words come from the
program's own tables until the office writes its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.data.known import unknown
from helpers.data.problems import Problem, Refused, problem
from helpers.paths import home
from helpers.projects.readme import readme

__all__ = ["Place", "Wanted", "make_project", "read_periods", "read_place"]

CODE = re.compile(r"[0-9]{6}")
PERIOD = re.compile(r"(?P<year>[12][0-9]{3})(?:-(?:(?P<last>[12][0-9]{3})|(?P<part>[hq][1-4])))?")
EMPTY = ("observations", "programmes", "comparables", "targets", "notes")
HALVES = {"h1": ("上半年", "First half of"), "h2": ("下半年", "Second half of")}
QUARTERS = {
    "q1": ("第一季度", "First quarter of"),
    "q2": ("第二季度", "Second quarter of"),
    "q3": ("第三季度", "Third quarter of"),
    "q4": ("第四季度", "Fourth quarter of"),
}
LAST_DAY = {"03": "31", "06": "30", "09": "30", "12": "31"}
SOURCE = "own_return"


@dataclass(frozen=True, slots=True)
class Place:
    """A reference area: its GB/T 2260 code and its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a project is made of: the office's place, the places below it, periods, areas.

    `periods` are rows of the table, in the order of time; `areas` are codes, none for all.
    """

    place: Place
    districts: tuple[Place, ...] = ()
    periods: tuple[Mapping[str, str], ...] = ()
    areas: tuple[str, ...] = ()
    simulated: bool = False


def read_place(text: str, option: str) -> Place:
    """A place written as `CODE:中文名:English name`; Refused where a part is missing or odd."""
    parts = [part.strip() for part in re.split(r"[:：]", text)]
    if len(parts) != 3 or not CODE.fullmatch(parts[0]) or not all(parts):
        zh = (
            "写法不对",
            "写成 代码:中文名:英文名，代码为六位行政区划代码，例如 990102:东山区:Dongshan",
        )
        en = ("is not written well", "write CODE:中文名:English name, the code of six digits, "
              "for example 990102:东山区:Dongshan")  # fmt: skip
        raise Refused([problem((option, 0, "", text), "place", zh, en)])
    return Place(*parts)


def read_periods(text: str, option: str = "--years") -> tuple[dict[str, str], ...]:
    """The rows of periods written as `2022-2024,2024-h1`: years, spans, halves, quarters.

    In the order of time, the shorter before the longer that ends with it. Refused where a part
    is none of these.
    """
    rows: dict[str, dict[str, str]] = {}
    for part in filter(None, re.split(r"[,，;\s]+", text)):
        found = PERIOD.fullmatch(part)
        years = range(int(found["year"]), int(found["last"] or found["year"]) + 1) if found else ()
        known = not found or not found["part"] or found["part"] in {**HALVES, **QUARTERS}
        if not years or len(years) > 60 or not known:
            zh = (
                "不是年份或时期",
                "写成 2024、2020-2024 或 2024-h1（上半年）、2024-q3（第三季度）",
            )
            en = ("is no year or period", "write 2024, 2020-2024, 2024-h1 (a half) or 2024-q3")
            raise Refused([problem((option, 0, "", part), "period", zh, en)])
        rows |= {row["period"]: row for year in years for row in [_period(year, found["part"])]}
    by_start = sorted(rows.values(), key=lambda row: row["start"], reverse=True)
    ordered = sorted(by_start, key=lambda row: row["end"])
    return tuple({**row, "position": str(at)} for at, row in enumerate(ordered, 1))


def _period(year: int, part: str | None) -> dict[str, str]:
    """A year, or a half or quarter of it, as a row of periods.csv."""
    if not part:
        zh, en, first, last = f"{year}年", str(year), "01", "12"
    else:
        words, months = (HALVES, 6) if part[0] == "h" else (QUARTERS, 3)
        number = int(part[1])
        first, last = f"{months * (number - 1) + 1:02}", f"{months * number:02}"
        zh, en = f"{year}年{words[part][0]}", f"{words[part][1]} {year}"
    return {
        "period": f"{year}-{part}" if part else str(year),
        "start": f"{year}-{first}-01",
        "end": f"{year}-{last}-{LAST_DAY[last]}",
        "label_zh": zh,
        "label_en": en,
    }


def make_project(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the project's files into `folder`, which is made if need be; the files, in order.

    Raises Refused with all that is wrong, and then writes nothing.
    """
    if found := [*_taken(folder), *_problems(wanted)]:
        raise Refused(found)
    texts = {
        "README.md": readme(wanted.place),
        "data/datapackage.json": json.dumps(_about(wanted), ensure_ascii=False, indent=2) + "\n",
        **{f"data/{name}.csv": _csv(name, rows) for name, rows in _tables(wanted).items()},
    }
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def _taken(folder: Path) -> Iterator[Problem]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        zh = ("已经有内容", "换一个新的文件夹名")
        en = ("is there already and not empty", "name a new folder")
        yield problem((str(folder), 0, "", ""), "folder-taken", zh, en)


def _problems(wanted: Wanted) -> Iterator[Problem]:
    names = {r["area"]: {"zh": r["title_zh"], "en": r["title_en"]} for r in _shipped("areas")}
    yield from unknown("--area", "area", wanted.areas, names)
    if not wanted.periods:
        zh, en = (
            ("没有时期", "写上 --years，例如 2022-2024"),
            ("no period", "add --years 2022-2024"),
        )
        yield problem(("--years", 0, "", ""), "period", zh, en)
    seen = {wanted.place.code}
    for place in wanted.districts:
        if place.code in seen:
            zh, en = (
                ("代码写了两次", "每地一个代码"),
                ("this code stands twice", "one for each place"),
            )
            yield problem(("--district", 0, "", place.code), "place", zh, en)
        elif place.code[:4] != wanted.place.code[:4] and not wanted.place.code.endswith("0000"):
            zh = (f"不是 {wanted.place.code} 的下级代码", "前四位应与上级相同")
            en = (f"is no code below {wanted.place.code}", "the first four digits are its own")
            yield problem(("--district", 0, "", place.code), "place", zh, en)
        seen.add(place.code)


def _about(wanted: Wanted) -> dict[str, object]:
    zh, en = wanted.place.name_zh, wanted.place.name_en
    mark = ("（模拟）", " (simulated)") if wanted.simulated else ("", "")
    return {
        "name": f"half-the-sky-{wanted.place.code}",
        "simulated": wanted.simulated,
        "title": f"{zh}妇联工作数据{mark[0]}",
        "title_en": f"Figures of the women’s federation of {en}{mark[1]}",
    }


def _tables(wanted: Wanted) -> dict[str, list[Mapping[str, str]]]:
    """Table name -> its rows, of the tables that a project of one's own has."""
    areas = [r for r in _shipped("areas") if not wanted.areas or r["area"] in wanted.areas]
    kept = {row["area"] for row in areas}
    indicators = [row for row in _shipped("indicators") if row["area"] in kept]
    outside = {row["indicator"] for row in _shipped("indicators")} - {
        row["indicator"] for row in indicators
    }
    areas = [{**row, "also": _without(row.get("also", ""), outside)} for row in areas]
    title = (f"{wanted.place.name_zh}妇联报送的数据", f"Figures returned by {wanted.place.name_en}")
    source = {"source": SOURCE, "title_zh": title[0], "title_en": title[1], "mirror": "false",
              "publisher": wanted.place.name_zh}  # fmt: skip
    return {
        "areas": areas,
        "indicators": indicators,
        "regions": list(_regions(wanted)),
        "periods": list(wanted.periods),
        **{name: [] for name in EMPTY},
        "sources": [source],
    }


def _without(members: str, gone: set[str]) -> str:
    return ";".join(member for member in members.split(";") if member not in gone)


def _regions(wanted: Wanted) -> Iterator[dict[str, str]]:
    """The office's place, with what is above it where the program knows that, and those below."""
    codes = f"{wanted.place.code[:2]}0000"
    above = [row for row in _shipped("regions") if row["region"] == codes]
    above = [] if wanted.place.code == codes else above
    yield from above
    level = "province" if wanted.place.code == codes else "city"
    level = "city" if wanted.place.code.endswith("00") and level == "city" else level
    below = "city" if level == "province" else "county"
    parent = above[0]["region"] if above else ""
    for at, place in enumerate((wanted.place, *wanted.districts), len(above) + 1):
        own = place == wanted.place
        yield {
            "region": place.code,
            "position": str(at),
            "name_zh": place.name_zh,
            "name_en": place.name_en,
            "parent": parent if own else wanted.place.code,
            "level": level if own else below,
        }


def _package() -> Mapping[str, Sequence[str]]:
    """Table -> its columns, as the program's own codebook has them."""
    content = json.loads((home() / "data" / "datapackage.json").read_text(encoding="utf-8"))
    return {
        res["name"]: [column["name"] for column in res["schema"]["fields"]]
        for res in content["resources"]
    }


def _shipped(table: str) -> list[dict[str, str]]:
    with (home() / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _csv(table: str, rows: Iterable[Mapping[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _package()[table], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
