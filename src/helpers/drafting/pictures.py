"""The chart of an area, in the form that its figures allow, as a PNG for paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.analysis.report import AreaFigures


@dataclass(frozen=True)
class Picture:
    """A chart for a document: the PNG, its caption and its text for those who do not see it."""

    png: bytes
    caption: str
    alt: str


def picture(here: AreaFigures) -> Picture | None:
    """The chart of the report's area, None where no figures can stand beside each other (see
    :func:`helpers.telling.glance.picture`).
    """
    import matplotlib as mpl

    from helpers.telling import drawing, glance

    faces = ["DejaVu Sans", "Noto Sans SC"] if here.lang == "en" else ["Noto Sans SC"]
    with mpl.rc_context({"font.family": faces}), drawing.printing() as kept:
        drawn = glance.picture(here)
    if not kept:
        return None
    caption = re.search(r'<span class="title">(.*?)</span>', drawn.html)[1]
    return Picture(kept[0], unescape(caption), drawn.plain)
