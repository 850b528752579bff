"""Precision and recall of the extractor on marked passages (tests/golden/*.txt).

In a passage ⟦phrase⟧ marks a quantity. What it states follows an equals sign where the digits
alone do not say it: ⟦近2000万元=20000000 近 [19000000,20000000)⟧; "-" stands for a range.
"""

import csv
import re
from decimal import Decimal
from typing import NamedTuple

import pytest

from helpers.audit.text.extract import extract
from helpers.data import home
from helpers.quantity import Policy

HERE = home() / "tests"
MARK = re.compile(r"⟦([^⟧=]+)(?:=([^⟧]+))?⟧")
PLAIN = str.maketrans("０１２３４５６７８９．萬億", "0123456789.万亿")


class Expected(NamedTuple):
    """A marked quantity: where it stands and what it states."""

    start: int
    end: int
    value: Decimal
    lower: Decimal
    upper: Decimal
    word: str
    unit: str | None = None


@pytest.fixture(scope="module")
def policy():
    """Returns the project's rounding policy."""
    with (HERE.parent / "data" / "qualifiers.csv").open(encoding="utf-8", newline="") as lines:
        return Policy.from_rows(csv.DictReader(lines))


def passages():
    """Returns every golden passage with its quantities: (name, text, expected)."""
    found = []
    for file in sorted((HERE / "golden").glob("*.txt")):
        blocks = re.split(r"\n\s*\n", file.read_text(encoding="utf-8"))
        for count, block in enumerate(blocks):
            lines = [line for line in block.splitlines() if not line.startswith("# ")]
            if "".join(lines).strip():
                found.append((f"{file.stem}-{count}", *_unmark("\n".join(lines))))
    return found


def _unmark(block):
    text, expected, at = "", [], 0
    for match in MARK.finditer(block):
        text += block[at : match.start()]
        start = len(text)
        text += match[1]
        expected.append(_expected(start, len(text), match[1], match[2]))
        at = match.end()
    return text + block[at:], expected


def _expected(start, end, phrase, states):
    stated, stroke, unit = (states or "").partition("|")
    found = _stated(start, end, phrase, stated)
    return found._replace(unit=unit if stroke else None)


def _stated(start, end, phrase, states):
    parts = states.split()
    plain = re.sub(r"(?<=[0-9])[, ](?=[0-9]{3})", "", phrase.translate(PLAIN))
    written = re.search(r"-?[0-9]+(?:\.[0-9]+)?", plain)
    value = Decimal(parts[0]) if parts else Decimal(written.group())
    word = parts[1] if len(parts) > 1 and parts[1] != "-" else ""
    if len(parts) > 2:
        ends = parts[2].replace("inf", "Infinity")[1:-1].split(",")
        lower, upper = (Decimal(number) for number in ends)
        return Expected(start, end, value, lower, upper, word)
    half = _half_step(phrase.translate(PLAIN), written, value)
    return Expected(start, end, value, value - half, value + half, word)


def _half_step(phrase, written, value):
    magnitude = 1
    for name, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if name in re.sub(r"/10万|\s", "", phrase):
            magnitude = size
            break
    if "成" in phrase:
        return Decimal(5)
    if written is None:  # 三家 exactly; 二百三十万元 and 百分之十二点五 to the last place
        return Decimal(0) if magnitude == 1 and value == int(value) else _last_place(value) / 2
    decimals = len(written.group().partition(".")[2])
    if not decimals and magnitude == 1:
        return Decimal(0)
    return Decimal(magnitude).scaleb(-decimals) / 2


def _last_place(value):
    if value != int(value):
        return Decimal(1).scaleb(value.as_tuple().exponent)
    digits = str(int(value))
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))


def test_precision_and_recall_are_high(policy):
    wanted, found, hit, wrong = 0, 0, 0, []
    for name, text, expected in passages():
        claims = {(claim.start, claim.end): claim for claim in extract(text, policy)}
        wanted, found = wanted + len(expected), found + len(claims)
        for item in expected:
            claim = claims.pop((item.start, item.end), None)
            if claim is None:
                wrong.append(f"{name}: missed {text[item.start : item.end]}")
                continue
            hit += 1
            stated = claim.quantity
            if item.unit is not None and stated.unit != item.unit:
                wrong.append(f"{name}: {claim.quote} has unit {stated.unit}, not {item.unit}")
            if (stated.value, stated.interval.lower, stated.interval.upper, stated.qualifier) != (
                item.value,
                item.lower,
                item.upper,
                item.word,
            ):
                wrong.append(
                    f"{name}: {claim.quote} read as {stated.value} {stated.interval} "
                    f"{stated.qualifier}, not {item.value} [{item.lower}, {item.upper}] "
                    f"{item.word}"
                )
        wrong += [f"{name}: {claim.quote} is no quantity" for claim in claims.values()]
    assert wanted >= 1000
    print(f"precision {hit / found:.4f}, recall {hit / wanted:.4f}, {wanted} quantities")
    assert not wrong, "\n".join([f"precision {hit / found:.4f}, recall {hit / wanted:.4f}", *wrong])
