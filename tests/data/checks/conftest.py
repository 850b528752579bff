"""The same small folder as for the tests beside."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from smallfolder import TABLES, write


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, TABLES)
    return tmp_path
