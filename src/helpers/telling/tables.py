"""Tables of a report: a frame under a caption, numbers in it traced, text escaped."""

from __future__ import annotations

from html import escape
from numbers import Real
from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.figures import Figure
from helpers.analysis.targets import MISSED, Judged
from helpers.telling import wording
from helpers.telling.sentences import can_be_said, render
from helpers.telling.tracing import Fragment, Quote, missing_labels, traced, used
from helpers.telling.tracing import nothing as not_there

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from helpers.analysis.report import AreaFigures

HEADS = {
    "label": {"zh": "指标", "en": "Indicator"},
    "figure": {"zh": "数值", "en": "Figure"},
    "interval": {"zh": "可确知的范围", "en": "Known to lie in"},
    "form": {"zh": "性质", "en": "Kind"},
    "note": {"zh": "说明", "en": "Note"},
    "coverage": {"zh": "报送地区", "en": "Reported by"},
    "place": {"zh": "地区", "en": "Place"},
    "region_name": {"zh": "地区", "en": "Place"},
    "year": {"zh": "年份", "en": "Year"},
    "definition": {"zh": "口径", "en": "Definition"},
    "period": {"zh": "时期", "en": "Period"},
    "period_name": {"zh": "时期", "en": "Period"},
    "area": {"zh": "领域", "en": "Area"},
    "formula": {"zh": "算法", "en": "How it is derived"},
    "level": {"zh": "级别", "en": "Level"},
    "name": {"zh": "名称", "en": "Name"},
    "kind": {"zh": "类别", "en": "Kind"},
    "parts": {"zh": "组成", "en": "Parts"},
    "question": {"zh": "问题", "en": "Question"},
    "leading": {"zh": "主要数据", "en": "Leading figures"},
    "quote": {"zh": "文中写作", "en": "The text says"},
    "passage": {"zh": "原文", "en": "Passage"},
    "data": {"zh": "数据为", "en": "The data say"},
    "result": {"zh": "核对结果", "en": "Verdict"},
    "problem": {"zh": "问题", "en": "Problem"},
    "before": {"zh": "上期", "en": "Before"},
    "change": {"zh": "增减", "en": "Change"},
    "growth": {"zh": "增幅", "en": "Growth"},
    "share": {"zh": "占比", "en": "Share"},
    "rate": {"zh": "比率", "en": "Rate"},
    "gap": {"zh": "与全市之差", "en": "Distance"},
    "bound": {"zh": "应", "en": "Meant to be"},
    "target": {"zh": "目标", "en": "Target"},
    "verdict": {"zh": "判断", "en": "Judged"},
    "short": {"zh": "还差", "en": "Wanting"},
    "pace": {"zh": "目前每年", "en": "A year so far"},
    "needed": {"zh": "每年还需", "en": "A year needed"},
    "suffices": {"zh": "照此进展", "en": "At this pace"},
}
PENDING = "pending"  # a target that is not reached and not due yet
NUMBERS = ("value", "lower", "upper", "unit", "counts", "slug", "region")  # a figure tells them
USUAL = ["label", "figure", "interval", "form", "coverage"]
MADE = ("interval", "coverage")  # columns made of the figures where they are shown
COVERAGE = {  # {0 stands for the name of a figure
    "zh": "{0.places:n}个地区报了{0.reporting:n}个[，{0.late:n}个迟报][，{0.revised:n}个修订]",
    "en": "{0.reporting:n} of {0.places:n} places[, {0.late:n} late][, {0.revised:n} revised]",
}
NOTHING = ("本期无记录。", "none recorded for this period.")


def _cell(here: AreaFigures, column: str, value: object) -> tuple[str, str]:
    """HTML and text of one cell."""
    words = here.words
    if isinstance(value, Figure):
        if column == "interval":
            span = wording.span(value)
            if value.is_exact:
                return "–", "–"
            return traced(value, here.lang, words, span), span
        shown = wording.beside_label(value, here.lang, words=words)
        return traced(value, here.lang, words, shown), shown
    if isinstance(value, list):
        told = [_item(here, column, item) for item in value]
        return "<br>".join(html for html, _ in told), "; ".join(text for _, text in told)
    if isinstance(value, Quote):
        return value.html, str(value)
    if isinstance(value, Fragment):
        return value.html, value.plain
    if value is None or value != value:
        return "–", "–"
    if isinstance(value, Real) and not isinstance(value, bool):
        raise ValueError(
            f"{column!r}: {value} 没有出处，表中的数请用 figure 列 / has no origin; numbers of a "
            "table come from a column of figures"
        )
    text = _worded(here, column, str(value))
    return escape(text), text


