"""The structure of the exported observations, as SDMX-ML 3.0: codelists, concepts, dataflow.

Element names and their order are those of the SDMX 3.0 structure schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from helpers.data import Tables

__all__ = ["ATTRIBUTES", "DATAFLOW", "DIMENSIONS", "MEASURE", "structure"]

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
