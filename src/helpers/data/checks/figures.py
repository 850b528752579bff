"""Figures: the value, the rounding word and the words as printed must say one thing."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from helpers.quantity import Policy, PolicyRefused, Quantity, read

from ..problems import Problem, problem
from ..sheets import Sheet

__all__ = ["check_figures", "check_policy", "is_plain", "limits", "quantity_as_written"]

INTEGER = re.compile(r"(0|[1-9][0-9]*)([^0-9.,%\s][^0-9.,%\s]*)")
NUMERAL = re.compile(r"[0-9０-９〇零一二两三四五六七八九十百千万亿]")
FRACTIONAL_UNITS = {"%", "‰", "‱", "元", "pp", "美元", "公里", "亩", "吨", "平方米", "小时"}
FRACTIONAL_COUNTS = {"money", "share", "ratio", "area", "length", "index"}
LOOK = ("向来源核对", "look it up at its source")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a figure's indicator says of its values."""

    unit: str
    whole: bool
    share: bool
    minimum: Decimal | None = None
    maximum: Decimal | None = None


def check_policy(sheet: Sheet) -> tuple[Policy | None, list[Problem]]:
    """The rounding policy of `qualifiers.csv`, or every cell of it that cannot be used."""
    rows = [{name: value or "" for name, value in row.items()} for row in sheet.rows()]
    refused = {
        (row, name)
        for name, cells in sheet.columns.items()
        for row, cell in zip(sheet.numbers, cells, strict=True)
        if cell is None
    }
    try:
        return Policy.from_rows(rows), []
    except PolicyRefused as faulty:
        return None, [
            problem(
                (sheet.file, fault.row, fault.column, fault.value),
                "qualifier-policy",
                ("约数规则读不懂", "写成如 [v 与 v+s),只用 v、s、r、数字和 + - * /"),
                (f"{fault.reason}", "write it like [v and v+s), with v, s, r, numbers, + - * /"),
            )
            for fault in faulty.faults
            if (fault.row, fault.column) not in refused
        ]


FIGURES = ("observations", "comparables", "targets")  # tables of figures


def check_figures(
    sheets: Mapping[str, Sheet], policy: Policy | None, only: Collection[str] = FIGURES
) -> Iterator[Problem]:
    """Every figure of the observations, comparables and targets against its indicator and words."""
    kinds = _kinds(sheets["indicators"]) if "indicators" in sheets else {}
    for row in sheets["measures"].rows() if "measures" in sheets else ():
        kinds.setdefault(row["measure"], _kind(row["unit"], "", ""))
    known = set(sheets["qualifiers"].texts["qualifier"]) if "qualifiers" in sheets else None
    for name in FIGURES:
        if name in sheets and name in only:
            yield from _sheet(sheets[name], kinds, known, policy)


def _sheet(
    sheet: Sheet, kinds: Mapping[str, Kind], known: set[str] | None, policy: Policy | None
) -> Iterator[Problem]:
    columns = ("value", "indicator", "qualifier", "as_written", "unit")
    texts = (sheet.texts.get(column, [""] * len(sheet)) for column in columns)
    sound: set[tuple[str, ...]] = set()
    for row, value, said in zip(
        sheet.numbers, sheet.columns["value"], zip(*texts, strict=True), strict=True
    ):
        _, indicator, qualifier, written, unit = said
        kind = _kind(unit, "", "") if "unit" in sheet.texts else kinds.get(indicator)
        if value is None or kind is None or said in sound:
            continue
        found = [*_bounds(sheet, row, value, kind)]
        if known is not None and qualifier not in known:
            continue  # told as an unknown key
        if sheet.table.name == "targets" and not written:
            pass
        elif policy and (qualifier or not is_plain(written, value, kind.unit)):
            found += _words(sheet, row, (value, qualifier, written), kind.unit, policy)
        if written and not found:
            sound.add(said)
        yield from found


def quantity_as_written(written: str, policy: Policy) -> Quantity | None:
    """The quantity in `written`; None where it holds no numeral (empty, or a word for all).

    Raises ValueError where it holds anything but one quantity.
    """
    return read(written, policy) if NUMERAL.search(written) else None


def is_plain(written: str, value: Decimal, unit: str) -> bool:
    """Whether `written` is `value` and `unit` in the commonest form, 321名: told without the
    grammar, and exact."""
    match = INTEGER.fullmatch(written)
    return bool(match and match[2] == unit and Decimal(match[1]) == value)


