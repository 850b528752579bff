"""A project of one's own: another office's regions, periods and areas in a folder of their own.

The folder holds only what differs. Measures, rules, sentences and rounding words come from the
program's own tables until the office writes its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd

from helpers.data.folder import Folder, read_folder
from helpers.data.known import unknown
from helpers.data.problems import Problem, Refused, problem

__all__ = ["Place", "Wanted", "make_project", "read_periods", "read_place"]

CODE = re.compile(r"[0-9]{6}")
PERIOD = re.compile(
    r"(?P<year>[12][0-9]{3})(?:-(?:(?P<last>[12][0-9]{3})|(?P<part>h[12]|q[1-4])))?"
)
EMPTY = ("observations", "programmes", "comparables", "targets", "notes")
PARTS = {  # months, names of each
    "h": (6, ("上半年", "下半年"), ("First half of", "Second half of")),
    "q": (3, ("第一季度", "第二季度", "第三季度", "第四季度"),
          ("First quarter of", "Second quarter of", "Third quarter of", "Fourth quarter of")),
}  # fmt: skip


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
        if not years or len(years) > 60:
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
    months, names_zh, names_en = PARTS[part[0]] if part else (12, ("",), ("",))
    at = int(part[1]) - 1 if part else 0
    end = pd.Period(year=year, month=months * (at + 1), freq="M").end_time
    return {
        "period": f"{year}-{part}" if part else str(year),
        "start": f"{year}-{months * at + 1:02}-01",
        "end": f"{end:%Y-%m-%d}",
        "label_zh": f"{year}年{names_zh[at]}",
        "label_en": f"{names_en[at]} {year}".strip(),
    }


def make_project(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the project's files into `folder`, which is made if need be; the files, in order.

    Raises Refused with all that is wrong, and then writes nothing.
    """
    if found := [*_taken(folder), *_problems(wanted)]:
        raise Refused(found)
    told = {"zh": wanted.place.name_zh, "en": wanted.place.name_en, "code": wanted.place.code}
    readme = resources.files(__package__).joinpath("readme.md").read_text(encoding="utf-8")
    texts = {
        "README.md": readme.format(**told),
        "data/datapackage.json": json.dumps(_about(wanted), ensure_ascii=False, indent=2) + "\n",
        **{
            f"data/{name}.csv": table.to_csv(index=False, lineterminator="\n")
            for name, table in _tables(wanted).items()
        },
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
    rows = _shipped("areas").to_dict("records")
    names = {r["area"]: {"zh": r["title_zh"], "en": r["title_en"]} for r in rows}
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


def _tables(wanted: Wanted) -> dict[str, pd.DataFrame]:
    """Table name -> its rows, of the tables that a project of one's own has."""
    areas, indicators = _shipped("areas"), _shipped("indicators")
    if wanted.areas:
        areas = areas[areas["area"].isin(wanted.areas)].copy()
    own = indicators["area"].isin(areas["area"])
    gone = set(indicators.loc[~own, "indicator"])
    areas["also"] = [
        ";".join(slug for slug in also.split(";") if slug not in gone) for also in areas["also"]
    ]
    source = {"source": "own_return", "title_zh": f"{wanted.place.name_zh}妇联报送的数据",
              "title_en": f"Figures returned by {wanted.place.name_en}", "mirror": "false",
              "publisher": wanted.place.name_zh}  # fmt: skip
    rows = {"regions": [*_regions(wanted)], "periods": wanted.periods, "sources": [source]}
    rows |= dict.fromkeys(EMPTY, ())
    made = {
        name: pd.DataFrame(list(table), columns=_shipped(name).columns)
        for name, table in rows.items()
    }
    return {"areas": areas, "indicators": indicators[own], **made}


def _regions(wanted: Wanted) -> Iterator[dict[str, str]]:
    """The office's place, with what is above it where the program knows that, and those below."""
    place, province = wanted.place, f"{wanted.place.code[:2]}0000"
    known = _shipped("regions")
    above = known[(known["region"] == province) & (province != place.code)].to_dict("records")
    yield from above
    level = "province" if place.code == province else "city"
    level = level if place.code.endswith("00") else "county"
    below = "city" if level == "province" else "county"
    for at, one in enumerate((place, *wanted.districts), len(above) + 1):
        yield {
            "region": one.code,
            "position": str(at),
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "parent": place.code if one != place else province if above else "",
            "level": level if one == place else below,
        }


@cache
def _program() -> Folder:
    return read_folder()


def _shipped(table: str) -> pd.DataFrame:
    """A table of the program's own, as text."""
    return pd.DataFrame(dict(_program().sheets[table].texts))