def _worded(here: AreaFigures, column: str, value: str) -> str:
    """A code of the data in words."""
    if column in ("form", "definition"):
        return wording.form(value, here.lang)
    if column == "level":
        return wording.level(value, here.lang)
    if column == "period":
        return here.period_name(value)
    if column == "area":
        return here.name("areas", "area", value, "title")
    return value


def _item(here: AreaFigures, column: str, value: object) -> tuple[str, str]:
    """HTML and text of one thing in a cell that lists several; figures carry their labels."""
    html, text = _cell(here, column, value)
    if not isinstance(value, Figure):
        return html, text
    label = value.label(here.lang)
    return f"{escape(label)} {html}", f"{label} {text}"


def _row(here: AreaFigures, record: dict[str, object], numbers: Collection[str]) -> tuple[str, str]:
    html, plain = [], []
    for position, (column, value) in enumerate(record.items()):
        inner, text = _cell(here, column, value)
        number = ' class="number"' if column in numbers else ""
        html.append(
            f'<th scope="row">{inner}</th>' if not position else f"<td{number}>{inner}</td>"
        )
        plain.append(text)
    return f"<tr>{''.join(html)}</tr>", " | ".join(plain)


def _shown(here: AreaFigures, frame: pd.DataFrame, columns: Sequence[str] | None) -> pd.DataFrame:
    """The columns to show: those asked for, else the usual ones of a frame of figures, else all;
    a column in which nothing stands goes.
    """
    if columns is None and {*USUAL} - {*MADE} <= set(frame.columns):
        columns = USUAL
    if columns is None and "figure" in frame.columns:
        columns = [name for name in frame.columns if name not in NUMBERS]
    if columns is not None:
        if "interval" in columns and "interval" not in frame.columns:
            frame = frame.assign(interval=frame["figure"])
        if "coverage" in columns and "coverage" not in frame.columns:
            frame = frame.assign(coverage=[_coverage(here, f) for f in frame["figure"]])
        frame = frame[list(columns)]
    told = [n for n in frame.columns if not all(_is_blank(n, value) for value in frame[n])]
    return frame[told]


def _coverage(here: AreaFigures, figure: Figure) -> Fragment | None:
    """How many of the places below have reported a figure that adds up; None where there are
    none."""
    slug = figure.slug.removesuffix(".part")
    if slug not in here.book or (figure.region, figure.period) != (here.region, here.period):
        return None
    template = COVERAGE[here.lang].replace("{0", f"{{{slug}")
    if not can_be_said(here, template):
        return None
    told = render(here, template, here.lang)
    return Fragment(told.html, told.plain, used(told.figures))


