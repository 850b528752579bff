"""Named figures: what a name in a sentence stands for.

``SLUG`` is a figure of the report's own place and period. ``SLUG.FORM`` is derived from it:
``before`` (the same, in the last period before that is as long), ``change``, ``growth``,
``fall``, ``decline`` (against that one), ``rate`` (per ten thousand women, or what else it is
held against), ``city`` (the same, of the region above), ``share`` (of the region above), ``gap``
(distance from the region above), ``sum``, ``part``, ``apart``, ``places``, ``reporting``,
``late``, ``revised`` (of the places below, see :mod:`helpers.analysis.sums`), ``target``,
``short``, ``pace``, ``needed`` (see :mod:`helpers.analysis.targets`). ``NAME@CODE`` is the same
at another region or period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.analysis import changes, places, sums, targets
from helpers.analysis.lookup import by_name
from helpers.analysis.measures import figures_of
from helpers.analysis.observations import bases, compared

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

FORMS = ("before", "change", "growth", "fall", "decline", "rate", "city", "share", "gap")
OF_TARGETS = ("target", "short", "pace", "needed")


def named(tables: Tables, name: str, region: str, period: str) -> Figure | None:
    """The figure of a name; None where the tables know none. What is known and was not reported
    is a figure without quantity.
    """
    name, *codes = name.split("@")
    for code in codes:
        if code in by_name(tables, "regions", "region"):
            region = code
        elif code in by_name(tables, "periods", "period"):
            period = code
        else:
            return None
    slug, _, form = name.partition(".")
    figure = figures_of(tables, region, period).get(slug)
    if figure is None:
        figure = bases(compared(tables).values(), region).get(slug)
    if not form or figure is None:
        return figure
    if form not in (*FORMS, *OF_TARGETS, *sums.FORMS):
        return None
    return _derived(tables, figure, form) or changes.made(figure, form, (), quantity=None)


def _derived(tables: Tables, figure: Figure, form: str) -> Figure | None:
    if form == "target":
        return targets.target(tables, figure)
    if form in sums.FORMS:
        return sums.named(tables, figure, form)
    if figure.quantity is None:
        return None
    if form in OF_TARGETS:
        return targets.named(tables, figure, form)
    alone = {
        "rate": places.rate,
        "city": places.parent_figure,
        "share": places.share,
        "gap": places.gap,
    }
    if form in alone:
        return alone[form](tables, figure)
    earlier = changes.before(tables, figure)
    if earlier is None or form == "before":
        return earlier
    told = changes.change if form in ("change", "fall") else changes.growth
    return told(tables, figure, earlier, fall=form in ("fall", "decline"))
