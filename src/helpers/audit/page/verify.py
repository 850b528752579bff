"""Verify a built report: every number in it, worked out anew from the data, without a kernel."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.audit.page.provenance import check_ledger, check_provenance, check_seal
from helpers.audit.page.quoted import check_quoted, shown
from helpers.audit.page.read import NotAReport, Page, read_page
from helpers.audit.page.recount import Finding, Held, Recount, number, usual
from helpers.audit.page.texts import check_texts, numbers
from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.files import read_bytes
from helpers.telling import tracing

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.page.read import Mark

__all__ = ["NotAReport", "Verdict", "hold", "open_page", "read_list", "verify"]

HARMLESS = ("other-software", "no-notebook")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to: the findings, and how much was looked at."""

    findings: tuple[Finding, ...]
    figures: int
    numbers: int

    @property
    def clean(self) -> bool:
        """True where page, data, policy, notebook and program all agree.

        Other versions of Python and its packages are told, but are no difference.
        """
        return all(found.problem.rule in HARMLESS for found in self.findings)


def open_page(path: Path) -> Page:
    """A built report taken apart.

    Raises NotAReport for any other file, DataRefused for one that is not opened: a link, a
    device, a pipe, one that is too large or is not there.
    """
    try:
        return read_page(read_bytes(path, path.name))
    except DataRefused as refusal:
        if refusal.problems[0].rule == "not-a-csv-file":
            raise NotAReport("no text") from None
        raise


def verify(
    path: Path,
    page: Page,
    folder: Path | None = None,
    program: Callable[[], Mapping[str, object]] = dict,
) -> Verdict:
    """Hold an opened page against a data folder (None: the project's own).

    ``program`` gives ``program`` and ``versions`` as reports record them; what it leaves out is
    not compared. Raises DataRefused where the folder is not fit to report from.
    """
    held = hold(path.name, page, Recount(load(folder)))
    check_ledger(held, path)
    check_provenance(held, program())
    return Verdict(tuple(held.found), len(held.listed), len(page.marks))


def hold(file: str, page: Page, recount: Recount) -> Held:
    """The page held against figures: what its numbers, its texts and its seal tell, in its order.

    Where the figure list cannot be read, that of the data is held against the numbers.
    """
    keys, broken = list(dict.fromkeys(mark.key for mark in page.marks)), ""
    try:
        listed = read_list(page.figures)
    except ValueError as reason:
        listed, broken = {}, str(reason)
    text = shown(page)
    if text is not None:
        recount = replace(recount, counts=text.counted([*keys, *listed], recount.tables, page.lang))
    if broken:
        known = {key: recount.candidates(key) for key in keys}
        listed = {key: figures[0].as_json() for key, figures in known.items() if figures}
    held = Held(file, page, recount, listed)
    if broken:
        held.tell("broken-list", (page.figures_line, "figures", ""), broken)
    check_seal(held)
    _check_list(held)
    for mark in page.marks:
        _check_mark(held, mark)
    check_texts(held, text.name if text else "")
    if text is not None:
        check_quoted(held, text)
    held.found.sort(key=lambda one: one.problem.row)
    return held


def read_list(text: str) -> dict[str, Mapping[str, object]]:
    """KEY → entry of a figure list, numbers as they are written.

    Raises ValueError where the text is no such list, or names a figure twice.
    """
    try:
        read = json.loads(
            text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict) or not all(isinstance(v, dict) for v in read.values()):
        raise ValueError("no object of objects")
    return read


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in pairs:
        if name in made:
            raise ValueError(f"{name} stands there twice")
        made[name] = value
    return made


def _check_list(held: Held) -> None:
    """One finding for each listed figure that the data lack or state differently."""
    page = held.page
    for key, entry in held.listed.items():
        candidates = held.recount.candidates(key)
        figure = min(candidates, key=lambda one: len(_differing(entry, one)), default=None)
        fields = _differing(entry, figure) if figure else {}
        if figure is not None:
            held.figures[key] = figure
            if not fields:
                continue
        at = max(0, page.figures.find(json.dumps(key, ensure_ascii=False)))
        line = page.figures_line + page.figures.count("\n", 0, at)
        if figure is None:
            stands = str(entry.get("value"))
            held.tell("unknown-figure", (line, "figures", stands), key, figure=key)
            continue
        held.changed.add(key)
        first = "value" if "value" in fields else next(iter(fields))
        pairs = [(name, _say(a), _say(b)) for name, (a, b) in fields.items()]
        told = (
            "；".join(f"{name} 报告为 {a}，数据为 {b}" for name, a, b in pairs),
            "; ".join(f"{name}: page {a}, data {b}" for name, a, b in pairs),
        )
        stands, data = map(_say, fields[first])
        times = sum(mark.key == key for mark in page.marks)
        held.tell("figure-differs", (line, f"figures.{first}", stands), held.label(key), key,
                  times, told, figure=key, data=data)  # fmt: skip


def _differing(entry: Mapping[str, object], figure: Figure) -> dict[str, tuple[object, object]]:
    """field → (page, data) of everything in which a list entry differs from its figure."""
    told = {name: (entry.get(name), value) for name, value in figure.as_json().items()}
    return {name: pair for name, pair in told.items() if not _same(*pair)}


def _same(stated: object, value: object) -> bool:
    counts = isinstance(value, int | float | Decimal) and number(stated) is not None
    return stated == value or (counts and number(stated) == number(value))


def _say(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "—" if value in (None, "") else text[:200]


def _check_mark(held: Held, mark: Mark) -> None:
    """What is wrong with the value, the text and the origin of a number."""
    key, figure, entry = mark.key, held.figures.get(mark.key), held.listed.get(mark.key)
    if entry is None:
        none = ("（空）", "no figure")
        at = (mark.line, "data-figure", mark.text or mark.value)
        held.tell("untraced", at, key or none, figure=key or None)
        return

    def differs(part: str, stands: str, expected: object) -> None:
        told = held.label(key), key, stands, expected
        at = (mark.line, part, stands)
        held.tell(f"{part}-differs", at, *told, figure=key, data=str(expected))

    value, words = figure.as_json()["value"] if figure else entry.get("value"), held.recount.words
    right = [number(value), *([number(entry.get("value"))] * (key in held.changed))]
    if number(mark.value) is None or number(mark.value) not in right:
        differs("value", mark.value, value)
    if figure is None:
        return
    inside = mark.text[:1].lower() + mark.text[1:]  # one that opens a sentence has a capital
    if not {mark.text, inside} & held.forms(key):
        differs("text", mark.text, usual(figure, held.page.lang, words))
    if mark.origin is None or held.changed & {one.key for one in (figure, *figure.inputs)}:
        return  # it tells of numbers that are found to differ already
    told = [tracing.origin(figure, lang, words) for lang in ("zh", "en")]
    if numbers(mark.origin) not in map(numbers, told):
        differs("origin", mark.origin, told[held.page.lang == "en"])
