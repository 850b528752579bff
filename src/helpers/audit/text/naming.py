"""Whether the words beside a number name a figure.

The nouns beside the number decide: each must be a word of the figure's label, definition or
programmes (or another word for the same thing), and the last of them, which says what is
counted, must not be the noun of another figure. Where no noun is known, characters decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpers.analysis.figures import Figure
from helpers.audit.text.mention import Around, bare
from helpers.audit.text.wordlists import GENERIC, Noun, nouns_of

__all__ = ["EACH", "NAMED", "Names", "named", "names_of", "narrower"]

NAMED = 0.5  # below it the words beside a number name something else
RANKS = frozenset({"乡镇", "社区", "机关", "村"})
REACH = 6  # characters between a number and the nouns that it counts
TAIL = 4  # characters beside a number that name what it counts
NOT_SO = re.compile(r"[^，。；,;]*(?:是否|不是|未说明|不含|未区分|没有说明|不包括)[^，。；,;]*")
EACH = re.compile("每|平均|[人户场村站期次]均")
SMALL = re.compile(
    "(?:成功|顺利|圆满|有效|深入|扎实|积极|广泛|持续|累计|实现|达到|组织开展|开展|各类|建设|其中|已有|全市|全区|全县|全省|各级|[达共进建中有为等已的了全市])"
)
JOINS = re.compile("^(?:[的和与及、中级类等内各进]|发展|服务|工作|建设|关爱|实践|巾帼|三八|志愿)?$")
VERBS = re.compile(
    "先后|发展|成立|组建|建[成立起]?|新建|创建|举办|承办|参[与加]|组织|选举|产生|选出|评选|表彰|注册|办|"
    "壮大|增加|扩大|规模|总量|数量|人数|到"
)
STOPS = re.compile(
    "用于|参[与加]|接受|活跃|有了|加入|投身|全部|通过|"
    "[为给在由被已后就并以从对向达占是来将较比同共]"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The words by which a figure is known: things of its label and of all that tells of it."""

    label: str
    things: frozenset[str]
    wide: frozenset[str]
    pairs: frozenset[str]
    chars: frozenset[str]
    persons: bool
    each: bool  # a mean: 每站活动场次
    others: frozenset[str]  # nouns of other figures with the same unit that its label lacks

    def knows(self, noun: Noun, word: str) -> bool:
        """Tell whether a noun is a word for this figure."""
        return noun.thing in self.wide or noun.thing in GENERIC or word in self.label

    def counts(self, noun: Noun, word: str) -> bool:
        """Tell whether a noun can be what this figure counts."""
        if noun.thing in self.things or noun.thing in GENERIC or word in self.label:
            return True
        return noun.thing in self.wide and noun.thing not in self.others


def _pairs(text: str) -> set[str]:
    words = bare(text)
    return {words[at : at + 2] for at in range(len(words) - 1)}


def _things(text: str) -> set[str]:
    return {noun.thing for noun in nouns_of(bare(text))}


def names_of(
    figures: Sequence[Figure], definitions: Mapping[str, str], programmes: Mapping[str, str]
) -> list[Names]:
    """Return the names of each figure, told apart from the others'."""
    labels = [_things(figure.label_zh) for figure in figures]
    by_unit: dict[str, set[str]] = {}
    for figure, things in zip(figures, labels, strict=True):
        by_unit.setdefault(figure.unit, set()).update(things)
    return [
        _names(figure, things, by_unit[figure.unit], (definitions, programmes))
        for figure, things in zip(figures, labels, strict=True)
    ]


