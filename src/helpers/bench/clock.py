"""Running a command under the clock: seconds, processor time, exit code, and when it spoke."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["LIMIT", "Done", "last_words", "processor_time", "run", "script"]

FOLDERS = re.compile(r"(?:[A-Za-z]:)?(?<!\w)[/\\][^\s:;,'\"]*[/\\](?=[^\s/\\])")
LIMIT = 900.0  # seconds after which a command counts as hung


@dataclass(frozen=True, slots=True)
class Done:
    """How a command went. `lines` are its stderr lines, each with the second it came at."""

    seconds: float
    processor: float | None
    code: int
    out: str
    lines: tuple[tuple[float, str], ...]

    def why(self) -> str:
        """What it said last, in a line, or its exit code: the reason why it does not count."""
        said = last_words([text for _, text in self.lines])
        return f"exit code {self.code}" + (f": {said}" if said else "")


def run(
    command: Sequence[str],
    folder: Path | None = None,
    watch: Callable[[int], Any] | None = None,
    extra: Mapping[str, str] | None = None,
    limit: float = LIMIT,
) -> Done:
    """Run `command` to its end and say what that cost, whatever its exit code.

    Processor time is that of the command and of all below it that was waited for. `watch(pid)`
    makes a context manager that is open while the command runs. After `limit` seconds it is
    ended, with all that it started.
    """
    before, start = processor_time(), time.perf_counter()
    lines: list[tuple[float, str]] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        listener = threading.Thread(target=_listen, args=(process.stderr, start, lines))
        alarm = threading.Timer(limit, _end, args=(process,))
        listener.start()
        alarm.start()
        try:
            with watch(process.pid) if watch else _nobody():
                out = process.stdout.read()
                code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            alarm.cancel()
            listener.join()
        seconds = time.perf_counter() - start
    after = processor_time()
    busy = None if before is None or after is None else after - before
    return Done(seconds, busy, code, out, tuple(lines))


def last_words(lines: Sequence[str]) -> str:
    """The last line that says something, shortened, of folders only the last name."""
    said = [text.strip() for text in lines if text.strip()]
    return FOLDERS.sub("", said[-1])[:160] if said else ""


def script(name: str) -> str:
    """The command `name` of this environment: beside its interpreter, else found by the system."""
    beside = Path(sys.executable).with_name(name + (".exe" if os.name == "nt" else ""))
    return str(beside) if beside.exists() else name


def processor_time() -> float | None:
    """Seconds that ended children of this process, and theirs, have kept processors busy."""
    if os.name == "nt":
        return None  # Windows does not count for children
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _listen(stream: IO[str], start: float, lines: list[tuple[float, str]]) -> None:
    for text in stream:
        lines.append((time.perf_counter() - start, text))


def _end(process: subprocess.Popen[str]) -> None:
    from helpers.reports.processes import kill_tree

    kill_tree(process.pid)


@contextmanager
def _nobody():
    yield
