"""SDMX-CSV 2.0: the observations by reference area, indicator and time period; and the structure
that the file names, as SDMX-ML 3.0.

The rounding word, the interval that it implies and the written form are attributes of the
observation, so that nothing is lost on the way to a system that knows numbers only. Element names
and their order are those of the SDMX 3.0 structure schemas.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

from helpers.analysis.lookup import rows
from helpers.data.problems import Refused, problem
from helpers.export.observations import observations

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["HEAD", "as_sdmx", "number", "refuse_same_times", "time_period", "times"]

AGENCY, VERSION = "HALF_THE_SKY", "1.0"
DATAFLOW = f"{AGENCY}:WORK_FIGURES({VERSION})"
DIMENSIONS = ("REF_AREA", "INDICATOR", "TIME_PERIOD")
MEASURE = "OBS_VALUE"
# attribute → its SDMX text type
ATTRIBUTES = {
    "UNIT_MEASURE": "String",
    "QUALIFIER": "String",
    "LOWER": "Decimal",
    "LOWER_INCLUDED": "Boolean",
    "UPPER": "Decimal",
    "UPPER_INCLUDED": "Boolean",
    "AS_WRITTEN": "String",
    "OBS_STATUS": "String",
    "PERIOD": "String",
    "SOURCE": "String",
    "LOCATOR": "String",
    "COMMENT_OBS": "String",
}
CONCEPTS = {
    "REF_AREA": ("地区", "Reference area"),
    "INDICATOR": ("指标", "Indicator"),
    "TIME_PERIOD": ("时期", "Time period"),
    "OBS_VALUE": ("数值", "Observation value"),
    "UNIT_MEASURE": ("计量单位", "Unit of measure"),
    "QUALIFIER": ("约数词", "Rounding word"),
    "LOWER": ("可能的最小值", "Lower end of what the written form allows"),
    "LOWER_INCLUDED": ("含最小值", "Whether the lower end itself is possible"),
    "UPPER": ("可能的最大值", "Upper end of what the written form allows"),
    "UPPER_INCLUDED": ("含最大值", "Whether the upper end itself is possible"),
    "AS_WRITTEN": ("原文写法", "As written in the source"),
    "OBS_STATUS": ("数据状态", "Observation status"),
    "PERIOD": ("时期代码", "Period code of the data folder"),
    "SOURCE": ("来源代码", "Source"),
    "LOCATOR": ("来源中的位置", "Where in the source"),
    "COMMENT_OBS": ("说明", "Note"),
}
CODELISTS = {"REF_AREA": "CL_REF_AREA", "INDICATOR": "CL_INDICATOR", "PERIOD": "CL_PERIOD"}
SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
MES, STR, COM = (f"{SCHEMAS}/{part}" for part in ("message", "structure", "common"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
mes = ElementMaker(namespace=MES, nsmap={"mes": MES, "str": STR, "com": COM})
part = ElementMaker(namespace=STR)
com = ElementMaker(namespace=COM)
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


def times(tables: Tables) -> dict[str, str]:
    """period → the time that it covers, as SDMX writes it."""
    return {str(r["period"]): time_period(r["start"], r["end"]) for r in rows(tables, "periods")}


def time_period(start: object, end: object) -> str:
    """A period in SDMX's terms: ``2024``, ``2024-S1``, ``2024-Q3``, ``2024-05``, a range
    ``2016-01-01/P5Y`` where it is longer, the day of its end where its start is unknown.

    The forms are those of SDMX 3.0's ObservationalTimePeriod (Gregorian and reporting periods,
    time ranges).
    """
    last = _day(end)
    first = _day(start)
    if first is None or last is None:
        return str(end or start or "")
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if not whole:
        return f"{first.isoformat()}/P{(last - first).days + 1}D"
    if months % 12 == 0 and first.month == 1:
        return str(first.year) if months == 12 else f"{first.isoformat()}/P{months // 12}Y"
    for length, letter in ((6, "S"), (3, "Q")):
        if months == length and (first.month - 1) % length == 0:
            return f"{first.year}-{letter}{(first.month - 1) // length + 1}"
    if months == 1:
        return f"{first.year}-{first.month:02}"
    return f"{first.isoformat()}/P{months}M"


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


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


def structure(tables: Tables) -> bytes:
    """The structure message of the tables' observations, the same bytes for the same tables."""
    message = mes.Structure(
        mes.Header(
            mes.ID("half-the-sky"),
            mes.Test("false"),
            mes.Prepared("2000-01-01T00:00:00Z"),  # no clock: the same data give the same bytes
            mes.Sender(id=AGENCY),
        ),
        mes.Structures(
            part.Dataflows(
                _named(
                    part.Dataflow(**_identity("WORK_FIGURES")),
                    ("妇联工作数据", "Figures of a women’s federation’s work"),
                    part.Structure(_urn("datastructure.DataStructure", "WORK_FIGURES")),
                )
            ),
            part.Codelists(
                _codelist("REF_AREA", tables.regions, "region", "name"),
                _codelist("INDICATOR", tables.indicators, "indicator", "label"),
                _codelist("PERIOD", tables.periods, "period", "label"),
            ),
            part.ConceptSchemes(
                _named(
                    part.ConceptScheme(**_identity("CONCEPTS"), isPartial="false"),
                    ("概念", "Concepts"),
                    *(_named(part.Concept(id=name), texts) for name, texts in CONCEPTS.items()),
                )
            ),
            part.DataStructures(
                _named(
                    part.DataStructure(**_identity("WORK_FIGURES")),
                    ("妇联工作数据的结构", "Structure of the figures"),
                    part.DataStructureComponents(_dimensions(), _attributes(), _measures()),
                )
            ),
        ),
    )
    return etree.tostring(message, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _urn(kind: str, name: str, item: str = "") -> str:
    ending = f".{item}" if item else ""
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}({VERSION}){ending}"


