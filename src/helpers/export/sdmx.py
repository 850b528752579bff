"""SDMX-CSV 2.0: the observations by reference area, indicator and time period; and the structure
that the file names, as SDMX-ML 3.0: `structure.xml`, with the codes of the tables put in.

The rounding word, the interval that it implies and the written form are attributes of the
observation, so that nothing is lost on the way to a system that knows numbers only.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from helpers.analysis.lookup import rows
from helpers.data.problems import Refused, problem
from helpers.export import observations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["HEAD", "as_sdmx", "number", "refuse_same_times", "time_period", "times"]

HEAD = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE",
    "UNIT_MEASURE", "QUALIFIER", "LOWER", "LOWER_INCLUDED", "UPPER", "UPPER_INCLUDED",
    "AS_WRITTEN", "OBS_STATUS", "PERIOD", "SOURCE", "LOCATOR", "COMMENT_OBS",
)  # fmt: skip
CODES = {  # code list -> its table, the column of the code, the stem of its names
    "CL_REF_AREA": ("regions", "region", "name"),
    "CL_INDICATOR": ("indicators", "indicator", "label"),
    "CL_PERIOD": ("periods", "period", "label"),
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def as_sdmx(tables: Tables) -> dict[str, bytes]:
    """``data.csv`` (SDMX-CSV 2.0) and ``structure.xml`` (SDMX-ML 3.0), as file name → content.

    Raises Refused where two periods of a figure cover the same time.
    """
    found, covered = observations(tables), times(tables)
    refuse_same_times(found, covered)
    text = io.StringIO()
    lines = csv.DictWriter(text, HEAD, lineterminator="\r\n")  # RFC 4180, as SDMX-CSV wants it
    lines.writeheader()
    lines.writerows(_line(one, covered[one.period]) for one in found)
    return {"data.csv": text.getvalue().encode("utf-8"), "structure.xml": structure(tables)}


def _line(one: Figure, time: str) -> dict[str, str]:
    return {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": "HALF_THE_SKY:WORK_FIGURES(1.0)",
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


def structure(tables: Tables) -> bytes:
    """The structure message of the tables' observations, the same bytes for the same tables."""
    blank = etree.XMLParser(remove_blank_text=True)
    tree = etree.parse(Path(__file__).with_name("structure.xml"), blank)
    for codelist in tree.iterfind(".//{*}Codelist"):
        table, column, stem = CODES[codelist.get("id")]
        name_zh, name_en = codelist  # the list's own names, the pattern of those of its codes
        for row in rows(tables, table):
            code = etree.SubElement(codelist, etree.QName(codelist, "Code"), id=str(row[column]))
            for name in (name_zh, name_en):
                lang = name.get(LANG)
                etree.SubElement(code, name.tag, {LANG: lang}).text = str(row[f"{stem}_{lang}"])
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True, pretty_print=True)


def times(tables: Tables) -> dict[str, str]:
    """period → the time that it covers, as SDMX writes it."""
    return {str(r["period"]): time_period(r["start"], r["end"]) for r in rows(tables, "periods")}


def time_period(start: object, end: object) -> str:
    """A period in SDMX's terms: ``2024``, ``2024-S1``, ``2024-Q3``, ``2024-05``, a range
    ``2016-01-01/P5Y`` where it is longer, the day of its end where its start is unknown.

    The forms are those of SDMX 3.0's ObservationalTimePeriod (Gregorian and reporting periods,
    time ranges).
    """
    try:
        first, last = (dt.date.fromisoformat(str(day)[:10]) for day in (start, end))
    except ValueError:
        return str(end or start or "")
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day != 1 or last.day != calendar.monthrange(last.year, last.month)[1]:
        return f"{first}/P{(last - first).days + 1}D"
    if months % 12 == 0 and first.month == 1:
        return str(first.year) if months == 12 else f"{first}/P{months // 12}Y"
    letter = {6: "S", 3: "Q"}.get(months)
    if letter and (first.month - 1) % months == 0:
        return f"{first.year}-{letter}{(first.month - 1) // months + 1}"
    return f"{first:%Y-%m}" if months == 1 else f"{first}/P{months}M"


def refuse_same_times(found: Iterable[Figure], covered: dict[str, str]) -> None:
    """Raise Refused where two periods of a figure cover the same time (``covered``): SDMX could
    not tell them apart.
    """
    seen: dict[tuple[str, str, str], str] = {}
    problems = {}
    for one in found:
        other = seen.setdefault((one.slug, one.region, covered[one.period]), one.period)
        if other != one.period:
            zh = (f"与时期 {other} 起止相同，SDMX 无法区分", "在 periods.csv 中区分两者的起止日期")
            en = (f"covers the same time as {other}", "tell their dates apart in periods.csv")
            place = ("periods.csv", 0, "period", one.period)
            problems[one.period] = problem(place, "same-time", zh, en)
    if problems:
        raise Refused(problems.values())


def number(value: object) -> str:
    """A decimal number without an exponent and without needless zeros; "" for an open end."""
    text = f"{value:f}"
    if "nfinity" in text:
        return ""
    return text.rstrip("0").rstrip(".") if "." in text else text
