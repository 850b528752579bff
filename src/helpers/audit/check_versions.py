"""With what a page was made, held against what is here: data, policy, notebook, program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from helpers.audit.findings import Case, Finding, finding
from helpers.data import Tables
from helpers.data.parts import Part, digest, from_json, joint

__all__ = ["check_versions", "made_with"]

WORDS = Path(__file__).resolve().parents[1] / "reports" / "page" / "template" / "words.json"
POLICY = "qualifiers.csv"


def check_versions(
    case: Case, tables: Tables, base: Path, program: Mapping[str, object]
) -> Iterator[Finding]:
    """What differs between the page's provenance and this computer, each as a warning.

    ``base`` is the project's root (for inherited tables and for notebooks); ``program`` has
    under ``code``, ``files`` and ``versions`` what the press records. A page that says which
    rows and modules it was made from is held against these alone.
    """
    told = made_with(case)
    if not told.get("data"):
        yield _warn(
            case, 0, "no-provenance", "",
            "报告没有注明所用数据的版本，只能核对数字",
            "the page does not say which data it was made from; only its numbers can be checked",
        )  # fmt: skip
        return
    parts, modules = _reads(case.page.reads)
    index = tables.reader.index if tables.reader else None
    rows = joint((part, index.answer(part).digest) for part in parts) if index else {}
    for name, (stands, line) in told["data"].items():
        here = rows.get(name) or _hash(tables.folder / name) or _hash(base / "data" / name)
        here = _hash(base / name) if "/" in name else here
        if here != stands:
            rule = "other-policy" if name == POLICY else "other-data"
            yield _other(case, line, rule, name, stands, here)
    for name, (stands, line) in told.get("notebook", {}).items():
        here = _hash(base / "notebooks" / name)
        if here != stands:
            yield _other(case, line, "other-notebook", name, stands, here)
    code, files = program.get("code"), program.get("files")
    if modules and isinstance(files, Mapping):
        code = digest({name: files.get(name, "") for name in modules})
    for stands, line in told.get("code", {}).values():
        if code and code != stands:
            yield _other(case, line, "other-code", "", stands, str(code))
    yield from _software(case, told.get("versions", {}), program.get("versions") or {})


def _reads(text: str) -> tuple[list[Part], list[str]]:
    """The parts of tables and the code files that a page names; none where it names none."""
    try:
        told = json.loads(text)
        return [from_json(part) for part in told["parts"]], [str(name) for name in told["code"]]
    except (ValueError, KeyError, TypeError):
        return [], []


def made_with(case: Case) -> dict[str, dict[str, tuple[str, int]]]:
    """Part of the provenance block → name → (what stands there, line)."""
    names = _names()
    told: dict[str, dict[str, tuple[str, int]]] = {}
    for path, text, line in case.page.provenance:
        if path:
            part = names.get(path[0], path[0])
            told.setdefault(part, {})["/".join(path[1:])] = (text, line)
    told.setdefault("data", told.pop("hashes", {}))
    return told


def _names() -> dict[str, str]:
    """The headings of the provenance block in either language → the part they head."""
    try:
        words = json.loads(WORDS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        heading: part
        for lang in ("en", "zh")
        for part, heading in reversed(words[lang]["provenance_names"].items())
    }


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _software(
    case: Case, told: Mapping[str, tuple[str, int]], here: Mapping[str, object]
) -> Iterator[Finding]:
    other = {name: told[name][0] for name in told if here and str(here.get(name)) != told[name][0]}
    if other:
        line = told[next(iter(other))][1]
        pairs = [(name, old, here.get(name, "–")) for name, old in other.items()]
        zh = "、".join(f"{name} {old}（此处 {new}）" for name, old, new in pairs)
        en = ", ".join(f"{name} {old} (here {new})" for name, old, new in pairs)
        yield _warn(
            case, line, "other-software", next(iter(other.values())),
            f"报告所用的软件版本不同：{zh}", f"made with other software: {en}",
        )  # fmt: skip


def _other(case: Case, line: int, rule: str, name: str, stands: str, here: str) -> Finding:
    what = {
        "other-data": (f"数据表 {name}", f"the table {name}"),
        "other-policy": (f"约数规则 {name}", f"the rounding policy {name}"),
        "other-notebook": (f"笔记本 {name}", f"the notebook {name}"),
        "other-code": ("程序", "the program"),
    }[rule]
    short = here[:12] or "—"
    return _warn(
        case, line, rule, stands,
        f"{what[0]}与报告所用的版本不同（报告 {stands[:12]}，此处 {short}）",
        f"{what[1]} is of another version than the report was made with "
        f"(page {stands[:12]}, here {short})",
        short,
    )  # fmt: skip


def _warn(
    case: Case, line: int, rule: str, stands: str, zh: str, en: str, here: str = ""
) -> Finding:
    remedy = (
        "数字已按此处的数据核对；要完全一致，请用报告所用的版本",
        "the numbers were checked against what is here; use the report's own version to be sure",
    )
    told = (zh, remedy[0]), (en, remedy[1])
    return finding(case, (line, "provenance", stands), rule, *told, data=here, severity="warning")
