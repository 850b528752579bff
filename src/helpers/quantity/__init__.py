"""Numbers as people write them: 1.78万余名 to value, unit, interval, and back.

`read` takes a whole phrase apart, `write` states a quantity so that it reads back the same, and
`write_derived` states a computed number with no more digits than its interval supports. What a
rounding word stands for comes from a `Policy`, read from `qualifiers.csv`.
"""

from helpers.quantity.derived import supported_place, write_derived, write_range
from helpers.quantity.interval import INFINITY, NEAR, Interval
from helpers.quantity.numeral import Numeral
from helpers.quantity.policy import Policy, PolicyFault, PolicyRefused, Rule
from helpers.quantity.read import read
from helpers.quantity.record import JOINT, Quantity, interval_of
from helpers.quantity.write import write

__all__ = [
    "INFINITY",
    "JOINT",
    "NEAR",
    "Interval",
    "Numeral",
    "Policy",
    "PolicyFault",
    "PolicyRefused",
    "Quantity",
    "Rule",
    "interval_of",
    "read",
    "supported_place",
    "write",
    "write_derived",
    "write_range",
]
