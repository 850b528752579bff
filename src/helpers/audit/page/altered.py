"""Was the page altered after it was made, and roughly where?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from helpers import seal
from helpers.audit.page.finding import Case, Finding, finding

__all__ = ["check_ledger", "check_seal"]

TOLD = 5  # places that are told one by one
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>|</main>", re.DOTALL)
PARTS = (("<style", "</style>", "样式", "the style sheet"),
         ("<head>", "</head>", "页头信息", "the head"),
         ("<footer ", "</footer>", "数据与出处", "the figures and provenance"),
         ('<script type="application/json"', "</script>", "数据清单",
          "the figure list"))  # fmt: skip
REMEDY = ("以原文件为准，或重新生成报告", "go by the original file, or build the report again")


def check_seal(case: Case) -> Iterator[Finding]:
    """What the page's seal tells; nothing where the page is as it was made."""
    source = case.page.source
    state = seal.altered(source)
    if state is None:
        yield finding(
            case, (0, "seal", ""), "no-seal",
            "本页没有封记，看不出生成以后有没有改动",
            "the page has no seal: whether it was altered after it was made cannot be told",
            REMEDY,
        )  # fmt: skip
    if not state:
        return
    lines = source.decode("utf-8", "replace").split("\n")
    found = seal.changed_lines(source)
    if not found:
        yield _altered(case, 0, "", "改动处在封记本身，或看不出在哪里",
                       "in its seal itself, or where cannot be told")  # fmt: skip
    for first, last in found[:TOLD]:
        zh, en = _place(lines, first)
        many = last > first
        shown = " ".join(lines[first - 1].split())[:80] if first <= len(lines) else ""
        yield _altered(
            case, first, shown,
            f"{zh}，第 {first}{f'—{last}' if many else ''} 行",
            f"in {en}, line{f's {first} to {last}' if many else f' {first}'}",
        )  # fmt: skip
    if len(found) > TOLD:
        more = len(found) - TOLD
        yield _altered(case, found[TOLD][0], "", f"另有 {more} 行", f"{more} more lines")


def _altered(case: Case, line: int, shown: str, zh: str, en: str) -> Finding:
    return finding(
        case, (line, "seal", shown), "altered",
        f"本页生成以后被人改动：{zh}", f"the page was altered after it was made: {en}", REMEDY,
    )  # fmt: skip


def _place(lines: list[str], line: int) -> tuple[str, str]:
    """What a reader calls the part of the page that a line stands in, in both languages."""
    before = "\n".join(lines[: line - 1])
    text = before + "\n" + "".join(lines[line - 1 : line])
    for start, end, zh, en in PARTS:
        if text.rfind(start) > before.rfind(end):
            return zh, en
    headings = [found[1] for found in HEADING.finditer(before)]
    name = unescape(re.sub(r"<[^>]+>", "", headings[-1] or "")).strip() if headings else ""
    return (f"“{name}”一节", f"the section “{name}”") if name else ("页面", "the page")


def check_ledger(case: Case, path: Path) -> Iterator[Finding]:
    """A report that still stands in its edition must be the file that the ledger recorded."""
    try:
        root = path.resolve().parents[3]
        entries = json.loads((root / "ledger.json").read_text(encoding="utf-8"))["reports"]
        inside = path.resolve().relative_to(root).as_posix().removesuffix(".html").split("/")
        names = ("lang", "region", "period", "area")
        mine = [e for e in entries if [str(e[name]) for name in names] == inside]
        recorded = str(mine[0]["sha256"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return
    if recorded and recorded != hashlib.sha256(case.page.source).hexdigest():
        yield finding(
            case, (0, "ledger.json", ""), "not-as-built",
            "文件与生成时登记的不同：生成以后有人改过",
            "the file is not the one that the ledger recorded: it was changed after it was built",
            data=recorded,
        )  # fmt: skip
