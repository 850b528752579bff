"""A data folder as a whole: its codebook, its tables, and those it takes from the project."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from helpers.files import read_bytes

from .codebook import CODEBOOK, Codebook, Table, parse_codebook, united
from .contract import broken, held
from .decode import decode
from .home import home
from .problems import DataRefused, Problem, problem
from .sheets import Sheet, read_sheet

__all__ = ["Folder", "read_folder"]


TOLD = ("notes", "targets")  # of figures: without those figures they say nothing


@dataclass(slots=True)
class Folder:
    """What a folder holds: sheets by table name, sha256 of each file read, problems found."""

    path: Path
    simulated: bool = False
    sheets: dict[str, Sheet] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    index: object | None = field(default=None, repr=False, compare=False)  # see `slices`


def read_folder(folder: str | Path | None = None, base: str | Path | None = None) -> Folder:
    """Every table of `folder`; those that its codebook does not list come from `base`.

    `folder` None or empty means the project's own data, which is also the default of `base`.
    Each file is read once: what is hashed is what is parsed. Faults of form are in `problems`.
    """
    path = _local(folder) if folder else home() / "data"
    base_path = Path(base) if base else home() / "data"
    found = Folder(path)
    own = _codebook(path, CODEBOOK, found)
    same = path.resolve() == base_path.resolve()
    if own is None:
        return found
    contract = own
    if not same:
        contract = _codebook(base_path, f"{base_path.name}/{CODEBOOK}", found, note=False) or own
        own, problems = united(own, contract, CODEBOOK)
        found.problems += problems
        own = _with_files(own, contract, path)
    found.simulated = own.simulated
    for name, table in own.tables.items():
        _take(found, path, table.file, name, own.tables)
    for name, table in contract.tables.items():
        if name in TOLD and "observations" in own.tables and name not in own.tables:
            found.sheets[name] = Sheet.empty(table)
        elif name not in own.tables:
            _take(found, base_path, table.file, name, contract.tables, inherited=True)
    if "sources" in own.tables and "sources" in contract.tables and not same:
        _cite_inherited(found, base_path, contract.tables["sources"])
    _warn_of_strays(found, own)
    return found


def _with_files(own: Codebook, base: Codebook, path: Path) -> Codebook:
    """`own` with the tables that lie in the folder though only the project describes them."""
    more = {
        name: table
        for name, table in base.tables.items()
        if name not in own.tables and os.path.lexists(path / table.file)
    }
    return replace(own, tables={**own.tables, **more})


def _local(folder: str | Path) -> Path:
    text = str(folder)
    if "://" in text:
        zh = ("只接受本机上的文件夹,不接受网址", "先下载到本机")
        en = ("only folders on this computer, no addresses", "download it first")
        raise DataRefused([problem((text, 0, "", ""), "not-a-local-folder", zh, en)])
    path = Path(text)
    if "\0" in text or not path.is_dir():
        zh = ("没有这个文件夹", "检查路径")
        en = ("no such folder", "check the path")
        raise DataRefused([problem((text, 0, "", ""), "folder-missing", zh, en)])
    return path


def _codebook(path: Path, file: str, found: Folder, note: bool = True) -> Codebook | None:
    try:
        content = read_bytes(path / CODEBOOK, file)
        text, _ = decode(content, file)
    except DataRefused as refused:
        found.problems += refused.problems
        return None
    if note:
        found.hashes[CODEBOOK] = hashlib.sha256(content).hexdigest()
    codebook, problems = parse_codebook(text, file)
    found.problems += problems
    if codebook is None:
        return None
    tables = {name: held(t) for name, t in codebook.tables.items() if _kept(t, file, found)}
    return replace(codebook, tables=tables)


def _kept(table: Table, file: str, found: Folder) -> bool:
    """Whether `table` has the columns that the house reads; what it misses is noted."""
    missing = broken(table)
    for column, given, needed in missing:
        zh = f"表 {table.name} 的列“{column}”应为 {needed}," + (
            f"不是 {given}" if given else "却没有说明"
        )
        en = f"column '{column}' of {table.name} must be there, a {needed}"
        en += f", not a {given}" if given else ""
        remedy = (f"对照项目的 data/{CODEBOOK} 改正", f"correct it after the project's {CODEBOOK}")
        place = (file, 0, column, given)
        told = problem(place, "codebook-malformed", (zh, remedy[0]), (en, remedy[1]))
        found.problems.append(told)
    return not missing


def _take(
    found: Folder,
    path: Path,
    file: str,
    name: str,
    tables: Mapping,
    inherited: bool = False,
) -> None:
    label = f"{path.name}/{file}" if inherited else file
    try:
        content = read_bytes(path / file, label)
    except DataRefused as refused:
        found.problems += refused.problems
        return
    digest = hashlib.sha256(content).hexdigest()
    _note_twin(found, label, digest)
    found.hashes[file] = digest
    sheet, problems = read_sheet(content, tables[name], label, inherited)
    found.problems += problems
    if sheet is not None:
        found.sheets[name] = sheet


def _note_twin(found: Folder, label: str, digest: str) -> None:
    twin = next((n for n, seen in found.hashes.items() if seen == digest), None)
    if twin:
        zh = (f"内容与 {twin} 完全相同,同一份文件交了两次", "换成应有的文件")
        en = (f"the same bytes as {twin}: one file delivered twice", "put the right file here")
        found.problems.append(problem((label, 0, "", ""), "file-twice", zh, en))


def _cite_inherited(found: Folder, path: Path, table: Table) -> None:
    """Add the sources that inherited rows cite to the folder's own."""
    sheets = [sheet for sheet in found.sheets.values() if sheet.inherited]
    cited = {slug for sheet in sheets for slug in sheet.members("source")}
    own = found.sheets.get("sources")
    if own is None or cited <= set(own.texts["source"]):
        return
    other, problems = read_sheet(read_bytes(path / table.file, table.file), table, table.file, True)
    found.problems += problems
    if other is not None:
        found.sheets["sources"] = own.extended(other, "source", cited)


def _warn_of_strays(found: Folder, own: Codebook) -> None:
    listed = {table.file for table in own.tables.values()}
    for stray in sorted(found.path.glob("*.csv")):
        if stray.name not in listed:
            zh = (f"{CODEBOOK} 没有列出这个文件,已忽略", "列入编码本或移走")
            en = (f"not listed in {CODEBOOK}: ignored", "list it there or move it away")
            place = (stray.name, 0, "", "")
            found.problems.append(problem(place, "file-unlisted", zh, en, "warning"))