def _kinds(sheet: Sheet) -> dict[str, Kind]:
    columns = ("indicator", "unit", "counts", "measure_type", "minimum", "maximum")
    rows = zip(*(sheet.columns[name] for name in columns), strict=True)
    return {
        indicator: _kind(unit or "", counts or "", measure_type or "", low, high)
        for indicator, unit, counts, measure_type, low, high in rows
    }


def _kind(
    unit: str,
    counts: str,
    measure_type: str,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Kind:
    whole = bool(counts) and counts not in FRACTIONAL_COUNTS and unit not in FRACTIONAL_UNITS
    whole = whole and measure_type != "ratio"
    return Kind(unit, whole, counts == "share" and unit == "%", low, high)


def limits(about: Mapping[str, object]) -> tuple[Decimal | None, Decimal | None, bool]:
    """The least and the most that a figure of an indicator may be, None where there is no end,
    and whether it must be a whole number; ``about`` is the indicator's row."""
    ends = [about.get(name) for name in ("minimum", "maximum")]
    low, high = (None if end in (None, "") else Decimal(str(end)) for end in ends)
    kind = _kind(*(str(about.get(name) or "") for name in ("unit", "counts", "measure_type")))
    if kind.whole or kind.share:
        low = max(Decimal(0), low or Decimal(0))
    if kind.share:
        high = min(Decimal(100), Decimal(100) if high is None else high)
    return low, high, kind.whole


def _bounds(sheet: Sheet, row: int, value: Decimal, kind: Kind) -> Iterator[Problem]:
    place = (sheet.file, row, "value", f"{value}")
    if kind.whole and value != value.to_integral_value():
        zh = (f"以“{kind.unit}”计的数应为整数", LOOK[0])
        yield problem(place, "whole", zh, ("a count must be a whole number", LOOK[1]))
    if kind.whole and value < 0:
        zh = (f"以“{kind.unit}”计的数不能为负", LOOK[0])
        yield problem(place, "negative", zh, ("a count cannot be negative", LOOK[1]))
    elif kind.share and not 0 <= value <= 100:
        zh = ("百分比应在 0 到 100 之间", "27.92% 写作 27.92")
        yield problem(place, "share", zh, ("a share lies in 0..100", "write 27.92 for 27.92%"))
    for limit, wrong, zh_word, en_word in (
        (kind.minimum, kind.minimum is not None and value < kind.minimum, "小于", "below"),
        (kind.maximum, kind.maximum is not None and value > kind.maximum, "大于", "above"),
    ):
        if wrong:
            zh = (f"{zh_word}该指标允许的 {limit}", LOOK[0])
            en = (f"{en_word} the {limit} that its indicator allows", LOOK[1])
            yield problem(place, "range", zh, en)


def _words(
    sheet: Sheet, row: int, said: tuple[Decimal, str, str], unit: str, policy: Policy
) -> Iterator[Problem]:
    value, qualifier, written = said
    place = (sheet.file, row, "as_written", written)
    try:
        quantity = quantity_as_written(written, policy)
    except ValueError as reason:
        zh = ("原文写法读不成一个数量", "只写数字连同单位和约数词,如 1.78万余名")
        why = str(reason).split(": ", 1)[-1]
        en = (f"not one quantity: {why}", "write the numeral with its unit, such as 1.78万余名")
        yield problem(place, "as-written-unreadable", zh, en)
        return
    if quantity is None:
        if qualifier or not sheet.texts.get("note_zh", [""] * len(sheet))[_at(sheet, row)]:
            zh = ("原文写法里没有数字", "写上数字;原文没有数字的,在说明里写明依据")
            en = ("no numeral in it", "write it, or say in the note what the figure rests on")
            yield problem(place, "as-written-no-numeral", zh, en)
        return
    for column, stated, read_as in (
        ("value", value, quantity.value),
        ("qualifier", qualifier, quantity.qualifier),
        ("unit", unit, quantity.unit),
    ):
        if stated != read_as:
            shown = f"{read_as:f}" if isinstance(read_as, Decimal) else read_as or "-"
            had = f"{stated:f}" if isinstance(stated, Decimal) else stated or "-"
            zh = (f"原文读作 {column} = {shown},表中却是 {had}", "核对来源,改正其中一处")
            en = (f"it says {column} = {shown}, but the table {had}", "correct one of the two")
            yield problem(place, f"as-written-{column}", zh, en)


def _at(sheet: Sheet, row: int) -> int:
    return sheet.numbers.index(row)
