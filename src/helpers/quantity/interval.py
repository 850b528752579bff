"""Intervals of decimal numbers, each end open or closed, and their arithmetic.

Results are rounded outward at 50 digits, so that an interval always holds whatever its
operands' members give; between two exact numbers the nearest 50-digit number is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from itertools import combinations

__all__ = ["INFINITY", "NEAR", "Interval", "addends", "tidy"]

INFINITY = Decimal("Infinity")
ZERO = Decimal(0)
MOST_PAIRED = 60  # of a thousand parts some two would be as large as anything
DOWN = Context(prec=50, rounding=ROUND_FLOOR)
UP = Context(prec=50, rounding=ROUND_CEILING)
NEAR = Context(prec=50, rounding=ROUND_HALF_EVEN)

End = tuple[Decimal, bool]
Operation = Callable[[Context, Decimal, Decimal], Decimal]


@dataclass(frozen=True, slots=True)
class Interval:
    """What a written number can mean: every number between two ends."""

    lower: Decimal
    upper: Decimal
    lower_closed: bool = True
    upper_closed: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for an interval that holds nothing."""
        if self.lower.is_nan() or self.upper.is_nan():
            raise ValueError("an end of an interval is not a number")
        empty = self.lower == self.upper and not (self.lower_closed and self.upper_closed)
        if self.lower > self.upper or empty:
            raise ValueError(f"the interval {self} holds no number")

    @classmethod
    def point(cls, value: Decimal | int) -> Interval:
        """Return the interval that holds one number only."""
        number = Decimal(value)
        return cls(number, number)

    @property
    def exact(self) -> bool:
        """True where the interval holds one number only."""
        return self.lower == self.upper

    @property
    def width(self) -> Decimal:
        """The distance between the ends, possibly infinite."""
        return UP.subtract(self.upper, self.lower) if not self.exact else ZERO

    def contains(self, number: Decimal | int) -> bool:
        """Tell whether the number lies inside, open ends respected."""
        above = number > self.lower or (self.lower_closed and number == self.lower)
        below = number < self.upper or (self.upper_closed and number == self.upper)
        return above and below

    def within(self, other: Interval) -> bool:
        """Tell whether every number of this interval lies in the other."""
        return self.union(other) == other

    def meets(self, other: Interval) -> bool:
        """Tell whether some number lies in both."""
        return _before(self, other) and _before(other, self)

    def union(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        low, low_closed = min(_low(self), _low(other), key=_reach)
        high, high_closed = max(_high(self), _high(other))
        return Interval(low, high, low_closed, high_closed)

    def __add__(self, other: Interval) -> Interval:
        """Return every sum of a number here and one there."""
        return _ends(
            [_combine(_low(self), _low(other), Context.add, DOWN)],
            [_combine(_high(self), _high(other), Context.add, UP)],
            _point(self, other, Context.add),
        )

    def __sub__(self, other: Interval) -> Interval:
        """Return every difference of a number here and one there."""
        return self + other.scale(Decimal(-1))

    def __mul__(self, other: Interval) -> Interval:
        """Return every product of a number here and one there."""
        pairs = [(a, b) for a in (_low(self), _high(self)) for b in (_low(other), _high(other))]
        return _ends(
            [_product(a, b, DOWN) for a, b in pairs],
            [_product(a, b, UP) for a, b in pairs],
            _point(self, other, Context.multiply),
        )

    def __truediv__(self, other: Interval) -> Interval:
        """Return every quotient; ZeroDivisionError if the divisor can be zero."""
        if other.contains(ZERO):
            raise ZeroDivisionError(f"the divisor {other} can be zero")
        pairs = [(a, b) for a in (_low(self), _high(self)) for b in (_low(other), _high(other))]
        sign = 1 if other.upper > 0 else -1
        return _ends(
            [_quotient(a, b, DOWN, sign) for a, b in pairs],
            [_quotient(a, b, UP, sign) for a, b in pairs],
            _point(self, other, Context.divide),
        )

    def scale(self, factor: Decimal | int) -> Interval:
        """Return the interval of every number here times an exact factor."""
        return self * Interval.point(factor)

    def __str__(self) -> str:
        """Return the interval as mathematicians write it: [5216, 5223)."""
        left, right = "[" if self.lower_closed else "(", "]" if self.upper_closed else ")"
        return f"{left}{self.lower:f}, {self.upper:f}{right}"


def tidy(number: Decimal) -> Decimal:
    """Return the same number without trailing decimal zeros and without an exponent."""
    if not number.is_finite():
        return number
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize(NEAR)


def addends(parts: Mapping[str, Interval], total: Decimal) -> list[tuple[str, ...]]:
    """The names of parts that may be as large as a total, alone, or where none is and they are
    not too many, in twos."""
    alone: list[tuple[str, ...]] = [(name,) for name, part in parts.items() if part.contains(total)]
    pairs = combinations(parts.items() if len(parts) <= MOST_PAIRED else (), 2)
    return alone or [(a, b) for (a, one), (b, other) in pairs if (one + other).contains(total)]


def _low(interval: Interval) -> End:
    return interval.lower, interval.lower_closed


def _high(interval: Interval) -> End:
    return interval.upper, interval.upper_closed


def _before(one: Interval, other: Interval) -> bool:
    if one.lower == other.upper:
        return one.lower_closed and other.upper_closed
    return one.lower < other.upper


def _reach(end: End) -> tuple[Decimal, bool]:
    return end[0], not end[1]  # of two equal lower ends the closed one reaches further


def _point(one: Interval, other: Interval, operation: Operation) -> Decimal | None:
    return operation(NEAR, one.lower, other.lower) if one.exact and other.exact else None


def _ends(lows: list[End], highs: list[End], point: Decimal | None) -> Interval:
    if point is not None:
        return Interval.point(point)
    low, low_closed = min(lows, key=_reach)
    high, high_closed = max(highs)
    return Interval(low, high, low_closed and low.is_finite(), high_closed and high.is_finite())


def _combine(one: End, other: End, operation: Operation, context: Context) -> End:
    return operation(context, one[0], other[0]), one[1] and other[1]


def _product(one: End, other: End, context: Context) -> End:
    # Zero times anything is zero, an unbounded end included: the end itself is never reached.
    if not one[0] or not other[0]:
        return ZERO, (one[1] and not one[0]) or (other[1] and not other[0])
    return _combine(one, other, Context.multiply, context)


def _quotient(one: End, other: End, context: Context, sign: int) -> End:
    number, closed = other
    if not number:  # an open end at zero: the quotient has no bound on that side
        return (one[0] * sign * INFINITY, False) if one[0] else (ZERO, one[1])
    if number.is_infinite():
        return ZERO, one[1] and not one[0]
    if not one[0]:
        return ZERO, one[1]
    return context.divide(one[0], number), one[1] and closed
