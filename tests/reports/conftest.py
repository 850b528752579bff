"""A tiny house: two regions of the invented city in one period, notebooks of a few cells."""

import csv
import hashlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.paths import home
from helpers.reports import inputs
from helpers.reports.build import make
from helpers.reports.execute import Outcome
from helpers.reports.execute import Failure
from helpers.reports.plan import Wanted
from helpers.reports.plan import Request
from helpers.reports.run import Edition, Hooks

CITY = Path(__file__).resolve().parents[1] / "city"
AREAS = ("rights", "care")
REGIONS = ("990102", "990103")
PERIOD = "2024"
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


def notebook(*sources, parameters=PARAMETERS, setup=None, end=END, tags=()):
    """A notebook: title, parameters, a cell for each source, the mark of the end."""
    sources = [setup, *sources] if setup else sources
    cells = [new_markdown_cell("# 标题"), new_code_cell(parameters)]
    cells[1].metadata["tags"] = ["parameters"]
    for source in sources:
        cells.append(new_code_cell(source))
        cells[-1].metadata["tags"] = list(tags)
    cells.append(new_code_cell(end))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata=KERNEL)


@cache
def city():
    """File name -> text of the city's tables, cut down to two areas, two regions, one period."""
    found = {path.name: path.read_text(encoding="utf-8") for path in CITY.iterdir()}
    gone = {row["indicator"] for row in _dicts(found["indicators.csv"]) if row["area"] not in AREAS}
    for name in set(found) - {"datapackage.json", "comparables.csv"}:
        rows = _dicts(found[name])
        for row in rows:
            if "also" in row:
                row["also"] = ";".join(n for n in row["also"].split(";") if n and n not in gone)
        kept = [list(row.values()) for row in rows if _kept(row, gone)]
        found[name] = table(list(rows[0]), kept)
    return found


def _dicts(text):
    return list(csv.DictReader(io.StringIO(text)))


def _kept(row, gone):
    if {"region", "name_zh", "parent"} <= set(row) or ("label_zh" in row and "start" in row):
        return True  # regions and periods stay, for they are names
    return (
        row.get("area", AREAS[0]) in AREAS
        and row.get("region", "") in ("", *REGIONS)
        and row.get("period", PERIOD) in ("", PERIOD)
        and row.get("indicator") not in gone
    )


def table(head, rows):
    """A table's file."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    return out.getvalue()


@dataclass
class House:
    """A project folder with the project's data, a city beside them, notebooks and reports."""

    root: Path

    @property
    def data(self):
        """The city's folder."""
        return self.root / "city"

    @property
    def out(self):
        """The reports."""
        return self.root / "reports"

    def put(self, area, *sources, **settings):
        """Write an area's notebook."""
        path = self.root / "notebooks" / f"{area}.ipynb"
        nbformat.write(notebook(*sources, **settings), path)
        return path

    def rows(self, name):
        """The header and the rows of a table of the city."""
        head, *rows = csv.reader(io.StringIO((self.data / name).read_text(encoding="utf-8")))
        return head, rows

    def edit(self, name, change):
        """Let `change(head, rows)` give the rows that a table of the city is to have."""
        head, rows = self.rows(name)
        (self.data / name).write_text(table(head, change(head, rows)), encoding="utf-8")

    def request(self, *areas, **settings):
        """A request for this house: two at a time, into its reports folder."""
        wanted = Wanted(areas, **{name: settings.pop(name) for name in NARROWING & set(settings)})
        usual = {"data": self.data, "out": self.out, "slots": 2, "accept_shrink": True}
        return Request(house=self.root, wanted=wanted, **{**usual, **settings})

    def make(self, *areas, hooks=None, **settings) -> Edition:
        """Run an edition, by the stand-in engine unless `hooks` has another."""
        return make(self.request(*areas, **settings), Hooks(**{"engine": quick, **(hooks or {})}))

    def reports(self):
        """Relative path -> bytes of every published page."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*.html"))
        }


NARROWING = {"regions", "periods", "langs", "extra"}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A tiny house whose notebooks say what they were given; the package counts as unchanged."""
    monkeypatch.setattr(inputs, "code_files", dict)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # to be quick
    return built_in(tmp_path)


def built_in(root):
    """A tiny house in this folder."""
    shutil.copytree(home() / "data", root / "data")
    (root / "notebooks").mkdir()
    (root / "city").mkdir()
    for name, text in city().items():
        (root / "city" / name).write_text(text, encoding="utf-8")
    tiny = House(root)
    for area in ("overview", *AREAS):
        tiny.put(area, "print(region, period, lang, audience)")
    tiny.put("audit", "print(text)", parameters=PARAMETERS + '\ntext: str = ""')
    return tiny


def quick(work):
    """A stand-in for an engine: a page of what was handed; fails where a notebook says FAIL."""
    for task, handed in work:
        text = handed.notebook.decode("utf-8")
        if "FAIL" in text:
            yield Outcome(task.job, 0.1, failure=Failure("it failed", "失败了", "Traceback …"))
            continue
        said = {name: value for name, value in task.page.items() if name != "provenance"}
        made = [said, dict(task.parameters), text, hashlib.sha256(handed.slice).hexdigest()]
        found = figures_of(task.job, handed.slice)
        written = {key: f"{task.job.lang} {one['value']}" for key, one in found.items()}
        numbers = "".join(
            f'<data value="{found[key]["value"]}" data-figure="{key}">{text}</data>'
            for key, text in written.items()
        )
        figures = json.dumps(found, ensure_ascii=False)
        page = f"<!doctype html>{made}{numbers}"
        page += f'<script type="application/json" id="figures">{figures}'
        page += f"</script>{hashlib.sha256(handed.text).hexdigest()}</html>"
        yield Outcome(task.job, 0.1, page.encode("utf-8"))


def figures_of(job, content):
    """KEY -> figure: the observations of a slice that a report would state."""
    (part,) = (p for p in json.loads(content)["tables"] if p["name"] == "observations")
    names = ["row", *(column[0] for column in part["columns"])]
    rows = [dict(zip(names, row, strict=True)) for row in part["rows"]]
    return {
        f"{row['indicator']}|{row['region']}|{row['period']}": {"value": row["value"]}
        for row in rows
        if (row["region"], row["period"]) == (job.region, job.period)
    }
