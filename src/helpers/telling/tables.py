"""Tables and lists of a report, made from a study's frames.

Every function returns a :class:`~helpers.telling.tracing.Fragment`; numbers in it are traced,
text from the data is escaped.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure
from helpers.data.parts import CELLS
from helpers.telling import wording
from helpers.telling.tracing import Fragment, Quote, traced, used

if TYPE_CHECKING:
    import pandas as pd

    from helpers.analysis.study import Study

HEADS = {
    "label": {"zh": "指标", "en": "Indicator"},
    "figure": {"zh": "数值", "en": "Figure"},
    "interval": {"zh": "可确知的范围", "en": "Known to lie in"},
    "form": {"zh": "性质", "en": "Kind"},
    "note": {"zh": "说明", "en": "Note"},
    "place": {"zh": "地区", "en": "Place"},
    "year": {"zh": "年份", "en": "Year"},
    "definition": {"zh": "口径", "en": "Definition"},
    "period": {"zh": "时期", "en": "Period"},
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
}
NOTHING = ("本期无记录。", "none recorded for this period.")


def _cell(here: Study, column: str, value: object) -> tuple[str, str]:
    """HTML and text of one cell."""
    words = here.policy
    if isinstance(value, Figure):
        if column == "interval":
            span = wording.span(value)
            return traced(value, here.lang, words, span), span
        shown = wording.beside_label(value, here.lang, words=words)
        return traced(value, here.lang, words, shown), shown
    if isinstance(value, list):
        told = [_item(here, column, item) for item in value]
        return "<br>".join(html for html, _ in told), "; ".join(text for _, text in told)
    if isinstance(value, Quote):
        return value.html, str(value)
    if value is None:
        return "–", "–"
    if column in ("form", "definition"):
        value = wording.form(str(value), here.lang)
    elif column == "level":
        value = wording.level(str(value), here.lang)
    elif column == "period":
        value = here.period_name(str(value))
    elif column == "area":
        value = here.name("areas", "area", str(value), "title")
    return escape(str(value)), str(value)


def _item(here: Study, column: str, value: object) -> tuple[str, str]:
    """HTML and text of one thing in a cell that lists several; figures carry their labels."""
    html, text = _cell(here, column, value)
    if not isinstance(value, Figure):
        return html, text
    label = value.label(here.lang)
    return f"{escape(label)} {html}", f"{label} {text}"


def _leading(here: Study, area: str) -> list[Figure]:
    """The leading figures of an area that were reported."""
    return [f for f in replace(here, area=area).leading if f.quantity is not None]


def areas(here: Study, *, zh: str, en: str) -> Fragment:
    """The areas in their fixed order, each with its question and its leading figures.

    Areas of which no leading figure was reported are left out; ``zh`` and ``en`` are the
    caption.
    """
    rows = here.tables.areas.sort_values("position")
    figures = [_leading(here, area) for area in rows["area"]]
    told = rows.assign(question=rows[f"question_{here.lang}"], leading=figures)
    reported = [bool(leading) for leading in figures]
    return show(here, told.loc[reported, ["area", "question", "leading"]], zh=zh, en=en)


def _row(here: Study, record: dict[str, object]) -> tuple[str, str]:
    html, plain = [], []
    for position, (column, value) in enumerate(record.items()):
        inner, text = _cell(here, column, value)
        number = ' class="number"' if isinstance(value, Figure) else ""
        html.append(
            f'<th scope="row">{inner}</th>' if not position else f"<td{number}>{inner}</td>"
        )
        plain.append(text)
    return f"<tr>{''.join(html)}</tr>", " | ".join(plain)


def show(
    here: Study,
    frame: pd.DataFrame,
    *,
    zh: str,
    en: str,
    folded: bool = False,
    nothing: tuple[str, str] = NOTHING,
) -> Fragment:
    """A frame as a table under a caption; cells that hold figures are traced.

    ``frame`` has a row a thing and one of the known column names a column (``HEADS``), the
    first being the row's name; a cell may hold a list of figures, each shown with its label,
    or words of a text (:class:`~helpers.telling.tracing.Quote`). ``zh`` and ``en`` are the
    caption, ``nothing`` what to say in both languages where the frame is empty; a ``folded``
    table opens when its caption is clicked.
    """
    caption = zh if here.lang == "zh" else en
    if frame.empty:
        return note(here, zh=f"{zh}：{nothing[0]}", en=f"{en}: {nothing[1]}")
    heads = [HEADS.get(c, {}).get(here.lang, c) for c in frame.columns]
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    rows = [_row(here, record) for record in frame.to_dict("records")]
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
    return Fragment(html, plain, used(figures))


def listed(here: Study, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Figures with the interval that their written form implies and what kind they are."""
    chosen = frame.assign(interval=frame["figure"])
    return show(here, chosen[["label", "figure", "interval", "form"]], zh=zh, en=en)


def note(here: Study, *, zh: str, en: str) -> Fragment:
    """A short remark in the study's language, without numbers."""
    text = zh if here.lang == "zh" else en
    return Fragment(f'<p class="note">{escape(text)}</p>', text)


def cards(here: Study) -> Fragment:
    """The area's leading figures, large, those not reported left out."""
    words = here.policy
    chosen = [f for f in here.leading if f.quantity is not None]
    items, plain = [], []
    for figure in chosen:
        label = figure.label(here.lang)
        shown = wording.beside_label(figure, here.lang, words=words)
        items.append(
            f'<li><span class="big">{traced(figure, here.lang, words, shown)}</span>'
            f'<span class="what">{escape(label)}</span></li>'
        )
        plain.append(f"{label}: {shown}")
    if not items:
        return note(here, zh="本期没有可列的数据。", en="No figure was reported for this period.")
    return Fragment(f'<ul class="cards">{"".join(items)}</ul>', "\n".join(plain), used(chosen))


def methods(here: Study) -> pd.DataFrame:
    """How the area's derived figures are made: label, figure, formula, note (a row a measure)."""
    frame = here.measures
    formulas = [f.formula_zh if here.lang == "zh" else f.formula_en for f in frame["figure"]]
    return frame.assign(formula=formulas)[["label", "figure", "formula", "note"]]


def definitions(here: Study) -> pd.DataFrame:
    """The definitions of the area's indicators: label, form, note (a row an indicator)."""
    frame = here.figures
    rows = here.tables.part("indicators", CELLS, indicator=list(frame.index))
    book = rows.set_index("indicator")[f"definition_{here.lang}"]
    return frame.assign(note=[book[slug] for slug in frame.index])[["label", "form", "note"]]
