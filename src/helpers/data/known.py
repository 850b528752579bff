"""What was typed against what there is: exact, and with the nearest name at hand."""

from collections.abc import Iterable, Mapping

from helpers.data.problems import Problem, problem

__all__ = ["unknown"]

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
