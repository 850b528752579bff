"""Numbers outside ``<data>``: in texts, in the list of figures, in charts and what is read aloud.

A number there is right if it is of a kind that is free (see `telling.typed`), if the data's own
words hold it (a name, a note), or if it is a wording of a figure in a place that can have no
element (an attribute, a drawing).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from helpers.audit.page.recount import Held, number
from helpers.telling.typed import Known, strays

if TYPE_CHECKING:
    from helpers.audit.page.read import Chart, Text

__all__ = ["check_texts", "numbers"]

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
YEAR = re.compile(r"(?:19|20)\d\d")
NOTHING = Known((), {})
# cells that state numbers, and codes that no reader sees
STATING = ("as_written", "value", "lower", "upper", "row", "position", "expression")


def numbers(text: str) -> list[str]:
    """The numbers written with digits in a text, as they stand."""
    return NUMBER.findall(text)


def _without(text: str, phrases: Iterable[str]) -> str:
    """The text with every occurrence of a phrase blanked out, the longest phrases first.

    Phrases are without blanks, and are found however a text is spaced or broken into lines. One
    is no part of a longer number: 5项 does not stand in 15项.
    """
    squeezed = "".join(text.split())
    here = sorted((p for p in phrases if p in squeezed), key=lambda p: (-len(p), p))
    if not here:
        return text
    found = "|".join(r"\s*".join(map(re.escape, phrase)) for phrase in here)
    pattern = rf"(?<!\d)(?<!\d[.,])(?:{found})(?!\d|[.,]\d)"
    return re.sub(pattern, lambda match: " " + "\n" * match[0].count("\n"), text)


def _names(held: Held, own: str) -> frozenset[str]:
    """What holds digits and is no figure: names, notes, definitions, formulas of the data."""
    found = {own}
    for frame in held.recount.tables.frames.values():
        for column in frame.select_dtypes(exclude="number").columns.difference(STATING):
            found |= {str(text) for text in frame[column].unique()}
    for f in held.figures.values():
        found |= {f.formula_zh, f.formula_en, f.label_zh, f.label_en}
    parts = {"".join(part.split()) for text in found for part in (text, *re.split("[\n;]", text))}
    return frozenset(part for part in parts if NUMBER.search(part) and not NUMBER.fullmatch(part))


def check_texts(held: Held, own: str = "") -> None:
    """Every number of the page that neither its figures nor the data's own words account for.

    ``own`` is the name of the audited text that the page is about.
    """
    names = _names(held, own)
    wordings = frozenset().union(*(held.forms(key) for key in held.listed))
    everything = names | {"".join(wording.split()) for wording in wordings}
    periods = held.recount.tables.periods.set_index("period")[["label_zh", "label_en"]]
    labels = {str(code): set(row) for code, *row in periods.itertuples()}
    for text in held.page.texts:
        if not NUMBER.search(text.text):
            continue
        told = text.text if text.place == "text" else _without(text.text, everything)
        if text.listed and _in_list(held, text, labels):
            left = []
        elif text.listed:
            left = numbers(_without(text.text, names))
        elif text.row and YEAR.fullmatch(text.text):  # beside a figure: the figure's own
            left = [text.text] if text.text not in _periods(text, labels) else []
        else:
            left = strays(_without(told, names), NOTHING, heading=text.heading)
        _tell(held, text, left)
    for chart in held.page.charts:
        _check_chart(held, chart, names, everything, wordings)


def _periods(text: Text, labels: dict[str, set[str]]) -> set[str]:
    """What the periods are called whose figures stand in the text's row."""
    codes = {key.rpartition("|")[2] for key in text.row or ()}
    return codes.union(*(labels.get(code, ()) for code in codes))


def _in_list(held: Held, text: Text, labels: dict[str, set[str]]) -> bool:
    """Is it what a row of the page's list tells of its figure: period, source's wording, ends,
    row of the table?
    """
    right = [numbers(label) for label in _periods(text, labels)]
    for key in text.row or ():
        figure, entry = held.figures.get(key), held.listed.get(key, {})
        entry = entry if figure is None or key in held.changed else figure.as_json()
        right += [numbers(str(entry.get("as_written"))), numbers(str(entry.get("row")))]
        right.append([_end(entry.get("lower")), _end(entry.get("upper"))])
    return numbers(text.text) in right


def _end(value: object) -> str:
    """An end of an interval as a page's list of figures writes it."""
    found = number(value)
    text = f"{abs(found):f}" if found is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tell(held: Held, text: Text, left: list[str]) -> None:
    if left:
        some = "、".join(left[:9]), ", ".join(left[:9])
        short = text.text if len(text.text) <= 60 else f"{text.text[:60]}…"
        held.tell("untraced-number", (text.line, text.place, left[0]), some, short)


def _check_chart(
    held: Held, chart: Chart, names: frozenset[str], everything: frozenset[str],
    wordings: frozenset[str],
) -> None:  # fmt: skip
    for text in chart.spoken:
        _tell(held, text, strays(_without(text.text, everything), NOTHING))
    drawn = "\n".join(text.text for text in chart.drawn)  # a label may be wrapped into lines
    lines = _without(drawn, everything).split("\n") if drawn else []
    for text, line in zip(chart.drawn, lines, strict=True):
        _tell(held, text, strays(line, NOTHING))
    # every number that is drawn is told to those who do not see it, as often as it is drawn
    told = Counter(n for text in chart.spoken[:1] for n in numbers(_without(text.text, names)))
    if not told:  # an analyst's own chart may have an alternative text without numbers
        return
    for text in chart.drawn:
        shown = Counter(numbers(text.text)) if text.text in wordings else Counter()
        for written in shown - told:
            held.tell("chart-differs", (text.line, text.place, written), written)
        told -= shown
