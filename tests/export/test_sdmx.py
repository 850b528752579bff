"""SDMX-CSV 2.0 and its structure."""

import csv
import io
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from helpers.data import home
from helpers.export import observations
from helpers.export.sdmx import HEAD, as_sdmx, times

READER = """
import json, sys
from pysdmx.io import get_datasets
(found,) = get_datasets("data.csv", "structure.xml")
kinds = {one.id: str(one.role) for one in found.structure.components}
print(json.dumps({"kinds": kinds, "rows": json.loads(found.data.to_json(orient="records"))}))
"""


def lines(tables):
    text = as_sdmx(tables)["data.csv"].decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_rounding_word_and_interval_travel_as_attributes(tables):
    told = {line["INDICATOR"]: line for line in lines(tables)}
    mothers = told["loving_mothers"]
    assert (mothers["OBS_VALUE"], mothers["QUALIFIER"], mothers["AS_WRITTEN"]) == (
        "17800", "余", "1.78万余名",
    )  # fmt: skip
    assert (mothers["LOWER"], mothers["UPPER"]) == ("17800", "17900")
    assert (mothers["LOWER_INCLUDED"], mothers["UPPER_INCLUDED"]) == ("true", "false")


def test_every_observation_is_a_line_with_one_key(examples):
    found = lines(examples)
    keys = {(one["REF_AREA"], one["INDICATOR"], one["TIME_PERIOD"]) for one in found}
    assert len(keys) == len(found) == len(examples.observations)
    assert tuple(found[0]) == HEAD


def test_the_structure_lists_every_code_and_column(examples):
    tree = etree.fromstring(as_sdmx(examples)["structure.xml"])
    codes = {one.get("id") for one in tree.iter("{*}Code")}
    found = lines(examples)
    for column in ("REF_AREA", "INDICATOR", "PERIOD"):
        assert {one[column] for one in found} <= codes
    kinds = ("Dimension", "TimeDimension", "Attribute", "Measure")
    ids = {one.get("id") for kind in kinds for one in tree.iter(f"{{*}}{kind}")}
    assert {*HEAD} - {"STRUCTURE", "STRUCTURE_ID", "ACTION"} == ids - {None}


def test_the_same_tables_give_the_same_bytes(tables):
    assert as_sdmx(tables) == as_sdmx(tables)


@pytest.mark.slow
def test_pysdmx_reads_back_what_the_tables_hold(examples, tmp_path):
    """pysdmx brings pyarrow, which changes pandas: it lives in an environment of its own."""
    import json

    place = home() / ".venv-sdmx"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    assert python.is_file(), "make test-slow makes this environment"
    for name, content in as_sdmx(examples).items():
        Path(tmp_path, name).write_bytes(content)
    done = subprocess.run(
        [python, "-c", READER], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    read = json.loads(done.stdout)
    assert read["kinds"]["REF_AREA"].endswith("Dimension")
    assert read["kinds"]["QUALIFIER"].endswith("Attribute")
    rows = {(r["REF_AREA"], r["INDICATOR"], r["TIME_PERIOD"]): r for r in read["rows"]}
    covered = times(examples)
    for one in observations(examples):
        row = rows.pop((one.region, one.slug, covered[one.period]))
        assert Decimal(str(row["OBS_VALUE"])) == one.quantity.value
        assert Decimal(str(row["LOWER"])) == one.quantity.interval.lower
        assert row["AS_WRITTEN"] == one.as_written
        assert (row["QUALIFIER"] or "") == one.quantity.qualifier
    assert not rows
