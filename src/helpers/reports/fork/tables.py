"""What the reports of a batch have in common, made once: the helper has it in its memory, the
children share the pages. Tables, the figures of a region and period, notebooks.
"""

from contextlib import suppress
from typing import Any

from helpers.reports.fork import papers

__all__ = ["warm"]


def warm(work: Any) -> None:
    """Have in memory what `work` will ask for; what cannot be read is the report's own to
    complain of.
    """
    parameters = getattr(work, "parameters", {})
    folder = parameters.get("data")
    if folder is None or folder in _refused:
        return
    from helpers.data.load import load

    with suppress(Exception):
        papers.keep(work.notebook)
    try:
        read = load(folder or None).hashes
    except Exception:
        _refused.add(folder)
        return
    if "text" not in parameters:
        _open(work.job.area, parameters, tuple(sorted(read.items())))


def _open(area: str, parameters: Any, read: tuple[Any, ...]) -> None:
    """Open the study of a region and period, unless that was done with the same tables."""
    from helpers.telling.report import open_area
    from helpers.data import reads

    place = tuple(parameters.get(name) for name in ("data", "region", "period", "lang"))
    if _opened.get(place) == read:
        return
    _opened[place] = read
    while len(_opened) > PLACES:
        del _opened[next(iter(_opened))]
    with suppress(Exception):
        here = open_area(area, **parameters)
        _ = here.indicators, here.comparables, here.judgements, here.words
        reads.record()  # what it has read is looked up in the same rows again


PLACES = 8
_opened: dict[tuple[Any, ...], tuple[Any, ...]] = {}  # place -> hashes of what was read for it
_refused: set[str] = set()
