"""A data folder as a whole: its codebook, its tables, and those it takes from the project."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.files import read_bytes
from helpers.paths import home

from .codebook import CODEBOOK, Codebook, Table, parse_codebook, united
from .decode import decode
from .problems import DataRefused, Problem, problem
from .regional import RegionFiles
from .sheets import Sheet, read_sheet

__all__ = ["Folder", "read_folder"]


OBSERVATIONS = "observations"
COLLECTED = ("mapping.csv", "submissions.csv", "reconciliation.csv")  # beside figures taken in
TOLD = ("notes", "targets")  # of figures: without those figures they say nothing


@dataclass(slots=True)
class Folder:
    """What a folder holds: sheets by table name, sha256 of each file read, problems found.

    `counts` are the rows of each file. Where the observations lie in a file for each region,
    these are `regional` and there is no sheet of them; what each reports is in `reported`
    (see `RegionFiles.reported`) once the folder is judged.
    """

    path: Path
    simulated: bool = False
    sheets: dict[str, Sheet] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    regional: RegionFiles | None = None
    counts: dict[str, int] = field(default_factory=dict)
    reported: dict[str, list[list]] = field(default_factory=dict)
    index: object | None = field(default=None, repr=False, compare=False)  # see `slices`

    @property
    def periods(self) -> list[str]:
        """The codes of the periods, in the order of their table."""
        return self.sheets["periods"].texts["period"] if "periods" in self.sheets else []

    def figures(self) -> Iterator[dict[str, Any]]:
        """Which figures there are: indicator, region, period, source, and the `count` of those
        alike that it stands for (same region, period, source, area and kind)."""
        periods = self.periods
        for region, reported in self.reported.items():
            for indicator, source, count, runs in reported:
                about = {"indicator": indicator, "region": region, "source": source}
                for first, _, last in (run.partition("-") for run in runs.split(",")):
                    for period in periods[int(first) : int(last or first) + 1]:
                        yield {**about, "period": period, "count": count}
        names = ("indicator", "region", "period", "source")
        if OBSERVATIONS in self.sheets:
            texts = self.sheets[OBSERVATIONS].texts
            for told in zip(*(texts[name] for name in names), strict=True):
                yield {**dict(zip(names, told, strict=True)), "count": 1}


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
        if _in_regions(name, path):
            _take_regions(found, path, table)
        else:
            _take(found, path, table.file, name, own.tables)
    for name, table in contract.tables.items():
        if name in TOLD and OBSERVATIONS in own.tables and name not in own.tables:
            found.sheets[name] = Sheet.empty(table)
        elif name not in own.tables:
            _take(found, base_path, table.file, name, contract.tables, inherited=True)
    if "sources" in own.tables and "sources" in contract.tables and not same:
        _cite_inherited(found, base_path, contract.tables["sources"])
    _warn_of_strays(found, own)
    if OBSERVATIONS not in own.tables:
        zh = ("文件夹里没有数据,用的是项目自带的数据", "补上 observations.csv;本意如此则不必理会")
        en = (
            "no figures here: the project's own are used",
            "add observations.csv if it is missing",
        )
        place = (f"{OBSERVATIONS}.csv", 0, "", "")
        found.problems.append(problem(place, "file-inherited", zh, en, "warning"))
    return found


def _with_files(own: Codebook, base: Codebook, path: Path) -> Codebook:
    """`own` with the tables that lie in the folder though only the project describes them."""
    more = {
        name: table
        for name, table in base.tables.items()
        if name not in own.tables
        and (os.path.lexists(path / table.file) or _in_regions(name, path))
    }
    return replace(own, tables={**own.tables, **more})


def _in_regions(name: str, path: Path) -> bool:
    """Whether a table lies in a folder of one file a region."""
    return name == OBSERVATIONS and (path / name).is_dir()


def _local(folder: str | Path) -> Path:
    text = str(folder)
    if "://" in text:
        zh = ("只接受本机上的文件夹,不接受网址", "先下载到本机")
        en = ("only folders on this computer, no addresses", "download it first")
        raise DataRefused([problem((text, 0, "", ""), "not-a-local-folder", zh, en)])
    path = Path(text)
    if "\0" not in text and not path.is_absolute() and not path.is_dir():
        path = home() / text  # a notebook names it from the project's root, wherever it runs
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
    return codebook


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
        found.counts[label] = len(sheet)


def _take_regions(found: Folder, path: Path, table: Table) -> None:
    """Observations that lie in a folder of one file a region; none of these is read yet."""
    label = f"{table.name}/"
    if os.path.lexists(path / table.file):
        zh = (f"{table.file} 和文件夹 {label} 只能有一个", "删去其中一个")
        en = (f"there is {table.file} and the folder {label}", "keep one of the two")
        found.problems.append(problem((label, 0, "", ""), "file-twice", zh, en))
    try:
        if (path / table.name).is_symlink():
            raise OSError("a link")
        files = RegionFiles.of(path / table.name, table)
    except OSError as error:
        zh = (f"文件夹打不开({error.strerror or error})", "放入文件夹本身,检查权限")
        en = (f"cannot be opened ({error.strerror or error})", "put the folder itself here")
        found.problems.append(problem((label, 0, "", ""), "file-unreadable", zh, en))
        return
    found.regional = files
    found.hashes |= {files.file(region): files.digest(region) for region in files.codes}
    for stray in files.strays:
        zh = ("不是一个地区代码命名的 CSV 文件,已忽略", "以代码命名,如 370402.csv,或移走")
        en = ("not named after a region: ignored", "name it after one, as 370402.csv, or move it")
        place = (f"{label}{stray}", 0, "", "")
        found.problems.append(problem(place, "file-unlisted", zh, en, "warning"))
    if not files.codes:
        zh = ("文件夹里没有一个地区的文件", "放入如 370402.csv 的文件")
        en = ("there is no file of a region in it", "put files such as 370402.csv here")
        found.problems.append(problem((label, 0, "", ""), "table-empty", zh, en))


def _note_twin(found: Folder, label: str, digest: str) -> None:
    twin = next((n for n, seen in found.hashes.items() if seen == digest), None)
    if twin:
        zh = (f"内容与 {twin} 完全相同,同一份文件交了两次", "换成应有的文件")
        en = (f"the same bytes as {twin}: one file delivered twice", "put the right file here")
        found.problems.append(problem((label, 0, "", ""), "file-twice", zh, en))


def _cite_inherited(found: Folder, path: Path, table: Table) -> None:
    """Add the sources that inherited rows cite to the folder's own."""
    sheets = [sheet for sheet in found.sheets.values() if sheet.inherited]
    cited = {slug for sheet in sheets for slug in sheet.texts.get("source", ())}
    own = found.sheets.get("sources")
    if own is None or cited <= set(own.texts["source"]):
        return
    other, problems = read_sheet(read_bytes(path / table.file, table.file), table, table.file, True)
    found.problems += problems
    if other is not None:
        found.sheets["sources"] = own.extended(other, "source", cited)


def _warn_of_strays(found: Folder, own: Codebook) -> None:
    listed = {*COLLECTED, *(table.file for table in own.tables.values())}
    for stray in sorted(found.path.glob("*.csv")):
        if stray.name not in listed:
            zh = (f"{CODEBOOK} 没有列出这个文件,已忽略", "列入编码本或移走")
            en = (f"not listed in {CODEBOOK}: ignored", "list it there or move it away")
            place = (stray.name, 0, "", "")
            found.problems.append(problem(place, "file-unlisted", zh, en, "warning"))
