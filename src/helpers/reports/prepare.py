"""From a request to what it means: the reports, what each is made from, or every refusal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.check import judged
from helpers.data.problems import DataRefused, Problem, Refused, capped
from helpers.reports import inputs, notebooks, plan
from helpers.reports.plan import OVERVIEW, Catalogue, Job, Wanted
from helpers.reports.request import Request
from helpers.reports.state import State, look

if TYPE_CHECKING:
    from helpers.data.folder import Folder
    from helpers.data.slices import Slice

__all__ = ["Prepared", "prepare", "stamp"]

TABLES = (
    "areas", "regions", "periods", "indicators", "measures", "observations", "programmes", "sources"
)  # fmt: skip
SLICES = 64  # in memory; reports of one region come one after the other


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may start.

    `wanted` is what was asked for, in codes. `shared` is what all its reports are made from
    beside their slices: hashes of the program, the versions and the other files. `versions` are
    told on the page. `contents` are the notebooks by area, None where there is none. `rows` are
    the rows of each table's file, `warnings` what is odd about the data, `stamp` what program and
    other files looked like before they were read. `slices(area, region)` is a slice.
    """

    plan: Catalogue
    wanted: Wanted
    jobs: tuple[Job, ...]
    withheld: tuple[Job, ...]
    folder: "Folder"
    shared: Mapping[str, str]
    versions: Mapping[str, str]
    contents: Mapping[str, bytes | None]
    rows: Mapping[str, int]
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
    found = [
        *request.problems,
        *notebooks.place_problems(request.out, request.data, base.parent, own),
    ]
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
    return Prepared(
        catalogue, wanted, tuple(jobs), tuple(withheld), folder, shared, made_with["versions"],
        contents, dict(folder.counts), warnings, before, slices,
    )  # fmt: skip


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

    try:
        if folder.regional is not None:
            raise KeyError("what the files of regions hold is told by judging them")
        told = [_remembered(told) for told in state.checked[key]]
    except (KeyError, TypeError, ValueError):
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
        self._basis = cache(self._made_from)

    def __call__(self, area: str, region: str) -> "Slice":
        """The slice itself."""
        return self.cut(area if area in self.areas else OVERVIEW, region)

    def digests(self, area: str, region: str) -> tuple[str, Mapping[str, str]]:
        """The digest of a slice, and those of the parts of tables in it by file."""
        area = area if area in self.areas else OVERVIEW
        name, basis = f"{area}|{region}", self._basis(region)
        try:
            made_from, digest, tables = self.known[name]
        except (KeyError, TypeError, ValueError):
            made_from, digest, tables = "", "", {}
        if made_from != basis:
            found = self.cut(area, region)
            digest, tables = found.digest, dict(found.tables)
            self.known[name] = [basis, digest, tables]
        return digest, tables

    def _made_from(self, region: str) -> str:
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
