"""Long tables in a store: the same tables, problems and answers as those of a table read whole."""

import os
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.analysis.changes import changes
from helpers.analysis.study import study
from helpers.data import grid
from helpers.data.check import examine
from helpers.data.codebook import Column, Reference, Table
from helpers.data.frames import Shelf
from helpers.data.home import home
from helpers.data.parts import ANY, CELLS, ROWS, Index, part
from helpers.data.problems import DataRefused, capped
from helpers.data.store import build as store_build
from helpers.data.store import check as store_check
from helpers.data.store import opening as store
from helpers.data.store import place as store_place
from helpers.data.store import scan as store_scan
from helpers.data.store import table as store_table
from helpers.data.store import worker as store_worker
from helpers.data.store.table import Stored
from helpers.reports.prepare import _planned

loading = import_module("helpers.data.load")
DISTRICTS = home() / "examples" / "districts"
NEVER = 10**12


def at_once(function, shared, tasks, *_):
    """In this process what is otherwise done in others."""
    shared, tasks = pickle.loads(pickle.dumps((shared, tasks)))
    try:
        return [function(shared, task) for task in tasks]
    except ValueError as error:
        raise store_worker.Failed(str(error)) from error


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    loading._read.clear()
    yield
    store.shut()
    loading._read.clear()


@pytest.fixture(autouse=True)
def cut_small(monkeypatch):
    """Tables are cut and judged in small pieces, all in this process."""
    monkeypatch.setattr(store_scan, "PIECE", 9_000)
    monkeypatch.setattr(store_check, "ROWS", 200)
    monkeypatch.setattr(store_build, "spread", at_once)
    monkeypatch.setattr(store_check, "spread", at_once)


@pytest.fixture
def long(monkeypatch):
    """Every table that may lie in a store counts as long."""
    monkeypatch.setattr(store, "LARGE", 0)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DISTRICTS, tmp_path / "data")
    return tmp_path / "data"


def both_ways(function):
    """What `function` gives for tables in stores and for tables read whole."""
    found = []
    for large in (0, NEVER):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store, "LARGE", large)
            loading._read.clear()
            found.append(function())
    return found


def rewrite(folder: Path, change) -> None:
    path = folder / "observations.csv"
    path.write_bytes(change(path.read_bytes().decode()).encode())


def only_store(tmp_path) -> Path:
    (path,) = (tmp_path / "cache" / "halfsky" / "stores").glob("*.duckdb")
    return path


# --- the same as a table read whole ------------------------------------------------------


def test_a_long_table_comes_as_the_same_frame(folder):
    stored, whole = both_ways(lambda: loading.load(folder))
    assert list(stored.frames) == list(whole.frames)
    assert isinstance(stored.unnoted.frames.long["observations"], Stored)
    for name in whole.frames:
        assert stored.frames[name].equals(whole.frames[name]), name
        assert dict(stored.frames[name].dtypes) == dict(whole.frames[name].dtypes)
    assert stored.hashes == whole.hashes
    assert stored.warnings == whole.warnings


@pytest.mark.parametrize(
    "where",
    [
        {"region": "370402"},
        {"region": "370402", "period": "2023"},
        {"region": ["370402", "370400"], "indicator": "women_plan_indicators_total"},
        {"indicator": "women_plan_indicators_total"},
        {"region": "000000"},
        {"region": []},
        {},
    ],
    ids=str,
)
def test_a_part_is_the_same_rows_under_the_same_labels(folder, where):
    stored, whole = both_ways(lambda: loading.load(folder).part("observations", **where))
    assert stored.equals(whole)
    assert list(stored.index) == list(whole.index)
    assert dict(stored.dtypes) == dict(whole.dtypes)


@pytest.mark.parametrize("kind", [ROWS, CELLS, ANY])
def test_every_answer_is_the_same(folder, kind):
    asked = [
        part("observations", kind, region="370402"),
        part("observations", kind, region="370402", period=["2022", "2023"]),
        part("observations", kind, region=["370400", "370481"], indicator="support_centres"),
        part("observations", kind, indicator="women_plan_indicators_total", period="2023"),
        part("observations", kind, region="000000"),
        part("periods", kind),
    ]
    stored, whole = both_ways(lambda: Index(examine(folder).sheets))
    assert stored._long == {"observations"}
    for one in asked:
        assert stored.answer(one) == whole.answer(one), one


@pytest.mark.usefixtures("long")
def test_all_rows_answer_with_their_file(folder):
    before = Index(examine(folder).sheets).answer(part("observations"))
    assert before == Index(examine(folder).sheets).answer(part("observations"))
    rewrite(folder, lambda text: text.replace(",58,,58项", ",57,,57项", 1))
    assert before != Index(examine(folder).sheets).answer(part("observations"))


