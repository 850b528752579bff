"""The verdict on each quantity of a text.

Verdicts: supported (the data say the same), rounded (the written forms can both be true),
contradicted (they cannot), unsupported (the words name a figure that the data lack),
not_data (nobody's indicator).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure, plain_number
from helpers.audit.text.context import NAMED, Around, bare, named, narrower, pairs_of
from helpers.audit.text.extract import Found
from helpers.audit.text.link import (
    HINTED,
    Contexts,
    Link,
    agree,
    same_kind,
    slipped,
    telling,
    unit_of,
)
from helpers.audit.text.scope import BELOW, Scope
from helpers.audit.text.wordlists import CUES, nouns_of
from helpers.data.problems import one_line
from helpers.quantity import write_derived

if TYPE_CHECKING:
    from helpers.audit.text.manuscript import Manuscript
    from helpers.data import Tables

__all__ = ["Claim", "Kin", "judge", "with_all_of_it", "with_kin"]

CLEAR = 0.4  # the share of a label that must be told before a text is said to be wrong
# A number that agrees, but whose nouns are another's: how well the rest must fit, and how well
# where the number is so small that it may agree by chance.
HINT, HINT_SMALL = 0.3, 0.55
OPEN = 0.8  # how much of a label an open end (4000户以上) needs, which nearly anything meets
MOST = 0.75  # how much of a label it takes to miss a figure, or to contradict a measure
ALONE, NEXT, PARTNER = 0.5, 0.25, 0.18  # how well the words must fit: by how near its kin is
AHEAD = 1.5  # how much better than the next figure
WITHIN = 2  # claims before and behind that can be its kin
COUNT = re.compile("[人户次项个场]?数[量]?$|总|的")
BEHIND = re.compile("[，、；,;]?其中[^，。；,;]{0,12}$")
ALL_OF_IT = re.compile(r"^[^，。；,;]{0,6}?已?(?P<all>全部)(?:[达達][标標]|完成|[实實][现現])")


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantity of the text with its figure and verdict; reason in the language asked for."""

    found: Found
    figure: Figure | None = None
    verdict: str = "not_data"
    reason_zh: str = "不属于任何指标"
    reason_en: str = "no indicator of the data"

    @property
    def shown(self) -> str:
        """The quotation on one line, characters that nobody sees spelt out."""
        return one_line(re.sub(r"\s*\n\s*", "", self.found.quote))

    def reason(self, lang: str) -> str:
        """Why the verdict is what it is."""
        return self.reason_zh if lang == "zh" else self.reason_en

    def as_json(self, text: Manuscript, lang: str) -> dict[str, object]:
        """The claim as the contract has it; an end without bound is null."""
        stated = self.found.quantity
        start, end = text.place(self.found.start), text.place(self.found.end)
        ends = {"lower": stated.interval.lower, "upper": stated.interval.upper}
        return {
            "start": start,
            "end": end,
            "quote": text.decoded[start:end],
            "value": plain_number(stated.value),
            **{name: plain_number(n) if n.is_finite() else None for name, n in ends.items()},
            "unit": stated.unit,
            "qualifier": stated.qualifier,
            "figure": self.figure.key if self.figure else None,
            "verdict": self.verdict,
            "reason": self.reason(lang),
        }


def judge(item: Found, around: Around, linked: Link | None, words: str, scope: Scope) -> Claim:
    """Return the claim of a quantity with its link; `words` are those before it in its sentence.

    What may well be something else is nobody's: a text is said to be wrong only where it clearly
    names the figure, and not of a part, of an increase, of a month or of a plan.
    """
    if linked is None:
        return Claim(item)
    if linked.figure.form in ("change", "growth", "sum", "part", "apart"):
        return _stand(item, around, linked)
    some = scope.place == BELOW and not agree(item, linked.figure)  # of some places below
    stands = not some and _stands(item, around, linked, words)
    return _stand(item, around, linked) if stands else Claim(item)


