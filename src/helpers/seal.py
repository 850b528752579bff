"""A page's seal: a later change to the page can be told by it, and found.

The seal is the SHA-256 of the page's bytes with the seal's own value blank. The checks beside
it, one for each piece of the page, tell where a change is. It is no signature: whoever means to
deceive can compute another one; only the ledger of the edition tells of that.
"""

from __future__ import annotations

import hashlib
import re
import zlib

__all__ = ["CHECKS", "SEAL", "blanked", "check", "checks", "digest", "pieces", "sealed"]

SEAL = re.compile(r'(?<=<meta name="seal" content=")(?:sha256-[0-9a-f]{64})?(?=">)')
CHECKS = re.compile(r'(?<=<meta name="seal-checks" content=")[\w-]*(?=">)')
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SHORT, LONG = 120, 300  # characters of a piece: a line, but long ones are parted at their tags
WIDTH = 3  # characters of a check


def sealed(page: str) -> str:
    """The page with its seal and checks put in; unchanged where it has no place for them."""
    if not SEAL.search(page) or not CHECKS.search(page):
        return page
    page = CHECKS.sub("", page, count=1)
    page = CHECKS.sub("".join(checks(page)), page, count=1)
    return SEAL.sub(f"sha256-{digest(page)}", page, count=1)


def digest(page: str) -> str:
    """SHA-256 of the page with its seal blank."""
    return hashlib.sha256(SEAL.sub("", page, count=1).encode("utf-8", "surrogatepass")).hexdigest()


def blanked(page: str) -> str:
    """The page without its seal and checks, which is what the checks are of."""
    return CHECKS.sub("", SEAL.sub("", page, count=1), count=1)


def pieces(page: str) -> list[str]:
    """The page in pieces that make it up again: its lines, long ones parted before tags."""
    found = []
    for line in re.findall(r"[^\n]*\n|[^\n]+", page):
        if len(line) <= LONG:
            found.append(line)
            continue
        start = 0
        for tag in re.finditer("<", line):
            if tag.start() - start >= SHORT:
                found.append(line[start : tag.start()])
                start = tag.start()
        found.append(line[start:])
    return found


def checks(page: str) -> list[str]:
    """The check of each piece of a page, whatever its seal and checks say."""
    return [
        check(zlib.crc32(one.encode("utf-8", "surrogatepass"))) for one in pieces(blanked(page))
    ]


def check(number: int) -> str:
    """A checksum as a page writes it: its last bits, six to a sign."""
    return "".join(DIGITS[number >> 6 * at & 63] for at in range(WIDTH))
