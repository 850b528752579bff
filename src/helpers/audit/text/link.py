"""Which figure of the data a quantity of a text speaks of, by the words around it.

Labels and contexts are compared by pairs of characters, rare pairs counting more: Chinese needs
no word list for that. A pair near the number counts more than one further off, and the unit
must be of the same kind. Nouns beside the number that belong to something else speak against a
figure (see `naming`); agreement of the values only decides between labels that fit alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial

from helpers.analysis.figures import Figure
from helpers.audit.text.extract import Found
from helpers.audit.text.index import Contexts
from helpers.audit.text.mention import Around
from helpers.audit.text.naming import EACH, NAMED, named, narrower
from helpers.audit.text.scope import Held

__all__ = [
    "CLEAR",
    "HINTED",
    "SURE",
    "Link",
    "agree",
    "link",
    "same_kind",
    "slipped",
    "telling",
    "unit_of",
]

AGREES = 0.25  # what agreement of the values adds
EXACT = 1.0  # what the whole label right before the number adds
FOREIGN_UNIT, DERIVED, MISNAMED = 0.3, 0.15, 0.3  # what these take off
ENOUGH = 0.3  # the least share of a label's weight that names a figure
HINTED = 0.18  # the same where the values agree
BEYOND = 0.1  # how much of a definition counts beyond the label where the values disagree
TRANSPOSED, MISTYPED = 4, 5  # digits that a number must have to show a slip
SURE = 0.45  # what it takes to link a second mention, or words without the number
CLEAR = 0.4  # the share of a label that must be told before a text is said to be wrong
KINDS = [
    {"人", "名", "位"},
    {"人次"},
    {"个", "家", "所", "处", "座", "支", "间", "站", "项", "条"},
    {"场", "场次", "次", "期"},
    {"户", "家"},
    {"元"},
    {"%"},
    {"对"},
    {"篇", "条", "件"},
]


@dataclass(frozen=True, slots=True)
class Link:
    """A figure for a found quantity.

    fit: how well all the words around fit it, named: how well those beside the number do, told:
    how much of its label they say (each 0 to 1).
    """

    figure: Figure
    fit: float
    named: float = 1.0
    told: float = 1.0


@lru_cache(maxsize=10_000)
def same_kind(one: str, other: str) -> bool:
    """Tell whether two measure words can count the same things (人 and 名, 场 and 场次)."""
    return one == other or any(one in kind and other in kind for kind in KINDS)


def unit_of(item: Found, around: Around | None, figure: Figure) -> str:
    """Return the unit of a quantity; 个家庭 and 户家庭 are households both."""
    unit = item.quantity.unit
    if figure.unit == "户" and unit in ("个", "") and around and around.tail.startswith("家庭"):
        return "户"
    return unit


@dataclass(frozen=True, slots=True)
class _Offer:
    score: float
    at: int
    number: int
    link: Link
    whole: bool = False  # the whole label stands right before the number: no other's words


def link(
    found: Sequence[Found],
    arounds: Sequence[Around],
    contexts: Contexts,
    held: Sequence[Held | None],
) -> list[Link | None]:
    """Return for each quantity the figure it speaks of, None where the words name none.

    `held` has, for each quantity, the figures of its place and time in the order of the
    index, None for a quantity that is no level. A figure goes to the quantity that fits it best;
    further mentions only where the words are sure.
    """
    offers: list[_Offer] = []
    for at, (item, around, book) in enumerate(zip(found, arounds, held, strict=True)):
        if book:
            own = list(_offers(at, item, around, contexts, book))
            offers += [offer for offer in own if offer.whole] or own
    return _assign(offers, found)


def _offers(
    at: int, item: Found, around: Around, contexts: Contexts, book: Held
) -> Iterable[_Offer]:
    sets, fits = contexts.known_fits(around)
    exact = contexts.index.exact(around)
    each = bool(EACH.search(around.lead[-14:]))
    for number, fit in enumerate(fits):
        if fit < HINTED and number != exact:
            continue
        figure, names = book.at(number, partial(agree, item)), contexts.index.names[number]
        if figure is None:
            continue
        whole = number == exact
        if not whole and each != names.each and figure.form != "sum":
            continue
        told = 1.0 if whole else contexts.told(around, number, sets)
        if not whole and not agree(item, figure):
            fit = min(fit, told + BEYOND)
        score = _score(item, around, figure, 1.0 if whole else min(1.0, fit))
        if score is None:
            continue
        fits_words = named(around, names)
        score += EXACT * whole - MISNAMED * (fits_words < NAMED)
        if narrower(around, names) and not agree(item, figure):
            continue
        yield _Offer(score, at, number, Link(figure, min(1.0, fit), fits_words, told), whole)


def _score(item: Found, around: Around, figure: Figure, fit: float) -> float | None:
    # How good an offer is, None where it is none.
    kind = same_kind(unit_of(item, around, figure), figure.unit)
    derived = figure.kind == "measure"
    if not kind and (figure.quantity is None or figure.quantity.value != item.quantity.value):
        return None  # another unit is a slip only where the number is the same
    agrees = agree(item, figure)
    hinted = agrees or slipped(item, around, figure)
    least = (HINTED if hinted else ENOUGH) if kind and not derived else SURE
    if fit < least or (derived and not kind):
        return None
    return fit + AGREES * hinted - FOREIGN_UNIT * (not kind) - DERIVED * derived


def agree(item: Found, figure: Figure) -> bool:
    """Tell whether what a text states and a figure of the data can both be true."""
    return figure.interval is not None and figure.interval.meets(item.quantity.interval)


@lru_cache(maxsize=10_000)
def slip(stated: Decimal, data: Decimal) -> bool:
    """Tell whether a number looks like a slip of the pen at another: 14083 at 14038.

    Two neighbouring digits stand in each other's place, of four and more, or one digit of five
    and more is another, too many or missing: hardly a number of something else by chance.
    """
    one, other = ("".join(map(str, n.normalize().as_tuple().digits)) for n in (stated, data))
    if stated == data or min(len(one), len(other)) < TRANSPOSED or one == other:
        return False
    if len(one) == len(other):
        at = [place for place, pair in enumerate(zip(one, other, strict=True)) if len({*pair}) > 1]
        swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]]
        crossed = swapped and one[at[1]] == other[at[0]]
        return crossed or (len(at) == 1 and len(one) >= MISTYPED)
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(long) < MISTYPED:
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def slipped(item: Found, around: Around | None, figure: Figure) -> bool:
    """Tell whether what a text states looks like a slip at a figure of the same unit."""
    data = figure.quantity
    if data is None or agree(item, figure):
        return False
    kind = same_kind(unit_of(item, around, figure), figure.unit)
    return kind and slip(item.quantity.value, data.value)


def _assign(offers: Sequence[_Offer], found: Sequence[Found]) -> list[Link | None]:
    links: list[Link | None] = [None] * len(found)
    taken: set[str] = set()
    ranked = sorted(offers, key=lambda offer: (-offer.score, offer.at, offer.number))
    for offer in ranked:
        if links[offer.at] is None and offer.link.figure.key not in taken:
            links[offer.at] = offer.link
            taken.add(offer.link.figure.key)
    for offer in ranked:
        if links[offer.at] is None and _again(found[offer.at], offer.link):
            links[offer.at] = offer.link
    return links


def telling(value: Decimal) -> bool:
    """Tell whether a number has so many digits that it is hardly another's by chance."""
    return len(value.normalize().as_tuple().digits) >= 3


def _again(item: Found, one: Link) -> bool:
    # A second mention: sure words, and the same number or the very label.
    if one.named < NAMED:
        return False
    stated, data = item.quantity, one.figure.quantity
    if data and telling(data.value):
        same = (stated.value, stated.interval, stated.unit) == (
            data.value,
            data.interval,
            data.unit,
        )
        if same:
            return True
    return one.told >= 1.0 or (one.fit >= SURE and (agree(item, one.figure) or one.told >= 0.8))
