"""A project of one's own: another office's regions, periods and areas in a folder of their own.

The folder holds only what differs. Measures, rules, sentences and rounding words come from the
program's own tables until the office writes its own.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.data.known import names_of, unknown
from helpers.data.problems import Problem, Refused, problem
from helpers.paths import home

__all__ = ["Place", "Wanted", "make_project", "read_periods", "read_place"]

CODE = re.compile(r"[0-9]{6}")
PERIOD = re.compile(r"([12][0-9]{3})(?:-([12][0-9]{3})|-(h[12]|q[1-4]))?")
EMPTY = ("observations", "programmes", "comparables", "targets", "notes")
PARTS = {  # of a year: its first and last month, its names before and after the year
    "": (1, 12, "", ""),
    "h1": (1, 6, "上半年", "First half of "), "h2": (7, 12, "下半年", "Second half of "),
    "q1": (1, 3, "第一季度", "First quarter of "), "q2": (4, 6, "第二季度", "Second quarter of "),
    "q3": (7, 9, "第三季度", "Third quarter of "), "q4": (10, 12, "第四季度", "Fourth quarter of "),
}  # fmt: skip


class Place(NamedTuple):
    """A reference area: its GB/T 2260 code and its names."""

    code: str
    name_zh: str
    name_en: str


class Wanted(NamedTuple):
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
        zh = "写成 代码:中文名:英文名，代码为六位行政区划代码，例如 990102:东山区:Dongshan"
        en = "write CODE:中文名:English name, the code of six digits, as 990102:东山区:Dongshan"
        wrong = ("写法不对", zh), ("is not written well", en)
        raise Refused([problem((option, 0, "", text), "place", *wrong)])
    return Place(*parts)


def read_periods(text: str, option: str = "--years") -> tuple[dict[str, str], ...]:
    """The rows of periods written as `2022-2024,2024-h1`: years, spans, halves, quarters.

    In the order of time, the shorter before the longer that ends with it. Refused where a part
    is none of these.
    """
    found: dict[str, dict[str, str]] = {}
    for written in filter(None, re.split(r"[,，;\s]+", text)):
        match = PERIOD.fullmatch(written)
        first, last, part = match.groups("") if match else ("1", "0", "")
        years = range(int(first), int(last or first) + 1)
        if not 0 < len(years) <= 60:
            zh = "写成 2024、2020-2024 或 2024-h1（上半年）、2024-q3（第三季度）"
            en = "write 2024, 2020-2024, 2024-h1 (a half) or 2024-q3"
            wrong = ("不是年份或时期", zh), ("is no year or period", en)
            raise Refused([problem((option, 0, "", written), "period", *wrong)])
        found |= {row["period"]: row for row in (_period(year, part) for year in years)}
    by_start = sorted(found.values(), key=lambda row: row["start"], reverse=True)
    ordered = sorted(by_start, key=lambda row: row["end"])
    return tuple({**row, "position": str(at)} for at, row in enumerate(ordered, 1))


def _period(year: int, part: str) -> dict[str, str]:
    """A year, or a half or quarter of it, as a row of periods.csv."""
    first, last, zh, en = PARTS[part]
    return {
        "period": f"{year}-{part}".rstrip("-"),
        "start": f"{year}-{first:02}-01",
        "end": f"{year}-{last:02}-{monthrange(year, last)[1]}",
        "label_zh": f"{year}年{zh}",
        "label_en": f"{en}{year}",
    }


def make_project(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the project's files into `folder`, which is made if need be; the files, in order.

    Raises Refused with all that is wrong, and then writes nothing.
    """
    if found := [*_problems(folder, wanted)]:
        raise Refused(found)
    place = {"zh": wanted.place.name_zh, "en": wanted.place.name_en, "code": wanted.place.code}
    readme = Path(__file__).with_name("readme.md").read_text(encoding="utf-8")
    texts = {
        "README.md": readme.format(**place),
        "data/datapackage.json": json.dumps(_about(wanted), ensure_ascii=False, indent=2) + "\n",
    }
    for name, table in _tables(wanted).items():
        texts[f"data/{name}.csv"] = table.to_csv(index=False, lineterminator="\n")
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def _problems(folder: Path, wanted: Wanted) -> Iterator[Problem]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        zh, en = (
            ("已经有内容", "换一个新的文件夹名"),
            ("is there and not empty", "name a new folder"),
        )
        yield problem((str(folder), 0, "", ""), "folder-taken", zh, en)
    yield from unknown("--area", "area", wanted.areas, names_of(_shipped("areas"), "area", "title"))
    if not wanted.periods:
        zh, en = (
            ("没有时期", "写上 --years，例如 2022-2024"),
            ("no period", "add --years 2022-2024"),
        )
        yield problem(("--years", 0, "", ""), "period", zh, en)
    seen, own = {wanted.place.code}, wanted.place.code
    for place in wanted.districts:
        where = ("--district", 0, "", place.code)
        if place.code in seen:
            zh, en = (
                ("代码写了两次", "每地一个代码"),
                ("this code stands twice", "one for each place"),
            )
            yield problem(where, "place", zh, en)
        elif place.code[:4] != own[:4] and not own.endswith("0000"):
            zh = (f"不是 {own} 的下级代码", "前四位应与上级相同")
            en = (f"is no code below {own}", "the first four digits are its own")
            yield problem(where, "place", zh, en)
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
    areas = areas[areas["area"].isin(wanted.areas or areas["area"])]
    own = indicators["area"].isin(areas["area"])
    gone = {*indicators.loc[~own, "indicator"]}
    also = [";".join(s for s in slugs.split(";") if s not in gone) for slugs in areas["also"]]
    source = {"source": "own_return", "title_zh": f"{wanted.place.name_zh}妇联报送的数据",
              "title_en": f"Figures returned by {wanted.place.name_en}", "mirror": "false",
              "publisher": wanted.place.name_zh}  # fmt: skip
    rows = {"regions": _regions(wanted), "periods": wanted.periods, "sources": [source]}
    rows |= dict.fromkeys(EMPTY, ())
    made = {name: pd.DataFrame(list(found), columns=_shipped(name).columns)
            for name, found in rows.items()}  # fmt: skip
    return {"areas": areas.assign(also=also), "indicators": indicators[own], **made}


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
def _shipped(table: str) -> pd.DataFrame:
    """A table of the program's own, as text."""
    return pd.read_csv(home() / "data" / f"{table}.csv", dtype=str, keep_default_na=False)