def test_the_same_reports_are_planned(folder):
    stored, whole = both_ways(lambda: _planned(examine(folder)))
    assert stored == whole


def test_nothing_of_ours_takes_the_whole_table(folder, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 0)
    whole = Shelf.part

    def part_only(shelf, name, where):
        assert where, "the whole table was taken"
        return whole(shelf, name, where)

    monkeypatch.setattr(Shelf, "part", part_only)
    tables = loading.load(folder)
    for area in ("overview", "rights"):
        here = study(tables, area, "370402", "2024", "zh", "internal")
        assert len(here.figures)
        assert here.region_name
        _ = here.measures, here.programmes, here.comparables, here.judgements, here.everything
    assert changes(tables, "370402", "2024")
    assert "observations" in tables.unnoted.frames


def test_counts_are_the_same(folder):
    def counted():
        tables = loading.load(folder)
        return [
            tables.counts("observations", *names) for names in (("region", "period"), ("source",))
        ]

    stored, whole = both_ways(counted)
    assert stored == whole


def _swap(text: str, rng: random.Random, old: str, new: str) -> str:
    """One of the places where `old` stands, changed."""
    places = [at for at in range(len(text)) if text.startswith(old, at)] if old in text else []
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + new + text[at + len(old) :]


def _line(change):
    def changed(text: str, rng: random.Random) -> str:
        lines = text.splitlines(keepends=True)
        at = rng.randrange(1, len(lines))
        lines[at] = change(lines[at], lines, rng)
        return "".join(lines)

    return changed


FAULTS = {
    "a row gone": _line(lambda *_: ""),
    "a row twice": _line(lambda line, *_: line + line),
    "a row from elsewhere": _line(lambda line, lines, rng: line + rng.choice(lines[1:])),
    "a blank line": _line(lambda line, *_: line + "\n"),
    "cells of blanks": _line(lambda line, *_: line + " , ,,,,,,,,,\n"),
    "a cell too many": _line(lambda line, *_: line.replace("\n", ",x\n")),
    "a cell too few": _line(lambda line, *_: line.rpartition(",")[0] + "\n"),
    "the header again": _line(lambda line, lines, _: line + lines[0]),
    "a total": _line(lambda line, *_: line + "合计,,,,,,,,,,\n"),
    "a stray mark": _line(lambda line, *_: line.replace(",", ',"a" b', 1)),
    "an open mark": _line(lambda line, *_: line.replace(",", ',"', 1)),
    "a note of two lines": _line(lambda line, *_: line.replace(",p1,,", ',p1,"甲\n乙 ""丙""",')),
    "a code of two lines": _line(lambda line, *_: line.replace(",p1,", ',"p\n1",')),
    "a slip of unit": _line(lambda line, *_: line.replace(",2024,", ",2024,9", 1)),
    "a fraction": _line(lambda line, *_: line.replace(",,", ".5,,", 1)),
    "no value": lambda text, rng: _swap(text, rng, ",58,", ",NA,"),
    "full width": lambda text, rng: _swap(text, rng, ",58,", ",５８,"),
    "blanks": lambda text, rng: _swap(text, rng, ",58,", ", 58 ,"),
    "an empty code": lambda text, rng: _swap(text, rng, ",370402,", ",,"),
    "an unknown region": lambda text, rng: _swap(text, rng, ",370402,", ",370499,"),
    "an unknown period": lambda text, rng: _swap(text, rng, ",2023,", ",1999,"),
    "an unknown indicator": lambda text, rng: _swap(text, rng, "\nsupport", "\nsuport"),
    "an unknown word": lambda text, rng: _swap(text, rng, ",,58项", ",许,58项"),
    "other words": lambda text, rng: _swap(text, rng, ",58项,", ",59项,"),
    "a control character": lambda text, rng: _swap(text, rng, ",p1,", ",p\x1f1,"),
    "a zero byte": lambda text, rng: _swap(text, rng, ",p1,", ",p\0,"),
    "a lone return": lambda text, rng: _swap(text, rng, "\n", "\r"),
    "garbled": lambda text, rng: _swap(text, rng, "项", "é¡¹ç›®"),
    "Windows line ends": lambda text, _: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text, _: "\ufeff" + text,
    "no last line end": lambda text, _: text.rstrip("\n"),
    "another column": lambda text, _: text.replace("\n", ",extra\n"),
    "an empty column": lambda text, _: text.replace("\n", ",\n"),
    "a column without a name": lambda text, rng: _swap(
        text.replace("\n", ",\n"), rng, ",\n", ",y\n"
    ),
    "a column misspelt": lambda text, _: text.replace("locator", "locater", 1),
    "a quoted header": lambda text, _: text.replace("indicator", '"indicator"', 1),
    "a blank first line": lambda text, _: "\n" + text,
    "semicolons": lambda text, _: text.replace(",", ";"),
    "a copied form": lambda text, _: text.replace(",2023,", ",2022x,").replace(",2024,", ",2023,"),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=3), seed=st.integers(0, 999))
