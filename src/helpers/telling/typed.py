"""Numbers that were typed: every number of a page is a traced figure, or one of a few kinds that
say nothing about the data.

Free are dates and years, what numbers a section, a chart, an article or an item, times of day,
hot lines, house numbers and codes (GB/T 2260, A4), names that the data give, addresses on the
net, and words that are quoted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FREE", "NUMBER", "Known", "own_table", "strays"]

FREE = re.compile(
    r"""
    (?:https?://|www\.|mailto:)[!-~]+ | [\w.+-]+@[\w-]+\.[\w.-]+      # addresses on the net
  | “[^“”]*” | 「[^「」]*」 | 『[^『』]*』 | 《[^《》]*》 | 〈[^〈〉]*〉 | ‘[^‘’]*’
    # (the line above: what is quoted) dates and years; what counts something is no year
  | (?<!\d)(?:19|20)\d\d\s*年(?:\s*\d\d?\s*月(?:\s*\d\d?\s*日)?)?
  | \d\d?\s*月(?:\s*\d\d?\s*日|份|底|初)?
  | (?<!\d)(?:19|20)\d\d[-/.]\d\d?(?:[-/.]\d\d?)?(?!\d)
  | (?<!\d)(?:19|20)\d\d\s*[–—~～至到-]\s*(?:(?:19|20)\d\d|\d\d)(?!\d)(?:\s*年)?
  | (?:\d\d?(?:st|nd|rd|th)?[ ])?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)
    (?:uary|ruary|ch|il|ust|ember|tober|ober)?\.?(?:[ ]\d\d?(?:,|(?!\d)))?(?:[ ](?:19|20)\d\d)?\b
  | (?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d)
    (?!\s*[余多]?(?:万|亿|千|百|人|名|个|件|户|家|场|次|元|对|位|所|处|起|例|篇|项|条|亩|[%％‰]))
    (?!\s+(?:women|men|people|children|couples|cases|families|households|times|activities))
    # what numbers a section, a chart, an article, an item; ordinals; times of day; house numbers
  | 第\s*\d+(?:\s*[—~～至、-]\s*\d+)* | \d+(?:st|nd|rd|th)\b | \[\d{1,3}\]
  | (?:图|表|附件|附表|附图|专栏|步骤|版本)\s*\d+(?:[.-]\d+)*(?!\d)
  | \b(?:no|fig(?:ure)?|table|chart|section|chapter|article|appendix|annex|part|step|pp?|page
    |para(?:graph)?|item|note|version|grade|level|phase|quarter|week)s?\.?\s+\d+(?:[.–-]\d+)*(?!,?\d)
  | 〔\d+〕\s*\d*\s*号? | \d+\s*号(?:楼|院|文件)? | \d{1,2}[:：]\d{2}(?!\d)
    # hot lines, and codes such as GB/T 2260, A4, PM2.5; a currency is no code
  | (?:热线|电话|拨打|hotline|helpline|telephone|call|dial)\s*[:：]?\s*[\d-]{3,}
  | (?<!\d)1[12]\d(?:\d\d)?(?=\s*(?:热线|平台|电话|hotline|helpline))
  | (?-i:(?<![A-Za-z])(?!(?:RMB|CNY|USD|EUR|HKD)\b)[A-Z]{2,}(?:/[A-Z]+)?[ -]?\d+(?:[.–-]\d+)*
    (?![\d,]*\d|\s*[万亿]))
  | (?<![A-Za-z])[A-Za-z]+-?\d+(?:\.\d+)?(?![\d,]*\d|\s*[万亿])
  | \d+[ ]rows[ ]×[ ]\d+[ ]columns                       # as pandas writes below a frame
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ITEM = re.compile(r"^\s*(?:[（(]\d{1,2}[）)]|\d{1,2}[.．、)）](?!\d))")
_HEADING = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*\s+(?=\D)")
NUMBER = re.compile(r"[-−]?\d[\d,，.]*(?<![,，.])")
_POWERS = {"千": 3, "万": 4, "亿": 8, "thousand": 3, "million": 6, "billion": 9}
_POWER = re.compile(r"\s*[余多]?\s*(千|万|亿|thousand|million|billion)", re.IGNORECASE)


class Known:
    """The names that a page may say, the numbers in them, and those that its figures are."""

    def __init__(self, names: Iterable[str], figures: Mapping[str, Mapping[str, object]]) -> None:
        own = {str(f.get(n) or "") for f in figures.values() for n in ("label_zh", "label_en")}
        told = {name for name in {*names, *own} if re.search(r"\d", name)}
        self._names = sorted(told, key=lambda name: (-len(name), name))
        self.numbers = {number for name in told for number in NUMBER.findall(name)}
        self._ends = {
            Decimal(str(f[name]))
            for f in figures.values()
            for name in ("value", "lower", "upper")
            if f.get(name) is not None
        }

    def without(self, text: str) -> str:
        """The text without those names."""
        for name in self._names:
            text = text.replace(name, " ")
        return text

    def states(self, written: str, behind: str) -> bool:
        """Whether a number, with what is written behind it, is a figure's value or an end."""
        try:
            number = Decimal(written.replace(",", "").replace("，", "").replace("−", "-"))
        except ArithmeticError:
            return False
        found = _POWER.match(behind)
        power = _POWERS[found[1].lower()] if found else 0
        step = Decimal((0, (1,), number.as_tuple().exponent + power))
        number = number.scaleb(power)
        return any(abs(abs(end) - abs(number)) < step or end == number for end in self._ends)


def strays(text: str, known: Known, *, heading: bool = False) -> list[str]:
    """The numbers of a text that are of no kind that is free."""
    if not re.search(r"\d", text):
        return []
    text = known.without(text)
    text = (_HEADING if heading else _ITEM).sub(" ", _ITEM.sub(" ", text))
    return NUMBER.findall(FREE.sub(" ", text))


def own_table(element: Any) -> bool:
    """Whether an element is a table that pandas wrote: computed, if not traced."""
    if element.tag != "table":
        return False
    kinds = (element.get("class") or "").split()
    return "dataframe" in kinds or any(
        "col_heading" in (cell.get("class") or "").split() for cell in element.iter("th")
    )
