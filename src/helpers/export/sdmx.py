"""SDMX-CSV 2.0: the observations by reference area, indicator and time period.

The rounding word, the interval that it implies and the written form are attributes of the
observation, so that nothing is lost on the way to a system that knows numbers only. The
structure that the file names is written beside it (:mod:`helpers.export.sdmx_structure`).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from helpers.export.observations import number, observations, refuse_same_times, times
from helpers.export.sdmx_structure import ATTRIBUTES, DATAFLOW, DIMENSIONS, MEASURE, structure

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["as_sdmx"]

HEAD = ["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, MEASURE, *ATTRIBUTES]


def as_sdmx(tables: Tables) -> dict[str, bytes]:
    """``data.csv`` (SDMX-CSV 2.0) and ``structure.xml`` (SDMX-ML 3.0), as file name → content.

    Raises Refused where two periods of a figure cover the same time.
    """
    found, covered = observations(tables), times(tables)
    refuse_same_times(found, covered)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")  # RFC 4180, to which SDMX-CSV keeps
    lines.writerow(HEAD)
    lines.writerows(_line(one, covered[one.period]) for one in found)
    return {"data.csv": text.getvalue().encode("utf-8"), "structure.xml": structure(tables)}


def _line(one: Figure, time: str) -> list[str]:
    cells = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": DATAFLOW,
        "ACTION": "I",
        "REF_AREA": one.region,
        "INDICATOR": one.slug,
        "TIME_PERIOD": time,
        "OBS_VALUE": number(one.quantity.value),
        "UNIT_MEASURE": one.unit,
        "QUALIFIER": one.quantity.qualifier,
        "LOWER": number(one.interval.lower),
        "LOWER_INCLUDED": str(one.interval.lower_closed).lower(),
        "UPPER": number(one.interval.upper),
        "UPPER_INCLUDED": str(one.interval.upper_closed).lower(),
        "AS_WRITTEN": one.as_written,
        "OBS_STATUS": one.status,
        "PERIOD": one.period,
        "SOURCE": one.source,
        "LOCATOR": one.locator,
        "COMMENT_OBS": one.note_zh,
    }
    return [cells[name] for name in HEAD]
