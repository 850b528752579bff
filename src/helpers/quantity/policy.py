"""The rounding policy: which interval a written number and its rounding word stand for.

The rows are those of `qualifiers.csv`: a bracket and an expression for each end, over v (the
stated value), s (the place of the last digit that is not zero) and r (the place of the last
written digit), e.g. `[v` and `v + s)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from helpers.quantity.expression import Expression, evaluate, parse_end
from helpers.quantity.interval import INFINITY, Interval, tidy

__all__ = ["POSITIONS", "Policy", "PolicyFault", "PolicyRefused", "Rule"]

POSITIONS = ("exact", "rounded", "before", "inside", "after", "threshold")


class PolicyFault(NamedTuple):
    """One cell of the policy that cannot be used."""

    row: int
    column: str
    value: str
    reason: str


class PolicyRefused(ValueError):  # noqa: N818 - a refusal of the data, named as elsewhere
    """Raised for a policy with faults; `faults` lists every one."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        """Keep the faults and say each on a line."""
        self.faults = tuple(faults)
        super().__init__(
            "\n".join(
                f"row {row}: {column}: {value!r}: {reason}" for row, column, value, reason in faults
            )
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy: a rounding word at a position, and its two ends."""

    qualifier: str
    position: str
    lower: Expression
    upper: Expression
    lower_closed: bool
    upper_closed: bool
    word_en: str = ""

    def interval(self, value: Decimal, step: Decimal, place: Decimal) -> Interval:
        """Return the interval for v = value, s = step, r = place; ValueError if it is empty."""
        names = {"v": value, "s": step, "r": place, "inf": INFINITY}
        low, high = tidy(evaluate(self.lower, names)), tidy(evaluate(self.upper, names))
        if low == high and self.position == "exact":
            return Interval.point(low)
        return Interval(low, high, self.lower_closed, self.upper_closed)

    def same_ends(self, other: Rule) -> bool:
        """Tell whether another rule sets the same two ends."""
        ends = ("lower", "upper", "lower_closed", "upper_closed")
        return all(getattr(self, name) == getattr(other, name) for name in ends)


@dataclass(frozen=True)
class Policy:
    """Every rule of a rounding policy; equal rules make equal policies."""

    rules: tuple[Rule, ...]
    _index: dict[tuple[str, str], Rule] = field(init=False, repr=False, compare=False)
    _words: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rules by word and position."""
        index = {(rule.qualifier, rule.position): rule for rule in reversed(self.rules)}
        words = {
            place: tuple(
                sorted(
                    {r.qualifier for r in self.rules if r.position == place},
                    key=lambda word: (-len(word), word),
                )
            )
            for place in POSITIONS
        }
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "_hash", hash(self.rules))

    def __hash__(self) -> int:
        """Return the hash of the rules, computed once."""
        return self._hash

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, object]]) -> Policy:
        """Read rows with qualifier, position, lower, upper and word_en.

        A `row` key gives the row's number for messages (else counted from 2, below a header).
        Raises PolicyRefused with every fault: row, column, value and reason.
        """
        faults: list[PolicyFault] = []
        rules = [_rule(row, count, faults) for count, row in enumerate(rows, start=2)]
        seen: dict[tuple[str, str], int] = {}
        for count, rule in enumerate(rules, start=2):
            if rule and (rule.qualifier, rule.position) in seen:
                faults.append(
                    PolicyFault(
                        count,
                        "qualifier",
                        rule.qualifier,
                        f"stands twice at position {rule.position}",
                    )
                )
            if rule:
                seen[rule.qualifier, rule.position] = count
        for needed in ("exact", "rounded"):
            if ("", needed) not in seen and not faults:
                faults.append(PolicyFault(1, "position", needed, "the policy has no such row"))
        if faults:
            raise PolicyRefused(faults)
        return cls(tuple(rule for rule in rules if rule))

    def words(self, position: str) -> tuple[str, ...]:
        """Return the rounding words that may stand at a position, longest first."""
        return self._words[position]

    def rule(self, qualifier: str, position: str = "") -> Rule:
        """Return the rule of a word; at the position if it has one there, else its first.

        Raises ValueError for a word that the policy does not know.
        """
        found = self._index.get((qualifier, position))
        if found is None:
            places = ("after", "inside", "before") if qualifier else ("exact",)
            found = next(
                (
                    self._index[qualifier, place]
                    for place in places
                    if (qualifier, place) in self._index
                ),
                None,
            )
        if found is None:
            raise ValueError(f"the policy does not know the rounding word {qualifier!r}")
        return found

    def knows(self, qualifier: str) -> bool:
        """Tell whether the policy has a rule for a rounding word."""
        return any((qualifier, place) in self._index for place in POSITIONS)

    def words_en(self) -> tuple[tuple[str, str], ...]:
        """Return (English words, Chinese word) pairs, longest first, one for each English word."""
        first: dict[str, str] = {}
        for rule in self.rules:
            if rule.word_en and rule.qualifier:
                first.setdefault(rule.word_en.lower(), rule.qualifier)
        return tuple(sorted(first.items(), key=lambda pair: -len(pair[0])))


def _rule(row: Mapping[str, object], count: int, faults: list[PolicyFault]) -> Rule | None:
    number = int(row.get("row", count))  # type: ignore[call-overload]
    cells = {
        name: str(row.get(name) or "").strip()
        for name in ("qualifier", "position", "lower", "upper", "word_en")
    }
    before = len(faults)
    if cells["position"] not in POSITIONS:
        faults.append(
            PolicyFault(number, "position", cells["position"], f"not one of {', '.join(POSITIONS)}")
        )
    elif bool(cells["qualifier"]) == (cells["position"] in ("exact", "rounded")):
        faults.append(
            PolicyFault(
                number,
                "qualifier",
                cells["qualifier"],
                "a word is needed at before, inside, after and threshold, "
                "and none at exact and rounded",
            )
        )
    ends = {}
    for column, brackets in (("lower", "[("), ("upper", "])")):
        try:
            ends[column] = parse_end(cells[column], brackets)
        except ValueError as reason:
            faults.append(PolicyFault(number, column, cells[column], str(reason)))
    if len(faults) > before:
        return None
    return Rule(
        cells["qualifier"],
        cells["position"],
        ends["lower"][0],
        ends["upper"][0],
        ends["lower"][1],
        ends["upper"][1],
        cells["word_en"],
    )
