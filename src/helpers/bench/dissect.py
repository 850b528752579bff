"""A process that takes one report apart: `python -m helpers.bench.dissect AREA TIMES FOLDER`.

The report is made as the fork engine makes it (the helper's imports, a fork, the notebook, the
page), TIMES times, with a stopwatch at the places named here; it prints the parts as JSON.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Pipe
from pathlib import Path
from shutil import rmtree
from typing import Any

from helpers.bench.setting import PERIOD, REGION
from helpers.bench.stopwatch import Stopwatch
from helpers.reports.task import Outcome

__all__ = ["PLACES", "attach", "main"]

CELL = "cell"
# Where the stopwatch stands: the part, and the function whose own time it is.
PLACES = {
    "parameters": "helpers.reports.fork.child:parametrised",
    "shell": "helpers.reports.fork.shell:Shell.__init__",
    "load": "helpers.analysis.study:load",
    "study": "helpers.analysis.study:open_area",
    "placing": "helpers.telling.svg:place",
    "drawing": "matplotlib.figure:Figure.draw",
    "svg": "helpers.telling.charts:svg",
    "seaborn": "seaborn:barplot",
    "judge": "helpers.reports.page.render:judge",
    "reads": "helpers.reports.page.render:made_from",
    "export": "helpers.reports.page.template_page:_convert",
    "numbers": "helpers.reports.page.figurelist:check_numbers",
    "font": "helpers.telling.pagefont:embedded",
    "seal": "helpers.seal:sealed",
    "page": "helpers.reports.page.template_page:render",
    "writing": "helpers.reports.page.render:deposit",
}
CELLS = "helpers.reports.fork.notebook:_run_cell"


def main(arguments: Sequence[str]) -> int:
    """Print the parts of each time, seconds by name, and how many cells there are of each tag."""
    area, times, folder = arguments[0], int(arguments[1]), Path(arguments[2])
    from helpers.data.home import home
    from helpers.reports.desk import Desk
    from helpers.reports.engine import ENGINES
    from helpers.reports.plan import Wanted
    from helpers.reports.prepare import Request
    from helpers.reports.reports import make

    found: list[dict[str, Any]] = []

    def dissecting(tasks: Sequence[Any], context: Any) -> Iterator[Any]:
        for task in tasks:
            yield _outcome(task, context.render, times, found)

    ENGINES["dissect"] = dissecting
    house, wanted = home(), Wanted((area,), (REGION,), (PERIOD,), ("zh",))
    request = Request(house, house / "data", folder, wanted, engine="dissect", fresh=True)
    edition = make(request, Desk())
    if not edition.entries or any(entry.status != "built" for entry in edition.entries):
        print(*(entry.reason for entry in edition.entries), file=sys.stderr)
        return 1
    print(json.dumps(found))
    return 0


def attach(watch: Stopwatch) -> None:
    """Put the stopwatch at every place; AttributeError where a function has moved."""
    for part, place in PLACES.items():
        watch.attach(place, part)
    watch.attach(CELLS, lambda _shell, _desk, cell, _index: f"{CELL} {_tag(cell)}")


def _tag(cell: Any) -> str:
    """What a code cell is for; cells without code cost nothing and are one kind."""
    if cell.cell_type != "code":
        return "text"
    return next(iter(cell.metadata.get("tags", [])), "code")


def _outcome(task: Any, render: Any, times: int, found: list[dict[str, Any]]) -> Any:
    """Make one report so often, each time in a fork of this process, as the helper does."""
    from helpers.reports.fork import child
    from helpers.reports.fork.preload import preload
    from helpers.reports.fork.tables import warm
    from helpers.reports.surroundings import surroundings

    workspace = Path(tempfile.mkdtemp(prefix="halfsky-"))
    os.environ |= surroundings(workspace, "bench")
    preload()
    warm(task)
    watch = Stopwatch()
    attach(watch)
    file = workspace / "told.json"
    child.report = _telling(child.report, watch, file)
    try:
        for _ in range(times):
            file.unlink(missing_ok=True)
            outcome, seconds = _forked(task, render, workspace)
            if file.exists():
                told = json.loads(file.read_text(encoding="utf-8"))
                found.append({**told, "whole": seconds})
        return outcome
    finally:
        rmtree(workspace, ignore_errors=True)


def _telling(report: Any, watch: Stopwatch, file: Path) -> Any:
    """The child's work, which leaves the parts behind in a file."""

    def telling(*given: Any) -> Any:
        with watch.part("rest"):
            outcome = report(*given)
        parts = {"parts": watch.seconds, "counts": watch.counts}
        file.write_text(json.dumps(parts), encoding="utf-8")
        return outcome

    return telling


def _forked(task: Any, render: Any, workspace: Path) -> tuple[Any, float]:
    """The outcome of a fork that makes the report, and the seconds until it was gone."""
    from helpers.reports.fork.child import BEGUN, live
    from helpers.reports.page.render import died

    answer, told = Pipe(duplex=False)
    parent, start = os.getpid(), time.perf_counter()
    pid = os.fork()
    if pid == 0:
        answer.close()
        live(task, render, workspace / f"k{os.getpid()}", told, parent)
    told.close()
    outcome = Outcome(task, 0.0, failure=died("", True))
    try:
        while True:
            if (said := answer.recv_bytes()) != BEGUN:
                outcome = pickle.loads(said)
    except EOFError:
        os.waitpid(pid, 0)
    return outcome, time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
