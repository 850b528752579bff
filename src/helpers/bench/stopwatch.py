"""Time by part: functions keep the clock of what they do themselves, without what they call."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any

__all__ = ["Stopwatch"]


@dataclass(slots=True)
class Stopwatch:
    """Seconds by part. While a part runs, the part that called it stands still.

    `counts` says how often each part ran.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    clock: Callable[[], float] = time.perf_counter
    running: list[str] = field(default_factory=list)
    since: float = 0.0

    @contextmanager
    def part(self, name: str):
        """Let the time until the end of the block count for `name`."""
        self._pass()
        self.running.append(name)
        self.counts[name] = self.counts.get(name, 0) + 1
        try:
            yield
        finally:
            self._pass()
            self.running.pop()

    def _pass(self) -> None:
        now = self.clock()
        if self.running:
            name = self.running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self.since
        self.since = now

    def attach(self, place: str, name: str | Callable[..., str]) -> None:
        """Keep the clock of the function at `place` (module:attribute, or module:Class.method).

        `name` may be made from the arguments. AttributeError where there is no such function.
        """
        module, _, path = place.partition(":")
        *owners, last = path.split(".")
        owner: Any = import_module(module)
        for one in owners:
            owner = getattr(owner, one)
        setattr(owner, last, self._kept(getattr(owner, last), name))

    def _kept(self, function: Callable[..., Any], name: str | Callable[..., str]) -> Any:
        def called(*args: Any, **kwargs: Any) -> str:
            return name(*args, **kwargs) if callable(name) else name

        if iscoroutinefunction(function):

            @wraps(function)
            async def later(*args: Any, **kwargs: Any) -> Any:
                with self.part(called(*args, **kwargs)):
                    return await function(*args, **kwargs)

            return later

        @wraps(function)
        def now(*args: Any, **kwargs: Any) -> Any:
            with self.part(called(*args, **kwargs)):
                return function(*args, **kwargs)

        return now
