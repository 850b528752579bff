"""Numbers that were typed: every number of a page is a traced figure, or one of a few kinds that
say nothing about the data.

Free are dates and years, what numbers a section, a chart, an article or an item, times of day,
hot lines, house numbers and codes (GB/T 2260, A4), names that the page itself gives (of its
region, period, area and figures), addresses on the net, formulas, and words that are quoted.
The numbers of a drawing's scale are free as well; all others in it must be its figures'.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.reports.page.refusal import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

__all__ = ["Known", "own_table", "strays", "untraced"]

_FREE = re.compile(
    r"""
    (?:https?://|www\.|mailto:)[!-~]+ | [\w.+-]+@[\w-]+\.[\w.-]+      # addresses on the net
  | “[^“”]*” | 「[^「」]*」 | 『[^『』]*』 | 《[^《》]*》 | 〈[^〈〉]*〉 | ‘[^‘’]*’  # what is quoted
    # dates and years; what counts something is no year
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
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ITEM = re.compile(r"^\s*(?:[（(]\d{1,2}[）)]|\d{1,2}[.．、)）](?!\d))")
_HEADING = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})*\s+(?=\D)")
_NUMBER = re.compile(r"[-−]?\d[\d,，.]*(?<![,，.])")
_BARE = re.compile(r"[\s\d,，.+−%％‰–~-]*\d[\s\d,，.%％‰]*")
_FRAME_SIZE = re.compile(r"\s*\d+ rows × \d+ columns\s*")  # as pandas writes below a frame
_POWERS = {"千": 3, "万": 4, "亿": 8, "thousand": 3, "million": 6, "billion": 9}
_POWER = re.compile(r"\s*[余多]?\s*(千|万|亿|thousand|million|billion)", re.IGNORECASE)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_APART = frozenset(("data", "q", "code", "math", "script", "style"))  # free whatever it says
_BLOCKS = frozenset(
    re.split(r"\s+", """article blockquote caption dd details div dt figcaption figure h1 h2 h3 h4 h5 h6 li
    p pre section summary td th""")
)


class Known:
    """The names that a page may say, the numbers in them, and those that its figures are."""

    def __init__(self, names: Iterable[str], figures: Mapping[str, Mapping[str, object]]) -> None:
        own = {str(f.get(n) or "") for f in figures.values() for n in ("label_zh", "label_en")}
        told = {name for name in {*names, *own} if re.search(r"\d", name)}
        self._names = sorted(told, key=lambda name: (-len(name), name))
        self.numbers = {number for name in told for number in _NUMBER.findall(name)}
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
    return _NUMBER.findall(_FREE.sub(" ", text))


def untraced(main: HtmlElement, known: Known) -> Iterator[tuple[Place, str, str]]:
    """(cell, number, where it stands) of what was typed, cell by cell, as `outputs` marks them."""
    for cell in main.iterchildren("div"):
        place = Place(int(cell.get("data-row") or 0), cell.get("data-number") or "")
        if cell.get("data-cell") == "words":
            yield from _in_part(cell, place, known, strict=True)
        for part in cell.iterdescendants("div"):
            if kind := part.get("data-part"):
                yield from _in_part(part, place, known, strict=kind != "ours")


def _in_part(
    part: HtmlElement, place: Place, known: Known, *, strict: bool
) -> Iterator[tuple[Place, str, str]]:
    for drawing in part.iter("svg"):
        # What ours says aloud is written from the data; labels in it may be wrapped in the drawing.
        aloud = "" if strict else drawing.get("aria-label") or ""
        yield from ((place, *found) for found in _in_drawing(drawing, known, aloud))
    for element in part.iter():
        if not isinstance(element.tag, str) or element.tag == "svg":
            continue
        for name in ("aria-label", "alt", "title"):
            if strict and (text := element.get(name)):
                yield from ((place, found, text) for found in strays(text, known))
        text = "" if element.tag not in _BLOCKS or _is_apart(element) else _own_text(element)
        if not text or _FRAME_SIZE.fullmatch(text):
            continue
        if element.tag == "figcaption" and not strict:
            text = "".join(map(_own_text, element.find_class("title")))
        # Texts of ours come from the data; a lone number or a caption may have been typed.
        if strict or _BARE.fullmatch(text) or element.tag in ("caption", "figcaption"):
            heading = element.tag in _HEADINGS
            yield from ((place, found, text) for found in strays(text, known, heading=heading))


def _own_text(element: HtmlElement) -> str:
    """The text of a block without that of blocks inside it and of what is free."""
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if (
            tag
            and tag not in _APART
            and tag not in _BLOCKS
            and tag not in ("svg", "table", "ul", "ol")
        ):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_apart(element: HtmlElement) -> bool:
    for around in (element, *element.iterancestors()):
        if around.tag in _APART or around.tag == "svg" or own_table(around):
            return True
        if "data-part" in around.attrib or "data-cell" in around.attrib:
            return False
        if {"manuscript", "code"} & set((around.get("class") or "").split()):
            return True
    return False


def own_table(element: HtmlElement) -> bool:
    """Whether an element is a table that pandas wrote: computed, if not traced."""
    if element.tag != "table":
        return False
    kinds = (element.get("class") or "").split()
    return "dataframe" in kinds or bool(element.find_class("col_heading"))


def _in_drawing(drawing: HtmlElement, known: Known, aloud: str) -> Iterator[tuple[str, str]]:
    told = {*_NUMBER.findall(aloud), *known.numbers}
    for text in drawing.iter("text"):
        if any(
            around.get("class") == "tick" for around in (text, *text.iterancestors("g", "text"))
        ):
            continue
        shown = text.text_content()
        rest = _FREE.sub(lambda found: " " * len(found[0]), known.without(shown))
        for found in _NUMBER.finditer(rest):
            if found[0] not in told and not known.states(found[0], rest[found.end() :]):
                yield found[0], shown