def _names(
    figure: Figure,
    things: set[str],
    same_unit: Iterable[str],
    telling: tuple[Mapping[str, str], Mapping[str, str]],
) -> Names:
    definitions, programmes = telling
    defined = NOT_SO.sub("", definitions.get(figure.slug, figure.note_zh))
    named = programmes.get(figure.slug, "")
    words = f"{figure.label_zh}。{named}。{defined}"
    wide = things | _things(named) | _things(defined)
    return Names(
        bare(figure.label_zh),
        frozenset(things),
        frozenset(wide),
        frozenset(_pairs(words)),
        frozenset(bare(f"{figure.label_zh}{named}")),
        figure.unit in ("人", "名"),
        bool(EACH.search(figure.label_zh)),
        frozenset(set(same_unit) - things),
    )


def named(around: Around, names: Names) -> float:
    """Return how well the words beside a number name a figure, 0 to 1."""
    if around.whole.endswith(names.label):
        return 1.0
    behind, ahead = _behind(around), _ahead(around)
    own = bool(around.whole)  # a clause without words of its own goes on about the last one's
    told = []
    for words, run, near in ((around.tail, behind, True), (around.lead, ahead, not behind and own)):
        if run:
            if (
                len(run) > 1 and run[-1].thing == "队伍" and names.persons
            ):  # 爱心妈妈队伍 counts mothers
                run = run[:-1]
            fits = all(names.knows(noun, words[noun.start : noun.end]) for noun in run)
            head = run[-1]
            # what stands before a number that has its noun behind it need not be counted
            if fits and near:
                fits = names.counts(head, words[head.start : head.end])
            if (len(run) > 1 or run is behind) and head.thing in GENERIC - names.wide:
                fits = False
            if not fits and (near or (own and _adjacent(around, run))):
                return 0.0
            if fits and not {noun.thing for noun in run} <= GENERIC - names.things:
                told.append(1.0)
    lead = SMALL.sub("", around.lead)
    rest = around.lead[ahead[-1].end :] if ahead else ""
    if ahead and told and _unknown(rest, names) and not behind:
        return 0.3
    told += [_share(lead[-TAIL:], names), _share(around.tail[: TAIL + 1], names)]
    return max(told)


def narrower(around: Around, names: Names) -> bool:
    """Tell whether the nouns beside a number narrow a figure down: 乡镇妇女之家."""
    for run in (_behind(around), _ahead(around)):
        things = {noun.thing for noun in run}
        if len(things) > 1 and (things & RANKS) - names.wide:
            return True
    return False


def _behind(around: Around) -> list[Noun]:
    """The nouns that follow a number one upon the other, unless they lead to the next number."""
    run = _run(around.tail, around.after)
    return run if around.closed or (run and run[-1].end < len(around.tail)) else []


def _run(words: str, nouns: Sequence[Noun]) -> list[Noun]:
    run: list[Noun] = []
    for noun in nouns:
        gap = words[run[-1].end if run else 0 : noun.start]
        if run and not JOINS.match(gap):
            break
        if not run and (len(gap) > REACH or STOPS.search(gap)):
            break
        run.append(noun)
    return run


def _ahead(around: Around) -> list[Noun]:
    """The nouns before a number, from the last one back."""
    run: list[Noun] = []
    for noun in reversed(around.before):
        gap = around.lead[noun.end : run[-1].start if run else len(around.lead)]
        if len(gap) > REACH if not run else not JOINS.match(gap):
            break
        run.append(noun)
    return run[::-1]


def _adjacent(around: Around, run: Sequence[Noun]) -> bool:
    return bool(around.lead) and run[-1].end == len(around.lead)


def _unknown(rest: str, names: Names) -> bool:
    # Words between the last noun and the number that the figure does not know.
    left = VERBS.sub("", SMALL.sub("", rest))
    return len(left) >= 2 and _share(left, names) < NAMED


def _share(words: str, names: Names) -> float:
    telling = SMALL.sub("", words)
    pairs = [words[at : at + 2] for at in range(len(words) - 1)]
    known = sum(pair in names.pairs for pair in pairs) / len(pairs) if pairs else 0.0
    chars = sum(char in names.chars for char in telling) / len(telling) if telling else 0.0
    return max(known, 0.8 * chars)
