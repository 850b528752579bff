"""The shipped tables come typed, hashed and whole, and cost nothing until they are asked for."""

import copy
import hashlib
import pickle
import subprocess
import sys
from decimal import Decimal

import pytest

from helpers.data import home, load
from helpers.paths import MARKERS, _above


@pytest.fixture(scope="module")
def shipped():
    return load()


def test_values_are_exact_and_text_is_text(shipped):
    assert all(isinstance(value, Decimal) for value in shipped.observations["value"])
    for name, frame in shipped.frames.items():
        for column in frame.columns:
            assert str(frame[column].dtype) in ("str", "object", "int64", "bool"), (name, column)
            if str(frame[column].dtype) == "str":
                assert not frame[column].isna().any(), (name, column)
    assert shipped.indicators["additive"].dtype == bool
    assert shipped.areas["position"].dtype == "int64"


def test_codes_keep_their_digits(shipped):
    assert set(shipped.observations["region"]) <= set(shipped.regions["region"])
    assert all(isinstance(code, str) for code in shipped.regions["region"])


def test_rows_are_those_of_a_spreadsheet(shipped):
    assert list(shipped.areas["row"]) == list(range(2, 2 + len(shipped.areas)))


def test_hashes_are_those_of_the_files(shipped):
    for file, digest in shipped.hashes.items():
        assert digest == hashlib.sha256((home() / "data" / file).read_bytes()).hexdigest()
    assert "datapackage.json" in shipped.hashes


def test_the_same_folder_by_any_name(shipped):
    for folder in ("", home() / "data", str(home() / "data")):
        assert load(folder).hashes == shipped.hashes


def test_a_table_that_is_not_there_is_named(shipped):
    with pytest.raises(AttributeError, match="visits"):
        _ = shipped.visits


def test_tables_travel_between_processes(shipped):
    for twin in (pickle.loads(pickle.dumps(shipped)), copy.copy(shipped)):
        assert twin.hashes == shipped.hashes
        assert twin.observations.equals(shipped.observations)


def test_tables_cannot_be_exchanged(shipped):
    with pytest.raises(AttributeError):
        shipped.simulated = True
    with pytest.raises(TypeError):
        shipped.frames["areas"] = None


def test_importing_and_checking_need_no_pandas():
    code = (
        "import sys, helpers.data; helpers.data.check(); "
        "sys.exit(bool({'pandas', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_home_is_found_from_any_working_directory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert all((home() / marker).is_file() for marker in MARKERS)


def test_no_home_above_a_strange_folder(tmp_path):
    assert _above(tmp_path) is None
