"""The seal of a page: was it altered after it was made, where, and what happened on its way?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from helpers import seal
from helpers.audit.altered import Place, Slip, places, sealing, slip
from helpers.audit.carriage import WAYS
from helpers.audit.findings import Case, Finding, finding

__all__ = ["check_seal", "element"]

TOLD = 5  # places that are told one by one
SEARCHED = 3  # so many places are searched for the one sign that differs
AROUND = re.compile(r"[^<>\s\"']*")
REMEDY = ("以原文件为准，或重新生成报告", "go by the original file, or build the report again")
# tag → what a reader knows the part of the page as
PARTS = {
    "style": ("样式", "the style sheet"),
    "script": ("数据清单", "the figure list"),
    "svg": ("图", "a chart"),
    "table": ("表", "a table"),
    "nav": ("目录", "the contents"),
    "details": ("折叠部分", "a folded part"),
    "head": ("页头信息", "the head"),
    "footer": ("页脚", "the foot"),
    "header": ("标题部分", "the title"),
}


def check_seal(case: Case) -> Iterator[Finding]:
    """What the page's seal tells; nothing where the page is as it was made."""
    page = case.page
    if page.ways:
        zh = "、".join(WAYS[way][0] for way in page.ways)
        en = ", ".join(WAYS[way][1] for way in page.ways)
        yield finding(
            case, (0, "file", ""), "carried",
            (f"文件在传送或保存中{zh}", "已还原后核对"),
            (f"on its way the file {en}", "it was checked with that undone"),
            severity="warning",
        )  # fmt: skip
    state = sealing(page.source)
    if state == "missing":
        yield finding(
            case, (0, "seal", ""), "no-seal",
            ("本页没有封印（较早版本生成），看不出数字以外的改动", "需要时用现在的程序重新生成"),
            ("the page has no seal (it is of an older make): changes to anything but its numbers "
             "cannot be told", "build it again where that matters"),
            severity="warning",
        )  # fmt: skip
    elif state == "altered":
        yield from _altered(case, page.source)


def _altered(case: Case, source: str) -> Iterator[Finding]:
    found = places(source)
    if not found or _only_checks(source):
        known = found is not None or 'name="seal' in source
        zh = "改动处在封印本身" if known else "看不出在哪里"
        en = "in its seal itself" if known else "where cannot be told"
        text = f"本页生成以后被人改动，{zh}", f"the page was altered after it was made, {en}"
        yield _told(case, source, max(source.find('name="seal'), 0), "", text)
        return
    few = len(found) <= SEARCHED
    for place in found[:TOLD]:
        one = slip(source, place) if few else None
        yield _slipped(case, source, one) if one else _changed(case, source, place)
    more = len(found) - TOLD
    if more > 0:
        text = (f"本页生成以后被人改动：另有 {more} 处",
                f"the page was altered after it was made: {more} more places")  # fmt: skip
        yield _told(case, source, found[TOLD].start, "", text)


def _only_checks(source: str) -> bool:
    """Is the page as it was made but for the checks beside its seal?"""
    found = seal.SEAL.search(source)
    mended = seal.CHECKS.sub("".join(seal.checks(source)), source, count=1)
    return found is not None and found[0] == f"sha256-{seal.digest(mended)}"


def _slipped(case: Case, source: str, one: Slip) -> Finding:
    start = one.at - len(AROUND.match(source[: one.at][::-1])[0][:24])
    end = one.at + len(one.new) + len(AROUND.match(source[one.at + len(one.new) :])[0][:24])
    now = source[start:end]
    was = source[start : one.at] + one.old + source[one.at + len(one.new) : end]
    zh, en = element(source, one.at)
    text = (
        f"本页生成以后被人改动（{zh}）：原为“{was}”，现为“{now}”",
        f"the page was altered after it was made, in {en}: “{was}” became “{now}”",
    )
    return _told(case, source, one.at, now, text, was)


def _changed(case: Case, source: str, place: Place) -> Finding:
    zh, en = element(source, place.start)
    shown = " ".join(source[place.start : place.end].split())[:80]
    if place.extra:
        text = f"（{zh}）：这里多出了内容", f", in {en}: something was put in"
    elif place.start == place.end:
        text = f"（{zh}）：这里少了内容", f", in {en}: something was taken out"
    else:
        text = f"（{zh}）", f", in {en}"
    text = f"本页生成以后被人改动{text[0]}", f"the page was altered after it was made{text[1]}"
    return _told(case, source, place.start, shown, text)


def _told(
    case: Case, source: str, at: int, now: str, text: tuple[str, str], was: str = ""
) -> Finding:
    line = source.count("\n", 0, at) + 1
    told = (text[0], REMEDY[0]), (text[1], REMEDY[1])
    return finding(case, (line, "seal", now), "altered", *told, data=was)


def element(source: str, at: int) -> tuple[str, str]:
    """What a reader would call the part of the page at an offset, in both languages."""
    reader = _Path(source, at)
    known = [PARTS[tag] for tag in reader.open if tag in PARTS][-1:]
    inner = reader.open[-1] if reader.open else ""
    zh, en = [name for name, _ in known], [name for _, name in known]
    if reader.section and not known:
        zh, en = [f"“{reader.section}”一节"], [f"the section “{reader.section}”"]
    elif reader.section and known[0][0] in ("图", "表"):
        zh, en = [f"“{reader.section}”一节的{zh[0]}"], [f"{en[0]} of “{reader.section}”"]
    if inner and inner not in ("html", "body"):
        zh.append(f"<{inner}>")
        en.append(f"<{inner}>")
    return " ".join(zh) or "页面", ", ".join(en) or "the page"


class _Path(HTMLParser):
    """The elements open at an offset, and the heading that was last passed."""

    VOID = frozenset(("br", "col", "hr", "img", "link", "meta", "wbr"))

    def __init__(self, source: str, at: int) -> None:
        super().__init__()
        self.open: list[str] = []
        self.section, self.heading = "", ""
        # up to the place, and the tag that it stands in to its end
        opened = source.rfind("<", 0, at + 1)
        closed = source.find(">", opened, at)
        end = at if closed >= 0 or opened < 0 else source.find(">", at) + 1 or len(source)
        self.feed(source[:end])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "h2":
            self.heading = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self.section = " ".join(self.heading.split())
        elif tag == "main":
            self.section = ""
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "h2" in self.open:
            self.heading += data
