"""From a request to what it means: the reports, what each is made from, or every refusal."""

import ast
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.check import judged
from helpers.data.problems import DataRefused, Problem, Refused, capped
from helpers.reports import inputs, plan
from helpers.reports.ledger import Ledger, State, look
from helpers.reports.messages import wrong
from helpers.reports.plan import AUDIT, OVERVIEW, Catalogue, Job, Request, Wanted

if TYPE_CHECKING:
    from helpers.data.folder import Folder
    from helpers.data.slices import Slice

__all__ = ["Prepared", "approve", "notebook_problems", "place_problems", "prepare", "stamp"]

TABLES = (
    "areas", "regions", "periods", "indicators", "measures", "observations", "programmes", "sources"
)  # fmt: skip
SLICES = 64  # in memory; reports of one region come one after the other
PARAMETERS = ("region", "period", "lang", "data", "audience")
MORE = {AUDIT: ("text",), "common": ("area",)}  # what a notebook takes beside them
FORMAT, UNREADABLE = 4, "notebook-unreadable"
# Tags that would let a cell fail, or not run, without anyone noticing.
FORBIDDEN_TAGS = ("raises-exception", "skip-execution")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may start.

    `wanted` is what was asked for, in codes. `shared` is what all its reports are made from
    beside their slices: hashes of the program, the versions and the other files. `versions` are
    told on the page. `contents` are the notebooks by area, None where there is none. `warnings`
    are what is odd about the data, `stamp` is what program and other files looked like before
    they were read. `slices(area, region)` is a slice.
    """

    plan: Catalogue
    wanted: Wanted
    jobs: tuple[Job, ...]
    withheld: tuple[Job, ...]
    folder: "Folder"
    shared: Mapping[str, str]
    versions: Mapping[str, str]
    contents: Mapping[str, bytes | None]
    warnings: tuple[Problem, ...]
    stamp: list[list[Any]]
    slices: "_Slices" = field(repr=False)


def prepare(request: Request, state: State, changed: Callable[[], None] = lambda: None) -> Prepared:
    """Check the request against the data; writes nothing.

    `changed()` is called as soon as it is clear that the inputs are not those of the last run.
    Raises Refused with all problems of the request, DataRefused with all those of the data.
    """
    from helpers.data.folder import read_folder

    base = request.house / "data"
    extra = request.wanted.extra
    own = [extra.notebook] if extra and extra.notebook else []
    found = [*request.problems, *place_problems(request.out, request.data, request.house, own)]
    if any(problem.file == "--data" for problem in found):
        raise Refused(found)
    folder = read_folder(request.data, base)
    before, made_with = stamp(request, folder), inputs.program()
    others = inputs.other_files(request.data, folder.hashes, request.house / "notebooks")
    shared = {
        "program": made_with["program"],
        "versions": inputs.digest(made_with["versions"]),
        "others": inputs.digest({name: state.hash(name, path) for name, path in others.items()}),
    }
    key = inputs.digest([dict(folder.hashes), shared["program"]])
    if (request.fresh or key not in state.checked) and not found:
        changed()
    warnings = _sound(folder, key, state, request.accept_shrink)
    catalogue = _planned(folder)
    wanted = plan.settled(catalogue, request.wanted)
    found += plan.refusals(catalogue, wanted)
    if found:
        raise Refused(found)
    jobs, withheld = plan.select(catalogue, wanted)
    contents = {area: _content(request.notebook(area)) for area in {job.area for job in jobs}}
    slices = _Slices(folder, catalogue, shared["program"], state.slices)
    return Prepared(catalogue, wanted, tuple(jobs), tuple(withheld), folder, shared,
                    made_with["versions"], contents, warnings, before, slices)  # fmt: skip


def stamp(request: Request, folder: "Folder") -> list[list[Any]]:
    """What program and other files look like: another stamp later means that someone was at them,
    whatever they hold now.
    """
    others = inputs.other_files(request.data, folder.hashes, request.house / "notebooks")
    return [[name, *look(path)] for name, path in (*inputs.code_files().items(), *others.items())]


def _sound(folder: "Folder", key: str, state: State, accept_shrink: bool) -> tuple[Problem, ...]:
    """The warnings about a folder; DataRefused where there is an error. What was judged once is
    not judged again (`key` is the hash of data and program).
    """
    from helpers.data.checks.magnitudes import lost_rows

    if folder.regional is None and key in state.checked:
        told = [_remembered(told) for told in state.checked[key]]
    else:  # what the files of regions hold is remembered by file
        told = judged(folder, state.regions)
    found = [*folder.problems, *told]
    lost = [] if accept_shrink else lost_rows(state.rows, folder.counts)
    if lost or any(problem.severity == "error" for problem in found):
        raise DataRefused([*lost, *capped(found)])
    state.keep_checked(key, [list(astuple(problem)) for problem in told])
    return tuple(capped(found))


def _remembered(told: Sequence[Any]) -> Problem:
    """A finding as the state holds it: lists, where it had tuples and findings."""
    *fields, others = told
    return Problem(*fields, tuple(map(_remembered, others)))


def _planned(folder: "Folder") -> Catalogue:
    """The catalogue of a sound folder; DataRefused for codes that cannot name a file."""
    rows = {name: list(folder.sheets[name].rows()) for name in TABLES if name in folder.sheets}
    rows["observations"] = folder.figures()
    catalogue = plan.catalogue(rows, folder.simulated)
    if problems := plan.unsafe(catalogue):
        raise DataRefused(problems)
    return catalogue


class _Slices:
    """The slices of a folder, by area and region; what is no area of the tables gets that of the
    overview. A slice whose tables are those of an earlier run need not be cut to be known.
    """

    def __init__(
        self, folder: "Folder", catalogue: Catalogue, program: str, known: dict[str, list[Any]]
    ) -> None:
        self.folder, self.areas, self.known = folder, catalogue.areas, known
        apart = map(folder.regional.file, folder.regional.codes) if folder.regional else ()
        files = {file: folder.hashes[file] for file in set(folder.hashes) - set(apart)}
        self.key = inputs.digest([files, program])
        self.cut = lru_cache(maxsize=SLICES)(self._cut)
        self.basis = cache(self._basis)

    def __call__(self, area: str, region: str) -> "Slice":
        """The slice itself."""
        return self.cut(area if area in self.areas else OVERVIEW, region)

    def digests(self, area: str, region: str) -> tuple[str, Mapping[str, str]]:
        """The digest of a slice, and those of the parts of tables in it by file."""
        area = area if area in self.areas else OVERVIEW
        name, basis = f"{area}|{region}", self.basis(region)
        if self.known.get(name, [""])[0] != basis:
            found = self.cut(area, region)
            self.known[name] = [basis, found.digest, dict(found.tables)]
        _, digest, tables = self.known[name]
        return digest, tables

    def _basis(self, region: str) -> str:
        """One hash of the files that the slices of a region are cut from."""
        from helpers.data.slices import near

        regional = self.folder.regional
        if regional is None:
            return self.key
        files = {one: regional.digest(one) for one in near(self.folder, region)}
        return inputs.digest([self.key, files])

    def _cut(self, area: str, region: str) -> "Slice":
        from helpers.data.slices import cut

        return cut(self.folder, area, region)


def _content(path: Path) -> bytes | None:
    """The bytes of a notebook; None where there is no file that can be read."""
    from helpers.files import read_bytes

    try:
        return read_bytes(path, path.name)
    except DataRefused:
        return None


def approve(request: Request, before: Ledger, prepared: Prepared) -> None:
    """Refuse notebooks that cannot be trusted, and a folder that holds another edition."""
    found = [
        problem
        for area, content in prepared.contents.items()
        for problem in notebook_problems(request.notebook(area), content)
    ]
    kind = (request.audience, prepared.plan.simulated)
    if before.entries and (before.audience, before.simulated) != kind:
        found.append(wrong("--out", "other-edition", str(request.out)))
    if found:
        raise Refused(found)


def notebook_problems(path: Path, content: bytes | None) -> list[Problem]:
    """Why the notebook at `path` cannot be run unattended; empty when it can.

    It must be of nbformat 4 and of Python, with one cell tagged `parameters` that gives each of
    `PARAMETERS` a literal, one a statement, and no cell that is allowed to fail or to be skipped.
    `content` are its bytes, None where there is no such file.
    """

    def refuse(name: str, value: str = "", cell: int = 0) -> Problem:
        return wrong(f"notebooks/{path.name}", name, value, cell, "cell" if cell else "")

    if content is None:
        return [refuse("notebook-missing")]
    try:
        nb = json.loads(content.decode("utf-8"))
        version, about = nb.get("nbformat"), nb.get("metadata")
        if version != FORMAT:
            old = isinstance(version, int)
            return [refuse("notebook-format", str(version)) if old else refuse(UNREADABLE)]
        kernel = about.get("kernelspec") or {}
        language = kernel.get("language") or (about.get("language_info") or {}).get("name")
        named, language = kernel.get("name"), str(language or "python")
        tagged = [set(cell["metadata"].get("tags") or ()) for cell in nb["cells"]]
        sources = ["".join(cell["source"]) for cell in nb["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [refuse(UNREADABLE)]
    found = [] if named else [refuse("notebook-kernel")]
    if named and language.lower() != "python":
        found.append(refuse("notebook-language", language))
    for number, tags in enumerate(tagged, start=1):
        found += [refuse("notebook-tag", tag, number) for tag in FORBIDDEN_TAGS if tag in tags]
    ours = [number for number, tags in enumerate(tagged, start=1) if "parameters" in tags]
    if len(ours) != 1:
        return [*found, refuse("one-parameters-cell")]
    declared, odd = _literals(sources[ours[0] - 1])
    asked = [name for name in PARAMETERS + MORE.get(path.stem, ()) if name not in declared]
    return [
        *found,
        *(refuse("not-literal", line, ours[0]) for line in odd),
        *(refuse("parameter-undeclared", name, ours[0]) for name in asked),
    ]


def _literals(source: str) -> tuple[set[str], list[str]]:
    """The names given a literal, and the statements that do anything else."""
    names, odd = set(), []
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        return set(), [(getattr(error, "text", "") or "").strip()]
    for statement in statements:
        try:
            (target,) = getattr(statement, "targets", None) or [statement.target]
            name = target.id
            ast.literal_eval(statement.value)
            names.add(name)
        except (AttributeError, ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            odd.append(ast.unparse(statement).splitlines()[0])
    return names, odd


def place_problems(
    out: Path, data: Path, house: Path, notebooks: Iterable[Path] = ()
) -> list[Problem]:
    """Why reports cannot be written to `out`, or the data folder cannot be read.

    `notebooks` are files of an analyst's own, in whose folders reports are not put either.
    """
    found = [] if data.is_dir() else [wrong("--data", "no-such-folder", str(data))]
    if out.exists() and not out.is_dir():
        found.append(wrong("--out", "not-a-folder", str(out)))
    real = out.resolve()
    kept = [data, *(house / name for name in ("data", "notebooks", "src", "examples"))]
    inside = any(real.is_relative_to(folder.resolve()) for folder in kept)
    beside = [house.resolve(), Path(real.anchor), *(path.resolve().parent for path in notebooks)]
    if inside or real in beside:
        found.append(wrong("--out", "out-inside-input", str(out)))
    return found
