"""The ledger: written in one step, believed only where it makes sense."""

import json
from dataclasses import replace

import pytest

from helpers.reports import ledger
from helpers.reports.ledger import Entry, Ledger

ENTRY = Entry(
    "rights", "010", "2023", "zh", "built", seconds=1.5, sha256="a", inputs_sha256="b",
    path="zh/010/2023/rights.html",
)  # fmt: skip
WHOLE = Ledger({ENTRY.job: ENTRY}, "public", True, {"sha256": "c"})


def test_what_is_written_is_what_is_read(tmp_path):
    ledger.write(tmp_path, WHOLE)
    assert ledger.read(tmp_path) == WHOLE


def test_the_contract_s_fields_are_there(tmp_path):
    ledger.write(tmp_path, WHOLE)
    (report,) = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))["reports"]
    fields = "area region period lang status reason seconds sha256 inputs_sha256 path"
    assert set(fields.split()) <= set(report)


def test_a_ledger_torn_at_any_byte_counts_as_none_or_whole(tmp_path):
    ledger.write(tmp_path, WHOLE)
    path = tmp_path / "ledger.json"
    content = path.read_bytes()
    for end in range(len(content)):
        path.write_bytes(content[:end])
        assert ledger.read(tmp_path) in (Ledger(), WHOLE), end


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"reports": null}', '{"reports": {"a": 1}}', '{"reports": [1, null]}',
     '{"reports": [], "index": 5}', "[" * 20000, "\ufeff{}", '{"reports": [{"area": "rights"}]}'],
)  # fmt: skip
def test_a_foreign_ledger_counts_as_none(tmp_path, text):
    (tmp_path / "ledger.json").write_text(text, encoding="utf-8")
    assert ledger.read(tmp_path).entries == {}


@pytest.mark.parametrize(
    "change",
    [{"path": "../../x.html"}, {"region": "../.."}, {"status": "done"}, {"seconds": "1"},
     {"seconds": True}, {"sha256": None}, {"area": ""}],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_counts_as_absent(tmp_path, change):
    value = WHOLE.as_json()
    value["reports"][0] |= change
    (tmp_path / "ledger.json").write_text(json.dumps(value), encoding="utf-8")
    assert ledger.read(tmp_path).entries == {}


def test_a_ledger_that_would_not_change_is_left_alone(tmp_path):
    ledger.write(tmp_path, WHOLE)
    before = (tmp_path / "ledger.json").stat().st_ino
    ledger.write(tmp_path, WHOLE)
    assert (tmp_path / "ledger.json").stat().st_ino == before
    ledger.write(tmp_path, replace(WHOLE, audience="internal"))
    assert (tmp_path / "ledger.json").stat().st_ino != before


def test_entries_have_one_order_whatever_the_order_of_work():
    other = replace(ENTRY, area="care", path="zh/010/2023/care.html")
    one = Ledger({ENTRY.job: ENTRY, other.job: other})
    two = Ledger({other.job: other, ENTRY.job: ENTRY})
    assert json.dumps(one.as_json()) == json.dumps(two.as_json())
