"""After any edit anywhere, what is rebuilt is exactly what a fresh edition has otherwise.

Tables are edited without being judged, so that any edit will do; a page of the stand-in engine
is all that its report was handed, so that two pages are the same where that was.
"""

import random
import shutil

import pytest
from tests.reports.conftest import built_in, table

from helpers.reports import inputs

TABLES = (
    ["observations"] * 8 + ["comparables", "programmes", "measures", "indicators"] * 2
    + ["rules", "sources", "regions", "periods", "areas", "sentences"]
)  # fmt: skip
KEYS = ("indicator", "region", "period", "area", "source", "programme", "measure", "kind", "level")
NUMBERS = ("value", "position", "scale", "parent", "counts", "additive", "lower", "upper")


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A tiny house, its data never judged, with a package of one module and files beside."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "charts.py").write_text("1", encoding="utf-8")
    files = lambda: {path.name: path for path in sorted(package.iterdir())}  # noqa: E731
    monkeypatch.setattr(inputs, "code_files", files)
    monkeypatch.setattr("helpers.reports.prepare._sound", lambda *_: ())
    monkeypatch.setattr("os.fsync", lambda _: None)  # to be quick
    tiny = built_in(tmp_path)
    (tiny.data / "map.geojson").write_text("1", encoding="utf-8")
    tiny.make(langs=("zh",))
    return tiny


def edit(house, chance):
    """One random edit of one thing; what was done, in words."""
    what = chance.choice(["table"] * 12 + ["notebook", "notebook", "beside", "code", "nothing"])
    if what == "table":
        return edit_table(house, chance)
    if what == "notebook":
        area = chance.choice(["overview", "rights", "care", "audit"])
        house.put(area, f"print('{chance.random()}')")
    elif what == "beside":
        place = chance.choice(["city/map.geojson", "city/more.txt", "notebooks/lib.py"])
        (house.root / place).write_text(str(chance.random()), encoding="utf-8")
    elif what == "code":
        (house.root / "package" / "charts.py").write_text(str(chance.random()), encoding="utf-8")
    return what


def edit_table(house, chance):
    name = f"{chance.choice(TABLES)}.csv"
    head, rows = house.rows(name)
    at = chance.randrange(len(rows)) if rows else 0
    what = chance.choice(["cell"] * 6 + ["key"] * 3 + ["delete", "copy", "swap"]) if rows else ""
    if what == "delete":
        del rows[at]
    elif what == "copy":
        rows.insert(chance.randrange(len(rows)), list(rows[at]))
    elif what == "swap":
        other = chance.randrange(len(rows))
        rows[at], rows[other] = rows[other], rows[at]
    elif what:
        names = [one for one in head if (one in KEYS) == (what == "key")] or head
        column = head.index(chance.choice(names))
        if what == "key" or head[column] in NUMBERS:
            rows[at][column] = chance.choice([row[column] for row in rows])
        else:
            rows[at][column] += "改"
    (house.data / name).write_text(table(head, rows), encoding="utf-8")
    return f"{what} {name} {at + 2}"


def kept(house):
    return {path: path.read_bytes() for path in house.data.iterdir()}


def edits(house, seed, number):
    """Edit and build `number` times; each time a fresh edition must have the same pages, and
    what was rebuilt is what is otherwise in it, or all where the program was changed.
    """
    chance, done = random.Random(seed), 0
    before = house.reports()
    for _ in range(number):
        tables = kept(house)
        what = edit(house, chance)
        try:
            edition = house.make(langs=("zh",))
        except (KeyError, ValueError, TypeError, LookupError):  # no plan of such tables
            for path, content in tables.items():
                path.write_bytes(content)
            continue
        done += 1
        after = house.reports()
        house.make(langs=("zh",), out=house.root / "fresh")
        fresh = {
            path.relative_to(house.root / "fresh").as_posix(): path.read_bytes()
            for path in (house.root / "fresh").rglob("*.html")
        }
        shutil.rmtree(house.root / "fresh")
        assert after == fresh, f"seed {seed}: {what}: stale"
        built = {entry.path for entry in edition.entries if entry.status == "built"}
        changed = {p for p in after if p != "index.html" and before.get(p) != after[p]}
        if what in ("code", "beside"):
            assert changed <= built, f"seed {seed}: {what}"
        else:
            assert built == changed, f"seed {seed}: {what}: {built ^ changed}"
        before = after
    return done


def test_random_edits_rebuild_what_changes_and_nothing_else(house):
    assert edits(house, 1, 12) > 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_many_random_edits_rebuild_what_changes_and_nothing_else(house, seed):
    assert edits(house, seed, 60) > 30
