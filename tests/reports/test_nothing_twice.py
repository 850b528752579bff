"""Nothing twice: after any edit, the reports rebuilt are those whose pages change, and few more.

The project's own notebooks run in this process, without kernels and without drawing.
"""

import random
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from helpers.data import home, reads
from helpers.data.folder import read_folder
from helpers.reports import orders, prepare
from helpers.reports.desk import Desk
from helpers.reports.engine import ENGINES
from helpers.reports.plan import Wanted
from helpers.reports.prepare import Request
from helpers.reports.reports import make

sys.path.insert(0, str(Path(__file__).parent))
from inprocess import engine, put, rows, run, unjudged, without_drawing

OTHER = "370481"  # a second region, with a part of the first one's figures
TABLES = (
    ["observations"] * 8 + ["comparables", "programmes", "measures", "indicators"] * 2
    + ["rules", "sources", "regions", "periods", "areas", "qualifiers"]
)  # fmt: skip
KEYS = ("indicator", "region", "period", "area", "source", "programme", "measure", "kind", "level")
NUMBERS = ("value", "position", "scale", "parent", "row", "counts", "additive", "lower", "upper")


class Office:
    """A copy of the data with its reports; `build` makes an edition, `fresh` all pages anew."""

    def __init__(self, root, monkeypatch, wanted):
        shutil.copytree(home() / "data", root / "data")
        self.data, self.wanted, self.pages, self.loaded = root / "data", wanted, {}, None
        self.out, self.patch = root / "reports", monkeypatch
        head, body = rows(self.data / "observations.csv")
        region = head.index("region")
        others = [[*row[:region], OTHER, *row[region + 1 :]] for row in body[::3]]
        put(self.data / "observations.csv", head, body + others)
        without_drawing(monkeypatch)
        monkeypatch.setenv(reads.RECORD, "1")
        monkeypatch.setattr("helpers.telling.report.load", lambda _folder: self.loaded)

    def request(self):
        return Request(home(), self.data, self.out, self.wanted)

    def fresh(self):
        """Job -> (page, record), built from the data as they are now."""
        self.loaded = unjudged(self.data)
        request = self.request()
        prepared = prepare.prepare(request, read_folder)
        made = {}
        for job in prepared.jobs:
            order = orders.make_order(request, prepared, job, True)
            made[job] = run(orders.make_task(request, prepared, order))
        return made

    def build(self):
        """The entries of an edition whose reports are those of the last `fresh`."""
        self.patch.setitem(ENGINES, "papermill", engine(self.pages))
        portal = lambda *_, **__: "<!doctype html></html>"  # noqa: E731
        desk = Desk(read=read_folder, load=lambda *_: None, portal=portal)
        return {entry.job: entry for entry in make(self.request(), desk).entries}

    def step(self):
        """Build after an edit: (changed, rebuilt), the jobs whose pages differ, those rebuilt."""
        before, self.pages = self.pages, self.fresh()
        changed = {job for job, made in self.pages.items() if made[0] != before.get(job, [0])[0]}
        entries = self.build()
        self.failed = {job for job, e in entries.items() if e.status == "failed"}  # tried each time
        return changed, {job for job, e in entries.items() if e.status in ("built", "failed")}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """`office(areas)`: an office over these areas, in Chinese, its first edition built."""

    def opened(*areas):
        made = Office(tmp_path, monkeypatch, Wanted(areas, langs=("zh",)))
        made.step()
        return made

    return opened


def edit(data, chance):
    """One random edit of one row of one table; what was done, in words."""
    table = chance.choice(TABLES)
    head, body = rows(data / f"{table}.csv")
    at = chance.randrange(len(body))
    what = chance.choice(["cell"] * 6 + ["key"] * 3 + ["delete", "copy", "swap"])
    if what == "delete":
        del body[at]
    elif what == "copy":
        body.insert(chance.randrange(len(body)), list(body[at]))
    elif what == "swap":
        other = chance.randrange(len(body))
        body[at], body[other] = body[other], body[at]
    else:
        at = _cell(head, body, chance, what == "key")
    put(data / f"{table}.csv", head, body)
    return f"{what} {table} {at}"


