"""What stands where in a submission form: worked out from the tables alone.

A new indicator is a new row, a new area a new sheet. The same tables, region and period give the
same form; programs find its cells in the hidden sheet ``_cells``.
"""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from helpers.analysis.observations import recorded
from helpers.analysis.periods import like_before
from helpers.data.checks.figures import limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = [
    "ACCEPTED",
    "FIELDS",
    "VERSION",
    "AreaSheet",
    "Check",
    "FormCell",
    "FormRow",
    "Layout",
    "layout",
]

VERSION = "1"
ACCEPTED = ("1",)  # versions of forms that `collect` reads
FIELDS = {"value": "E", "qualifier": "F", "remark": "G"}  # field → column of an area's sheet
FIRST = 6  # the first row of indicators
SHEET_NAME = 28  # characters; a spreadsheet takes 31
WIDER, NARROWER = Decimal(2), Decimal(1) / 2  # how far from last time's value is still plausible
FEW = 10  # a change of so few is never out of the ordinary
OPERATORS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "<>"}
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell to be filled in: what belongs in it and where it is."""

    indicator: str
    field: str  # value | qualifier | remark
    sheet: str
    address: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One indicator's row; ends and the last figure are None where there is none."""

    indicator: Mapping[str, object]
    row: int
    whole: bool
    minimum: Decimal | None
    maximum: Decimal | None
    last: Figure | None
    low: Decimal | None
    high: Decimal | None

    @property
    def value_cell(self) -> str:
        """``$E$7``."""
        return f"${FIELDS['value']}${self.row}"


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """The sheet of one area of work."""

    area: str
    name: str
    title_zh: str
    title_en: str
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule between figures as a live formula: ``formula`` is true where it holds."""

    rule: str
    severity: str
    title_zh: str
    title_en: str
    formula: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole form, before it is drawn."""

    form: str
    codebook: str
    region: str
    region_zh: str
    region_en: str
    period: str
    period_zh: str
    period_en: str
    last_period: tuple[str, str]  # labels of the last period that is as long, "" where none is
    labels: Mapping[str, tuple[str, str]]  # of every period
    simulated: bool
    qualifiers: tuple[str, ...]
    areas: tuple[AreaSheet, ...]
    checks: tuple[Check, ...]

    @property
    def cells(self) -> Iterator[FormCell]:
        """Every cell to be filled in, in the order of the form."""
        for sheet in self.areas:
            for row in sheet.rows:
                for field, column in FIELDS.items():
                    slug = str(row.indicator["indicator"])
                    yield FormCell(slug, field, sheet.name, f"{column}{row.row}")


def layout(tables: Tables, region: str, period: str) -> Layout:
    """The form of a region and period; raises LookupError where the tables know neither."""
    place = _one(tables.regions, "region", region)
    time = _one(tables.periods, "period", period)
    areas = tuple(_area_sheets(tables, region, period))
    columns = (tables.periods[name] for name in ("period", "label_zh", "label_en"))
    labels = {str(name): (str(zh), str(en)) for name, zh, en in zip(*columns, strict=True)}
    codebook = hashlib.sha256(
        "\n".join(
            f"{row.indicator['indicator']},{row.indicator['unit']},{row.indicator['definition_zh']}"
            for sheet in areas
            for row in sheet.rows
        ).encode()
    ).hexdigest()[:8]
    return Layout(
        form=f"{region}-{period}-v{VERSION}-{codebook}",
        codebook=codebook,
        region=region,
        region_zh=str(place["name_zh"]),
        region_en=str(place["name_en"]),
        period=period,
        period_zh=str(time["label_zh"]),
        period_en=str(time["label_en"]),
        last_period=labels.get(next(iter(like_before(tables, period)), ""), ("", "")),
        labels=labels,
        simulated=tables.simulated,
        qualifiers=tuple(dict.fromkeys(q for q in tables.qualifiers["qualifier"] if q)),
        areas=areas,
        checks=tuple(_checks(tables, region, areas)),
    )


