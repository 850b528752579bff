"""Numbers outside ``<data>``: in texts, in the list of figures, in charts and what is read aloud.

A number there is right if the data's own words hold it (a name, a date, a note), or if it is a
wording of a figure in a place that can have no element (an attribute, a drawing).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from helpers.audit.findings import Case, Finding, finding
from helpers.audit.known_text import NUMBER, numbers, shape, without
from helpers.audit.page_text import running_title
from helpers.audit.recount import number
from helpers.telling import wording

if TYPE_CHECKING:
    from helpers.audit.page_text import Chart, Piece

__all__ = ["check_texts"]

ADDRESS = re.compile(r"https?://\S+")
YEAR = r"(?:19|20)\d\d"
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(
    rf"(?<!\d)(?:{YEAR}年(?:\d\d?月(?:\d\d?日)?)?|{YEAR}-\d\d(?:-\d\d)?"
    rf"|(?:\d\d? )?{MONTH} {YEAR}|{YEAR}[–—-]{YEAR}|{YEAR})(?![\d,.]*\d)"
)
SECTION = re.compile(r"#s\d+")
REMEDY = (
    "把数字换成可溯源的数字，或重新生成报告",
    "put a traced figure in its place, or build the report again",
)


def check_texts(case: Case) -> Iterator[Finding]:
    """Every number of the page that neither its figures nor the data's own words account for."""
    for piece in case.page.pieces:
        if NUMBER.search(piece.text):
            yield from _piece(case, piece)
    allowed = _allowed(case) if case.page.charts else None
    for chart in case.page.charts:
        yield from _chart(case, chart, allowed)
    yield from _margin(case)
    yield from _links(case)


def _piece(case: Case, piece: Piece) -> Iterator[Finding]:
    if piece.listed and piece.kind == "count":
        if piece.text != str(len(case.listed)):
            yield _stray(case, piece, [piece.text], str(len(case.listed)))
        return
    keys = case.page.keys_in_row(piece.row)
    if any(_in_row(case, piece, key) for key in keys):
        return
    rest = without(without(piece.text, case.known.phrases), case.known.period_names)
    named = piece.kind == "name"  # every name and source stands in the tables
    rest = without(rest, case.known.dates) if named else ADDRESS.sub(" ", rest)
    of_the_row = keys and DATE.fullmatch(piece.text)  # the period of its figure, and no other
    if not named and not of_the_row and not _altered(case, piece.text):
        rest = DATE.sub(" ", rest)
    if left := numbers(rest):
        yield _stray(case, piece, left)


def _in_row(case: Case, piece: Piece, key: str) -> bool:
    """Is it what the row of a table says of its figure: period, source's wording, ends, row?"""
    if piece.text in case.known.of_period(key.rpartition("|")[2]):
        return True
    told = numbers(piece.text)
    formulas = [f.formula_zh for f in case.figures(key) if f.formula_zh]
    if not piece.listed:  # a formula may have other names in it, but no other numbers
        return "×" in piece.text and any(told == numbers(text) for text in formulas)
    for figure in case.figures(key):
        entry = figure.as_json()
        ends = [_end(entry[name]) for name in ("lower", "upper")]
        if piece.text == entry["as_written"] or told == ends:
            return True
        if piece.kind == "row" and told == [str(entry["row"])]:
            return True
    return False


def _end(value: object) -> str:
    """An end of an interval as a page's list of figures writes it."""
    text = f"{number(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _altered(case: Case, text: str) -> bool:
    """Does the text hold a phrase of the data in which only digits are different?"""
    rest = shape(without(text, case.known.phrases))
    return any(known in rest for known in case.known.shapes)


def _stray(case: Case, piece: Piece, left: list[str], expected: str = "") -> Finding:
    shown = piece.text if len(piece.text) <= 60 else f"{piece.text[:60]}…"
    many = "、".join(left), ", ".join(left)
    return finding(
        case, (piece.line, piece.place, left[0]), "untraced-number",
        (f"数字 {many[0]} 没有出处（“{shown}”）", REMEDY[0]),
        (f"the number {many[1]} is not traced (“{shown}”)", REMEDY[1]),
        data=expected,
    )  # fmt: skip


