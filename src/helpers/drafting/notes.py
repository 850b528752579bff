"""Notes of a draft: oddities with both numbers, what was not reported, what rounding leaves open.

Nothing is smoothed over: a rule that does not hold is told with the numbers of both sides and
the explanations that the table of rules offers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.analysis.coherence import BROKEN, OPEN
from helpers.drafting.comparison import undecided
from helpers.telling import wording
from helpers.telling.sentences import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.analysis.coherence import Judgement
    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

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


def area_notes(here: AreaFigures, past: Mapping[str, Figure]) -> list[str]:
    """The notes of one area: oddities, statuses, figures not reported, changes left open."""
    return [*_oddities(here), *_statuses(here), *_missing(here), *_open(here, past)]


def general_notes(here: AreaFigures) -> list[str]:
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