def test_problems_are_the_same_whatever_is_wrong(faults, seed):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        shutil.copytree(DISTRICTS, folder)
        for fault in faults:
            rewrite(folder, lambda text, fault=fault: FAULTS[fault](text, rng))

        def told():
            return capped(examine(folder).problems)

        stored, whole = both_ways(told)
        store.shut()
    assert stored == whole


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_read_the_old_way(folder, encoding):
    path = folder / "observations.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    stored, whole = both_ways(lambda: capped(examine(folder).problems))
    assert stored == whole
    assert any(told.rule == "encoding" for told in stored)


def test_a_file_beyond_the_limits_of_other_tables_is_read(folder, monkeypatch):
    monkeypatch.setattr(grid, "MOST_ROWS", 400)
    stored, whole = both_ways(lambda: capped(examine(folder).problems))
    assert [told.rule for told in whole if told.severity == "error"] == ["file-too-large"]
    assert not [told for told in stored if told.severity == "error"]


def test_of_a_file_beyond_them_the_true_reason_is_told(folder, monkeypatch):
    monkeypatch.setattr(grid, "MOST_ROWS", 400)
    rewrite(folder, lambda text: text.replace(",p1,", ',"p"1,', 1))
    stored, _ = both_ways(lambda: capped(examine(folder).problems))
    assert [told.rule for told in stored] == ["quote-stray"]


# --- the store itself --------------------------------------------------------------------


def test_it_is_made_in_other_processes_and_used_again(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 0)
    monkeypatch.setattr(store_build, "spread", store_worker.spread)
    monkeypatch.setattr(store_check, "spread", store_worker.spread)
    tables = loading.load(folder)
    path = only_store(tmp_path)
    made = path.stat().st_ino
    assert not store_table._BASES, "nothing is open that a fork would break"
    assert len(tables.part("observations", region="370402")) > 0
    loading._read.clear()
    loading.load(folder)
    assert path.stat().st_ino == made
    assert not list(path.parent.glob(".*")), "nothing half made is left"
    assert sorted(item.name for item in folder.iterdir()) == sorted(
        item.name for item in DISTRICTS.iterdir()
    )


@pytest.mark.parametrize("harm", ["cut short", "of another kind", "a byte changed", "empty"])
@pytest.mark.usefixtures("long")
def test_a_store_that_was_harmed_is_made_again(folder, tmp_path, harm):
    right = loading.load(folder).observations
    store.shut()
    path = only_store(tmp_path)
    content = bytearray(path.read_bytes())
    if harm == "a byte changed":
        for at in range(5_000, len(content), 997):
            content[at] ^= 0x55
    whole = {
        "cut short": content[: len(content) // 2],
        "of another kind": b"x" * 9_999,
        "empty": b"",
    }
    path.write_bytes(bytes(whole.get(harm, content)))
    loading._read.clear()
    assert loading.load(folder).observations.equals(right)


@pytest.mark.usefixtures("long")
def test_a_store_that_breaks_while_it_is_in_use_is_made_again(folder, tmp_path):
    right = loading.load(folder).part("observations", region="370402")
    loading._read.clear()
    tables = loading.load(folder)
    only_store(tmp_path).write_bytes(b"torn")
    assert tables.part("observations", region="370402").equals(right)


@pytest.mark.usefixtures("long")
def test_a_store_of_another_file_is_not_believed(folder, tmp_path):
    right = loading.load(folder).observations
    store.shut()
    mine = only_store(tmp_path)
    rewrite(folder, lambda text: text.replace(",58,,58项", ",57,,57项", 1))
    loading._read.clear()
    loading.load(folder)
    store.shut()
    (other,) = set(mine.parent.glob("*.duckdb")) - {mine}
    shutil.copy(mine, other)
    loading._read.clear()
    found = loading.load(folder).observations
    assert not found.equals(right)
    assert str(found["value"].iloc[0]) == "57"


@pytest.mark.usefixtures("long")
def test_one_changed_row_is_another_store(folder):
    before = loading.load(folder).observations
    rewrite(folder, lambda text: text.replace(",58,,58项", ",57,,57项", 1))
    after = loading.load(folder).observations
    assert (before["value"] != after["value"]).sum() == 1


@pytest.mark.usefixtures("long")
def test_where_none_can_be_made_the_table_is_read_whole(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "no space left")

    monkeypatch.setattr(store, "build", full)
    assert not isinstance(examine(folder).sheets["observations"], Stored)
    assert len(loading.load(folder).observations) > 1_000


@pytest.mark.usefixtures("long")
def test_where_no_folder_is_ones_own_the_table_is_read_whole(folder, monkeypatch):
    monkeypatch.setattr(store_place, "_own", lambda _: False)
    assert not isinstance(examine(folder).sheets["observations"], Stored)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights as Unix has them")
def test_a_folder_that_others_may_write_to_holds_no_store(tmp_path):
    open_to_all = tmp_path / "cache" / "halfsky" / "stores"
    open_to_all.mkdir(parents=True)
    open_to_all.chmod(0o777)
    assert open_to_all not in list(store_place.places())


@pytest.mark.usefixtures("long")
def test_a_verdict_that_was_harmed_is_given_again(folder, tmp_path):
    rewrite(folder, lambda text: text.replace(",370402,", ",370499,", 1))
    right = capped(examine(folder).problems)
    (kept,) = set(only_store(tmp_path).parent.glob("*.json")) - {
        only_store(tmp_path).with_name(store_check.CLEAN)
    }
    for harm in ("{}", "[", kept.read_text().replace("370499", "370498")):
        kept.write_text(harm)
        assert capped(examine(folder).problems) == right


@pytest.mark.usefixtures("long")
def test_one_changed_row_has_its_own_batch_judged_and_no_other(folder, monkeypatch):
    judged = []

    def counted(function, shared, tasks, *rest):
        judged.append(len(tasks))
        return at_once(function, shared, tasks, *rest)

    monkeypatch.setattr(store_check, "spread", counted)
    rewrite(folder, lambda text: text.replace(",58项,", ",58项左右,", 1))  # found fault with
    examine(folder)
    rewrite(folder, lambda text: text.replace(",58项左右,", ",58项,", 1))
    examine(folder)
    rewrite(folder, lambda text: "\n".join(text.split("\n")[:-2]) + "\n")
    examine(folder)
    assert judged[0] > 2
    assert judged[1:] == [1, 2]  # its own; a county is judged with its city too


@pytest.mark.usefixtures("long")
def test_another_table_changed_is_another_verdict(folder):
    assert not [p for p in examine(folder).problems if p.severity == "error"]
    path = folder / "periods.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\n2023,", "\n2033,"), "utf-8")
    assert [p for p in examine(folder).problems if p.rule == "unknown-key"]