def _stands(item: Found, around: Around, linked: Link, words: str) -> bool:
    """Tell whether a quantity is to be held against the figure that it is linked to."""
    figure, data, agrees = linked.figure, linked.figure.quantity, agree(item, linked.figure)
    slip = slipped(item, around, figure)
    clear = linked.named >= NAMED and linked.told >= (HINTED if slip else CLEAR)
    if data is None:
        return clear and linked.told >= MOST
    if linked.named < NAMED:
        return agrees and linked.fit >= (HINT if telling(data.value) else HINT_SMALL)
    if not item.quantity.interval.upper.is_finite() and linked.told < OPEN:
        return False
    if agrees:  # an aim may lie near what was reached
        return item.kind != "target" or item.quantity.value == data.value
    sure = (figure.kind != "measure" or linked.told >= MOST) and (slip or _done(around, figure))
    return clear and sure and not _excused(around, words, figure, slip)


def _done(around: Around, figure: Figure) -> bool:
    """Tell whether words tell some of what a label says beyond its nouns: 结对 of 结对困境儿童."""
    label = bare(figure.label_zh)
    for noun in reversed(nouns_of(label)):
        label = f"{label[: noun.start]} {label[noun.end :]}"
    rest = CUES["verbs"].sub(" ", COUNT.sub("", label)).split()
    deeds = {pair for part in rest for pair in pairs_of(part)}
    said = pairs_of(around.said + around.whole) | pairs_of(around.tail) | pairs_of(around.lead)
    return not deeds or bool(deeds & said)


def _excused(around: Around, words: str, figure: Figure, slip: bool = False) -> bool:
    """Tell whether a number may differ from a figure: it is a plan, an increase, a month's, not
    the new ones or, where it is no slip of the pen at the whole, a part of it."""
    if CUES["new"].match(figure.label_zh) and not CUES["fresh"].search(around.whole):
        return True
    rest = bare(words).removesuffix(bare(figure.label_zh))
    return bool(
        CUES["planned"].search(words[-40:])
        or CUES["more"].search(words)
        or (not slip and CUES["partly"].search(rest[-12:]))
        or CUES["month"].search(words[-30:])
    )


def _stand(item: Found, around: Around | None, linked: Link) -> Claim:
    """Return the claim of a quantity that stands beside a figure."""
    figure, stated, data = linked.figure, item.quantity, linked.figure.quantity
    zh, en = figure.label_zh, figure.label_en

    def claim(verdict: str, why_zh: str, why_en: str) -> Claim:
        return Claim(item, figure, verdict, why_zh, why_en)

    if data is None:
        return claim("unsupported", f"数据中没有{zh}的数值", f"the data have no value of {en}")
    says = figure.as_written or write_derived(data.value, data.interval, figure.unit, "zh")
    if linked.named < NAMED:
        reason = f"the words beside the number do not name {en} (the data say {says})"
        return claim("unsupported", f"数字旁的词没有点明{zh}（数据为{says}）", reason)
    unit = unit_of(item, around, figure)
    if not same_kind(unit, figure.unit):
        reason = f"{en}: the unit is {figure.unit_en}; the data say {says}"
        return claim("contradicted", f"{zh}：单位应为{figure.unit}，数据为{says}", reason)
    if not agree(item, figure):
        quote = one_line(item.quote)
        reason = f"{en}: the text says {quote}, the data {says}"
        return claim("contradicted", f"{zh}：文中{quote}，数据为{says}", reason)
    read = (stated.value, stated.interval, stated.qualifier, unit)
    if read == (data.value, data.interval, data.qualifier, figure.unit) or figure.kind == "measure":
        return claim("supported", f"{zh}：与数据一致", f"{en}: as in the data")
    reason = f"{en}: agrees with {says}, but is written otherwise"
    return claim("rounded", f"{zh}：与数据{says}不矛盾，但写法不同", reason)


class Kin:
    """Which indicators tell of one matter: parts of a measure, of a programme, of an area."""

    def __init__(self, figures: Sequence[Figure], tables: Tables) -> None:
        rows = tables.indicators
        self.areas = dict(zip(rows["indicator"], rows["area"], strict=True))
        sets = [{one.slug for one in f.inputs} for f in figures if f.kind == "measure"]
        sets += [set(str(listed).split(";")) for listed in tables.programmes["indicators"]]
        self.partners: dict[str, set[str]] = {}
        for slugs in sets:
            for slug in slugs:
                self.partners.setdefault(slug, set()).update(slugs)

    def least(self, slug: str, others: Sequence[str]) -> float:
        """Return how well words must fit a figure that stands between others."""
        if self.partners.get(slug, set()) & set(others):
            return PARTNER
        return NEXT if self.areas.get(slug) in {self.areas.get(o) for o in others} else ALONE


