"""Was the page altered after it was made, and is what it was made with still what is here?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

from helpers import seal
from helpers.audit.page.recount import Held
from helpers.data import home
from helpers.data.folder import read_folder
from helpers.data.problems import DataRefused
from helpers.data.slices import OVERVIEW, cut
from helpers.files import read_bytes

__all__ = ["check_ledger", "check_provenance", "check_seal"]

# how a part of the page begins → what readers call it
PARTS = {
    "<style": ("样式", "the style sheet"),
    "</style": ("页首", "the head"),
    "<!DOCTYPE": ("页首", "the head"),
    "<script": ("数据清单", "the figure list"),
    "<footer": ("数据与出处", "the figures and provenance"),
}
TEXT = "正文", "the text"
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
WORDS = Path(__file__).resolve().parents[2] / "reports" / "page" / "template" / "words.json"
RULES = {"notebook": "other-notebook", "program": "other-code", "tables": "other-data"}
POLICY = "qualifiers.csv"


def check_seal(held: Held) -> None:
    """What the page's seal tells; nothing where the page is as it was made."""
    source = held.page.source
    places = seal.altered(source)
    if places is None:
        held.tell("no-seal", (0, "seal", ""))
    for at in places or ():
        text = source[at:].decode("utf-8", "replace")
        place = next((told for start, told in PARTS.items() if text.startswith(start)), TEXT)
        if heading := HEADING.match(text):
            name = unescape(re.sub(r"<[^>]+>", "", heading[1])).strip()
            place = f"“{name}”一节", f"the section “{name}”"
        elif source[:at].endswith(b'content="'):
            place = "封记", "its seal"
        held.tell("altered", (source.count(b"\n", 0, at) + 1, "seal", ""), place)


def check_ledger(held: Held, path: Path) -> None:
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
    if recorded and recorded != hashlib.sha256(held.page.source).hexdigest():
        held.tell("not-as-built", (0, "ledger.json", ""), data=recorded)


def check_provenance(held: Held, program: Mapping[str, object]) -> None:
    """What differs between the page's provenance and what is here, each as a warning.

    ``program`` has under ``program`` and ``versions`` what reports record.
    """
    told = list(_told(held))
    if not any(part == "tables" for part, *_ in told):
        held.tell("no-provenance", (0, "provenance", ""))
        return
    tables, software = _tables_here(held), []
    versions = program.get("versions") or {}
    for part, name, stands, line in told:
        at = line, "provenance", stands
        if part == "versions":
            if versions and str(versions.get(name)) != stands:
                software.append((at, name, stands, versions.get(name, "–")))
            continue
        here = tables.get(name, "") if part == "tables" else str(program.get("program", stands))
        if part == "notebook":
            here = _notebook_here(held, name)
        if here is None:
            held.tell("no-notebook", at, name)
        elif here != stands:
            rule = "other-policy" if name == POLICY else RULES[part]
            held.tell(rule, at, name, stands[:12], here[:12] or "—")
    if software:
        zh = "、".join(f"{name} {old}（此处 {new}）" for _, name, old, new in software)
        en = ", ".join(f"{name} {old} (here {new})" for _, name, old, new in software)
        held.tell("other-software", software[0][0], (zh, en))


def _told(held: Held) -> Iterator[tuple[str, str, str, int]]:
    """Part of the provenance block, name, what is told of it, line; of the parts compared here."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    heads = {words[lang]["provenance_names"][part]: part
             for lang in ("zh", "en") for part in (*RULES, "versions")}  # fmt: skip
    for names, text, line in held.page.provenance:
        if names and names[0] in heads:
            yield heads[names[0]], "/".join(names[1:]), text, line


def _tables_here(held: Held) -> Mapping[str, str]:
    """Table → digest of the rows of it that the report of the page's area and region gets now."""
    about = held.page.root.xpath('string(//meta[@name="report"]/@content)')
    area, _, place = about.partition("|")
    region, folder = place.partition("|")[0], read_folder(held.recount.tables.folder)
    if area not in folder.sheets["areas"].texts["area"]:
        area = OVERVIEW  # of all areas, as the page of an audited text is
    try:
        return cut(folder, area, region).tables
    except LookupError:
        return {}


def _notebook_here(held: Held, name: str) -> str | None:
    """The digest of the notebook of a name, in a project of its own or in this; None for none."""
    folder, file = held.recount.tables.folder, Path("notebooks") / Path(name).name
    own = folder.resolve().parent / file
    path = own if folder.name == "data" and own.is_file() else home() / file
    if not path.is_file():
        return None
    try:
        return hashlib.sha256(read_bytes(path, path.name)).hexdigest()
    except DataRefused:
        return ""
