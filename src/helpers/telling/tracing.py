"""Tracing: the only way in which a number reaches a page.

Every number is a ``<data>`` element that names its figure and tells its origin; a fragment
carries the figures it used, so that a report's figure list is made of what was really said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from helpers.telling import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.analysis.figures import Figure
    from helpers.quantity import Policy


@dataclass(frozen=True)
class Fragment:
    """A piece of a report: HTML for the page, text for a terminal, and the figures it states.

    JupyterLab and nbconvert show the HTML; the figures travel in the output's metadata, under
    ``halfsky``. A piece for which the office has no figures is ``is_empty``: JupyterLab shows a
    short remark why, a page leaves it out, and a section whose pieces are all empty with it.
    ``missing`` are the labels of figures that the office has had and not given for this period: a
    page says them once, at the end of the section. ``drawing`` is a chart's SVG by itself.
    """

    html: str
    plain: str
    figures: Mapping[str, dict[str, object]] = field(default_factory=dict)
    ends_report: bool = False
    is_empty: bool = False
    missing: tuple[str, ...] = ()
    drawing: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):  # noqa: ARG002 - IPython's protocol
        more = {"empty": self.is_empty, "missing": list(self.missing), "end": self.ends_report}
        mark = {"figures": dict(sorted(self.figures.items()))}
        mark |= {name: told for name, told in more.items() if told}
        shown = {"text/html": self.html, "text/plain": self.plain}
        if self.drawing:
            shown["image/svg+xml"] = self.drawing
        return shown, {"halfsky": mark}

    def __repr__(self) -> str:
        """The text form."""
        return self.plain


def nothing(figures: Iterable[Figure | str], lang: str, names: Iterable[str] = ()) -> Fragment:
    """The piece that is told of figures which are not there, or of ``names`` that are unknown."""
    told, names = missing_labels(figures, lang), ", ".join(names)
    if lang == "zh":
        which = f"：{names}" if names else ""
        plain = f"没有这些数据{which}，页面上不出现。"
        plain = f"本期未报送：{'、'.join(told)}。" if told else plain
    else:
        which = f": {names}" if names else ""
        plain = f"No such figures{which}; a page leaves this out."
        plain = f"Not reported: {'; '.join(told)}." if told else plain
    html = f'<p class="note missing">{escape(plain)}</p>'
    return Fragment(html, plain, is_empty=True, missing=told)


def missing_labels(figures: Iterable[Figure | str], lang: str) -> tuple[str, ...]:
    """The labels of the figures without a value, each once; a text is a label already."""
    told = (
        f if isinstance(f, str) else f.label(lang)
        for f in figures
        if isinstance(f, str) or f.quantity is None
    )
    return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a text that is spoken of: shown as a quotation, never as a figure of the data."""

    text: str

    @property
    def html(self) -> str:
        """The quotation as HTML, in the language of the texts, Chinese."""
        return f'<q class="quote" lang="zh-CN">{escape(self.text)}</q>'

    def __str__(self) -> str:
        """The words in quotation marks."""
        return f"“{self.text}”"


def used(figures: Iterable[Figure]) -> dict[str, dict[str, object]]:
    """KEY → JSON of the figures that have a value, for a fragment's figure list."""
    return {f.key: f.as_json() for f in figures if f.quantity is not None}


def joined(
    parts: Iterable[Fragment], wrapper: str = "{}", *, between: tuple[str, str] = ("\n", "\n")
) -> Fragment:
    """Several fragments as one, their HTML inside ``wrapper``; ``between`` stands between them,
    in HTML and in text.
    """
    parts = list(parts)
    figures: dict[str, dict[str, object]] = {}
    for part in parts:
        figures.update(part.figures)
    html = wrapper.replace("{}", between[0].join(part.html for part in parts))
    missing = tuple(dict.fromkeys(label for part in parts for label in part.missing))
    plain = between[1].join(part.plain for part in parts)
    drawing = next((part.drawing for part in parts if part.drawing), "")
    return Fragment(html, plain, figures, missing=missing, drawing=drawing)


def named(text: str) -> Fragment:
    """A name of the data, which may hold digits that are no figure."""
    return Fragment(f'<span class="name">{escape(text)}</span>', text)


def origin(figure: Figure, lang: str, words: Policy) -> str:
    """One line that says where a figure comes from and how exactly it is known."""
    zh = lang == "zh"
    parts = [figure.label(lang)]
    formula = figure.formula_zh if zh else figure.formula_en
    if formula:
        made_of = [wording.text(f, lang, words=words) for f in figure.inputs]
        parts.append(f"算式：{formula}" if zh else f"formula: {formula}")
        if made_of:
            parts.append(("取数：" if zh else "from: ") + ("、" if zh else ", ").join(made_of))
    elif figure.as_written:
        parts.append(f"原文写作“{figure.as_written}”" if zh else f"written “{figure.as_written}”")
    parts.append(wording.tolerance(figure, lang))
    title = figure.source_zh if zh else figure.source_en
    if title and not figure.inputs:  # what it is made of has sources
        where = _locator(figure.locator, lang)
        parts.append(f"来源：{title}{where}" if zh else f"source: {title}{where}")
    if figure.row is None:  # counted over many rows
        parts.append(figure.table)
    else:
        parts.append(
            f"{figure.table} 第{figure.row}行" if zh else f"{figure.table}, row {figure.row}"
        )
    return " · ".join(parts)


def _locator(locator: str, lang: str) -> str:
    """A paragraph locator (p7) in words; any other locator as it stands."""
    if locator.startswith("p") and locator[1:].isdigit():
        locator = f"第{locator[1:]}段" if lang == "zh" else f"paragraph {locator[1:]}"
    return {"zh": f"，{locator}", "en": f", {locator}"}[lang] if locator else ""


def traced(figure: Figure, lang: str, words: Policy, text: str | None = None) -> str:
    """The ``<data>`` element of a figure; ``text`` is another written form of the same figure."""
    if figure.quantity is None:
        return f'<span class="missing">{escape(wording.MISSING[lang])}</span>'
    kind = "fig" if figure.is_exact else "fig approx"
    if figure.kind == "measure":
        kind += " derived"
    shown = wording.text(figure, lang, words=words) if text is None else text
    return (
        f'<data class="{kind}" value="{figure.as_json()["value"]}"'
        f' data-figure="{escape(figure.key)}" data-origin="{escape(origin(figure, lang, words))}"'
        f' tabindex="0">{escape(shown)}</data>'
    )
