"""A cell that should be a plain number: its value, or the reason why not and what to write."""

import unicodedata

from .misnumbers import PATTERNS, PLAIN, Fault, fault

__all__ = ["FULL_WIDTH", "PLAIN", "number_fault"]

# Full-width digits and point only: wider folding would turn 13² into 132.
FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
LONGEST = 60


def number_fault(text: str) -> Fault:
    """Why `text` is not a plain number: (rule, (what zh, remedy zh), (what en, remedy en))."""
    for pattern, explain in PATTERNS if len(text) <= LONGEST else ():
        match = pattern.fullmatch(text)
        if match:
            return explain(match)
    if any(unicodedata.category(c) == "Nd" and not c.isascii() for c in text):
        plain = "".join(
            str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text
        )
        return fault("digits", "用了别的文字的数字", "digits of another script", plain)
    return fault("", "不是数字", "not a number")
