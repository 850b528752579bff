"""A draft: title, sections with prose and a table each, and the notes, before it is a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.analysis.changes import changes
from helpers.analysis.report import OVERVIEW, AreaFigures
from helpers.drafting import comparison, notes
from helpers.drafting.prose import paragraphs
from helpers.telling import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures
    from helpers.data import Tables

HEADS = {
    "zh": ("指标", "数值", "增减", "上期", "说明"),
    "en": ("Indicator", "Figure", "Change", "Period before", "Note"),
}
BANNER = {
    "zh": "模拟数据：本稿数字均由程序编造，不对应任何单位和个人。",
    "en": "SIMULATED DATA: every number of this draft is made up and stands for no unit or person.",
}
NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Section:
    """One area: heading, paragraphs, and its table (heads, rows of cells, all text)."""

    here: AreaFigures
    heading: str
    paragraphs: tuple[str, ...]
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Draft:
    """What is written, whatever the kind of file."""

    lang: str
    title: str
    subtitle: str
    author: str
    date: str  # the day on which the period ended, "" where unknown
    banner: str
    sections: tuple[Section, ...]
    notes_heading: str
    notes: tuple[str, ...]


def draft(
    tables: Tables, areas: Sequence[str], region: str, period: str, lang: str = "zh"
) -> Draft:
    """The draft of some areas (all with something to tell where none is named).

    Raises UnknownNameError for an area, region, period or language that the tables lack.
    """
    whole = AreaFigures(tables, OVERVIEW, region, period, lang, "public")
    past = changes(tables, region, period)
    named = [AreaFigures(tables, area, region, period, lang, "public").area for area in areas]
    order = list(tables.areas.sort_values("position")["area"])
    studies = [replace(whole, area=area) for area in named or order]
    sections, told = [], []
    for here in studies:
        text = _prose(here, past)
        if not text and not named:
            continue
        number = len(sections) + 1 if len(named) != 1 else 0
        sections.append(_section(here, past, text, number))
        title = here.name("areas", "area", here.area, "title")
        told += [_of(title, note, lang) for note in notes.area_notes(here, past)]
    told += notes.general_notes(whole)
    return _whole(whole, tables, sections, told)


def _whole(here: AreaFigures, tables: Tables, sections: list[Section], told: list[str]) -> Draft:
    zh, name = here.lang == "zh", here.region_name
    rows = tables.periods
    return Draft(
        lang=here.lang,
        title=f"{name}妇联工作情况" if zh else f"Work of the Women’s Federation, {name}",
        subtitle=here.period_name(),
        author=f"{name}妇联" if zh else f"Women’s Federation, {name}",
        date=str(rows.loc[rows["period"] == here.period, "end"].iloc[0]),
        banner=BANNER[here.lang] if tables.simulated else "",
        sections=tuple(sections),
        notes_heading="附注" if zh else "Notes",
        notes=tuple(told),
    )


def _of(title: str, note: str, lang: str) -> str:
    return f"{title}方面，{note}" if lang == "zh" else f"{title}. {note}"


def _prose(here: AreaFigures, past: Mapping[str, Figure]) -> list[str]:
    return [*paragraphs(here), *comparison.sentences(here, past)]


def _section(
    here: AreaFigures, past: Mapping[str, Figure], text: list[str], number: int
) -> Section:
    title = here.name("areas", "area", here.area, "title")
    zh = here.lang == "zh"
    if number:
        title = f"{_numeral(number)}、{title}" if zh else f"{number}. {title}"
    nothing = "本期没有报送数据。" if zh else "Nothing was reported for this period."
    heads, rows = _table(here, past)
    name = here.name("areas", "area", here.area, "title")
    caption = f"附表：{name}主要数据" if zh else f"Table: {name}"
    return Section(here, title, tuple(text or [nothing]), caption, heads, rows)


def _table(
    here: AreaFigures, past: Mapping[str, Figure]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The area's reported figures; columns that would stay empty are left out."""
    figures = [f for f in here.indicators["figure"] if f.quantity is not None]
    if not figures:
        figures = [f for f in here.derived["figure"] if f.quantity is not None and f.value]
    rows = [_row(here, past, figure) for figure in figures]
    kept = [at for at in range(5) if at < 2 or any(row[at] for row in rows)]
    heads = HEADS[here.lang]
    return tuple(heads[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows)


def _row(here: AreaFigures, past: Mapping[str, Figure], figure: Figure) -> tuple[str, ...]:
    before = comparison.earlier(past, figure.slug)
    return (
        figure.label(here.lang),
        wording.text(figure, here.lang, words=here.words),
        comparison.in_words(past, figure.slug, here.lang),
        wording.text(before, here.lang, words=here.words) if before else "",
        figure.note(here.lang) if figure.kind == "indicator" else "",
    )


def _numeral(number: int) -> str:
    """The number of a heading in Chinese: 三, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else NUMERALS[tens]) + "十"
    return head + (NUMERALS[ones] if ones else "")


def as_text(draft: Draft) -> str:
    """The draft as text to paste: title, prose, notes. Tables and charts need another form."""
    indent = "　　" if draft.lang == "zh" else ""
    lines = [draft.title, draft.subtitle]
    lines += ["", draft.banner] if draft.banner else []
    for section in draft.sections:
        lines += ["", section.heading, ""]
        lines += _spaced([indent + paragraph for paragraph in section.paragraphs])
    lines += ["", draft.notes_heading, ""]
    lines += [f"{number}. {note}" for number, note in enumerate(draft.notes, start=1)]
    return "\n".join(lines) + "\n"


def _spaced(paragraphs: list[str]) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += ["", paragraph] if lines else [paragraph]
    return lines


def as_markdown(draft: Draft) -> str:
    """The draft in Markdown, each area with its table."""
    lines = [f"# {_safe(draft.title)}", "", _safe(draft.subtitle)]
    lines += ["", f"> **{draft.banner}**"] if draft.banner else []
    for section in draft.sections:
        lines += ["", f"## {_safe(section.heading)}", ""]
        lines += _spaced([_safe(paragraph) for paragraph in section.paragraphs])
        lines += ["", *_markdown_table(section)] if section.rows else []
    lines += ["", f"## {draft.notes_heading}", ""]
    lines += [f"{number}. {_safe(note)}" for number, note in enumerate(draft.notes, start=1)]
    return "\n".join(lines) + "\n"


def _markdown_table(section: Section) -> list[str]:
    rows = [section.heads, tuple("---" for _ in section.heads), *section.rows]
    return [section.caption, "", *("| " + " | ".join(map(_safe, row)) + " |" for row in rows)]


def _safe(text: str) -> str:
    """Text in which no sign is taken for Markdown or HTML."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return text