def _one(frame: pd.DataFrame, column: str, name: str) -> Mapping[str, object]:
    rows = frame[frame[column] == name].to_dict("records")
    if not rows:
        raise LookupError(f"{column}: {name}")
    return rows[0]


def _area_sheets(tables: Tables, region: str, period: str) -> Iterator[AreaSheet]:
    names: set[str] = set()
    for area in tables.areas.sort_values("position").to_dict("records"):
        own = tables.indicators[tables.indicators["area"] == area["area"]]
        rows = tuple(
            _row(one, FIRST + at, _last(tables, str(one["indicator"]), region, period))
            for at, one in enumerate(own.sort_values("position").to_dict("records"))
        )
        if rows:
            titles = str(area["title_zh"]), str(area["title_en"])
            yield AreaSheet(str(area["area"]), _sheet_name(titles[0], names), *titles, rows)


def _sheet_name(title: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\'!]", " ", title)[:SHEET_NAME].strip() or "-"
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base}{count}"
    taken.add(name.casefold())
    return name


def _last(tables: Tables, slug: str, region: str, period: str) -> Figure | None:
    """The region's figure of the last period of the same length before this one that has it."""
    known = recorded(tables, region).get(slug, {})
    return next((known[name] for name in like_before(tables, period) if name in known), None)


def _row(indicator: Mapping[str, object], row: int, last: Figure | None) -> FormRow:
    minimum, maximum, whole = limits(indicator)
    low = high = None
    if last is not None:
        value = last.quantity.value
        low = min(value * NARROWER, value - FEW).max(
            minimum if minimum is not None else value - FEW
        )
        high = max(value * WIDER, value + FEW)
        high = high.min(maximum) if maximum is not None else high
        step = Decimal(1) if whole or value >= FEW else Decimal("0.01")
        low, high = low.quantize(step, ROUND_FLOOR), high.quantize(step, ROUND_CEILING)
    return FormRow(indicator, row, whole, minimum, maximum, last, low, high)


def _checks(tables: Tables, region: str, areas: tuple[AreaSheet, ...]) -> Iterator[Check]:
    """The rules that speak of nothing but figures of the form, as formulas of a spreadsheet."""
    cells = {
        str(row.indicator["indicator"]): f"'{sheet.name}'!{row.value_cell}"
        for sheet in areas
        for row in sheet.rows
    }
    for rule in tables.rules.to_dict("records"):
        if rule.get("region") not in (None, "", region) or rule["kind"] != "check":
            continue
        used: list[str] = []
        formula = _formula(str(rule["expression"]), cells, used)
        if formula and used:
            titles = str(rule["title_zh"]), str(rule["title_en"])
            at = tuple(dict.fromkeys(used))
            yield Check(str(rule["rule"]), str(rule["severity"]), *titles, formula, at)


def _formula(expression: str, cells: Mapping[str, str], used: list[str]) -> str:
    """A comparison as a spreadsheet's formula; "" where it names more than the form has."""
    try:
        tree = ast.parse(expression, mode="eval").body
        if not isinstance(tree, ast.Compare):
            return ""
        sides = [_side(side, cells, used) for side in (tree.left, *tree.comparators)]
    except (SyntaxError, KeyError):
        return ""
    pairs = zip(sides, tree.ops, sides[1:], strict=False)
    parts = [f"{left}{OPERATORS[type(sign)]}{right}" for left, sign, right in pairs]
    return parts[0] if len(parts) == 1 else f"AND({','.join(parts)})"


def _side(node: ast.expr, cells: Mapping[str, str], used: list[str]) -> str:
    """A sum or product of cells and numbers; KeyError for anything else."""
    if isinstance(node, ast.BinOp):
        left, right = _side(node.left, cells, used), _side(node.right, cells, used)
        return f"({left}{SIGNS[type(node.op)]}{right})"
    if isinstance(node, ast.Name):
        used.append(cells[node.id])
        return cells[node.id]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return str(node.value)
    raise KeyError(type(node).__name__)
