"""The known name that a wrong one was probably meant to be."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

__all__ = ["hints", "nearest"]


def nearest(name: str, known: Iterable[str]) -> str:
    """The member of `known` most like `name`, whatever its case and width; empty where none is."""
    plain = unicodedata.normalize("NFKC", name[:100])
    return _nearest(plain.strip().casefold(), tuple(known))


@lru_cache(maxsize=4096)
def _nearest(name: str, known: tuple[str, ...]) -> str:
    folded = {candidate.casefold(): candidate for candidate in reversed(known)}
    if name in folded:
        return folded[name]
    found = get_close_matches(name, folded, 1, 0.6)
    return folded[found[0]] if found else ""


def hints(name: str, known: Iterable[str]) -> tuple[str, str]:
    """A remedy in both languages: the nearest known name, else the first few of them."""
    known = tuple(known)
    like = nearest(name, known)
    if like:
        return f"是否应为“{like}”?", f"did you mean '{like}'?"
    few = [candidate for candidate in known if candidate][:8]
    more = " …" if len(known) > len(few) else ""
    if not few:
        return "没有可用的名称", "there are no names to choose from"
    return f"可用:{'、'.join(few)}{more}", f"known: {', '.join(few)}{more}"
