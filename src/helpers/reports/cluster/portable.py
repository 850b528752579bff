"""One report through papermill in a process of its own: a task on stdin, its outcome on stdout."""

import pickle
import sys

__all__ = ["main"]


def main() -> None:
    """Make the report that stdin holds."""
    from helpers.reports.engine import run_papermill
    from helpers.reports.task import Context

    task, render, timeout = pickle.load(sys.stdin.buffer)
    for outcome in run_papermill([task], Context(render=render, timeout=timeout)):
        sys.stdout.buffer.write(pickle.dumps(outcome))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
