"""Was the page altered after it was made, and is what it was made with still what is here?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

from helpers import seal
from helpers.audit.page.case import Case, Finding, finding
from helpers.data import home
from helpers.data.folder import read_folder
from helpers.data.problems import DataRefused
from helpers.data.slices import OVERVIEW, cut
from helpers.files import read_bytes

__all__ = ["check_ledger", "check_provenance", "check_seal"]

TOLD = 5  # places that are told one by one
# parts of a page without a heading: where they begin and end, what readers call them
PARTS = (
    ("<style", "</style>", "样式", "the style sheet"),
    ("<head>", "</head>", "页头信息", "the head"),
    ("<footer ", "</footer>", "数据与出处", "the figures and provenance"),
    ('<script type="application/json"', "</script>", "数据清单", "the figure list"),
)
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>|</main>", re.DOTALL)
ORIGINAL = ("以原文件为准，或重新生成报告", "go by the original file, or build the report again")
VERSION = (
    "数字已按此处的数据核对；要完全一致，请用报告所用的版本",
    "the numbers were checked against what is here; use the report's own version to be sure",
)
WORDS = Path(__file__).resolve().parents[2] / "reports" / "page" / "template" / "words.json"
POLICY = "qualifiers.csv"
WHAT = {
    "other-data": ("数据表 {}", "the table {}"),
    "other-policy": ("约数规则 {}", "the rounding policy {}"),
    "other-notebook": ("笔记本 {}", "the notebook {}"),
    "other-code": ("程序", "the program"),
}
At = tuple[int, str]  # line, what stands there


def check_seal(case: Case) -> Iterator[Finding]:
    """What the page's seal tells; nothing where the page is as it was made."""
    source = case.page.source
    state = seal.altered(source)
    if state is None:
        zh = "本页没有封记，看不出生成以后有没有改动"
        en = "the page has no seal: whether it was altered after it was made cannot be told"
        yield finding(case, (0, "seal", ""), "no-seal", zh, en, ORIGINAL)
    if not state:
        return
    lines = source.decode("utf-8", "replace").split("\n")
    found = seal.changed_lines(source)
    if not found:
        en = "in its seal itself, or where cannot be told"
        yield _altered(case, 0, "", "改动处在封记本身，或看不出在哪里", en)
    for first, last in found[:TOLD]:
        zh, en = _place(lines, first)
        many = f"s {first} to {last}" if last > first else f" {first}"
        shown = " ".join(lines[first - 1].split())[:80] if first <= len(lines) else ""
        rows = f"{first}—{last}" if last > first else first
        yield _altered(case, first, shown, f"{zh}，第 {rows} 行", f"in {en}, line{many}")
    if more := len(found[TOLD:]):
        yield _altered(case, found[TOLD][0], "", f"另有 {more} 行", f"{more} more lines")


def _altered(case: Case, line: int, shown: str, zh: str, en: str) -> Finding:
    told = f"本页生成以后被人改动：{zh}", f"the page was altered after it was made: {en}"
    return finding(case, (line, "seal", shown), "altered", *told, ORIGINAL)


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
        zh = "文件与生成时登记的不同：生成以后有人改过"
        en = "the file is not the one that the ledger recorded: it was changed after it was built"
        yield finding(case, (0, "ledger.json", ""), "not-as-built", zh, en, data=recorded)


def check_provenance(case: Case, program: Mapping[str, object]) -> Iterator[Finding]:
    """What differs between the page's provenance and what is here, each as a warning.

    ``program`` has under ``program`` and ``versions`` what reports record.
    """
    told = _told(case)
    if not told.get("tables"):
        zh = "报告没有注明所用数据的版本，只能核对数字"
        en = "the page does not say which data it was made from; only its numbers can be checked"
        yield _warn(case, (0, ""), "no-provenance", zh, en)
        return
    here = _tables_here(case)
    for name, at in told["tables"].items():
        rule = "other-policy" if name == POLICY else "other-data"
        yield from _compared(case, at, rule, name, here.get(name, ""))
    for name, at in told.get("notebook", {}).items():
        own = case.recount.tables.folder.resolve().parent / "notebooks" / Path(name).name
        beside = case.recount.tables.folder.name == "data" and own.is_file()  # a project of its own
        path = own if beside else home() / "notebooks" / Path(name).name
        if path.is_file():
            yield from _compared(case, at, "other-notebook", name, _hash(path))
        else:
            en = f"the notebook {name} is not here, and was not compared"
            yield _warn(case, at, "no-notebook", f"这里没有笔记本 {name}，未核对", en)
    code, versions = str(program.get("program", "")), program.get("versions") or {}
    for at in told.get("program", {}).values():
        yield from _compared(case, at, "other-code", "", code) if code else ()
    other = {n: at for n, at in told.get("versions", {}).items() if str(versions.get(n)) != at[1]}
    if versions and other:
        pairs = [(name, at[1], versions.get(name, "–")) for name, at in other.items()]
        zh = "、".join(f"{name} {old}（此处 {new}）" for name, old, new in pairs)
        en = ", ".join(f"{name} {old} (here {new})" for name, old, new in pairs)
        words = f"报告所用的软件版本不同：{zh}", f"made with other software: {en}"
        yield _warn(case, next(iter(other.values())), "other-software", *words)


def _told(case: Case) -> dict[str, dict[str, At]]:
    """Part of the provenance block → name → where and what is told of it."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    parts = {heading: part for lang in ("en", "zh")
             for part, heading in reversed(words[lang]["provenance_names"].items())}  # fmt: skip
    told: dict[str, dict[str, At]] = {}
    for names, text, line in case.page.provenance:
        if names:
            part = parts.get(names[0], names[0])
            told.setdefault(part, {})["/".join(names[1:])] = (line, text)
    return told


def _tables_here(case: Case) -> Mapping[str, str]:
    """Table → digest of the rows of it that the report of the page's area and region gets now."""
    about = case.page.root.xpath('string(//meta[@name="report"]/@content)')
    area, _, place = about.partition("|")
    region, folder = place.partition("|")[0], read_folder(case.recount.tables.folder)
    if area not in folder.sheets["areas"].texts["area"]:
        area = OVERVIEW  # of all areas, as the page of an audited text is
    try:
        return cut(folder, area, region).tables
    except LookupError:
        return {}


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path, path.name)).hexdigest()
    except DataRefused:
        return ""


def _compared(case: Case, at: At, rule: str, name: str, here: str) -> Iterator[Finding]:
    stands, short = at[1], here[:12] or "—"
    if stands != here:
        zh, en = (words.format(name) for words in WHAT[rule])
        zh += f"与报告所用的版本不同（报告 {stands[:12]}，此处 {short}）"
        en += f" is of another version than the report was made with (page {stands[:12]}, "
        yield _warn(case, at, rule, zh, f"{en}here {short})")


def _warn(case: Case, at: At, rule: str, zh: str, en: str) -> Finding:
    line, stands = at
    where = (line, "provenance", stands)
    return finding(case, where, rule, zh, en, VERSION, severity="warning")
