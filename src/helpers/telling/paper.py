"""Charts for paper: while someone prints, every chart that is finished is kept as a picture too."""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

__all__ = ["keep", "printing"]

_KEPT: ContextVar[list[bytes] | None] = ContextVar("charts_for_paper", default=None)
_PAPER = {"dpi": 220, "facecolor": "white", "metadata": {"Software": None}}


@contextmanager
def printing() -> Iterator[list[bytes]]:
    """Within it every chart that is finished is also kept as a PNG for paper, in order."""
    kept: list[bytes] = []
    token = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(token)


def keep(drawing: Figure) -> None:
    """Keep a finished drawing (a matplotlib figure), if someone prints."""
    kept = _KEPT.get()
    if kept is not None:
        buffer = io.BytesIO()
        drawing.savefig(buffer, format="png", **_PAPER)
        kept.append(buffer.getvalue())
