"""How many claims an audit found of each verdict, as figures that can be said, drawn and traced.

They are counted from the text and the data; in the place of a table stands the text's file.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.figures import Figure
from helpers.audit.text.render import VERDICTS

if TYPE_CHECKING:
    from helpers.audit.text.audit import Audit

__all__ = ["COUNTS", "counted"]

PLACE = ("处", "quantities", "quantity")
ITEM = ("项", "figures", "figure")
# count → its name in both languages, its unit
COUNTS = {
    "text_claims": ("文中的数量", "Quantities in the text", PLACE),
    **{f"text_{name}": (*words, PLACE) for name, words in VERDICTS.items()},
    "text_linked": ("能对上指标的数量", "Quantities of an indicator", PLACE),
    "text_agreeing": ("与数据相符的数量", "Quantities that agree", PLACE),
    "text_known": ("数据中的指标", "Figures of the data", ITEM),
    "text_told": ("文中提到的指标", "Figures that the text states", ITEM),
    "text_unmentioned": ("文中没有提到的指标", "Figures not mentioned", ITEM),
    "text_findings": (
        "文稿自身的问题",
        "Findings on the text itself",
        ("处", "findings", "finding"),
    ),
}


def counted(found: Audit, name: str, region: str, period: str, known: int) -> dict[str, Figure]:
    """slug → the counts of an audit as figures of one region and period; see `COUNTS`.

    `name` is the text's file, which stands in the place of a table; `known` is the number of
    figures that the data have.
    """
    verdicts = [claim.verdict for claim in found.claims]
    numbers = {f"text_{name}": verdicts.count(name) for name in VERDICTS}
    numbers |= {
        "text_claims": len(verdicts),
        "text_linked": len(verdicts) - numbers["text_not_data"],
        "text_agreeing": numbers["text_supported"] + numbers["text_rounded"],
        "text_known": known,
        "text_told": known - len(found.unmentioned),
        "text_unmentioned": len(found.unmentioned),
        "text_findings": len(found.findings),
    }
    return {slug: _count(slug, numbers[slug], name, region, period) for slug in COUNTS}


def _count(slug: str, number: int, table: str, region: str, period: str) -> Figure:
    label_zh, label_en, (unit, many, one) = COUNTS[slug]
    value = Decimal(number)
    return Figure(
        slug=slug,
        kind="indicator",
        region=region,
        period=period,
        label_zh=label_zh,
        label_en=label_en[:1].upper() + label_en[1:],
        unit=unit,
        unit_en=many,
        unit_en_one=one,
        quantity=q.Quantity(value, q.Interval.point(value), unit, "", ""),
        table=table,
        form="count",
    )
