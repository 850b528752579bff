"""What a spreadsheet shows for a number: its display format applied.

A format is part of the meaning: ``0!.0,"万"`` shows 1.3万 for 13000, ``0%`` shows 5% for 0.05,
``0\\%`` shows 5% for 5, ``0000000`` shows 0000123 for 123. The grammar is that of the file format
(ECMA-376, part 1, section 18.8.31), as far as whole and decimal numbers need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["Shown", "shown_number"]

TOKEN = re.compile(
    r'"([^"]*)"|[\\!](.)|_.|\*.|\[[^\]]*\]|([0#?])|(\.)|(,)|(%)|([Ee][+-])|(General|G/通用格式)|(.)',
    re.IGNORECASE | re.DOTALL,
)
LITERALS = " -+/()：:¥$￥万亿元千百人次个%‰<>=&~^{}"
MOST = 400  # characters of a format


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as shown: its text, and by how much the text's number is that of the cell."""

    text: str
    percent: bool = False


def shown_number(value: Decimal, code: str) -> Shown | None:
    """The text that a format makes of a number; None for a format that is not understood."""
    if not code or len(code) > MOST:
        return Shown(plain(value))
    section, value = _section(code, value)
    tokens = _tokens(section)
    if tokens is None:
        return None
    if any(kind == "general" for kind, _ in tokens):
        made = "".join(plain(value) if kind == "general" else text for kind, text in tokens)
        return Shown(made)
    if not any(kind == "digit" for kind, _ in tokens):
        return Shown("".join(text for kind, text in tokens if kind == "text"))
    return _applied(tokens, value)


def plain(value: Decimal) -> str:
    """A number without exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, value: Decimal) -> tuple[str, Decimal]:
    """The part of a format that holds for a value, and the value that it is applied to."""
    parts, at, quoted = [""], 0, False
    while at < len(code):
        if code[at] == '"':
            quoted = not quoted
        if code[at] in "\\!" and not quoted:
            parts[-1] += code[at : at + 2]
            at += 2
            continue
        if code[at] == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += code[at]
        at += 1
    if value < 0 and len(parts) > 1 and parts[1]:
        return parts[1], -value
    if value == 0 and len(parts) > 2 and parts[2]:
        return parts[2], value
    return parts[0], value


def _tokens(section: str) -> list[tuple[str, str]] | None:
    """(kind, text) of each part of a section; None where it holds what numbers do not use."""
    found = []
    for match in TOKEN.finditer(section):
        quoted, escaped, digit, point, comma, percent, exponent, general, other = match.groups()
        if quoted is not None or escaped is not None:
            found.append(("text", quoted if quoted is not None else escaped))
        elif digit:
            found.append(("digit", digit))
        elif point:
            found.append(("point", "."))
        elif comma:
            found.append(("comma", ","))
        elif percent:
            found.append(("percent", "%"))
        elif exponent:
            return None
        elif general:
            found.append(("general", ""))
        elif other and (other in LITERALS or ord(other) > 0x7F):
            found.append(("text", other))
        elif other:
            return None
    return found


def _applied(tokens: list[tuple[str, str]], value: Decimal) -> Shown:
    kinds = [kind for kind, _ in tokens]
    point = kinds.index("point") if "point" in kinds else len(tokens)
    digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
    whole = [at for at in digits if at < point]
    decimals = [at for at in digits if at > point]
    last = max(digits)
    percent = "percent" in kinds
    number = abs(value) * (100 if percent else 1)
    commas = [at for at, kind in enumerate(kinds) if kind == "comma"]
    scaling = [at for at in commas if at > last or (whole and whole[-1] < at < point)]
    number = number.scaleb(-3 * len(scaling))
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    before, _, after = f"{number:f}".partition(".")
    texts = dict(enumerate(text if kind in ("text", "percent") else "" for kind, text in tokens))
    _put_whole(texts, tokens, whole, before.lstrip("0"), grouped)
    kept = _put_decimals(texts, tokens, decimals, after)
    if point in texts and (kept or "point" in kinds):
        texts[point] = "."
    sign = "-" if value < 0 and number else ""
    return Shown(sign + "".join(texts[at] for at in sorted(texts)), percent)


def _put_whole(texts, tokens, places: list[int], digits: str, grouped: bool) -> None:
    """Digits before the point, from the right; the leftmost place takes what is left over."""
    least = sum(tokens[at][1] == "0" for at in places)
    digits = digits.rjust(least, "0") if least else digits
    if grouped and digits:
        groups = []
        while digits:
            digits, group = digits[:-3], digits[-3:]
            groups.append(group)
        if places:
            texts[places[0]] = ",".join(reversed(groups))
        return
    for place in reversed(places):
        digits, texts[place] = (digits[:-1], digits[-1:]) if digits else ("", "")
    if digits and places:
        texts[places[0]] = digits + texts[places[0]]


def _put_decimals(texts, tokens, places: list[int], digits: str) -> bool:
    """Digits after the point; whether any is shown. ``#`` leaves zeros at the end away."""
    needed = max((n for n, at in enumerate(places, 1) if tokens[at][1] != "#"), default=0)
    shown = max(needed, len(digits.rstrip("0")))
    for place, digit in zip(places[:shown], digits[:shown], strict=False):
        texts[place] = digit
    return bool(shown)
