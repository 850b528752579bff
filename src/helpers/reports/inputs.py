"""What a report is made from, as one hash: the same key means the same bytes. Whether it stands,
and the task that makes it. Only content counts, never a file's time or place.
"""

import errno
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.reports.messages import told
from helpers.reports.plan import AUDIT, COMMON, NAMED, Job, Request

if TYPE_CHECKING:
    from helpers.reports.execute import Handed, Task
    from helpers.reports.ledger import Entry, State
    from helpers.reports.prepare import Prepared

__all__ = ["PACKAGE", "Inputs", "Reason", "bytes_hash", "code_files", "digest", "file_hash",
           "handed", "inputs_of", "other_files", "program", "stale", "task_of",
           "versions"]  # fmt: skip

EDITION = 1  # raise it when pages change for a reason that no file shows

PACKAGE = Path(__file__).resolve().parents[1]
# What shapes a page. Other packages may come and go without a rebuild.
SHAPING = (
    "beautifulsoup4", "bleach", "contourpy", "ipykernel", "ipython", "jinja2", "jupyter_client",
    "lxml", "matplotlib", "matplotlib_inline", "mistune", "nbclient", "nbconvert", "nbformat",
    "nh3", "numpy", "opencc_python_reimplemented", "pandas", "papermill", "pillow", "pyarrow",
    "pygments", "python_docx", "seaborn", "traitlets",
)  # fmt: skip
# These parts of the package never reach a page; of `reports` only these do.
ELSEWHERE = ("__main__.py", "cli", "collect", "drafting", "export", "projects")
OF_REPORTS = ("page", "kernels", "execute.py")

Reason = tuple[str, str]  # in English and in Chinese
SHORT = 12  # characters of a hash that only serves to say what changed
MOST_REASONS = 4


def digest(value: Any) -> str:
    """SHA-256 of a plain value, the same for the same value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def bytes_hash(content: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; empty where there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def code_files(package: Path = PACKAGE) -> dict[str, Path]:
    """Name inside the package -> place of all files that can shape a page: modules, template,
    font, word lists.
    """
    found = {}
    for folder, inner, names in os.walk(package):
        inner[:] = [name for name in inner if name != "__pycache__"]
        for name in names:
            path = Path(folder, name)
            parts = path.relative_to(package).parts
            ours = parts[0] != "reports" or parts[1] in OF_REPORTS
            if ours and parts[0] not in ELSEWHERE and not name.endswith(".pyc"):
                found["/".join(parts)] = path
    return dict(sorted(found.items()))


def program() -> dict[str, Any]:
    """What a page is made with: one hash of the code (`program`) and the `versions`."""
    code = {name: file_hash(path) for name, path in code_files().items()}
    return {"program": digest(code), "versions": versions()}


def other_files(data: Path, known: Iterable[str], notebooks: Path) -> dict[str, Path]:
    """Name -> place of files beside the tables and beside the notebooks: a notebook may read
    them, so they count for every report. `known` are the tables' names, which count by slice.
    """
    tables = {data / name for name in known}
    found = {f"data/{name}": path for name, path in _below(data) if path not in tables}
    beside = _below(notebooks)
    found |= {f"notebooks/{n}": path for n, path in beside if path.suffix != ".ipynb"}
    return dict(sorted(found.items()))


def _below(folder: Path) -> list[tuple[str, Path]]:
    """Plain files in a folder and its folders, none that is hidden or a link."""
    found: list[tuple[str, Path]] = []
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if name[0] != "." and name != "__pycache__")
        paths = [Path(place, name) for name in sorted(names) if name[0] != "."]
        plain = [path for path in paths if path.is_file() and not path.is_symlink()]
        found += [(path.relative_to(folder).as_posix(), path) for path in plain]
    return found


def versions(paths: Sequence[str] | None = None) -> dict[str, str]:
    """Name -> version of Python and of the installed packages that shape a page.

    Read from the names of the `*.dist-info` folders on `paths` (default: `sys.path`), which
    is what `importlib.metadata` would do, forty times faster.
    """
    found: dict[str, str] = {}
    for folder in sys.path if paths is None else paths:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - thousands of names
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info"):
                title, _, version = name.removesuffix(".dist-info").partition("-")
                title = re.sub(r"[-_.]+", "_", title).lower()
                if title in SHAPING:
                    found.setdefault(title, version)
    found["python"] = ".".join(map(str, sys.version_info[:3]))
    found["system"] = sys.platform
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a report before it runs.

    `parts` are the hashes of all that it is made from, `key` the hash of these; `tables` the
    hashes of the parts of tables in its slice, by file. `page` is what the page says beside the
    notebook's outputs, with or without a link to the other language.
    """

    job: Job
    key: str
    parts: Mapping[str, str]
    tables: Mapping[str, str]
    page: Mapping[str, Any]

    def record(self, sha256: str, shown: Mapping[str, Any]) -> dict[str, Any]:
        """What is remembered of the report, once its page was published."""
        tables = {name: one[:SHORT] for name, one in self.tables.items()}
        return {"sha256": sha256, "parts": dict(self.parts), "tables": tables, **shown}