def _with_parts(here: AreaFigures, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame in which a figure that the region lacks is that of the places that reported, under
    a name that says so."""
    if not {"figure", "label"} <= set(frame.columns):
        return frame
    told = [
        here.find(f"{f.slug}.part") if isinstance(f, Figure) and f.quantity is None else None
        for f in frame["figure"]
    ]
    pairs = list(zip(frame["figure"], frame["label"], told, strict=True))
    there = [part is not None and part.quantity is not None for part in told]
    return frame.assign(
        figure=[p if t else f for (f, _, p), t in zip(pairs, there, strict=True)],
        label=[p.label(here.lang) if t else n for (_, n, p), t in zip(pairs, there, strict=True)],
    )


def _is_blank(column: str, value: object) -> bool:
    if isinstance(value, Figure):  # the range of what is exact is the figure itself
        return column == "interval" and value.is_exact
    return value is None or value == "" or value != value


def _reported(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Figure]]:
    """The rows whose figure was reported, and the figures of the others."""
    if "figure" not in frame.columns:
        return frame, []
    told = [getattr(figure, "quantity", None) is not None for figure in frame["figure"]]
    gone = [f for f, is_told in zip(frame["figure"], told, strict=True) if not is_told]
    return frame[told], [figure for figure in gone if isinstance(figure, Figure)]


def show(
    here: AreaFigures,
    frame: pd.DataFrame | Sequence[str],
    *,
    zh: str,
    en: str,
    columns: Sequence[str] | None = None,
    folded: bool = False,
    nothing: tuple[str, str] | None = None,
) -> Fragment:
    """A frame, or the figures of slugs, as a table under a caption.

    Columns that hold figures are traced; without ``columns`` a frame of figures shows label,
    figure, range and kind. A column in which nothing stands goes, a row that was not reported
    too. A ``folded`` table opens when its caption is clicked. ``nothing`` is what to say in
    both languages where the frame is empty. Raises ValueError for numbers without an origin.

    >>> here.table(here.indicators, zh="全部数据", en="All figures",
    ...            columns=["label", "figure", "note"])
    """
    frame = frame if hasattr(frame, "columns") else here.frame(frame)
    caption = zh if here.lang == "zh" else en
    frame, gone = _reported(_with_parts(here, frame))
    missing = missing_labels([f for f in gone if here.had(f.slug)], here.lang)
    if frame.empty and nothing is not None:
        zh_, en_ = nothing
        return note(here, zh=f"{zh}：{zh_}", en=f"{en}: {en_}")
    if frame.empty:
        return not_there([f for f in gone if here.had(f.slug)], here.lang, [caption])
    frame = _shown(here, frame, columns)
    heads = [HEADS.get(c, {}).get(here.lang, c) for c in frame.columns]
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    numbers = {n for n in frame.columns if any(isinstance(v, Figure) for v in frame[n])}
    rows = [_row(here, record, numbers) for record in frame.to_dict("records")]
    html = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="figures"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(r[0] for r in rows)}</tbody></table></div>"
    )
    if folded:
        html = f"<details><summary>{escape(caption)}</summary>{html}</details>"
    plain = "\n".join([caption, " | ".join(heads), *(r[1] for r in rows)])
    cells = [v for column in frame.columns for v in frame[column]]
    nested = [f for v in cells if isinstance(v, list) for f in v if isinstance(f, Figure)]
    figures = [v for v in cells if isinstance(v, Figure)] + nested
    told = used(figures)
    for cell in cells:
        told |= cell.figures if isinstance(cell, Fragment) else {}
    return Fragment(html, plain, told, missing=missing)


def note(here: AreaFigures, *, zh: str, en: str) -> Fragment:
    """A short remark in the report's language, without numbers.

    >>> here.note(zh="各地口径不同。", en="Definitions differ.")
    """
    text = zh if here.lang == "zh" else en
    return Fragment(f'<p class="note">{escape(text)}</p>', text)


def areas(here: AreaFigures, *, zh: str, en: str) -> Fragment:
    """All areas in their order, each with its question and its leading figures; those of which
    no leading figure was reported are left out.

    >>> here.areas(zh="各领域", en="Areas")
    """
    rows = here.tables.frames["areas"].sort_values("position")
    told = [[f for f in here.at(area=area).leading if f.quantity] for area in rows["area"]]
    frame = rows.assign(question=rows[f"question_{here.lang}"], leading=told)
    kept = frame.loc[[bool(leading) for leading in told], ["area", "question", "leading"]]
    return show(here, kept, zh=zh, en=en)


def elsewhere(here: AreaFigures, slug: str, *, zh: str, en: str) -> Fragment:
    """The place's own figure above those of other places, each with its definition; nothing
    where there is no other.

    >>> here.elsewhere("relief_per_woman", zh="人均救助", en="Relief a woman")
    """
    own, others = here.frame([slug]), here.comparables
    others = others[others.index == slug]
    if own["value"].isna().all() or others.empty:
        return not_there([f for f in own["figure"] if f.quantity is None], here.lang, [slug])
    own = own.assign(place=here.region_name, year="", definition="")
    columns = ["place", "year", "label", "figure", "definition", "note"]
    return show(here, pd.concat([own[columns], others[columns]]), zh=zh, en=en, columns=columns)


def targets(here: AreaFigures, *, zh: str = "目标完成情况", en: str = "Targets") -> Fragment:
    """The area's targets (``targets.csv``): met or not, what is wanting, whether the pace
    suffices; nothing where there is none.

    >>> here.targets()
    """
    rows = [
        {
            "label": found.figure.label(here.lang),
            "figure": found.figure,
            "bound": wording.form(found.bound, here.lang),
            "target": found.target,
            "period": found.target.period,
            "verdict": wording.verdict(_state(found), here.lang),
            "short": found.short,
            "pace": found.pace,
            "needed": found.needed,
            "suffices": wording.verdict(found.suffices, here.lang),
        }
        for found in here.judged_targets
    ]
    return show(here, pd.DataFrame(rows), zh=zh, en=en) if rows else not_there([], here.lang)


def _state(found: Judged) -> str:
    return PENDING if found.verdict == MISSED and not found.is_due else found.verdict


def methods(here: AreaFigures) -> pd.DataFrame:
    """How the area's derived figures are made: label, figure, formula, note (a row a measure);
    only of those reported.
    """
    frame = here.derived.dropna(subset=["value"])
    formulas = [f.formula_zh if here.lang == "zh" else f.formula_en for f in frame["figure"]]
    return frame.assign(formula=formulas)[["label", "figure", "formula", "note"]]


def definitions(here: AreaFigures) -> pd.DataFrame:
    """The definitions of the area's indicators: label, form, note (a row an indicator)."""
    frame = here.indicators
    told = [
        str(here.row("indicators", "indicator", s)[f"definition_{here.lang}"]) for s in frame.index
    ]
    return frame.assign(note=told)[["label", "form", "note"]]
