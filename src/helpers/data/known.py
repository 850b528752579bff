"""A name that is not known, and the known one that it was probably meant to be."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from .problems import Problem, fault

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["codes_of", "hints", "meant", "names_of", "nearest", "unknown"]

Names = Mapping[str, Mapping[str, str]]  # key -> its names, by whatever they are called
FEW = 12


def unknown(
    where: str, kind: str, values: Iterable[str], known: Names | Iterable[str]
) -> list[Problem]:
    """A problem for each of `values` that is not among `known`, saying what comes nearest.

    A value is compared as it stands and never interpreted: `010` is not 10, full-width digits
    are not digits. Where `known` gives names for its keys, these lead to the key too.
    """
    known = known if isinstance(known, Mapping) else tuple(known)
    return [
        fault((where, 0, "", value), f"unknown-{kind}", hint=hints(value, known))
        for value in dict.fromkeys(values)
        if value not in known
    ]


def meant(value: str, names: Names) -> list[str]:
    """The codes that a code or a name stands for: a code for itself, a name, in whatever case, for
    all that have it.
    """
    if value in names:
        return [value]
    folded = value.casefold()
    return [c for c, said in names.items() if folded in (n.casefold() for n in said.values())]


def codes_of(
    where: str, kind: str, values: Iterable[str], names: Names
) -> tuple[list[str], list[Problem]]:
    """The codes that codes or names stand for, and a problem for each that is neither. A name that
    several codes have stands for none of them: the code has to be given.
    """
    found, wrong = [], []
    for value in dict.fromkeys(values):
        codes = meant(value, names)
        if len(codes) == 1:
            found += codes
        elif codes:
            said = ("、".join(codes), ", ".join(codes))
            wrong.append(fault((where, 0, "", value), "ambiguous", kind=kind, codes=said))
        else:
            wrong += unknown(where, kind, [value], names)
    return found, wrong


def names_of(frame: "DataFrame", column: str, stem: str) -> Names:
    """Code -> its names in both languages, from a frame with the columns of these."""
    columns = (frame[column], frame[f"{stem}_zh"], frame[f"{stem}_en"])
    return {code: {"zh": zh, "en": en} for code, zh, en in zip(*columns, strict=True)}


def hints(name: str, known: Names | Iterable[str]) -> tuple[str, str]:
    """A remedy in both languages: the nearest known names, else the first few of them."""
    close = _close(name, known)
    if close:
        return f"最接近的是：{'、'.join(close)}", f"nearest: {', '.join(close)}"
    keys = [key for key in known if key]
    if not keys:
        return "没有可用的名称", "there are no names to choose from"
    few, more = keys[:FEW], len(keys) > FEW
    return (
        f"可用的有：{'、'.join(few)}{'……' if more else ''}",
        f"known: {', '.join(few)}{', ...' if more else ''}",
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The member of `known` most like `name`, whatever its case and width; empty where none is."""
    return next(iter(_close(name, known)), "")


def _close(name: str, known: Names | Iterable[str]) -> tuple[str, ...]:
    """At most three keys of `known` like `name`, the likest first."""
    names = known if isinstance(known, Mapping) else {key: {} for key in known}
    spelt = tuple((said, key) for key, other in names.items() for said in (key, *other.values()))
    return _likest(unicodedata.normalize("NFKC", name[:100]).strip().casefold(), spelt)


@lru_cache(maxsize=4096)
def _likest(name: str, spelt: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """A number is never taken for another one: 2012 is not 2014 misspelt."""
    from difflib import get_close_matches  # only a mistake needs it

    folded: dict[str, str] = {}
    for said, key in spelt:
        digits, others = (re.sub(r"[^0-9]", "", text) for text in (said, name))
        if said and (digits == others or not digits or not others):
            folded.setdefault(said.casefold(), key)
    found = [name] if name in folded else get_close_matches(name, folded, 3, 0.6)
    return tuple(dict.fromkeys(folded[said] for said in found))
