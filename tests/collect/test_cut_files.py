"""A file cut short anywhere is refused, or says the same, or lacks whole rows that are told as
missing: never a traceback, never a silently different total.

``CUT=1 pytest tests/collect/test_cut_files.py`` cuts at every offset.
"""

import os
import random
import shutil
import subprocess

import pytest
from delivered import KINDS, Table, as_xlsx

from helpers.analysis.figures import policy
from helpers.collect.collect import collect, read_submission, take_all
from helpers.collect.headings import Vocabulary

STEP = int(os.environ.get("CUT", "37"))


@pytest.fixture(scope="module")
def known(city_tables):
    return city_tables, Vocabulary.of(city_tables), policy(city_tables)


def as_xls(table, tmp_path):
    """A workbook of the old format, as LibreOffice saves one."""
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice")
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(table.rows))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    given = ["--headless", home, "--convert-to", "xls", "--outdir", str(tmp_path)]
    subprocess.run(["soffice", *given, str(tmp_path / "a.xlsx")], check=True, capture_output=True)
    return (tmp_path / "a.xls").read_bytes()


def cuts(content, kind, known, tmp_path, step):
    """(offset, figures taken) of a file cut every ``step`` bytes."""
    path = tmp_path / f"报表{kind}"
    for at in range(0, len(content), step):
        path.write_bytes(content[:at])
        found = read_submission(path, *known)
        taken = take_all([found]).entries
        assert taken or any(one.severity == "error" for one in found.problems), at
        yield at, {entry.key: entry.value for entry in taken}


def held(content, kind, known, tmp_path, step):
    path = tmp_path / f"报表{kind}"
    path.write_bytes(content)
    whole = {e.key: e.value for e in take_all([read_submission(path, *known)]).entries}
    assert len(whole) == 24
    for at, taken in cuts(content, kind, known, tmp_path, step):
        if taken and taken != whole:  # rows are missing, and only whole ones
            assert kind == ".csv", at
            assert content[at - 1 : at] == b"\n", at
            assert taken.items() <= whole.items(), at
            places = {key[1:] for key in taken}
            assert taken.keys() == {key for key in whole if key[1:] in places}


def test_a_text_file_cut_anywhere(known, tmp_path):
    content = KINDS[".csv"](Table(random.Random(1)).rows)
    held(content, ".csv", known, tmp_path, max(STEP, 11))


def test_a_text_file_cut_at_a_line_gives_no_total_of_the_city(city, tmp_path):
    content = KINDS[".csv"](Table(random.Random(1), ("2023",)).rows)
    (tmp_path / "inbox").mkdir()
    lines = content.decode().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("北岭县"))
    (tmp_path / "inbox" / "a.csv").write_text("".join(lines[:at]), encoding="utf-8")
    found = collect(tmp_path / "inbox", city, tmp_path / "out")
    assert found.taken.entries
    assert {one.verdict for one in found.rolled if one.period == "2023"} <= {"gap"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".xls", ".ods", ".docx"])
def test_files_of_every_kind_cut_anywhere(known, tmp_path, kind):
    table = Table(random.Random(kind))
    content = as_xls(table, tmp_path) if kind == ".xls" else KINDS[kind](table.rows)
    held(content, kind, known, tmp_path, STEP)
