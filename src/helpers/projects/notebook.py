"""A notebook for an area, on the skeleton of all others, made from the area's own rows.

It is a beginning: the questions and sentences say what the tables say, and are there to be
rewritten by somebody who knows the work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.data.problems import Refused, problem
from helpers.paths import home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.data import Tables

__all__ = ["make_notebook", "new_area", "notebook_of"]

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
FINDINGS = 3  # at least: the skeleton asks for three questions
TOGETHER = 4  # figures of one finding
BESIDE = 'columns=["place", "year", "label", "figure", "definition", "note"]'
# What follows a finding's sentence, one after the other: method, whether of all its figures or of
# the first, further arguments, title in Chinese and in English.
PICTURES = (
    ("over_time", True, 'form="multiples"', "历年：", "Over the years: "),
    ("places", False, "", "各地：", "By place: "),
    ("table", True, "", "一览：", "The figures: "),
)
HEADINGS = {
    "glance": ("概览", "At a glance"),
    "coherence": ("数据之间是否协调？", "Do the figures agree with one another?"),
    "context": ("放在人口和别处的数据旁边看", "Beside the population and other places"),
    "programmes": ("列名的项目与机制", "Programmes and mechanisms named"),
    "caveats": ("怎样读这些数据", "How to read these figures"),
    "method": ("定义、方法与来源", "Definitions, method and sources"),
}
CAVEATS = (
    "- 标为“期内”的是本期发生的数，标为“期末”的是时点数，不能相加。\n"
    "- 带“余”“近”等字或以万、亿为单位的数是约数，推算的数因此只能落在一个范围里。",
    "- Figures of a period are what happened in it, figures at its end are a state; the two are "
    "never added up.\n"
    "- Figures with “over” or “nearly”, or written in large units, are rounded; what is derived "
    "from them can only be placed within a range.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the area as a notebook names it."""

    slug: str
    zh: str
    en: str
    is_share: bool


def notebook_of(area: str, root: Path, tables: Tables) -> nbformat.NotebookNode:
    """The notebook that tells an area: the project's own, the program's, else a new one."""
    for folder in dict.fromkeys((root, home())):
        path = folder / "notebooks" / f"{area}.ipynb"
        if path.is_file():
            return nbformat.read(path, as_version=4)
    return make_notebook(area, tables)


def new_area(area: str, root: Path, tables: Tables, data: str = "") -> Path:
    """Write the notebook of an area that has none into the project's `notebooks/`; its path.

    `data` is the data folder as the notebook is to name it, empty for the program's own.

    Raises Refused where the tables have no such area, or no indicator of it, or where there is a
    notebook already.
    """
    path = root / "notebooks" / f"{area}.ipynb"
    found = []
    if area not in set(tables.areas["area"]):
        known = "、".join(tables.areas["area"])
        zh = ("areas.csv 里没有这个领域", f"先在 areas.csv 加一行；已有：{known}")
        en = ("is no area of areas.csv", f"add its row there first; known: {known}")
        found.append(problem(("AREA", 0, "", area), "unknown-area", zh, en))
    elif not _told(area, tables):
        zh = ("这个领域还没有指标", "先在 indicators.csv 加行")
        en = ("has no indicator yet", "add rows to indicators.csv first")
        found.append(problem(("indicators.csv", 0, "area", area), "area-empty", zh, en))
    elif path.exists():
        zh = ("已经有这个笔记本", "直接改它，或先移走")
        en = ("is there already", "edit it, or move it away first")
        found.append(problem((str(path), 0, "", ""), "notebook-there", zh, en))
    if found:
        raise Refused(found)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(make_notebook(area, tables, data), path)
    return path


