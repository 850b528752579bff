"""A draft: title, sections with prose and a table each, and the notes, as text or Markdown.

In the notes nothing is smoothed over: a rule that does not hold is told with the numbers of both
sides and the explanations that the table of rules offers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.analysis.changes import changes
from helpers.analysis.coherence import BROKEN, OPEN
from helpers.analysis.report import OVERVIEW, AreaFigures
from helpers.drafting.prose import changed, earlier, in_words, paragraphs, undecided
from helpers.telling import wording
from helpers.telling.sentences import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helpers.analysis.coherence import Judgement
    from helpers.analysis.figures import Figure
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
ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]$")
# a number written in words is none of the data's: a note does not state it
TYPED = re.compile("[一二两三四五六七八九十百千万亿]+(?:元|场|项|名|个|人)")
STATUS = {  # SDMX CL_OBS_STATUS
    "B": ("时间序列有断点", "break in the series"),
    "D": ("口径有差异", "another definition"),
    "E": ("估计数", "estimated"),
    "F": ("预测数", "forecast"),
    "I": ("推算补入", "imputed"),
    "P": ("初步数", "provisional"),
    "U": ("可靠性较低", "of low reliability"),
    "V": ("未经核实", "not verified"),
}
GENERAL = (
    "文中的平均数、比例和合计由所列数字推算，其中有约数的，只写到可靠的位数，或写成范围。",
    "Means, shares and sums are derived from the figures told; where these are rounded, only the "
    "digits that they support are written, or a range.",
)


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
        told += [_of(title, note, lang) for note in _area_notes(here, past)]
    told += _general_notes(whole)
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
    return [*paragraphs(here), *changed(here, past)]


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
    before = earlier(past, figure.slug)
    return (
        figure.label(here.lang),
        wording.text(figure, here.lang, words=here.words),
        in_words(past, figure.slug, here.lang),
        wording.text(before, here.lang, words=here.words) if before else "",
        figure.note(here.lang) if figure.kind == "indicator" else "",
    )


def _numeral(number: int) -> str:
    """The number of a heading in Chinese: 三, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else NUMERALS[tens]) + "十"
    return head + (NUMERALS[ones] if ones else "")


def _area_notes(here: AreaFigures, past: Mapping[str, Figure]) -> list[str]:
    """The notes of one area: oddities, statuses, figures not reported, changes left open."""
    return [*_oddities(here), *_statuses(here), *_missing(here), *_open(here, past)]


def _general_notes(here: AreaFigures) -> list[str]:
    """What holds for the whole draft: how derived figures are written, and the sources."""
    zh = here.lang == "zh"
    used = {f.source_zh if zh else f.source_en for f in here.book.values() if f.quantity}
    named = sorted(filter(None, used))
    sources = ("、" if zh else "; ").join(f"《{name}》" if zh else name for name in named)
    told = [GENERAL[not zh]]
    if named:
        told.append(f"数字来源：{sources}。" if zh else f"Source of the figures: {sources}.")
    return told


def _oddities(here: AreaFigures) -> Iterator[str]:
    for judged in here.judgements:
        odd = judged.kind == "oddity" and judged.verdict in (BROKEN, OPEN)
        if odd or judged.verdict == BROKEN:
            yield _told(here, judged)


def _told(here: AreaFigures, judged: Judgement) -> str:
    if here.lang == "en":
        head = ASIDE.sub("", judged.title_en)
        return ": ".join(render(here, text, "en")[1] for text in (head, judged.message_en))
    head, words = ASIDE.sub("", judged.title_zh), here.words
    head = "有关数字不相合" if TYPED.search(head) else head
    figures = filter(_positive, dict.fromkeys(render(here, judged.message_zh, "zh")[2]))
    both = "，".join(f"{f.label_zh}{wording.text(f, 'zh', words=words)}" for f in figures)
    return f"{render(here, head, 'zh')[1]}：{both}；{_explanation(judged.message_zh)}"


def _positive(figure: Figure) -> bool:
    """A difference below nothing says in digits what both its numbers say in words."""
    return figure.interval is not None and figure.interval.lower >= 0


def _explanation(message: str) -> str:
    """What a message says behind its numbers: 可能统计时点不同，…

    The numbers themselves are told with the full names of their figures, so that a note can be
    understood, and checked, by itself.
    """
    rest = message[message.rfind("}") + 1 :]
    for sign in "；，":
        if sign in rest:
            return rest.partition(sign)[2]
    return "请核对。"


def _statuses(here: AreaFigures) -> Iterator[str]:
    frame = here.tables.part("observations", region=here.region)
    status = dict(zip(frame["row"], frame["status"], strict=True))
    labels: dict[str, list[str]] = {}
    for figure in here.indicators["figure"]:
        code = status.get(figure.row, "") if figure.quantity is not None else ""
        if code in STATUS:
            labels.setdefault(code, []).append(figure.label(here.lang))
    for code, named in labels.items():
        yield _listed(here.lang, STATUS[code], named)


def _missing(here: AreaFigures) -> Iterator[str]:
    figures = [f for slug in here.slugs if (f := here.book[slug]).kind == "indicator"]
    named = [f.label(here.lang) for f in figures if f.quantity is None and here.had(f.slug)]
    if named and any(f.quantity is not None for f in figures):
        yield _listed(here.lang, ("本期未报送", "not reported for this period"), named)


def _open(here: AreaFigures, past: Mapping[str, Figure]) -> Iterator[str]:
    named = [f.label(here.lang) for f in undecided(past, list(here.indicators["figure"]))]
    if named:
        what = (
            "因约数，与上一时期相比的增减不能确定",
            "rounding leaves open whether it rose or fell",
        )
        yield _listed(here.lang, what, named)


def _listed(lang: str, what: tuple[str, str], named: list[str]) -> str:
    if lang == "zh":
        return f"{what[0]}：{'、'.join(named)}。"
    return f"{what[1].capitalize()}: {'; '.join(named)}."


def as_text(draft: Draft) -> str:
    """The draft as text to paste: title, prose, notes. Tables and charts need another form."""
    indent = "　　" if draft.lang == "zh" else ""
    parts = [f"{draft.title}\n{draft.subtitle}", draft.banner]
    for section in draft.sections:
        parts += [section.heading, *(indent + paragraph for paragraph in section.paragraphs)]
    notes = [f"{number}. {note}" for number, note in enumerate(draft.notes, start=1)]
    parts += [draft.notes_heading, "\n".join(notes)]
    return "\n\n".join(filter(None, parts)) + "\n"


def as_markdown(draft: Draft) -> str:
    """The draft in Markdown, each area with its table."""
    parts = [f"# {_safe(draft.title)}", _safe(draft.subtitle)]
    parts += [f"> **{draft.banner}**"] if draft.banner else []
    for section in draft.sections:
        parts += [f"## {_safe(section.heading)}", *map(_safe, section.paragraphs)]
        if section.rows:
            rows = [section.heads, ["---"] * len(section.heads), *section.rows]
            table = ["| " + " | ".join(map(_safe, row)) + " |" for row in rows]
            parts += [section.caption, "\n".join(table)]
    notes = [f"{number}. {_safe(note)}" for number, note in enumerate(draft.notes, start=1)]
    parts += [f"## {draft.notes_heading}", "\n".join(notes)]
    return "\n\n".join(parts) + "\n"


def _safe(text: str) -> str:
    """Text in which no sign is taken for Markdown or HTML."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return text
