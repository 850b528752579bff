"""The parent's hold on a helper process: start it, send it work, hear it, end it for good."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from typing import Any

from helpers.reports.fork.server import END, START
from helpers.reports.processes import MARK, end_marked, end_tree
from helpers.reports.surroundings import INLINE, LOG, rooted, surroundings

__all__ = ["Helper"]

CODE = "from helpers.reports.fork.server import main; main()"
TO_END = 5.0  # seconds


class Helper:
    """A helper process, importing while its parent does something else.

    `render` must be importable by name. With `environment` the children see that one, for
    papermill's sake; without, they see nothing of a home folder. `more` is added to either.
    """

    def __init__(
        self,
        render: Callable[..., str] | None = None,
        environment: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._mark = secrets.token_hex(8)
        self._workspace = Path(tempfile.mkdtemp(prefix="halfsky-"))
        if environment is None:
            environment = surroundings(self._workspace, self._mark)
        self._conn, theirs = Pipe()
        with (self._workspace / LOG).open("wb") as log, theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", CODE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._workspace,
                env={"MPLBACKEND": INLINE, **rooted(environment), **(more or {}), MARK: self._mark},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        place = (render.__module__, render.__qualname__) if render else ("", "")
        with suppress(OSError):
            self._conn.send(place)

    def start(self, number: int, work: Any) -> None:
        """Let a child do `work`; what it says comes with `number`."""
        with suppress(OSError):  # a helper that is gone will be seen as gone
            self._conn.send((START, number, work))

    def end(self, number: int) -> None:
        """End a child and all that it started."""
        with suppress(OSError):
            self._conn.send((END, number, None))

    def events(self, seconds: float) -> Iterator[tuple[str, Any, Any]]:
        """What has come within `seconds`; EOFError once the helper is gone."""
        wait([self._conn], timeout=seconds)
        try:
            while self._conn.poll():
                yield self._conn.recv()
        except OSError as error:
            raise EOFError from error

    def said(self) -> str:
        """The end of the helper's own log."""
        with suppress(OSError):
            path = self._workspace / LOG
            return path.read_text(encoding="utf-8", errors="replace")[-4000:]
        return ""

    def end_now(self) -> None:
        """End a helper that has no work, without waiting for it to come to its senses."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """End the helper and everything below it; nothing of it stays."""
        self._conn.close()
        try:
            self._process.wait(TO_END)
        except subprocess.TimeoutExpired:
            end_tree(self._process.pid, self._mark)
            self._process.wait(TO_END)
        if os.name != "nt":
            end_marked([self._mark])
        shutil.rmtree(self._workspace, ignore_errors=True)