def _cell(head, body, chance, is_key):
    """Change one cell: a key to another one that is in use, a number or a text to a new one."""
    names = [name for name in head if (name in KEYS) == is_key] or head
    name, at = chance.choice(names), chance.randrange(len(body))
    column = head.index(name)
    if is_key or name in NUMBERS or name.startswith(("numerator", "denominator", "expression")):
        body[at][column] = chance.choice([row[column] for row in body])
    else:
        body[at][column] += "改"
    return f"{at + 2}:{name}"


def edits(office, seed, number):
    """Edit and build `number` times: for each table the edits, and the reports rebuilt though
    their pages stay the same.
    """
    chance, seen = random.Random(seed), Counter()
    for _ in range(number):
        kept = {path.name: path.read_bytes() for path in office.data.iterdir()}
        what = edit(office.data, chance)
        try:
            changed, rebuilt = office.step()
        except (KeyError, ValueError, TypeError):  # no plan can be made of such tables
            for name, content in kept.items():
                (office.data / name).write_bytes(content)
            continue
        assert changed <= rebuilt, f"seed {seed}: {what}: not rebuilt: {changed - rebuilt}"
        table = what.split()[1]
        seen[table, "more"] += len(rebuilt - changed - office.failed)
        seen[table, "edits"] += 1
    return seen


def test_random_edits_rebuild_all_that_changes(office):
    edits(office("rights", "honours"), 1, 6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_random_edits_of_all_areas_rebuild_all_that_changes_and_few_more(office, seed):
    seen = edits(office(), seed, 15)
    # a note that is not shown, or a name in the other language, costs its area and the overview
    assert seen["observations", "more"] <= 2 * seen["observations", "edits"]


def observation(office, indicator, region, **cells):
    """Change cells of one observation; without any, take it out and return it."""
    path = office.data / "observations.csv"
    head, body = rows(path)
    places = [head.index(name) for name in ("indicator", "region")]
    (row,) = (row for row in body if [row[at] for at in places] == [indicator, region])
    for name, value in cells.items():
        row[head.index(name)] = value
    put(path, head, body if cells else [other for other in body if other is not row])
    return row, body.index(row) + 2


def test_one_observation_rebuilds_the_reports_that_use_it_and_says_why(office):
    made = office("rights", "care", "overview")
    _, row = observation(made, "couples_counselled", "370400", locator="p98")
    changed, rebuilt = made.step()
    assert changed == rebuilt
    assert {(job.area, job.region) for job in rebuilt} == {
        ("rights", "370400"), ("overview", "370400")
    }  # fmt: skip
    told = {entry.reason: entry.reason_zh for entry in made.build().values()}
    assert told == {"": "", "no figures": "没有数字"}
    _, row = observation(made, "couples_counselled", "370400", locator="p97")
    made.pages = made.fresh()
    reasons = {e.reason: e.reason_zh for e in made.build().values() if e.status == "built"}
    assert reasons == {f"observations.csv:{row} changed": f"observations.csv:{row} 已改"}


def test_a_figure_that_was_missing_counts_once_it_appears(office):
    made = office("rights")
    path = made.data / "observations.csv"
    row, _ = observation(made, "couples_counselled", "370400")
    made.step()
    head, body = rows(path)
    put(path, head, [*body, row])
    changed, rebuilt = made.step()
    assert {job.region for job in changed} == {"370400"}
    assert changed <= rebuilt


def word(office, qualifier, **cells):
    """Change cells of all rows of a rounding word."""
    path = office.data / "qualifiers.csv"
    head, body = rows(path)
    for row in body:
        for name, value in cells.items():
            if row[head.index("qualifier")] == qualifier:
                row[head.index(name)] = value
    put(path, head, body)


def test_a_rounding_word_counts_where_it_stands_and_its_remark_nowhere(office):
    made = office("rights", "care", "support")
    word(made, "余", note="another remark")
    assert made.step() == (set(), set())
    word(made, "突破", upper="v+2*s)")  # no figure of these areas has it
    assert made.step() == (set(), set())
    word(made, "余", upper="v+2*s)")
    changed, rebuilt = made.step()
    assert changed
    assert changed <= rebuilt
    assert rebuilt < set(made.pages)
