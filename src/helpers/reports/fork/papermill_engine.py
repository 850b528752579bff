"""The fork engine as papermill's own: `papermill --engine halfsky in.ipynb out.ipynb -p …`.

The helper stays for the next notebook of the same process, as long as the environment is the
same; each notebook has a process of its own. Start-up files of an IPython profile are not run.
"""

import atexit
import os
import pickle
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from papermill.exceptions import PapermillException
from papermill.log import logger

from helpers.reports.fork.child import Errand
from helpers.reports.fork.helper import Helper
from helpers.reports.fork.notebook import Allowed
from helpers.reports.fork.server import BROKEN, ENDED, READY, SAID
from helpers.reports.fork.system import can_fork
from helpers.reports.queue import TICK, TO_START

__all__ = ["HalfSkyEngine"]

Event = tuple[str, Any, Any]


class HalfSkyEngine(Engine):
    """Runs a notebook's cells in a fork of a helper process that has imported the libraries."""

    _helper: Helper | None = None
    _environment: dict[str, str] | None = None

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: float = TO_START,
        execution_timeout: float | None = None,
        **options: Any,
    ) -> None:
        """Run the notebook that `nb_man` holds.

        Raises PapermillException for another language or system, DeadKernelError when the
        notebook's process dies, CellTimeoutError for a cell beyond `execution_timeout` seconds.
        """
        _refuse(nb_man.nb, kernel_name)
        helper = cls._ready(start_timeout)
        allowed = Allowed(
            bool(options.get("allow_errors")),
            tuple(options.get("allow_error_names") or ()),
            bool(options.get("force_raise_errors")),
        )
        work = Errand(nbformat.writes(nb_man.nb), str(Path.cwd()), dict(os.environ), allowed)
        helper.start(1, work)
        client = PapermillNotebookClient(
            nb_man, log=logger, log_output=log_output, stdout_file=stdout_file,
            stderr_file=stderr_file,
        )  # fmt: skip
        follower = _Follower(nb_man, client)
        limit = execution_timeout or options.get("timeout")
        try:
            _follow(helper, follower, limit)
        except EOFError:
            cls.close()
            raise DeadKernelError("the helper process died") from None
        except BaseException:  # whatever it was, nothing of it is to stay
            cls.close()
            raise

    @classmethod
    def _ready(cls, seconds: float) -> Helper:
        environment = dict(os.environ)
        if cls._helper is not None and cls._environment == environment:
            return cls._helper
        cls.close()
        cls._helper, cls._environment = Helper(environment=environment), environment
        atexit.register(cls.close)
        kind, reason, detail = next(_events(cls._helper, time.monotonic() + seconds), ("", "", ""))
        if kind != READY:
            said = reason or cls._helper.said() or f"not ready after {seconds:g} seconds"
            cls.close()
            reason = f"could not load {said}" if kind == BROKEN else said
            raise PapermillException(f"the halfsky engine {reason}\n{detail}")
        return cls._helper

    @classmethod
    def close(cls) -> None:
        """End the helper, if there is one."""
        if cls._helper is not None:
            atexit.unregister(cls.close)
            helper, cls._helper = cls._helper, None
            helper.close()


def _refuse(nb: Any, kernel_name: str) -> None:
    language = nb.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise PapermillException(f"the halfsky engine runs Python, not {language} ({kernel_name})")
    if not can_fork():
        raise PapermillException(f"the halfsky engine needs Linux, not {sys.platform}")


def _events(helper: Helper, deadline: float | None) -> Iterator[Event]:
    """Events as they come, until the deadline; none more when the helper is gone."""
    try:
        while deadline is None or time.monotonic() < deadline:
            yield from helper.events(TICK)
    except EOFError:
        return


@dataclass(slots=True)
class _Follower:
    """Enters into papermill's notebook what a child says of it."""

    manager: NotebookExecutionManager
    client: PapermillNotebookClient  # no kernel of its own: it enters messages, and logs them
    at: int = 0
    since: float | None = None
    done: bool = False

    def take(self, word: str, index: Any, more: Any) -> None:
        """One thing that the child says: a cell begins, puts something out or has ended, or the
        notebook has.
        """
        if word == "done":
            self.done = True
            self.manager.nb.metadata["language_info"] = index
            return
        cell = self.manager.nb.cells[index]
        if word == "begun":
            self.at, self.since = index, time.monotonic()
            self.client.clear_before_next_output = False
            self.manager.cell_start(cell, index)
        elif word == "said":
            self.client.process_message(more, cell, index)
        else:
            self.since = None
            count, passed = more
            if cell.cell_type == "code":
                cell.execution_count = count
            if not passed:
                self.manager.cell_exception(cell, cell_index=index)
            self.manager.cell_complete(cell, cell_index=index)

    def late(self, limit: float | None) -> bool:
        """Whether the cell that runs has run for longer than `limit` seconds."""
        return bool(limit and self.since and time.monotonic() - self.since > limit)


def _follow(helper: Helper, follower: _Follower, limit: float | None) -> None:
    """Hear the child until it has ended."""
    while True:
        for kind, _, what in helper.events(TICK):
            if kind == SAID:
                follower.take(*pickle.loads(what))
            elif kind == ENDED and follower.done:
                return
            elif kind == ENDED:
                raise DeadKernelError(f"Kernel died ({what[0]})\n{what[1]}")
        if follower.late(limit):
            cell = follower.manager.nb.cells[follower.at]
            raise CellTimeoutError.error_from_timeout_and_cell("Cell timed out", limit, cell)
