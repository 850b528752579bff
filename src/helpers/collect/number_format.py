"""What a spreadsheet shows for a number: its display format applied.

A format is part of the meaning: ``0!.0,"万"`` shows 1.3万 for 13000, ``0%`` shows 5% for 0.05,
``0\\%`` shows 5% for 5, ``0000000`` shows 0000123 for 123. The grammar is that of the file format
(ECMA-376, part 1, section 18.8.31), as far as whole and decimal numbers need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["Shown", "plain", "shown_number"]

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<skip>_.|\*.|\[[^\]<>=]*\])|(?P<digit>[0#?])'
    r"|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<exponent>[Ee][+-])"
    r"|(?P<general>General|G/通用格式)|(?P<end>;)|(?P<text>.)",
    re.IGNORECASE | re.DOTALL,
)
LITERALS = " -+/()：:¥$￥万亿元千百人次个%‰<>=&~^{}"
MOST = 400  # characters of a format


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as shown, and whether its text is the number times a hundred."""

    text: str
    percent: bool = False


def shown_number(value: Decimal, code: str) -> Shown | None:
    """The text that a format makes of a number; None for a format that is not understood."""
    if not code or len(code) > MOST:
        return Shown(plain(value))
    tokens, value = _section(code, value)
    kinds = [kind for kind, _ in tokens]
    if "exponent" in kinds or any(
        kind == "text" and text not in LITERALS and text.isascii() for kind, text in tokens
    ):
        return None
    if "general" in kinds or "digit" not in kinds:
        return Shown("".join(plain(value) if kind == "general" else _literal(kind, text)
                             for kind, text in tokens if kind != "percent"))  # fmt: skip
    return _applied(tokens, kinds, value)


def plain(value: Decimal) -> str:
    """A number without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, value: Decimal) -> tuple[list[tuple[str, str]], Decimal]:
    """The (kind, text) of the part of a format that holds for a value, and what it is applied to:
    there is one for positive numbers, for negative ones, for zero."""
    sections: list[list[tuple[str, str]]] = [[]]
    for match in TOKEN.finditer(code):
        if match.lastgroup == "end":
            sections.append([])
        elif match.lastgroup != "skip":
            sections[-1].append((match.lastgroup, match[match.lastgroup]))
    at = 1 if value < 0 else 2 * (value == 0)
    if at < len(sections) and sections[at]:
        return sections[at], abs(value)
    return sections[0], value


def _literal(kind: str, text: str) -> str:
    return text if kind in ("text", "quoted", "escaped", "percent") else ""


def _applied(tokens: list[tuple[str, str]], kinds: list[str], value: Decimal) -> Shown:
    point = kinds.index("point") if "point" in kinds else len(tokens)
    places = [at for at, kind in enumerate(kinds) if kind == "digit"]
    whole = [at for at in places if at < point]
    decimals = [at for at in places if at > point]
    commas = [at for at, kind in enumerate(kinds) if kind == "comma"]
    thousands = sum(at > places[-1] or (whole and whole[-1] < at < point) for at in commas)
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    percent = "percent" in kinds
    number = (abs(value) * (100 if percent else 1)).scaleb(-3 * thousands)
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    before, _, after = f"{number:f}".partition(".")
    before = before.lstrip("0").rjust(sum(tokens[at][1] == "0" for at in whole), "0")
    needed = max((n for n, at in enumerate(decimals, 1) if tokens[at][1] != "#"), default=0)
    after = after[: max(needed, len(after.rstrip("0")))]  # # leaves zeros at the end away
    texts = {at: _literal(*token) for at, token in enumerate(tokens)}
    texts.update(zip(decimals, after, strict=False))
    digits = [one + "," * (grouped and left > 0 and left % 3 == 0)
              for left, one in zip(range(len(before))[::-1], before, strict=True)]  # fmt: skip
    over = max(0, len(digits) - len(whole))  # the leftmost place takes what is left over
    digits[: over + 1] = ["".join(digits[: over + 1])] if digits else []
    if whole:
        texts.update(zip(reversed(whole), reversed(digits), strict=False))
    if "point" in kinds:
        texts[point] = "." if whole else f"{before}."
    sign = "-" if value < 0 and number else ""
    return Shown(sign + "".join(texts[at] for at in sorted(texts)), percent)
