"""The record of a quantity: its value, what it can mean, its unit and its rounding word."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from helpers.quantity.interval import Interval
from helpers.quantity.numeral import Numeral
from helpers.quantity.policy import Policy

__all__ = ["JOINT", "Quantity", "interval_of"]

JOINT = "…"  # between the two words of a doubled mark: 约…左右


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as people write it.

    value: in plain units (1.78万 is 17800; of a range or a vague number the lower end);
    interval: every number that the form can stand for; unit: the measure word in base units
    (万元 is 元), "%" for shares, "pp" for percentage points; qualifier: the rounding word as
    written, "" if none, two joined by … if doubled; written: the phrase itself.
    """

    value: Decimal
    interval: Interval
    unit: str = ""
    qualifier: str = ""
    written: str = field(default="", compare=False)

    @property
    def doubled(self) -> bool:
        """True where two rounding words stand at one number, a known fault of style."""
        return JOINT in self.qualifier


def interval_of(numeral: Numeral, qualifier: str, policy: Policy, position: str = "") -> Interval:
    """Return what a numeral with a rounding word (or "") stands for under the policy.

    Two neighbouring numerals (七八万) stand for everything from one to the other. Raises
    ValueError for a word that the policy does not know.
    """
    ends = (numeral.value, numeral.step, numeral.place)
    if not qualifier:
        if numeral.upper is not None:
            return Interval(numeral.value, numeral.upper)
        return policy.rule("", "rounded" if numeral.rounded else "exact").interval(*ends)
    rule = policy.rule(qualifier, position)
    if rule.same_ends(policy.rule("", "rounded")):  # 之多 only stresses the number as written
        return interval_of(numeral, "", policy)
    low = rule.interval(*ends)
    if numeral.upper is None:
        return low
    high = rule.interval(numeral.upper, numeral.step, numeral.place)
    return low.union(high)
