"""A page's seal: a later change to the page can be told by it, and in which lines it is.

The seal is the SHA-256 of the page's bytes with the seal's own value blank. The checks beside
it, one for each line, tell where a change is. It is no signature: whoever means to deceive can
compute another one; only the ledger of the edition tells of that.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import urlsafe_b64encode

__all__ = ["altered", "changed_lines", "digest", "sealed"]

SEAL = re.compile(rb'(?<=<meta name="seal" content=")(?:sha256-[0-9a-f]{64})?(?=">)')
CHECKS = re.compile(rb'(?<=<meta name="seal-checks" content=")[\w-]*(?=">)')
WIDTH = 4  # characters of a check


def sealed(page: str) -> str:
    """The page with its seal and checks put in; unchanged where it has no place for them."""
    raw = page.encode("utf-8", "surrogatepass")
    if not SEAL.search(raw) or not CHECKS.search(raw):
        return page
    raw = CHECKS.sub("".join(_checks(raw)).encode(), raw, count=1)
    raw = SEAL.sub(f"sha256-{digest(raw)}".encode(), raw, count=1)
    return raw.decode("utf-8", "surrogatepass")


def digest(page: bytes) -> str:
    """SHA-256 of the page with its seal blank."""
    return hashlib.sha256(SEAL.sub(b"", page, count=1)).hexdigest()


def altered(page: bytes) -> bool | None:
    """Whether a page is not as it was made; None where it has no seal."""
    found = SEAL.search(page)
    if found is None or not found[0]:
        return None
    return found[0] != f"sha256-{digest(page)}".encode()


def changed_lines(page: bytes) -> list[tuple[int, int]]:
    """The lines (first, last) of an altered page that are not as they were made.

    Where lines were put in or taken out, all between the first and the last that differ; empty
    where only the seal itself was altered, or where the page's checks cannot tell.
    """
    told = CHECKS.search(page)
    text = told[0].decode("ascii", "replace") if told else ""
    made = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
    here = _checks(page)
    if not made:
        return []
    if len(made) == len(here):
        differ = (at for at, pair in enumerate(zip(made, here, strict=True), 1) if len({*pair}) > 1)
        return [(at, at) for at in differ]
    ahead = _alike(made, here)
    return [(ahead + 1, max(ahead + 1, len(here) - _alike(made[ahead:][::-1], here[ahead:][::-1])))]


def _alike(one: list[str], other: list[str]) -> int:
    """How many checks are the same from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _checks(page: bytes) -> list[str]:
    """The check of each line, whatever the seal and the checks say."""
    blank = CHECKS.sub(b"", SEAL.sub(b"", page, count=1), count=1)
    return [
        urlsafe_b64encode(zlib.crc32(line).to_bytes(4, "big")[:3]).decode()
        for line in blank.split(b"\n")
    ]
