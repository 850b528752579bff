"""A helper process called in early: it imports while the parent still finds out what to do."""

from collections.abc import Callable

from helpers.reports.cache.glance import Look, look, modules
from helpers.reports.fork.helper import Helper

__all__ = ["call_in", "dismiss", "taken"]

Render = Callable[..., str]
_waiting: list[tuple[Render, dict[str, Look], Helper]] = []


def call_in(render: Render) -> None:
    """Start a helper that will print with `render`; whoever calls this must `dismiss` later."""
    if not _waiting:
        code = _code()
        _waiting.append((render, code, Helper(render)))


def taken(render: Render) -> Helper:
    """The helper that waits for such work, or a new one: also where the code that the first one
    imports may have been changed after it was started, and before the run took note of it.
    """
    if _waiting and _waiting[0][0] is render and _waiting[0][1] == _code():
        return _waiting.pop()[2]
    dismiss()
    return Helper(render)


def _code() -> dict[str, Look]:
    return {path: look(path) for path in modules()}


def dismiss() -> None:
    """End a helper that nobody took."""
    while _waiting:
        _waiting.pop()[2].end_now()
