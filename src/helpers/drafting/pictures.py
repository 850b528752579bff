"""The chart of an area, in the form that its figures allow, as a PNG for paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.data.formulas import parse_sum

if TYPE_CHECKING:
    import pandas as pd

    from helpers.analysis.report import AreaFigures

FAR_APART = 25  # bars whose lengths differ more are no help
FEW = 20  # things that can be counted by eye


@dataclass(frozen=True)
class Picture:
    """A chart for a document: the PNG, its caption and its text for those who do not see it."""

    png: bytes
    caption: str
    alt: str


def picture(here: AreaFigures) -> Picture | None:
    """The chart of the study's area, None where no figures can stand beside each other.

    Parts are drawn in their wholes, counts of named things as tiles, otherwise figures of one
    unit and kind as bars; money and percentages of different wholes are never drawn together.
    """
    import matplotlib as mpl

    from helpers.telling import charts, paper

    title = here.name("areas", "area", here.area, "title")
    title = "".join(sign for sign in title if not sign.isdigit() and sign not in "{}")
    faces = ["DejaVu Sans", "Noto Sans SC"] if here.lang == "en" else ["Noto Sans SC"]
    with mpl.rc_context({"font.family": faces}), paper.printing() as kept:
        if pairs := _pairs(here):
            parts, wholes = (here.indicators.loc[list(slugs)] for slugs in zip(*pairs, strict=True))
            caption = {"zh": f"{title}：总数与其中的部分", "en": f"{title}: parts of their wholes"}
            drawn = charts.parts(here, parts, wholes, **caption)
        elif (counts := _counts(here)) is not None:
            caption = {"zh": f"{title}：按类计数", "en": f"{title}: counts by kind"}
            drawn = charts.squares(here, counts, **caption)
        elif (alike := _alike(here)) is not None:
            caption = {"zh": f"{title}：同类数字对照", "en": f"{title}: figures of one kind"}
            drawn = charts.bars(here, alike, **caption)
        else:
            return None
    return Picture(kept[0], caption[here.lang], drawn.plain) if kept else None


def _pairs(here: AreaFigures) -> list[tuple[str, str]]:
    """Indicators of which a share of the area makes one a part of the other, both reported."""
    own = here.indicators
    reported = {slug for slug, figure in own["figure"].items() if figure.quantity is not None}
    found = []
    for row in here.tables.measures.to_dict("records"):
        if row["area"] != here.area or row["kind"] != "share":
            continue
        terms = [parse_sum(str(row[side])) for side in ("numerator", "denominator")]
        names = [side[0].name for side in terms if len(side) == 1]
        if len(names) == 2 and set(names) <= reported:
            found.append((names[0], names[1]))
    return found


def _counts(here: AreaFigures) -> pd.DataFrame | None:
    frame = here.derived
    frame = frame[(frame["form"] == "count") & (frame["value"] > 0) & (frame["value"] <= FEW)]
    alone = here.indicators.empty and len(frame) > 2
    units = {figure.unit_en for figure in frame["figure"]}
    return frame if alone and len(units) == 1 else None


def _alike(here: AreaFigures) -> pd.DataFrame | None:
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
