"""With what a page was made, held against what is here: data, policy, notebook, program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from helpers.audit.page.finding import Case, Finding, finding
from helpers.data import home
from helpers.data.folder import read_folder
from helpers.data.problems import DataRefused
from helpers.data.slices import OVERVIEW, cut
from helpers.files import read_bytes

__all__ = ["check_provenance"]

WORDS = Path(__file__).resolve().parents[2] / "reports" / "page" / "template" / "words.json"
POLICY = "qualifiers.csv"
REMEDY = (
    "数字已按此处的数据核对；要完全一致，请用报告所用的版本",
    "the numbers were checked against what is here; use the report's own version to be sure",
)
WHAT = {
    "other-data": ("数据表 {}", "the table {}"),
    "other-policy": ("约数规则 {}", "the rounding policy {}"),
    "other-notebook": ("笔记本 {}", "the notebook {}"),
    "other-code": ("程序", "the program"),
}


def check_provenance(case: Case, program: Mapping[str, object]) -> Iterator[Finding]:
    """What differs between the page's provenance and what is here, each as a warning.

    ``program`` has under ``program`` and ``versions`` what reports record.
    """
    told = _told(case)
    if not told.get("tables"):
        yield _warn(
            case, (0, ""), "no-provenance",
            "报告没有注明所用数据的版本，只能核对数字",
            "the page does not say which data it was made from; only its numbers can be checked",
        )  # fmt: skip
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
            yield _warn(
                case, at, "no-notebook", f"这里没有笔记本 {name}，未核对",
                f"the notebook {name} is not here, and was not compared",
            )  # fmt: skip
    code = str(program.get("program", ""))
    for at in told.get("program", {}).values():
        yield from _compared(case, at, "other-code", "", code) if code else ()
    yield from _software(case, told.get("versions", {}), program.get("versions") or {})


At = tuple[int, str]  # line, what stands there


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


def _software(case: Case, told: Mapping[str, At], here: Mapping[str, object]) -> Iterator[Finding]:
    other = {name: at for name, at in told.items() if here and str(here.get(name)) != at[1]}
    if other:
        pairs = [(name, at[1], here.get(name, "–")) for name, at in other.items()]
        zh = "、".join(f"{name} {old}（此处 {new}）" for name, old, new in pairs)
        en = ", ".join(f"{name} {old} (here {new})" for name, old, new in pairs)
        yield _warn(case, next(iter(other.values())), "other-software",
                    f"报告所用的软件版本不同：{zh}", f"made with other software: {en}")  # fmt: skip


def _compared(case: Case, at: At, rule: str, name: str, here: str) -> Iterator[Finding]:
    stands, short = at[1], here[:12] or "—"
    if stands != here:
        zh, en = (words.format(name) for words in WHAT[rule])
        yield _warn(
            case, at, rule,
            f"{zh}与报告所用的版本不同（报告 {stands[:12]}，此处 {short}）",
            f"{en} is of another version than the report was made with "
            f"(page {stands[:12]}, here {short})",
        )  # fmt: skip


def _warn(case: Case, at: At, rule: str, zh: str, en: str) -> Finding:
    line, stands = at
    where = (line, "provenance", stands)
    return finding(case, where, rule, zh, en, REMEDY, severity="warning")