@pytest.mark.usefixtures("long")
def test_a_file_changed_while_it_was_cut_makes_no_store(folder, monkeypatch):
    def changed(path):
        found = store_scan.scan(path)
        rewrite(folder, lambda text: text.replace(",58,,58项", ",57,,57项", 1))
        return found

    monkeypatch.setattr(store, "scan", changed)
    found = examine(folder).sheets["observations"]
    assert not isinstance(found, Stored)
    assert found.texts["value"][0] == "57"


def test_old_stores_are_swept(tmp_path):
    for number in range(9):
        for name in (f"{number}.duckdb", f"{number}.json"):
            (tmp_path / name).write_text("x")
            os.utime(tmp_path / name, (number, number))
    (tmp_path / "new.duckdb").write_text("x")
    store_place.sweep(tmp_path)
    kept = sorted(path.name for path in tmp_path.glob("*.duckdb"))
    assert kept == ["6.duckdb", "7.duckdb", "8.duckdb", "new.duckdb"]
    assert len(list(tmp_path.glob("*.json"))) == 9


def test_a_digest_is_remembered_only_of_a_file_at_rest(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("one")
    first = store_scan.file_digest(path)
    path.write_text("two")
    assert store_scan.file_digest(path) != first


def test_a_fork_opens_the_store_for_itself(folder):
    code = f"""
import os, sys
from helpers.data.store import opening as store
store.LARGE = 0
from helpers.data import load
tables = load({str(folder)!r})
tables.part("observations", region="370402")  # opens it here too
child = os.fork()
if not child:
    os._exit(0 if len(tables.part("observations", region="370481")) > 100 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.usefixtures("long")
def test_tables_in_a_store_travel_between_processes(folder):
    tables = loading.load(folder)
    twin = pickle.loads(pickle.dumps(tables))
    assert twin.observations.equals(tables.observations)


def test_a_table_that_others_point_to_is_no_table_for_a_store():
    rows = Table("observations", "o.csv", (Column("region"), Column("indicator")))
    other = Table("notes", "n.csv", (Column("region"),))
    pointing = Table(
        "notes", "n.csv", (Column("r"),), (), (Reference(("r",), "observations", ("region",)),)
    )
    assert store.fit(rows, {"observations": rows, "notes": other})
    assert not store.fit(rows, {"observations": rows, "notes": pointing})
    keyed = Table("observations", "o.csv", rows.columns, ("indicator",))
    assert not store.fit(keyed, {"observations": keyed})


@pytest.mark.usefixtures("long")
def test_refused_data_are_refused_from_a_store_too(folder):
    rewrite(folder, lambda text: text.replace(",370402,", ",370499,", 1))
    with pytest.raises(DataRefused, match="370499"):
        loading.load(folder)
