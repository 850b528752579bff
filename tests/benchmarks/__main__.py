"""`make bench`: measures, and writes docs/benchmarks.md. `--large` adds 2,000 reports.

Within a round all ways take their turn, and a ratio is taken within its round: what else the
machine does then counts for both sides.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks import commands, data, lab, long_folder, words
from tests.benchmarks.commands import ROOT, UnmeasuredError

AREAS = (
    "honours", "support", "outcomes", "guidance", "economy",
    "family", "rights", "care", "organization", "overview",
)  # fmt: skip
LANGS = ("zh", "en")
TWENTY = len(AREAS) * len(LANGS)
YEARS = ("2022", "2023", "2024")  # of seven regions, ten areas, two languages: 420 reports
KERNELS = 7  # started one after the other in the Jupyter server
Figures = dict[str, list[float]]


def main(arguments: list[str]) -> int:
    """Measure and write; 1 where something could not be measured."""
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="how often all take their turn")
    options.add_argument("--loop", type=int, default=4, help="reports of the loop in a round")
    options.add_argument("--small", action="store_true", help="140 reports in place of 420")
    options.add_argument("--large", action="store_true", help="2,000 reports, ten million rows too")
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    given = options.parse_args(arguments)
    found: Figures = defaultdict(list)
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="halfsky-bench-") as folder:
        for name, part in _parts(given, Path(folder), found):
            start = time.perf_counter()
            try:
                part()
            except UnmeasuredError as error:
                failures.append(f"{name}: {error}")
            print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
            # after each part: who stops the rest keeps what there is
            text = words.document(found, given.rounds, failures)
            given.out.write_text(text, encoding="utf-8")
    print(words.lines(found))
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


def _parts(
    given: argparse.Namespace, folder: Path, found: Figures
) -> Iterator[tuple[str, Callable[[], None]]]:
    """What is measured, in turn: its name, and a function that measures it."""
    many, years = data.copied(folder / "districts"), YEARS[2:] if given.small else YEARS
    yield "many reports", lambda: _many(many, years, folder / "many", found)
    for count in range(given.rounds):
        yield f"round {count + 1}", partial(_round, given.loop, folder, many, years, count, found)
    yield "Jupyter", lambda: _jupyter(found)
    yield "memory", lambda: _memory(found)
    if given.large:
        yield "2,000 reports", lambda: _large(folder, found)
        yield "ten million rows", lambda: _long(folder, found)


def _many(many: Path, years: Sequence[str], out: Path, found: Figures) -> None:
    """Build them once, after those of one place and year alone: what each further report costs,
    and what the rounds begin with.
    """
    with _fresh(out.with_name("few")) as place:
        few, built = _built(place, many, "--region", data.DISTRICT, *_years(years[-1:]))
    cost, found["reports"] = _built(out, many, *_years(years))
    found["wall"] = [cost.wall]
    further = found["reports"][0] - built[0]
    found["ms a further report among many"] = [1000 * (cost.wall - few.wall) / further]


def _built(out: Path, folder: Path, *options: str) -> tuple[commands.Cost, list[float]]:
    """What it costs to build reports of a data folder, and how many there are."""
    cost, statuses = commands.report(out, "--data", folder, *options)
    return cost, [statuses.get("built", 0)]


def _years(years: Sequence[str]) -> list[str]:
    return [word for year in years for word in ("--period", year)]


def _round(
    length: int, folder: Path, many: Path, years: Sequence[str], count: int, found: Figures
) -> None:
    with _fresh(folder / "loop") as place:
        loop = [
            commands.shell_loop(
                ROOT / "notebooks" / f"{AREAS[n % len(AREAS)]}.ipynb", place, lang=LANGS[n % 2]
            )
            for n in range(count * length, (count + 1) * length)
        ]
    one = sum(cost.wall for cost in loop) / len(loop)
    with _fresh(folder / "twenty") as place:
        cost, statuses = commands.report(
            place, *AREAS, "--jobs", 2, "--region", "370400", "--period", "congress-9",
            "--lang", "zh", "--lang", "en",
        )  # fmt: skip
        if statuses != {"built": TWENTY}:
            raise UnmeasuredError(f"{TWENTY} reports were to be built: {statuses}")
        first, _ = commands.report(place, "rights", "--lang", "en", "--fresh")
    found["loop"].append(one)
    found["loop cpu"].append(sum(cost.cpu for cost in loop) / len(loop))
    found["twenty"].append(cost.wall)
    found["twenty cpu"].append(cost.cpu)
    found["one report"].append(first.wall)
    found["times"].append(TWENTY * one / cost.wall)
    nothing, statuses = commands.report(folder / "many", "--data", many, *_years(years))
    if statuses.get("built"):
        raise UnmeasuredError(f"nothing was to be built: {statuses}")
    found["nothing to do"].append(nothing.wall)
    data.change(many, count)
    changed, statuses = commands.report(folder / "many", "--data", many, *_years(years))
    found["one row"].append(changed.wall)
    found["one row built"].append(statuses.get("built", 0))


@contextmanager
def _fresh(place: Path) -> Iterator[Path]:
    """An empty folder, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=place.name) as folder:
        yield Path(folder)


def _jupyter(found: Figures) -> None:
    with lab.jupyter_server() as address:
        found["first warm kernel"] = [lab.ready(address, "halfsky-warm")]
        for _ in range(KERNELS):
            found["warm kernel"].append(lab.ready(address, "halfsky-warm"))
            found["cold kernel"].append(lab.ready(address, "python3"))


def _memory(found: Figures) -> None:
    for name, warm in (("slot", True), ("cold slot", False)):
        found[name] = [lab.memory(ROOT / "notebooks" / "rights.ipynb", warm=warm)]


def _large(folder: Path, found: Figures) -> None:
    """Some 2,000 reports, of three such cities: does one still cost what it costs among few?"""
    wider = data.widened(folder / "wider", 2)
    given = (folder / "large", "--data", wider, *_years(data.years(wider)))
    cost, statuses = commands.report(*given)
    found["large reports"] = [statuses["built"]]
    further = statuses["built"] - found["reports"][0]
    found["ms a further report among 2,000"] = [1000 * (cost.wall - found["wall"][0]) / further]
    nothing, _ = commands.report(*given)
    found["large nothing to do"] = [nothing.wall]


def _long(folder: Path, found: Figures) -> None:
    """Three reports from 3,000 files of regions: at first, again, after a change of one file."""
    place, out = folder / "long", folder / "long-reports"
    rows = long_folder.make(place)
    given = ("rights", "--data", place, "--period", "2004-12", "--lang", "zh")
    for code in long_folder.THREE:
        given += ("--region", code)
    for name in ("first", "again", "changed"):
        if name == "changed":
            long_folder.change(place, long_folder.THREE[0])
        cost, statuses = commands.report(out, *given)
        if sum(statuses.values()) != len(long_folder.THREE):
            raise UnmeasuredError(f"three reports were to be there: {statuses}")
        found[f"long {name}"], found[f"long {name} memory"] = [cost.wall], [cost.memory]
    found["long rows"] = [rows / 1e6]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
