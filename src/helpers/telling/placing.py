"""Placing: one pair of axes in its drawing, with the room that labels beside it need.

matplotlib's constrained layout solves this for any number of axes and draws everything once
more to do so. A chart of ours is one pair of axes, whose margins follow from its text alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.layout_engine import ConstrainedLayoutEngine

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

Margins = tuple[float, float, float, float]  # left, bottom, right, top; shares of the drawing
PASSES = 2  # what is written beside a mark moves with the axes, and its size does not


def place(drawing: Figure, renderer: RendererBase) -> None:
    """Give the axes their place and switch the drawing's own layout off.

    The outcome is that of constrained layout. Drawings with several axes, or with another
    layout, are left to matplotlib.
    """
    layout = drawing.get_layout_engine()
    axes = drawing.axes
    if not isinstance(layout, ConstrainedLayoutEngine):
        return
    if len(axes) == 1 and axes[0].get_subplotspec() is not None and not drawing.legends:
        _fit(drawing, axes[0], renderer, layout.get())
    else:
        layout.execute(drawing)
    drawing.set_layout_engine("none")


def _fit(drawing: Figure, ax: Axes, renderer: RendererBase, pads: dict[str, float]) -> None:
    width, height = drawing.get_size_inches()
    across, along = pads["w_pad"] / width, pads["h_pad"] / height
    above = _title(drawing, renderer, along)
    for _ in range(PASSES):
        room = beyond(drawing, ax, renderer)
        left, right = (max(0, room[side] + across) for side in (0, 2))
        bottom, top = (max(0, room[side] + along) for side in (1, 3))
        inner = (left, bottom, 1 - left - right, 1 - bottom - top - above)
        if inner[2] <= 0 or inner[3] <= 0:
            return  # no room for the axes: they stay where they are
        ax._set_position(inner, which="original")


def beyond(drawing: Figure, ax: Axes, renderer: RendererBase) -> Margins:
    """How far the axes' text reaches beyond them on each side."""
    place = ax.get_position(original=True)
    box = ax.get_tightbbox(renderer, for_layout_only=True)
    box = box.transformed(drawing.transFigure.inverted())
    return place.x0 - box.x0, place.y0 - box.y0, box.x1 - place.x1, box.y1 - place.y1


def _title(drawing: Figure, renderer: RendererBase, pad: float) -> float:
    """The height that the drawing's own title takes, which is put in its place."""
    title = drawing._suptitle
    if title is None or not title.get_in_layout():
        return 0.0
    title.set_y(1 - pad)
    box = title.get_window_extent(renderer).transformed(drawing.transFigure.inverted())
    return box.height + 2 * pad
