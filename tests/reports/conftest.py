"""A tiny house made in code: a few rows, notebooks of a few cells, nothing of the real data."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.reports.desk import Desk, Edition
from helpers.reports.plan import Wanted
from helpers.reports.prepare import Request
from helpers.reports.publish import deposit
from helpers.reports.reports import make
from helpers.reports.task import Failure, Outcome

AREAS = ("care", "rights")
PARAMETERS = "\n".join(
    f'{name}: str = "default {name}"' for name in ("region", "period", "lang", "data", "audience")
)
KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
END = (
    "from IPython.display import display\n"
    'display({"text/plain": "end"}, raw=True, metadata={"halfsky": {"end": True}})'
)


def rows(areas=AREAS, regions=("010", "020")):
    """The tables of a tiny house: every area has a figure in every region, in one period."""
    named = {"name_zh": "甲", "name_en": "A", "label_zh": "某年", "label_en": "a year"}
    titled = {"title_zh": "关爱", "title_en": "Care", "question_zh": "?", "question_en": "?"}
    return {
        "areas": [{"area": a, "position": n, **titled} for n, a in enumerate(areas)],
        "regions": [{"region": r, "position": n, **named} for n, r in enumerate(regions)],
        "periods": [{"period": "2023", "position": 1, **named}],
        "indicators": [{"indicator": f"{a}_n", "area": a, "measure_type": "flow"} for a in areas],
        "observations": [
            {"indicator": f"{a}_n", "region": r, "period": "2023"} for a in areas for r in regions
        ],
        "programmes": [{"area": areas[0], "region": regions[0], "period": "2023"}],
    }


def notebook(*sources, parameters=PARAMETERS, end=END, tags=()):
    """A notebook: title, parameters, a cell for each source, the sign of the end."""
    cells = [new_markdown_cell("# 标题"), new_code_cell(parameters)]
    cells[1].metadata["tags"] = ["parameters"]
    for source in sources:
        cells.append(new_code_cell(source))
        cells[-1].metadata["tags"] = list(tags)
    cells.append(new_code_cell(end))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata=KERNEL)


@dataclass
class Sheet:
    """A table of a few rows, as the records room would hand it over."""

    name: str
    table: list

    def __post_init__(self):
        self.file = f"{self.name}.csv"
        self.numbers = tuple(range(2, 2 + len(self.table)))
        names = self.table[0] if self.table else ()
        self.texts = {name: [str(row[name]) for row in self.table] for name in names}

    def __len__(self):
        return len(self.table)

    def rows(self):
        return iter(self.table)

    def told(self, _alike):
        return self.rows()


@dataclass
class House:
    """A project folder with its own data, notebooks and reports."""

    root: Path
    tables: dict = field(default_factory=rows)
    simulated: bool = False
    loads: int = 0

    def put(self, area, *sources, **settings):
        """Write an area's notebook."""
        path = self.root / "notebooks" / f"{area}.ipynb"
        nbformat.write(notebook(*sources, **settings), path)
        return path

    def request(self, *areas, **settings):
        """A request for this house: two at a time, into its reports folder."""
        wanted = Wanted(areas, **{name: settings.pop(name) for name in NARROWING & set(settings)})
        usual = {"data": self.root / "data", "out": self.root / "reports", "slots": 2}
        return Request(house=self.root, wanted=wanted, **{**usual, **settings})

    def load(self, _folder=None, _base=None):
        """The tables, as the records room would hand them over."""
        self.loads += 1
        frames = {name: pd.DataFrame(table) for name, table in self.tables.items()}
        return SimpleNamespace(frames=frames, simulated=self.simulated)

    def read(self, _folder=None, _base=None):
        """The same as sheets, as the press reads them to plan and to compare."""
        self.loads += 1
        sheets = {name: Sheet(name, table) for name, table in self.tables.items()}
        return SimpleNamespace(sheets=sheets, simulated=self.simulated)

    def make(self, *areas, desk=None, **settings) -> Edition:
        """Run an edition."""
        desk = desk or {}
        hands = Desk(**{"load": self.load, "read": self.read, "portal": way_in, **desk})
        return make(self.request(*areas, **settings), hands)

    def reports(self):
        """Relative path -> bytes of every published file but the ledger."""
        out = self.root / "reports"
        return {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*.html"))
        }


NARROWING = {"regions", "periods", "langs", "text"}


def way_in(shown, _tables, audience):
    """A stand-in for the portal: one line a report."""
    lines = [f"{one['path']} {one['status']} {one['sha256']}" for one in shown["reports"]]
    return "\n".join(["<!doctype html>", audience, *lines, "</html>"])


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A tiny house whose notebooks say what they were given; the package counts as unchanged."""
    monkeypatch.setattr("helpers.reports.cache.keys.code_files", lambda _package: {})
    for name in ("data", "notebooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "datapackage.json").write_text(
        '{"resources": [{"path": "observations.csv"}]}', encoding="utf-8"
    )
    (tmp_path / "data" / "observations.csv").write_text("a\n1\n", encoding="utf-8")
    tiny = House(tmp_path)
    for area in ("overview", *AREAS):
        tiny.put(area, "print(region, period, lang, data, audience)")
    tiny.put("audit", "print(text)", parameters=PARAMETERS + '\ntext: str = ""')
    return tiny


def quick(tasks, context):
    """A stand-in for an engine: prints a notebook's sources, fails where one says FAIL."""
    for task in tasks:
        if context.stop():
            return
        context.started(task)
        text = "".join(cell["source"] for cell in nbformat.read(task.notebook, 4).cells)
        if "FAIL" in text:
            yield Outcome(task, 0.1, failure=Failure("it failed", "失败了", "Traceback …"))
            continue
        given = {name: value for name, value in task.parameters.items() if name != "text"}
        page = f"<!doctype html>{given} {text} {task.page['twin']}</html>"
        part, digest = deposit(task.target, page.encode("utf-8"))
        yield Outcome(task, 0.1, part, digest)


@pytest.fixture
def quick_engine(monkeypatch):
    """Put the stand-in where the usual engine is."""
    from helpers.reports.engine import ENGINES

    for name in ENGINES:
        monkeypatch.setitem(ENGINES, name, quick)