class _Allowed(NamedTuple):
    """What a chart may say: names, names and figures, names and figures after their labels."""

    names: frozenset[str]
    drawn: frozenset[str]
    spoken: frozenset[str]


def _allowed(case: Case) -> _Allowed:
    names = case.known.phrases | case.known.period_names
    figures = frozenset().union(*(case.forms(key) for key in case.listed))
    return _Allowed(names, names | figures, names | _labelled(case))


def _chart(case: Case, chart: Chart, allowed: _Allowed) -> Iterator[Finding]:
    titled = frozenset().union(*(case.forms(key) for key in chart.titled))
    for piece in chart.spoken:
        if left := numbers(without(piece.text, allowed.spoken | titled)):
            yield _stray(case, piece, left)
    spoken = [numbers(without(piece.text, allowed.names)) for piece in chart.spoken]
    told = Counter(spoken[0]) if spoken else Counter()
    for piece in chart.drawn:
        if left := numbers(without(piece.text, allowed.drawn)):
            yield _stray(case, piece, left)
        elif told:  # an analyst's own chart may have an alternative text without numbers
            drawn = Counter(numbers(without(piece.text, allowed.names)))
            if extra := drawn - told:
                yield _unspoken(case, piece, next(iter(extra)))
            told.subtract(drawn)
            told = +told or Counter({"": 1})


def _labelled(case: Case) -> frozenset[str]:
    """Figures as a chart's alternative text tells them: the name, then the number."""
    found = set()
    for key in case.listed:
        for figure in case.figures(key):
            for name in case.known.called(figure):
                found |= {f"{name} {form}" for form in case.forms(key)}
                found |= {f"{name} {missing}" for missing in wording.MISSING.values()}
    return frozenset(text for text in found if NUMBER.search(text))


def _unspoken(case: Case, piece: Piece, written: str) -> Finding:
    return finding(
        case, (piece.line, piece.place, written), "chart-differs",
        (f"图上的数字 {written} 与图的文字说明不符", REMEDY[0]),
        (f"the chart shows {written}, its text alternative does not", REMEDY[1]),
    )  # fmt: skip


def _margin(case: Case) -> Iterator[Finding]:
    """The running title of the print margins repeats the page's title."""
    running = running_title(case.page.style)
    title = next((p.text for p in case.page.pieces if p.place == "head"), None)
    if running is None or title is None or numbers(running) == numbers(title):
        return
    yield finding(
        case, (case.page.style_line, "print-margin", running), "untraced-number",
        (f"页眉“{running}”与标题“{title}”不符", REMEDY[0]),
        (f"the print margin says “{running}”, the title “{title}”", REMEDY[1]),
        data=title,
    )  # fmt: skip


def _links(case: Case) -> Iterator[Finding]:
    """Addresses inside the page and the edition lead to a place that the page tells of."""
    told = {piece.text for piece in case.page.pieces}
    uneven = _uneven([address for address, _ in case.page.links])
    for address, line in case.page.links:
        path, _, anchor = address.partition("#")
        parts = path.split("/")
        broken = not path and anchor and (anchor not in case.page.ids or address in uneven)
        if path.startswith("..") and parts[-1] != "index.html" and len(parts) > 3:
            region, period = parts[-3:-1]
            names = case.known.place_names.get(region, frozenset())
            broken = not (names & told and told.intersection(case.known.of_period(period)))
        if broken:
            yield finding(
                case, (line, "href", address), "broken-link",
                (f"链接 {address} 无处可去", REMEDY[0]),
                (f"the link {address} leads nowhere", REMEDY[1]),
            )  # fmt: skip


def _uneven(addresses: list[str]) -> set[str]:
    """Sections that the contents lists name more or less often than they name most of them."""
    times = Counter(address for address in addresses if SECTION.fullmatch(address))
    if not times:
        return set()
    usual = Counter(times.values()).most_common(1)[0][0]
    return {address for address, count in times.items() if count != usual}
