"""Changes: the figures of a period beside those of the last period before that is as long.

Stocks and ratios that no period of the same length has are held against the last one that has
them; flows and plan targets, which add up over their period, never are. Nothing is compared
across a break of its series (``status`` B). What was rounded stays an interval: whether a
figure rose is for its interval to decide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.lookup import by_name
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like_before, past

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

CHANGE, GROWTH = "change", "growth"
UP, DOWN, SAME, OPEN = "up", "down", "same", "open"
ADDS_UP = ("flow", "target")  # measure types that grow with the length of their period
BREAK = "B"  # SDMX CL_OBS_STATUS: the series breaks with this observation
UNIT = {"%": ("pp", "percentage points", "percentage point")}


def changes(tables: Tables, region: str, period: str) -> dict[str, Figure]:
    """The earlier figures of a reference area, and what has changed since, by name.

    ``SLUG@EARLIERPERIOD`` is the earlier figure itself (an observation, or a share derived for
    that period), ``SLUG.change`` the difference, signed, in the figure's unit (percentage
    points, unit ``pp``, for shares and ratios), ``SLUG.growth`` the signed growth in percent,
    which ratios and figures that may have been zero do not have. The derived ones are measures
    of form ``change`` and ``growth`` whose inputs are the later and the earlier figure.
    """
    told: dict[str, Figure] = {}
    for slug, later in figures_of(tables, region, period).items():
        if later.kind == "measure" and later.form != "share":
            continue
        earlier = before(tables, later)
        if earlier is None:
            continue
        told[f"{slug}@{earlier.period}"] = earlier
        told[f"{slug}.{CHANGE}"] = change(tables, later, earlier)
        if rise := growth(tables, later, earlier):
            told[f"{slug}.{GROWTH}"] = rise
    return told


def before(tables: Tables, later: Figure) -> Figure | None:
    """The figure that a figure of a reference area may be held against: the same of the last
    period before; None where there is none, or where the series breaks in between.
    """
    if later.quantity is None or _breaks(later):
        return None
    found = _last(tables, later, like_before(tables, later.period))
    if found is None and later.kind == "indicator" and later.form not in ADDS_UP:
        found = _last(tables, later, past(tables, later.period))
    if found is None or (later.kind == "measure" and not _same_operands(later, found)):
        return None
    return found


def _breaks(figure: Figure) -> bool:
    return figure.status == BREAK or any(_breaks(part) for part in figure.inputs)


def _last(tables: Tables, later: Figure, periods: Iterable[str]) -> Figure | None:
    for period in periods:
        found = figures_of(tables, later.region, period).get(later.slug)
        if found is not None and found.quantity is not None and found.period == period:
            return found
    return None


def _same_operands(later: Figure, earlier: Figure) -> bool:
    return [f.slug for f in later.inputs] == [f.slug for f in earlier.inputs]


def direction(difference: Figure) -> str:
    """``up``, ``down`` or ``same`` where the interval of a change decides it, else ``open``."""
    interval = difference.interval
    if interval is None:
        return OPEN
    if interval.exact and not interval.lower:
        return SAME
    if interval.lower > 0 or (not interval.lower and not interval.lower_closed):
        return UP
    below = interval.upper < 0 or (not interval.upper and not interval.upper_closed)
    return DOWN if below else OPEN


def _since(tables: Tables, earlier: Figure) -> tuple[str, str]:
    row = by_name(tables, "periods", "period")[earlier.period]
    return str(row["label_zh"]), str(row["label_en"])


def change(tables: Tables, later: Figure, earlier: Figure, *, fall: bool = False) -> Figure:
    """The difference in the figure's unit (``pp`` between percentages), signed; turned round
    where ``fall``, so that a fall can be said without a sign.
    """
    value = later.quantity.value - earlier.quantity.value
    interval = later.interval - earlier.interval
    zh, en = _since(tables, earlier)
    if fall:
        return worked_out(
            later, "fall", (later, earlier), (-value, interval.scale(-1)), "difference",
            (f"{later.label_zh}比{zh}的减少", f"{zh}的{later.label_zh} − 本期的同一指标"),
            (f"{later.label_en}, fall from {en}", f"{later.label_en} in {en} − the same now"),
        )  # fmt: skip
    return worked_out(
        later, CHANGE, (later, earlier), (value, interval), "difference",
        (f"{later.label_zh}比{zh}的增减", f"{later.label_zh} − {zh}的同一指标"),
        (f"{later.label_en}, change from {en}", f"{later.label_en} − the same in {en}"),
    )  # fmt: skip


def growth(tables: Tables, later: Figure, earlier: Figure, *, fall: bool = False) -> Figure | None:
    """The growth in percent, None for ratios and where the earlier figure may have been zero;
    turned round where ``fall``.
    """
    if later.unit in UNIT or not earlier.interval.lower > 0:
        return None
    interval = (later.interval / earlier.interval).scale(100) - q.Interval.point(100)
    if not (interval.lower.is_finite() and interval.upper.is_finite()):
        return None
    ratio = q.NEAR.divide(later.quantity.value, earlier.quantity.value)
    value = interval.lower if interval.exact else ratio * 100 - 100
    if fall:
        value, interval = -value, interval.scale(-1)
    zh, en = _since(tables, earlier)
    form, word_zh, word_en = ("decline", "降幅", "decline") if fall else (GROWTH, "增幅", GROWTH)
    return worked_out(
        later, form, (later, earlier), (value, interval), "%",
        (f"{later.label_zh}比{zh}的{word_zh}", f"{later.label_zh} ÷ {zh}的同一指标 × 100 − 100"),
        (f"{later.label_en}, {word_en} from {en}",
         f"{later.label_en} ÷ the same in {en} × 100 − 100"),
    )  # fmt: skip


def worked_out(
    base: Figure,
    form: str,
    inputs: tuple[Figure, ...],
    number: tuple[Decimal, q.Interval],
    unit: str,
    zh: tuple[str, str],
    en: tuple[str, str],
) -> Figure:
    """``SLUG.FORM`` with its value and interval; ``zh`` and ``en`` are its label and formula.

    ``unit`` is ``own`` (that of ``base``), ``%``, or ``difference``: percentage points between
    percentages, else the unit of ``base``.
    """
    units = (base.unit, base.unit_en, base.unit_en_one)
    if unit == "difference":
        units = UNIT.get(base.unit, units)
    units = ("%",) * 3 if unit == "%" else units
    return made(
        base, form, inputs, quantity=q.Quantity(*number, units[0]),
        label_zh=zh[0], formula_zh=zh[1], label_en=en[0], formula_en=en[1],
        unit=units[0], unit_en=units[1], unit_en_one=units[2],
    )  # fmt: skip


def made(base: Figure, form: str, inputs: tuple[Figure, ...], **fields: object) -> Figure:
    """A figure ``SLUG.FORM`` that is derived from the figures ``inputs``, placed as ``base`` is."""
    plain = {"as_written": "", "note_zh": "", "note_en": "", "status": "", "delivery": ""}
    return replace(
        base, slug=f"{base.slug}.{form}", kind="measure", form=form, inputs=inputs,
        **{**plain, **fields},
    )  # fmt: skip
