"""Where a sealed page was altered after it was made, and where it can be told, what stood there.

A page's checks tell which of its pieces is another one now. Where one sign was exchanged, put in
or taken out, the seal itself proves which sign it was.
"""

from __future__ import annotations

import hashlib
import string
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from helpers import seal

__all__ = ["Place", "Slip", "places", "sealing", "slip"]

CHINESE = "，。；：、（）“”《》—…年月日万亿余近约名人个次元对"
SIGNS = "0123456789" + string.ascii_letters + string.punctuation + " \n"
# Characters of a piece that is searched for the sign exchanged: among digits, among ASCII, and
# among all signs of the page.
LONGEST, LONG, SHORT = 4000, 700, 200


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the page as it stands, by offsets, that is not as it was made.

    It is empty where something was taken out.
    """

    start: int
    end: int
    extra: bool = False  # stands between the pieces of the page as made: it was put in


@dataclass(frozen=True, slots=True)
class Slip:
    """The one sign that was exchanged, put in or taken out: ``old`` or ``new`` may be empty."""

    at: int
    old: str
    new: str


def sealing(page: str) -> str:
    """ "intact", "altered", or "missing" where the page was never sealed."""
    found = seal.SEAL.search(page)
    if found and found[0]:
        return "intact" if found[0] == f"sha256-{seal.digest(page)}" else "altered"
    remains = seal.CHECKS.search(page)
    broken = "<head>" in page[:200] and ('name="seal' in page or 'content="sha256-' in page)
    return "altered" if broken or (remains and remains[0]) else "missing"


def places(page: str) -> list[Place] | None:
    """The pieces that are not as they were made; None where the page's checks cannot tell."""
    told = seal.CHECKS.search(page)
    if told is None or not told[0] or seal.SEAL.search(page) is None:
        return None
    made = [told[0][at : at + seal.WIDTH] for at in range(0, len(told[0]), seal.WIDTH)]
    here = seal.checks(page)
    spans = _spans(page)
    if len(made) == len(here):
        differ = [
            at for at, (one, other) in enumerate(zip(made, here, strict=True)) if one != other
        ]
        return _joined([Place(*spans[at]) for at in differ], page)
    found = []
    ends = [*(start for start, _ in spans), len(page)]
    for tag, _, _, low, high in SequenceMatcher(None, made, here, False).get_opcodes():
        if tag != "equal":
            found.append(Place(ends[low], ends[high], tag == "insert"))
    return _joined(found, page)


def _joined(found: list[Place], page: str) -> list[Place]:
    """Places that follow one another in one line are one: a sign more moves what comes after."""
    joined: list[Place] = []
    for place in found:
        last = joined[-1] if joined else None
        if last and place.start == last.end and page[last.end - 1 : last.end] != "\n":
            joined[-1] = Place(last.start, place.end, last.extra and place.extra)
        else:
            joined.append(place)
    return joined


def _spans(page: str) -> list[tuple[int, int]]:
    """Start and end of each piece in the page as it stands, seal and checks included."""
    marks = [seal.SEAL.search(page), seal.CHECKS.search(page)]
    filled = sorted((m.start(), len(m[0])) for m in marks if m)
    found, at = [], 0
    for piece in seal.pieces(seal.blanked(page)):
        end = at + len(piece)
        for start, size in filled:
            if at <= start < end:
                end += size
        found.append((at, end))
        at = end
    return found


def slip(page: str, place: Place) -> Slip | None:
    """The one sign in which a place differs from the page as made, None where that is not all."""
    found = seal.SEAL.search(page)
    told = seal.CHECKS.search(page)
    if found is None or told is None or place.end - place.start > LONGEST:
        return None
    wanted = set(_checks_of(told[0]))
    before, after = page[: place.start], page[place.end :]
    proof = _Proof(before, after, found[0].removeprefix("sha256-"))
    text = page[place.start : place.end]
    for one in _candidates(text, page):
        changed = text[: one.at] + one.old + text[one.at + len(one.new) :]
        if seal.check(zlib.crc32(changed.encode())) in wanted and proof.fits(changed):
            return Slip(place.start + one.at, one.old, one.new)
    return None


def _checks_of(text: str) -> Iterator[str]:
    return (text[at : at + seal.WIDTH] for at in range(0, len(text), seal.WIDTH))


def _candidates(text: str, page: str) -> Iterator[Slip]:
    """Every page of one sign more, less or another, digits first."""
    wide = "".join(sorted({*page, *CHINESE} - set(SIGNS))) if len(text) <= SHORT else ""
    for at, sign in enumerate(text):
        if sign.isdigit():
            yield from (Slip(at, digit, sign) for digit in string.digits if digit != sign)
    yield from (Slip(at, "", sign) for at, sign in enumerate(text))
    for signs in (SIGNS if len(text) <= LONG else "", wide):
        for at, sign in enumerate(text):
            yield from (Slip(at, one, sign) for one in signs)
        for at in range(len(text) + 1):
            yield from (Slip(at, one, "") for one in signs)


class _Proof:
    """Does the seal fit with another text at a place?"""

    def __init__(self, before: str, after: str, wanted: str) -> None:
        self.before = hashlib.sha256(seal.SEAL.sub("", before).encode())
        self.after = seal.SEAL.sub("", after).encode()
        self.wanted = wanted

    def fits(self, text: str) -> bool:
        whole = self.before.copy()
        whole.update(text.encode() + self.after)
        return whole.hexdigest() == self.wanted
