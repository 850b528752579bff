"""A helper process called in early: it imports while the parent still finds out what to do."""

from collections.abc import Callable

from helpers.press.fork.helper import Helper

__all__ = ["call_in", "dismiss", "taken"]

_waiting: list[tuple[Callable[..., str], Helper]] = []


def call_in(render: Callable[..., str]) -> None:
    """Start a helper that will print with `render`; whoever calls this must `dismiss` later."""
    if not _waiting:
        _waiting.append((render, Helper(render)))


def taken(render: Callable[..., str]) -> Helper:
    """The helper that waits for such work, or a new one."""
    if _waiting and _waiting[0][0] is render:
        return _waiting.pop()[1]
    return Helper(render)


def dismiss() -> None:
    """End a helper that nobody took."""
    while _waiting:
        _waiting.pop()[1].end_now()
