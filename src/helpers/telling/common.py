"""The common page: what can be said and drawn of an area by its own rows alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from helpers.data.formulas import parse_sum
from helpers.telling import charts
from helpers.telling.beside import beside
from helpers.telling.over_time import over_time
from helpers.telling.sentences import say
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    import pandas as pd

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

FAR_APART = 25  # bars whose lengths differ more are no help
FEW = 20  # things that can be counted by eye


def question(here: AreaFigures) -> Fragment:
    """The area's question (``areas.csv``); nothing on the overview, which has all of them."""
    asked = str(here.row("areas", "area", here.area).get(f"question_{here.lang}", ""))
    if not asked:
        return nothing([], here.lang)
    return Fragment(f'<p class="name">{escape(asked)}</p>', asked)


def answer(here: AreaFigures) -> Fragment:
    """The area's leading figures in a sentence, each with how it has moved."""
    told = [f.slug for f in here.leading if f.quantity is not None]
    told = told or [f.slug for f in here.indicators["figure"] if f.quantity is not None][:2]
    if not told:
        return nothing([f for f in here.leading if here.had(f.slug)], here.lang)
    zh = "；".join(f"{{{s}:label}}{{{s}}}[，比{{{s}.before:period}}{{{s}:moved}}]" for s in told)
    en = "; ".join(
        f"{{{s}:label}}: {{{s}}}[, {{{s}:moved}} from {{{s}.before:period}}]" for s in told
    )
    return say(here, zh=f"{zh}。", en=f"{en}.")


def picture(here: AreaFigures) -> Fragment:
    """The chart that an area's figures allow: parts in their wholes, counts of named things as
    squares, figures of one unit and kind as bars, else the main one over the years or by place.
    """
    title = here.name("areas", "area", here.area, "title")
    plain = "".join(sign for sign in title if not sign.isdigit() and sign not in "{}[]")
    if found := pairs(here):
        parts, wholes = (list(slugs) for slugs in zip(*found, strict=True))
        words = {"zh": f"{plain}：总数与其中的部分", "en": f"{plain}: parts of their wholes"}
        return charts.parts(here, parts, wholes, **words)
    if (few := counts(here)) is not None:
        return charts.squares(here, few, zh=f"{plain}：按类计数", en=f"{plain}: counts by kind")
    if (alike := of_one_kind(here)) is not None:
        words = {"zh": f"{plain}：同类数字对照", "en": f"{plain}: figures of one kind"}
        return charts.bars(here, alike, **words)
    slug = main(here)
    words = {"zh": f"{{{slug}:label}}", "en": f"{{{slug}:label}}"}
    drawn = over_time(here, slug, form="lines", **words) if slug else nothing([], here.lang)
    return beside(here, slug, form="bars", **words) if slug and drawn.is_empty else drawn


def main(here: AreaFigures) -> str:
    """The slug of the area's first leading figure that is an indicator, or its first indicator."""
    known: list[Figure] = [*here.leading, *here.indicators["figure"]]
    return next((f.slug for f in known if f.kind == "indicator"), "")


def pairs(here: AreaFigures) -> list[tuple[str, str]]:
    """Indicators of which a share of the area makes one a part of the other, both reported."""
    reported = set(here.indicators.dropna(subset=["value"]).index)
    found = []
    for row in here.tables.frames["measures"].to_dict("records"):
        if row["area"] != here.area or row["kind"] != "share":
            continue
        terms = [parse_sum(str(row[side])) for side in ("numerator", "denominator")]
        names = [side[0].name for side in terms if len(side) == 1]
        if len(names) == 2 and set(names) <= reported:
            found.append((names[0], names[1]))
    return found


def counts(here: AreaFigures) -> pd.DataFrame | None:
    """The counts of named things of an area that has little else, few enough to be squares."""
    frame = here.derived
    frame = frame[(frame["form"] == "count") & (frame["value"] > 0) & (frame["value"] <= FEW)]
    alone = here.indicators.empty and len(frame) > 2
    units = {figure.unit_en for figure in frame["figure"]}
    return frame if alone and len(units) == 1 else None


def of_one_kind(here: AreaFigures) -> pd.DataFrame | None:
    """The largest group of reported figures of one unit and kind that bars can show."""
    frame = here.indicators.dropna(subset=["value"])
    frame = frame.assign(unit=[figure.unit for figure in frame["figure"]])
    frame = frame[(frame["lower"] > 0) & ~frame["unit"].isin(["元", "%"])]
    best = None
    for _, group in frame.groupby(["unit", "counts", "form"], sort=False):
        fits = group["upper"].max() <= FAR_APART * group["lower"].min()
        if len(group) > max(1, len(best) if best is not None else 0) and fits:
            best = group
    return best
