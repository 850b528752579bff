"""A claim: one quantity of a text, the figure it speaks of, and the verdict on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.analysis.figures import plain_number
from helpers.data.problems import one_line

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.text.extract import Found
    from helpers.audit.text.manuscript import Manuscript

__all__ = ["Claim"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantity of the text with its figure and verdict; reason in the language asked for."""

    found: Found
    figure: Figure | None
    verdict: str
    reason_zh: str
    reason_en: str

    @property
    def shown(self) -> str:
        """The quotation on one line, characters that nobody sees spelt out."""
        return one_line(re.sub(r"\s*\n\s*", "", self.found.quote))

    def reason(self, lang: str) -> str:
        """Why the verdict is what it is."""
        return self.reason_zh if lang == "zh" else self.reason_en

    def as_json(self, text: Manuscript, lang: str) -> dict[str, object]:
        """The claim as the contract has it; an end without bound is null."""
        stated = self.found.quantity
        low, high = stated.interval.lower, stated.interval.upper
        start, end = text.place(self.found.start), text.place(self.found.end)
        return {
            "start": start,
            "end": end,
            "quote": text.decoded[start:end],
            "value": plain_number(stated.value),
            "lower": plain_number(low) if low.is_finite() else None,
            "upper": plain_number(high) if high.is_finite() else None,
            "unit": stated.unit,
            "qualifier": stated.qualifier,
            "figure": self.figure.key if self.figure else None,
            "verdict": self.verdict,
            "reason": self.reason(lang),
        }
