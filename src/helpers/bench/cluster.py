"""A Dask scheduler and two workers on the loopback address, for a run with `--scheduler`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

from helpers.bench.clock import run
from helpers.bench.engines import where, wrong_pages
from helpers.bench.record import Sample, Words
from helpers.bench.setting import LANGS, Setting, reports_command, told

__all__ = ["no_cluster", "on_dask"]

WORKERS = 2
PATIENCE = 60.0  # seconds for the cluster to come up


def no_cluster() -> Words | None:
    """Why a cluster cannot be measured, None where it can."""
    if find_spec("distributed") is None:
        return "没有安装 dask.distributed", "dask.distributed is not installed"
    if "--scheduler" not in run([sys.executable, "-m", "helpers", "report", "--help"]).out:
        return "命令没有 --scheduler", "the command has no --scheduler"
    return None


def on_dask(setting: Setting, turn: int) -> Sample:
    """The same reports as the fork engine's, over a cluster that is up and has done nothing."""
    areas = setting.areas(setting.scale.areas, turn)
    out = setting.fresh("dask")
    try:
        with _cluster(out / "cluster") as address:
            given = {**where(), "scheduler": address}
            done = run(reports_command(sys.executable, out / "reports", areas, **given))
    except OSError as error:
        return Sample(failure=f"the cluster did not come up ({error})")
    sample, reports = told(done, len(areas) * len(LANGS))
    rmtree(out, ignore_errors=True)
    wrong = wrong_pages(setting, reports)
    if wrong and not sample.failure:
        return Sample(failure=wrong)
    return replace(sample, processor=None)  # the workers' is not in it


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """The address of a scheduler with its workers; all ended afterwards."""
    folder.mkdir(parents=True)
    file = folder / "scheduler.json"
    quiet = ("--no-dashboard", "--scheduler-file", str(file))
    worker = ("--nworkers", "1", "--nthreads", "1", "--local-directory", str(folder))
    commands = [
        ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *quiet],
        *([["distributed.cli.dask_worker", *worker, *quiet]] * WORKERS),
    ]
    processes = []
    try:
        with (folder / "log.txt").open("wb") as log:
            for words in commands:
                command = [sys.executable, "-m", *words]
                processes.append(subprocess.Popen(command, stdout=log, stderr=log))
                _wait_for(file)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        _wait_for_workers(address)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(file: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not (file.exists() and file.stat().st_size):
        if time.monotonic() > end:
            raise TimeoutError("no scheduler")
        time.sleep(0.05)


def _wait_for_workers(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=PATIENCE) as client:
        client.wait_for_workers(WORKERS, timeout=PATIENCE)
