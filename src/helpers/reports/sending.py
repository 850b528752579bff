"""Pages on their way to a place that is reached by a URL: made here, written beside it there."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from helpers.reports.page.render import unwritten
from helpers.reports.publish import deposit
from helpers.reports.storage import place
from helpers.reports.task import Context, Engine, Outcome, Task

__all__ = ["deposit_at", "sent_away"]


def deposit_at(url: str, content: bytes) -> tuple[str, str]:
    """Write `content` beside the file that `url` names; the name of the part, its SHA-256.

    Raises OSError where that cannot be.
    """
    part, digest = deposit(place(url), content)
    return part.name, digest


def sent_away(engine: Engine) -> Engine:
    """`engine` for pages that belong to a place away: made here, then written beside it."""

    def run(tasks: Sequence[Task], context: Context) -> Iterator[Outcome]:
        away = {task.job: task for task in tasks}
        with tempfile.TemporaryDirectory(prefix="halfsky-") as folder:
            near = [replace(task, target=Path(folder, task.job.path)) for task in tasks]
            for outcome in engine(near, context):
                yield _sent(outcome, away[outcome.task.job])

    return run


def _sent(outcome: Outcome, task: Task) -> Outcome:
    if outcome.part is None:
        return replace(outcome, task=task)
    content = outcome.part.read_bytes()
    outcome.part.unlink()
    try:
        part, digest = deposit(task.target, content)
    except OSError as error:
        return Outcome(task, outcome.seconds, failure=unwritten(error))
    return replace(outcome, task=task, part=part, sha256=digest)