def make_notebook(area: str, tables: Tables, data: str = "") -> nbformat.NotebookNode:
    """The notebook of an area, from its rows of areas, indicators and measures; no outputs."""
    row = next(r for r in tables.areas.to_dict("records") if r["area"] == area)
    cells = [
        *_both("title", f"# {row['title_zh']}\n\n{row['question_zh']}",
               f"# {row['title_en']}\n\n{row['question_en']}"),
        _code("parameters", _parameters(tables, data)),
        _code("setup", "from helpers import open_area\n\nhere = open_area("
              f'"{area}", region, period, lang, data, audience)'),
        *_headed("glance"),
        _code("glance", "here.attention()"),
        _code("glance", "here.cards()"),
        _code("glance", _call("table", "here.indicators", f"{row['title_zh']}的全部数据",
                              f"All figures: {row['title_en']}")),
        *_findings(_told(area, tables)),
        *_headed("coherence"),
        _code("coherence", "here.checks()"),
        *_headed("context"),
        _code("context", "here.targets()"),
        _code("context", _call("table", "here.comparables", "其他地区的数据与口径",
                               "Figures of other places and their definitions", BESIDE)),
        *_headed("programmes"),
        _code("programmes", "here.named()"),
        *_headed("caveats", CAVEATS),
        _code("caveats", "here.notes()"),
        *_headed("method"),
        _code("method", _call("table", "here.definitions", "指标的含义",
                              "What the indicators mean", "folded=True")),
        _code("method", _call("table", "here.methods", "推算数据的算法",
                              "How the derived figures are made", "folded=True")),
        _code("method", "here.sources()"),
    ]  # fmt: skip
    for at, cell in enumerate(cells):
        cell.id = f"{area}-{at}"[-64:]
    kernel = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def _told(area: str, tables: Tables) -> list[Told]:
    """The area's indicators and derived figures, in the order of the tables."""
    return [
        Told(row[key], row["label_zh"], row["label_en"], row["unit"] == "%")
        for name, key in (("indicators", "indicator"), ("measures", "measure"))
        for row in tables.frames[name].sort_values("position").to_dict("records")
        if row["area"] == area
    ]


def _parameters(tables: Tables, data: str) -> str:
    """The cell of parameters, on the first region with figures and its last period."""
    used = tables.observations
    place = [""] * 2
    ordered = tables.regions.sort_values("position")["region"]
    if regions := [region for region in ordered if region in set(used["region"])]:
        told = set(used.loc[used["region"] == regions[0], "period"])
        periods = [p for p in tables.periods.sort_values("position")["period"] if p in told]
        place = [regions[0], periods[-1]]
    return "\n".join((
        f'region: str = "{place[0]}"  # reference area, GB/T 2260 code (地区代码)',
        f'period: str = "{place[1]}"  # period of data/periods.csv (时期)',
        'lang: str = "zh"  # language of the sentences: zh or en (语言)',
        f'data: str = "{data}"  # data folder; empty: the project\'s own (数据文件夹)',
        'audience: str = "public"  # public or internal (读者)',
    ))  # fmt: skip


def _findings(told: Sequence[Told]) -> Iterator[nbformat.NotebookNode]:
    """Questions, each with a sentence and a picture: three at least, where the figures suffice."""
    size = max(1, min(TOGETHER, -(-len(told) // FINDINGS)))
    for number, at in enumerate(range(0, min(len(told), size * 6), size)):
        group = told[at : at + size]
        first = group[0]
        en = f"## {first.en}: what do the figures say?"
        yield from _both("finding", f"## {first.zh}有多{'高' if first.is_share else '少'}？", en)
        yield _code("finding", _said(group))
        method, all_of_them, more, zh, en = PICTURES[number % len(PICTURES)]
        slugs = [one.slug for one in group] if all_of_them else first.slug
        yield _code("finding", _call(method, json.dumps(slugs), zh + first.zh, en + first.en, more))


def _said(group: Sequence[Told]) -> str:
    """A sentence of a clause a figure; a clause whose figure is not there falls away."""
    texts = [
        f"    {lang}="
        + "\n    ".join(
            json.dumps(f"[{mark if at else ''}{text}{{{one.slug}}}]", ensure_ascii=False)
            for at, (one, text) in enumerate(zip(group, labels, strict=True))
        )
        + f'\n    "{end}",'
        for lang, labels, mark, end in (
            ("zh", [one.zh for one in group], "；", "。"),
            ("en", [f"{one.en}: " for one in group], "; ", "."),
        )
    ]
    return "\n".join(("here.say(", *texts, ")"))


def _call(method: str, given: str, zh: str, en: str, more: str = "") -> str:
    zh, en = (json.dumps(text, ensure_ascii=False) for text in (zh, en))
    more = f"\n    {more}," if more else ""
    return f"here.{method}(\n    {given},\n    zh={zh},\n    en={en},{more}\n)"


def _headed(role: str, texts: tuple[str, str] = ("", "")) -> list[nbformat.NotebookNode]:
    heads = (
        f"## {head}\n\n{text}".rstrip() for head, text in zip(HEADINGS[role], texts, strict=True)
    )
    return _both(role, *heads)


def _both(role: str, zh: str, en: str) -> list[nbformat.NotebookNode]:
    return [
        new_markdown_cell(text, metadata={"tags": [role, lang]})
        for text, lang in ((zh, "zh"), (en, "en"))
    ]


def _code(role: str, source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"tags": [role]})
