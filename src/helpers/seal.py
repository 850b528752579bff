"""A page's seal tells whether the page was altered after it was made, and in which part of it.

It is the SHA-256 of the page with the seal blank, and a short one of each part: head, style
sheet, sections, figure list, foot. It is no signature: whoever means to deceive can make another;
only the ledger of the edition tells of that.
"""

from __future__ import annotations

import hashlib
import re
from itertools import zip_longest

__all__ = ["altered", "sealed"]

SEAL = re.compile(rb'(?<=<meta name="seal" content=")[^"]*(?=">)')
PART = re.compile(rb"(?=<style|</style>|<main|<h2|</main>|<footer|<script)")


def sealed(page: str) -> str:
    """The page with its seal put in; unchanged where it has no place for one."""
    raw = page.encode("utf-8", "surrogatepass")
    return SEAL.sub(b" ".join(_hashes(raw)), raw, count=1).decode("utf-8", "surrogatepass")


def altered(page: bytes) -> list[int] | None:
    """Where the parts begin (bytes) that are not as they were made, None where there is no seal.

    Only the first where parts were put in or taken out; where the seal alone differs, its place.
    """
    found = SEAL.search(page)
    if found is None or not found[0]:
        return None
    told, here = found[0].split(b" "), _hashes(page)
    starts = [0, *(part.start() for part in PART.finditer(page))]
    pairs = zip_longest(told[1:], here[1:])
    differ = [min(at, len(starts) - 1) for at, (a, b) in enumerate(pairs) if a != b]
    if told[0] == here[0] or not differ:  # the parts are as they were
        return [found.start()] if told != here else []
    return [starts[at] for at in (differ if len(told) == len(here) else differ[:1])]


def _hashes(page: bytes) -> list[bytes]:
    blank = SEAL.sub(b"", page, count=1)
    whole = [f"sha256-{hashlib.sha256(blank).hexdigest()}".encode()]
    return whole + [hashlib.sha256(part).hexdigest()[:8].encode() for part in PART.split(blank)]
