"""A name that is not known, and the known one that it was probably meant to be."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from .problems import Problem, problem

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["codes_of", "hints", "meant", "names_of", "nearest", "unknown"]

Names = Mapping[str, Mapping[str, str]]  # key -> its names, by whatever they are called
FEW = 12
_KINDS = {
    "area": ("没有这个工作领域", "no such area"),
    "region": ("没有这个地区代码", "no such region code"),
    "period": ("没有这个时期", "no such period"),
    "reported-region": ("没有这个地区的数据", "no figures of this region"),
    "reported-period": ("没有这个时期的数据", "no figures of this period"),
    "lang": ("没有这种语言", "no such language"),
    "audience": ("没有这种读者范围", "no such audience"),
    "format": ("没有这种格式", "no such format"),
    "verb": ("没有这个命令", "no such command"),
    "option": ("没有这个选项", "no such option"),
}


def unknown(
    where: str, kind: str, values: Iterable[str], known: Names | Iterable[str]
) -> list[Problem]:
    """A problem for each of `values` that is not among `known`, saying what comes nearest.

    A value is compared as it stands and never interpreted: `010` is not 10, full-width digits
    are not digits. Where `known` gives names for its keys, these lead to the key too.
    """
    known = known if isinstance(known, Mapping) else {key: {} for key in known}
    zh, en = _KINDS[kind]
    return [
        problem((where, 0, "", value), f"unknown-{kind}", (zh, hint), (en, hint_en))
        for value in dict.fromkeys(values)
        if value not in known
        for hint, hint_en in [hints(value, known)]
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
            zh = ("不止一个地方或时期用这个名称", f"用代码：{'、'.join(codes)}")
            en = ("several have this name", f"give the code: {', '.join(codes)}")
            wrong.append(problem((where, 0, "", value), f"ambiguous-{kind}", zh, en))
        else:
            wrong += unknown(where, kind, [value], names)
    return found, wrong


def names_of(frame: "DataFrame", column: str, stem: str) -> Names:
    """Code -> its names in both languages, from a frame with the columns of these."""
    columns = (frame[column], frame[f"{stem}_zh"], frame[f"{stem}_en"])
    return {code: {"zh": zh, "en": en} for code, zh, en in zip(*columns, strict=True)}


def hints(name: str, known: Names | Iterable[str]) -> tuple[str, str]:
    """A remedy in both languages: the nearest known names, else the first few of them."""
    keys = list(known)
    close = _close(name, known if isinstance(known, Mapping) else tuple(keys))
    if close:
        return f"最接近的是:{'、'.join(close)}", f"nearest: {', '.join(close)}"
    few = [key for key in keys if key][:FEW]
    if not few:
        return "没有可用的名称", "there are no names to choose from"
    more = len(keys) > len(few)
    return (
        f"可用的有:{'、'.join(few)}{'……' if more else ''}",
        f"known: {', '.join(few)}{', ...' if more else ''}",
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """The member of `known` most like `name`, whatever its case and width; empty where none is."""
    close = _close(name, tuple(known))
    return close[0] if close else ""


def _close(name: str, known: Names | tuple[str, ...]) -> list[str]:
    """At most three keys of `known` like `name`, the likest first.

    A number is never taken for another one: 2012 is not 2014 misspelt.
    """
    if isinstance(known, Mapping):
        spelt = [(said, key) for key, said_by in known.items() for said in (key, *said_by.values())]
    else:
        spelt = [(key, key) for key in known]
    plain = unicodedata.normalize("NFKC", name[:100]).strip().casefold()
    return list(_likest(plain, tuple(spelt)))


@lru_cache(maxsize=4096)
def _likest(name: str, spelt: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    from difflib import get_close_matches  # only a mistake needs it

    folded: dict[str, str] = {}
    for said, key in spelt:
        if said and (not _digits(said) or not _digits(name) or _digits(said) == _digits(name)):
            folded.setdefault(said.casefold(), key)
    if name in folded:
        return (folded[name],)
    found = get_close_matches(name, folded, 3, 0.6)
    return tuple(dict.fromkeys(folded[said] for said in found))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
