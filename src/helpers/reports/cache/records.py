"""What each report was made from, kept beside the reports: enough to tell whether it still
stands, and if not, why.

A record is one small file a report. It is believed only where it is whole, of this edition,
and vouched for by the ledger's key; anything else means that the report is built again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.data.parts import Index, from_json
from helpers.reports.cache import keys
from helpers.reports.publish import PRIVATE, write_atomic

__all__ = ["CODEBOOK", "OWN", "Reason", "changes", "clear", "key", "read", "usable", "write"]

FOLDER = "reads"
EDITION = 2  # raise it when the meaning of a record changes
CODEBOOK = "datapackage.json"  # it says how all tables are to be read
# Parts of the package that keep house and shape no page; what they hand over counts by value.
# Of the rooms that a notebook may import from, they count where it did.
ROOMS = ("analysis/", "audit/", "data/", "drafting/", "quantity/", "telling/")
OWN = (
    "__main__.py", "analysis/changes.py", "audit/", "cli/", "drafting/",
    "fonts/OFL.txt", "fonts/README.md", "fonts/make_subset.py", "fonts/more_characters.txt",
    "reports/cache/glance.py", "reports/cache/notes.py", "reports/cache/seals.py",
    "reports/cache/shelf.py", "reports/cache/stale.py", "reports/cache/standing.py",
    "reports/choice.py", "reports/cluster/", "reports/command.py", "reports/desk.py", "reports/engine.py",
    "reports/lab.py", "reports/index/leading.py", "reports/ledger.py", "reports/index/notices.py",
    "reports/orders.py", "reports/plan.py", "reports/index/page.py", "reports/preflight.py",
    "reports/prepare.py", "reports/processes.py", "reports/progress.py", "reports/publish.py",
    "reports/refresh.py", "reports/page/rendering.py", "reports/reports.py", "reports/sending.py",
    "reports/storage.py", "reports/texts.py", "reports/index/build.py",
    "reports/page/template/filter.js", "reports/page/template/portal.css",
    "reports/page/template/report/portal.html.j2",
)  # fmt: skip
Reason = tuple[str, str]  # in English and in Chinese
Record = dict[str, Any]


def usable(told: Mapping[str, Any] | None, folder: Path, shared: Mapping[str, Any]) -> Record:
    """The record of one report: from what its process told, or of everything where that will
    not do.

    `shared` holds the hashes of all data files (`data`) and of all code files (`code`). What is
    told counts only where exactly the task's own folder was read.
    """
    everything = {"parts": None, "data": dict(shared["data"]), "code": _code(shared), "files": {}}
    try:
        if {Path(read["folder"]) for read in told["folders"]} != {folder.resolve()}:
            return everything
        parts = {}
        for asked, digest, rows in (part for read in told["folders"] for part in read["parts"]):
            if parts.setdefault(str(asked), [list(asked), digest, rows])[1] != digest:
                return everything  # the folder was changed while it was read
        code = _code(shared, set(told["modules"]))
        return {
            "parts": list(parts.values()),
            "data": None,
            "code": code,
            "files": dict(told["files"]),
        }
    except (KeyError, TypeError, ValueError):
        return everything


def _code(shared: Mapping[str, Any], modules: set[str] | None = None) -> dict[str, str]:
    """The code files that count: all that can shape a page, and what the notebook imported
    besides. Not just what was imported, because the helper of the fork engine imports more.
    """
    taken = {name for name in modules or () if name.startswith(ROOMS)}
    files = shared["code"].items()
    return {name: digest for name, digest in files if name in taken or not name.startswith(OWN)}


def key(static: str, record: Record) -> str:
    """The content key of a report: `static` is the digest of what was known before it ran."""
    parts = record["parts"]
    told = parts and [[asked, digest] for asked, digest, _ in parts]
    return keys.digest([EDITION, static, told, record["data"], record["code"], record["files"]])


def _path(out: Path, job_path: str) -> Path:
    return out / PRIVATE / FOLDER / f"{job_path.removesuffix('.html')}.json"


def write(out: Path, job_path: str, static: Mapping[str, Any], record: Record) -> None:
    """Keep what a report was made from; `static` is what was known before it ran."""
    value = {"edition": EDITION, "static": dict(static), **record}
    text = json.dumps({"sha256": keys.digest(value), "record": value}, ensure_ascii=False)
    path = _path(out, job_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.encode("utf-8"))


def read(out: Path, job_path: str, stands: str) -> Record | None:
    """The record of a report whose key is `stands`; None where it is missing, torn or foreign."""
    try:
        value = json.loads(_path(out, job_path).read_text(encoding="utf-8"))
        record = value["record"]
        sound = value["sha256"] == keys.digest(record) and record["edition"] == EDITION
        for asked, _, _ in record["parts"] or ():
            from_json(asked)
        same = key(keys.digest(record["static"]), record) == stands
        return record if sound and same else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def clear(out: Path, job_path: str) -> None:
    """Forget a report that is no longer part of the edition."""
    _path(out, job_path).unlink(missing_ok=True)


def changes(
    record: Record, static: Mapping[str, Any], shared: Mapping[str, Any], index: Any
) -> Iterator[Reason]:
    """Why a report no longer stands; nothing where all that it was made from is the same.

    `index()` gives the tables as they are now; it is asked only where all else is the same
    or to tell of rows.
    """
    yield from _settings(record["static"], static)
    now = shared["code"]
    for name, digest in record["code"].items():
        if now.get(name) != digest:
            yield f"code changed: helpers/{name}", f"程序已改:helpers/{name}"
    if record["parts"] is None:
        gone = {**record["data"], **shared["data"]}
        for name in gone:
            if record["data"].get(name) != shared["data"].get(name):
                yield f"{name} changed", f"{name} 已改"
        if set(_code(shared)) - set(record["code"]):
            yield "code was added", "程序有新增"
    else:
        yield from _rows(record["parts"], index)
    for path, digest in record["files"].items():
        if keys.file_hash(Path(path)) != digest:
            yield f"file changed: {Path(path).name}", f"文件已改:{Path(path).name}"


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for name, version in new["versions"].items():
        before = old["versions"].get(name)
        if before != version:
            yield f"new version of {name}: {version}", f"{name} 换了版本:{version}"
    if set(old["versions"]) - set(new["versions"]):
        yield "a package is gone", "少了一个软件包"
    texts = {
        "notebook": ("notebook changed", "笔记本已改"),
        "text": ("text or examiner changed", "文稿或核对程序已改"),
        "parameters": ("parameters changed", "参数已改"),
        "codebook": (f"{CODEBOOK} changed", f"{CODEBOOK} 已改"),
        "page": ("names or links of the page changed", "页面的名称或链接已改"),
    }
    for name, reason in texts.items():
        if old.get(name) != new[name]:
            yield reason


def _rows(parts: Sequence[Any], index: Any) -> Iterator[Reason]:
    tables: Index = index()
    told = set()
    for asked, digest, rows in parts:
        part = from_json(asked)
        answer = tables.answer(part)
        if answer.digest != digest:
            told |= {f"{tables.file(part.table)}{what}" for what in _row_changes(rows, answer.rows)}
    for text in sorted(told, key=_by_row)[:5]:
        place, _, word = text.partition(" ")
        words = {"changed": "已改", "added": "新增", "moved": "移动了", "removed": "有行删去"}
        yield text, f"{place} {words[word.split()[-1]]}"


def _by_row(text: str) -> tuple[str, int]:
    place, _, number = text.partition(" ")[0].rpartition(":")
    return place, int(number) if number.isdigit() else 0


def _row_changes(old: Sequence[Sequence[Any]], new: Sequence[tuple[int, str]]) -> Iterator[str]:
    """What became of the rows of a part, each as `:ROW what` or ` what`."""
    was = {digest: number for number, digest in old}
    numbers = {number for number, _ in old}
    fresh = [number for number, digest in new if digest not in was]
    for number in fresh:
        yield f":{number} changed" if number in numbers else f":{number} added"
    if len(new) < len(old):
        yield " row removed"
    elif not fresh:
        moved = [number for number, digest in new if was.get(digest) != number]
        yield f":{moved[0]} moved" if moved else " changed"