def _identity(name: str) -> dict[str, str]:
    return {"id": name, "agencyID": AGENCY, "version": VERSION, "isExternalReference": "false"}


def _named(
    element: etree._Element, texts: tuple[str, str], *children: etree._Element
) -> etree._Element:
    for lang, text in zip(("zh", "en"), texts, strict=True):
        element.append(com.Name(text, {LANG: lang}))
    element.extend(children)
    return element


def _codelist(name: str, frame: pd.DataFrame, column: str, label: str) -> etree._Element:
    codes: Iterable = zip(frame[column], frame[f"{label}_zh"], frame[f"{label}_en"], strict=True)
    return _named(
        part.Codelist(**_identity(CODELISTS[name]), isPartial="false"),
        CONCEPTS[name],
        *(_named(part.Code(id=str(code)), (zh, en)) for code, zh, en in codes),
    )


def _component(element: etree._Element, name: str, kind: str) -> etree._Element:
    form = (
        part.Enumeration(_urn("codelist.Codelist", CODELISTS[name]))
        if name in CODELISTS
        else part.TextFormat(textType=kind)
    )
    concept = _urn("conceptscheme.Concept", "CONCEPTS", name)
    element.extend([part.ConceptIdentity(concept), part.LocalRepresentation(form)])
    return element


def _dimensions() -> etree._Element:
    coded = DIMENSIONS[:-1]
    return part.DimensionList(
        *(
            _component(part.Dimension(id=name, position=str(at)), name, "String")
            for at, name in enumerate(coded, 1)
        ),
        _component(part.TimeDimension(id="TIME_PERIOD"), "TIME_PERIOD", "ObservationalTimePeriod"),
    )


def _attributes() -> etree._Element:
    found = part.AttributeList()
    for name, kind in ATTRIBUTES.items():
        attribute = _component(part.Attribute(id=name, usage="optional"), name, kind)
        attribute.append(part.AttributeRelationship(part.Observation()))
        attribute.append(part.MeasureRelationship(part.Measure(MEASURE)))
        found.append(attribute)
    return found


def _measures() -> etree._Element:
    return part.MeasureList(_component(part.Measure(id=MEASURE), MEASURE, "Decimal"))
