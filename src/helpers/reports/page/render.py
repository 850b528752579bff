"""From a notebook that ran to a written page, or to the reason why there is none."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from helpers.reports.cache.told import made_from, provenance
from helpers.reports.page.refusal import PageRefused
from helpers.reports.page.validate import judge, plain
from helpers.reports.publish import deposit
from helpers.reports.task import Failure, Outcome, Task

__all__ = ["Render", "cell_failure", "died", "printed", "stopped", "unwritten", "without_colours"]

Render = Callable[..., str]
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def printed(task: Task, nb: Any, render: Render, start: float) -> Outcome:
    """The outcome of a notebook that ran: judged, rendered, written beside its target.

    `start` is when the work began (`time.perf_counter()`). What `render` raises is raised.
    """
    failure, warnings = judge(nb)
    if failure is None:
        record = made_from(nb, task)
        about = {"provenance": provenance(task, record), "folder": task.notebook.parent}
        try:
            page = render(plain(nb), **{**task.page, **about})
            failure = _unfinished(page)
        except PageRefused as refused:
            failure = Failure(refused.reason, refused.reason_zh, refused.detail)
    if failure is not None:
        return Outcome(task, time.perf_counter() - start, failure=failure)
    try:
        part, digest = deposit(task.target, page.encode("utf-8"))
    except OSError as error:
        return Outcome(task, time.perf_counter() - start, failure=unwritten(error))
    done = Outcome(task, time.perf_counter() - start, part, digest, warnings=warnings)
    return replace(done, reads=record)


def _unfinished(page: str) -> Failure | None:
    if page.lstrip()[:9].lower() == "<!doctype" and page.rstrip().endswith("</html>"):
        return None
    return Failure("the page came out incomplete", "页面不完整")


def cell_failure(count: object, name: str, source: str, trace: Sequence[str]) -> Failure:
    """The failure of a cell that raised `name`."""
    detail = without_colours("\n".join((source, "", *trace)))
    return Failure(f"cell [{count}] stopped with {name}", f"单元格 [{count}] 出错:{name}", detail)


def died(detail: str, begun: bool) -> Failure:
    """The failure of a report whose process ended by itself, before or after a cell began."""
    return Failure("the kernel died", "内核意外终止", detail, transient=not begun)


def stopped(error: Exception, detail: str, begun: bool) -> Failure:
    """The failure of a report that stopped with `error`, before or after a cell began."""
    name = type(error).__name__
    if not begun:
        return Failure(f"the kernel did not start ({name})", f"内核未能启动({name})", detail, True)
    return Failure(f"stopped with {name}", f"出错:{name}", detail)


def unwritten(error: OSError) -> Failure:
    """The failure of a report whose page found no place, here or at a URL."""
    what = error.strerror or type(error).__name__
    return Failure(f"the page could not be written ({what})", f"页面无法写入({what})")


def without_colours(text: str) -> str:
    """`text` without the signs by which a terminal colours it."""
    return ANSI.sub("", text)
