"""Work in fresh processes: whatever they need of memory and threads goes when they end."""

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["Failed", "spread", "work"]

START = "import sys; sys.path[:] = {path!r}; from helpers.data.store_worker import work; work()"


class Failed(Exception):  # noqa: N818 - it says what became of the work
    """A process came to no result."""


def spread(
    function: Callable[..., Any], shared: Any, tasks: Sequence[Any], folder: Path, slots: int
) -> list[Any]:
    """`function(shared, task)` of every task, on so many processes; in the order of the tasks.

    Results pass through files in `folder`. Raises Failed, and ends the others, if one fails.
    """
    slots = min(slots, len(tasks))
    running = []
    try:
        for slot in range(slots):
            asked, told = folder / f"{slot}.asked", folder / f"{slot}.told"
            asked.write_bytes(pickle.dumps((function, shared, tasks[slot::slots])))
            code = START.format(path=[*map(str, sys.path)])
            command = [sys.executable, "-c", code, str(asked), str(told)]
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
            with (folder / f"{slot}.errors").open("wb") as errors:
                running.append((subprocess.Popen(command, stderr=errors, **quiet), told))
        found: list[Any] = [None] * len(tasks)
        for slot, (process, told) in enumerate(running):
            if process.wait():
                said = (folder / f"{slot}.errors").read_text("utf-8", "replace")
                raise Failed(f"{function.__name__}: {process.returncode}: {said[-400:]}")
            found[slot::slots] = pickle.loads(told.read_bytes())
            told.unlink()
        return found
    except (OSError, EOFError, pickle.PickleError) as error:
        raise Failed(str(error)) from error
    finally:
        for process, _ in running:
            if process.poll() is None:
                with suppress(OSError):
                    process.kill()
                process.wait()


def work() -> None:
    """The process's own part: read the tasks, write their results."""
    asked, told = map(Path, sys.argv[1:])
    gc.disable()  # there are no circles to break in rows of text
    function, shared, tasks = pickle.loads(asked.read_bytes())
    told.write_bytes(pickle.dumps([function(shared, task) for task in tasks]))
