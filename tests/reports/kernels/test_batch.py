"""Kernels of a batch: they are forks, in the notebook's folder, and leave nothing."""

from pathlib import Path

import pytest
from tests.reports.kernels.conftest import run


@pytest.mark.slow
def test_a_notebook_runs_in_a_fork_of_the_server(warm, tmp_path):
    said = run(
        warm,
        tmp_path,
        "import os, sys, tempfile\nprint(os.getppid())\nprint(os.getcwd())",
        "'pandas' in sys.modules, tempfile.gettempdir().startswith(os.environ['TMPDIR'])",
        "import pandas as pd\npd.Series([1, 2]).sum()",
    )
    assert said == [
        [f"{warm._server.process.pid}\n{tmp_path}\n"],
        ["(True, True)"],
        ["np.int64(3)"],
    ]
    assert [path.name for path in warm.folder.iterdir()] == ["log.txt"]


@pytest.mark.slow
def test_all_files_of_a_kernel_lie_in_its_own_folder_and_go_with_it(warm, tmp_path):
    ((said,),) = run(warm, tmp_path, "import ipykernel; print(ipykernel.get_connection_file())")
    assert Path(said.strip()).parent.parent == warm.folder
    assert [path.name for path in warm.folder.iterdir()] == ["log.txt"]
