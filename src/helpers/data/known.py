"""What was typed against what there is: exact, and with the nearest name at hand."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["codes_of", "unknown"]

Names = Mapping[str, Mapping[str, str]]
_KINDS = {
    "area": ("没有这个工作领域", "no such area"),
    "region": ("没有这个地区代码", "no such region code"),
    "period": ("没有这个时期", "no such period"),
    "reported-region": ("没有这个地区的数据", "no figures of this region"),
    "reported-period": ("没有这个时期的数据", "no figures of this period"),
    "lang": ("没有这种语言", "no such language"),
    "audience": ("没有这种读者范围", "no such audience"),
    "engine": ("没有这个引擎", "no such engine"),
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
        for hint, hint_en in [_nearest(value, known)]
    ]


def _nearest(value: str, known: Names) -> tuple[str, str]:
    import difflib  # only a mistake needs it

    spelt = {key.casefold(): key for key in known}
    for key, names in known.items():
        spelt |= {name.casefold(): key for name in names.values() if name}
    short = value[:100].casefold()
    close = difflib.get_close_matches(short, spelt, n=3, cutoff=0.6)
    keys = list(dict.fromkeys(spelt[name] for name in close))
    if keys:
        return "最接近的是:" + "、".join(keys), "nearest: " + ", ".join(keys)
    some, more = list(known)[:12], len(known) > 12
    return (
        "可用的有:" + "、".join(some) + ("……" if more else ""),
        "known: " + ", ".join(some) + (", ..." if more else ""),
    )


def codes_of(
    where: str, kind: str, values: Iterable[str], frame: "DataFrame", label: str
) -> tuple[list[str], list[Problem]]:
    """The codes that codes or names stand for, and a problem for each that is neither.

    ``frame`` has a column ``kind`` of codes and ``label_zh``, ``label_en`` of names. A name that
    several codes have stands for none of them: the code has to be given.
    """
    names: dict[str, list[str]] = {}
    for code, zh, en in zip(frame[kind], frame[f"{label}_zh"], frame[f"{label}_en"], strict=True):
        for name in {code, zh, en}:
            names.setdefault(name, []).append(code)
    found, wrong = [], []
    for value in dict.fromkeys(values):
        codes = [value] if value in set(frame[kind]) else names.get(value, [])
        if len(codes) == 1:
            found.append(codes[0])
        elif codes:
            zh = ("不止一个地方或时期用这个名称", f"用代码：{'、'.join(codes)}")
            en = ("several have this name", f"give the code: {', '.join(codes)}")
            wrong.append(problem((where, 0, "", value), f"ambiguous-{kind}", zh, en))
        else:
            labels = {
                str(row[kind]): {"zh": row[f"{label}_zh"], "en": row[f"{label}_en"]}
                for row in frame.to_dict("records")
            }
            wrong += unknown(where, kind, [value], labels)
    return found, wrong