def with_kin(
    claims: Sequence[Claim],
    arounds: Sequence[Around],
    contexts: Contexts,
    levels: Sequence[bool],
    kin: Kin,
) -> list[Claim]:
    """Return the claims with those wrong numbers that words and neighbours tell.

    Where a clause names a figure better than any other and the numbers around it are the data's
    own figures of the same matter, its number is that figure's, though the value disagrees and
    its words alone would be too few to say so (争取救助资金868万元，救助患病妇女1963人). `levels`
    tells which quantities are levels of the text's own place and time.
    """
    told = {claim.figure.slug for claim in claims if claim.figure}
    complete = list(claims)
    for at, (claim, around) in enumerate(zip(claims, arounds, strict=True)):
        if claim.verdict != "not_data" or not levels[at]:
            continue
        beside = [  # figures that the numbers next to it in its sentence truly state
            claims[other].figure.slug
            for other in range(max(0, at - WITHIN), min(len(claims), at + WITHIN + 1))
            if _tells(claims[other], arounds[other]) and arounds[other].sentence == around.sentence
        ]
        one = _best(claim.found, around, contexts)
        if one is None or one.figure.quantity is None or one.figure.slug in told:
            continue
        # 其中 behind a kin of the figure begins the part that is the figure itself
        words = contexts.page.plain[around.sentence[0] : around.start]
        words = BEHIND.sub("", words) if beside else words
        near = one.fit >= kin.least(one.figure.slug, beside)
        if near and not _excused(around, words, one.figure):
            complete[at] = _stand(claim.found, around, one)
            told.add(one.figure.slug)
    return complete


def _tells(claim: Claim, around: Around) -> bool:
    """Tell whether a claim surely states its figure, be it with a slip of the pen."""
    if claim.verdict == "contradicted":
        return slipped(claim.found, around, claim.figure)
    return claim.verdict in ("supported", "rounded")


def _best(item: Found, around: Around, contexts: Contexts) -> Link | None:
    """Return the indicator that the words name, None where two come near each other."""
    if CUES["each"].search(around.lead[-14:]) or not item.quantity.interval.upper.is_finite():
        return None
    index, offers = contexts.index, []
    for number, fit in enumerate(contexts.fits(around)[1]):
        figure, names = index.figures[number], index.names[number]
        if fit < PARTNER / AHEAD or figure.kind != "indicator":
            continue
        if same_kind(unit_of(item, around, figure), figure.unit) and not narrower(around, names):
            words = named(around, names)
            offers += [(fit, number, words)] if words >= NAMED else []
    offers.sort(reverse=True)
    if not offers or (len(offers) > 1 and offers[0][0] < AHEAD * offers[1][0]):
        return None
    fit, number, words = offers[0]
    return Link(index.figures[number], min(1.0, fit), words, contexts.told(around, number))


def with_all_of_it(text: str, claims: list[Claim], book: Mapping[str, Figure]) -> list[Claim]:
    """Add claims that 全部 makes without a numeral: 60项指标已全部达标."""
    told = {claim.figure.slug for claim in claims if claim.figure}
    silent = [f for f in book.values() if f.quantity and not f.as_written and f.slug not in told]
    added = list(claims)
    for claim in claims:
        match = ALL_OF_IT.match(text[claim.found.end : claim.found.end + 16])
        stem = claim.figure.label_zh[:4] if claim.figure else ""
        figure = next((f for f in silent if stem and f.label_zh.startswith(stem)), None)
        if match and figure:
            start, end = (claim.found.end + at for at in match.span("all"))
            stated = replace(claim.found.quantity, qualifier="")
            item = replace(
                claim.found, start=start, end=end, quote=text[start:end], quantity=stated
            )
            added.append(_stand(item, None, Link(figure, 1.0)))
    return sorted(added, key=lambda claim: claim.found.start)