def inputs_of(request: Request, prepared: "Prepared", job: Job, twin: bool) -> Inputs:
    """The inputs of a report whose page links to its twin, or does not."""
    cut, tables = prepared.slices.digests(job.area, job.region)
    page = _page(request, prepared, job, twin)
    extra = request.wanted.extra if job.area == AUDIT else None
    parts = {
        "slice": cut,
        "notebook": bytes_hash(prepared.contents.get(job.area) or b""),
        "page": digest(page),
        "text": digest([extra.name, extra.sha256]) if extra else "",
        **prepared.shared,
    }
    return Inputs(job, digest([EDITION, parts]), parts, tables, page)


def _page(request: Request, prepared: "Prepared", job: Job, twin: bool) -> dict[str, Any]:
    catalogue, lang, extra = prepared.plan, job.lang, request.wanted.extra
    named = catalogue.areas.get(job.area) or NAMED.get(job.area) or {}
    title = str(named.get(f"title_{lang}", job.area))
    labels = {
        "area": title,
        "region": catalogue.regions[job.region][f"name_{lang}"],
        "period": catalogue.periods[job.period][f"label_{lang}"],
        "periods": {code: row[f"label_{lang}"] for code, row in catalogue.periods.items()},
    }
    if job.area == AUDIT and extra:
        labels["text"] = extra.name
    return {
        "lang": lang,
        "title": title,
        "region": job.region,
        "period": job.period,
        "area": job.area,
        "labels": labels,
        "audience": request.audience,
        "simulated": catalogue.simulated,
        "twin": f"../../../{job.twin.path}" if twin else None,
        "home": "../../../index.html",
    }


def task_of(request: Request, prepared: "Prepared", of: Inputs) -> "Task":
    """The task that makes a report."""
    from helpers.reports.execute import Task

    job, wanted, notebook = of.job, request.wanted, request.notebook(of.job.area).name
    audited = wanted.extra.name if job.area == AUDIT and wanted.extra else ""
    provenance = {
        "inputs": of.key,
        "slice": of.parts["slice"],
        "tables": dict(of.tables),
        "notebook": {notebook: of.parts["notebook"]},
        "program": of.parts["program"],
        "versions": dict(prepared.versions),
        **({"text": {audited: wanted.extra.sha256}} if audited else {}),
    }
    parameters = {  # what was not asked for, the audit of a text finds in the text
        "region": "" if audited and not wanted.regions else job.region,
        "period": "" if audited and not wanted.periods else job.period,
        "lang": job.lang,
        "data": "",
        "audience": request.audience,
        **({"area": job.area} if notebook == COMMON else {}),
    }
    page = {**of.page, "provenance": provenance}
    return Task(job, parameters, page, request.timeout, request.memory << 20, audited)


def handed(request: Request, prepared: "Prepared", of: Inputs) -> "Handed":
    """What a report is handed; OSError where its text can no longer be read, or
    someone changed its rows since they were looked at.
    """
    from helpers.reports.execute import Handed

    job, extra = of.job, request.wanted.extra
    text = extra.text.read_bytes() if job.area == AUDIT and extra else b""
    cut = prepared.slices(job.area, job.region)
    if cut.digest != of.parts["slice"]:
        raise OSError(errno.ESTALE, "the data were changed during the run")
    folder = request.notebook(job.area).parent
    return Handed(prepared.contents[job.area] or b"", cut.to_bytes(), text, folder)


def stale(request: Request, of: Inputs, entry: "Entry | None", state: "State") -> Reason | None:
    """Why a report must be built; None where it stands: all that it was made from is the same,
    and the file is what was published.
    """
    if request.fresh:
        return told("asked")
    if entry is None or not entry.sha256:
        return told("first")
    path = of.job.path
    found = state.hash(path, request.out / path)
    if found != entry.sha256:
        return told("altered" if found else "missing")
    if entry.inputs_sha256 == of.key:
        return None
    known = state.reports.get(path, {})
    reasons = list(_changes(known, of)) if known.get("sha256") == found else []
    if not reasons:
        return told("unknown")
    more = len(reasons) > MOST_REASONS
    en, zh = zip(*reasons[:MOST_REASONS], strict=True)
    return "; ".join(en) + "; …" * more, "；".join(zh) + "；……" * more


def _changes(known: Mapping[str, Any], of: Inputs) -> Iterator[Reason]:
    """What a report is made from that is not as it was; of its rows, the tables they are in."""
    parts, tables = known.get("parts", {}), known.get("tables", {})
    now = {table: one[:SHORT] for table, one in of.tables.items()}
    changed = [one for one in {**tables, **now} if tables.get(one) != now.get(one)]
    for name in of.parts:
        if parts.get(name) == of.parts[name]:
            continue
        if name == "slice" and changed:
            yield from (told("changed-table", table=table) for table in changed)
        else:
            yield told(f"changed-{name}")
