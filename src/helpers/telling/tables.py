"""Tables of a report: a frame under a caption, numbers in it traced, text escaped."""

from __future__ import annotations

from html import escape
from numbers import Real
from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.figures import Figure
from helpers.analysis.targets import MISSED
from helpers.telling import wording
from helpers.telling.sentences import piece
from helpers.telling.tracing import Fragment, Quote, joined, missing_labels, traced, used
from helpers.telling.tracing import nothing as not_there

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.analysis.report import AreaFigures

NUMBERS = ("value", "lower", "upper", "unit", "counts", "slug", "region")  # a figure tells them
USUAL = ["label", "figure", "interval", "form", "coverage"]
NUMBER = ' class="number"'
MADE = ("interval", "coverage")  # columns made of the figures where they are shown
CODES = {"form": "form", "definition": "form", "level": "level"}  # column → kind of its words
COVERAGE = {  # {0 stands for the name of a figure
    "zh": "{0.places:n}个地区报了{0.reporting:n}个[，{0.late:n}个迟报][，{0.revised:n}个修订]",
    "en": "{0.reporting:n} of {0.places:n} places[, {0.late:n} late][, {0.revised:n} revised]",
}


def _cell(here: AreaFigures, column: str, value: object, text: str = "") -> Fragment:
    """One cell; ``text`` is how its figure is written in its column."""
    if isinstance(value, Fragment):
        return value
    if isinstance(value, Quote):
        return Fragment(value.html, str(value))
    if isinstance(value, list):
        return joined((_item(here, column, item) for item in value), between=("<br>", "; "))
    if isinstance(value, Figure) and not (column == "interval" and value.is_exact):
        usual = text or wording.beside_label(value, here.lang, words=here.words)
        shown = wording.span(value) if column == "interval" else usual
        return Fragment(traced(value, here.lang, here.words, shown), shown, used([value]))
    if isinstance(value, Figure) or value is None or value != value:
        return Fragment("–", "–")
    if isinstance(value, Real) and not isinstance(value, bool):
        raise ValueError(
            f"{column!r}: {value} 没有出处，表中的数请用 figure 列 / has no origin; numbers of a "
            "table come from a column of figures"
        )
    text = str(value)
    if column in CODES:
        text = wording.word(CODES[column], text, here.lang)
    elif column == "period":
        text = here.period_name(text)
    elif column == "area":
        text = here.name("areas", "area", text, "title")
    return Fragment(escape(text), text)


def _item(here: AreaFigures, column: str, value: object) -> Fragment:
    """One thing in a cell that lists several; figures carry their labels."""
    cell = _cell(here, column, value)
    if not isinstance(value, Figure):
        return cell
    label = value.label(here.lang)
    return Fragment(f"{escape(label)} {cell.html}", f"{label} {cell.plain}", cell.figures)


def _column(here: AreaFigures, column: str, values: Sequence[object]) -> list[Fragment]:
    figures = [value for value in values if isinstance(value, Figure)]
    texts = iter(wording.column(figures, here.lang, words=here.words))
    return [
        _cell(here, column, value, next(texts) if isinstance(value, Figure) else "")
        for value in values
    ]


def _row(cells: Sequence[Fragment], numbers: Sequence[bool]) -> Fragment:
    told = []
    for cell, number in zip(cells, numbers, strict=True):
        tag = f"<td{NUMBER if number else ''}>{cell.html}</td>"
        tag = tag if told else f'<th scope="row">{cell.html}</th>'
        told.append(Fragment(tag, cell.plain, cell.figures))
    return joined(told, "<tr>{}</tr>", between=("", " | "))


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


def _is_blank(column: str, value: object) -> bool:
    if isinstance(value, Figure):  # the range of what is exact is the figure itself
        return column == "interval" and value.is_exact
    return value is None or value == "" or value != value


def _coverage(here: AreaFigures, figure: Figure) -> Fragment | None:
    """How many of the places below have reported a figure that adds up; None where there are
    none, and where all have and none was late."""
    slug = figure.slug.removesuffix(".part")
    if slug not in here.book or (figure.region, figure.period) != (here.region, here.period):
        return None
    counted = [here.find(f"{slug}.{form}") for form in ("places", "reporting", "late", "revised")]
    places, reporting, *odd = (f.quantity and f.quantity.value for f in counted)
    if places == reporting and not any(odd):
        return None
    return piece(here, COVERAGE[here.lang].replace("{0", f"{{{slug}"))


def _with_parts(here: AreaFigures, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame in which a figure that the region lacks is that of the places that reported, under
    a name that says so."""
    if not {"figure", "label"} <= set(frame.columns):
        return frame
    frame = frame.copy()
    for at, figure in enumerate(frame["figure"]):
        if isinstance(figure, Figure) and figure.quantity is None:
            part = here.find(f"{figure.slug}.part")
            if part is not None and part.quantity is not None:
                frame.iloc[at, frame.columns.get_loc("figure")] = part
                frame.iloc[at, frame.columns.get_loc("label")] = part.label(here.lang)
    return frame


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
    frame = _with_parts(here, frame if hasattr(frame, "columns") else here.frame(frame))
    caption, gone = (zh if here.lang == "zh" else en), []
    if "figure" in frame.columns:
        told = [getattr(figure, "quantity", None) is not None for figure in frame["figure"]]
        lacking = frame["figure"][[not is_told for is_told in told]]
        gone = [f for f in lacking if isinstance(f, Figure) and here.had(f.slug)]
        frame = frame[told]
    if frame.empty and nothing is not None:
        return note(here, zh=f"{zh}：{nothing[0]}", en=f"{en}: {nothing[1]}")
    if frame.empty:
        return not_there(gone, here.lang, [caption])
    frame = _shown(here, frame, columns)
    heads = [wording.word("head", name, here.lang) for name in frame.columns]
    numbers = [any(isinstance(v, Figure) for v in frame[name]) for name in frame.columns]
    columns = [_column(here, name, list(frame[name])) for name in frame.columns]
    rows = [_row(cells, numbers) for cells in zip(*columns, strict=True)]
    body = joined(rows, between=("", "\n"))
    html = grid(escape(caption), heads, body.html, label=caption)
    if folded:
        html = f"<details><summary>{escape(caption)}</summary>{html}</details>"
    plain = "\n".join([caption, " | ".join(heads), body.plain])
    return Fragment(html, plain, body.figures, missing=missing_labels(gone, here.lang))


def grid(
    caption: str, heads: Sequence[str], body: str, *, label: str, numbers: Sequence[str] = ()
) -> str:
    """The HTML of a table that scrolls in its own frame; ``caption`` and ``body`` are HTML."""
    head = "".join(
        f'<th scope="col"{NUMBER if name in numbers else ""}>{escape(name)}</th>' for name in heads
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="figures"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


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
            "bound": wording.word("form", found.bound, here.lang),
            "target": found.target,
            "period": found.target.period,
            "verdict": wording.word(
                "verdict",
                "pending" if found.verdict == MISSED and not found.is_due else found.verdict,
                here.lang,
            ),
            "short": found.short,
            "pace": found.pace,
            "needed": found.needed,
            "suffices": wording.word("verdict", found.suffices, here.lang),
        }
        for found in here.judged_targets
    ]
    return show(here, pd.DataFrame(rows), zh=zh, en=en) if rows else not_there([], here.lang)


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
