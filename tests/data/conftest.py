"""A small sound folder for the tests of data."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: where smallfolder lies

from smallfolder import TABLES, write


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, TABLES)
    return tmp_path
