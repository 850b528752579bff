"""Running commands, and knowing what they cost and that they did what they were to do."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class UnmeasuredError(Exception):
    """A command did not do what it was measured for: there is no figure."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and seconds of processors, of a command and all below it; the MiB that
    it held at most itself.
    """

    wall: float
    cpu: float
    memory: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


def run(module: str, *arguments: object, folder: Path = ROOT) -> tuple[Cost, str]:
    """Run a module of this Python; what it cost and put out. UnmeasuredError where it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as noise:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=noise, encoding="utf-8"
        )
        with child.stdout:
            said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            noise.seek(0)
            raise UnmeasuredError(
                f"{' '.join(command[2:])}: {child.returncode}\n{noise.read()[-2000:]}"
            )
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), said


def report(out: Path, *options: object) -> tuple[Cost, dict[str, int]]:
    """`halfsky report` into `out`; its cost, and how many reports have which status."""
    cost, said = run("helpers", "report", "--out", out, "--quiet", "--json", *options)
    found = json.loads(said)
    statuses = [entry["status"] for entry in found["reports"]]
    if found["stopped"] or "failed" in statuses:
        raise UnmeasuredError(f"reports failed: {statuses}")
    return cost, {name: statuses.count(name) for name in set(statuses)}


def shell_loop(notebook: Path, folder: Path, **parameters: str) -> Cost:
    """What a loop of the shell would do for one report: papermill, then nbconvert."""
    given = [word for item in parameters.items() for word in ("-p", *item)]
    done = folder / notebook.name
    quiet = ("-k", "python3", "--no-progress-bar")
    first, _ = run("papermill", notebook.name, done, *quiet, *given, folder=notebook.parent)
    second, _ = run("nbconvert", "--to", "html", done)
    if not done.with_suffix(".html").is_file():
        raise UnmeasuredError(f"{notebook.name}: no page came of it")
    return first + second
