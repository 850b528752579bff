"""Running a notebook's cells in this process, with outputs as papermill would have stored them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from helpers.reports.fork.shell import Reply, Shell

__all__ = ["Allowed", "Watcher", "run_notebook"]

SKIPPED, EXPECTED = "skip-execution", "raises-exception"


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told: `begun(index)` before a cell, `said(index, message)` of each message of the
    kernel's kind that comes of it, `ended(index, passed)` after it.
    """

    begun: Callable[[int], None] = field(default=_nothing)
    said: Callable[[int, Any], None] = field(default=_nothing)
    ended: Callable[[int, bool], None] = field(default=_nothing)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which errors do not stop a notebook, beside those of cells tagged `raises-exception`."""

    everything: bool = False
    names: tuple[str, ...] = ()
    nothing: bool = False


def run_notebook(nb: Any, watcher: Watcher, allowed: Allowed | None = None) -> int | None:
    """Run the cells of `nb`, whose outputs change in place; the index of the one that failed.

    Raises DeadKernelError where a cell left the shell and others were still to come.
    """
    return asyncio.run(_run(nb, watcher, allowed or Allowed()))


async def _run(nb: Any, watcher: Watcher, allowed: Allowed) -> int | None:
    desk = _Desk(nb, watcher.said)
    shell = Shell(desk.receive)
    try:
        for index, cell in enumerate(nb.cells):
            watcher.begun(index)
            reply = await _run_cell(shell, desk, cell, index)
            passed = reply is None or _passes(cell, reply, allowed)
            watcher.ended(index, passed)
            if not passed:
                return index
        return None
    finally:
        nb.metadata["language_info"] = shell.language_info


async def _run_cell(shell: Shell, desk: "_Desk", cell: Any, index: int) -> Reply | None:
    if cell.cell_type != "code" or not cell.source.strip():
        return None
    if SKIPPED in cell.metadata.get("tags", []):
        return None
    if shell.left:
        from nbclient.exceptions import DeadKernelError

        raise DeadKernelError("Kernel died")
    with desk.open(cell, index):
        count, reply = await shell.run(cell.source)
    cell["execution_count"] = count
    await asyncio.sleep(0)  # a kernel too lets tasks go on between two cells
    return reply


def _passes(cell: Any, reply: Reply, allowed: Allowed) -> bool:
    if reply.status != "error":
        return True
    tagged = EXPECTED in cell.metadata.get("tags", [])
    return not allowed.nothing and (allowed.everything or reply.ename in allowed.names or tagged)


class _Desk:
    """Enters messages into the cells, by nbclient's own rules for displays that come again."""

    def __init__(self, nb: Any, said: Callable[[int, Any], None]) -> None:
        from nbclient import NotebookClient

        self._client, self._said = NotebookClient(nb), said
        self._at: tuple[Any, int] | None = None

    @contextmanager
    def open(self, cell: Any, index: int) -> Iterator[None]:
        """Let outputs go to `cell`."""
        cell.outputs = []
        self._client.clear_before_next_output = False
        self._at = (cell, index)
        try:
            yield
        finally:
            self._at = None

    def receive(self, message: Any) -> None:
        """Enter one output; what comes between two cells belongs to none."""
        if self._at is not None:
            self._said(self._at[1], message)
            self._client.process_message(message, *self._at)
