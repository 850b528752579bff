"""An IPython kernel's shell without a kernel: cells in, the kernel's own messages out.

It is ipykernel's shell class, so that displays, results, tracebacks and magics are made by the
code that makes them in a kernel; only the socket is replaced by a function call.
"""

import asyncio
import builtins
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from types import MethodType, SimpleNamespace
from typing import Any

from helpers.reports.fork.streams import Stream, watch
from helpers.reports.surroundings import INLINE

__all__ = ["Reply", "Shell", "made"]

Message = Mapping[str, Any]


class Reply(SimpleNamespace):
    """How a cell ended: `status`, and `ename`, `evalue`, `traceback` of an error."""


class Shell:
    """The one shell of a process. A second one in the same process would be wrong, not slow:
    IPython and matplotlib keep their state for the process.

    `receive(message)` gets every output of the cell that runs.
    """

    started = False

    def __init__(self, receive: Callable[[Message], None]) -> None:
        from ipykernel.ipkernel import IPythonKernel

        if Shell.started:
            raise RuntimeError("this process has run a notebook already")
        Shell.started = True
        self._receive, self._cell = receive, 0
        self._within: ContextVar[int] = ContextVar("cell")
        os.environ.setdefault("MPLBACKEND", INLINE)
        self.shell = made()
        self.shell.init_environment()  # it may be another one than when the shell was made
        session = _mouth()(self._take)
        self._streams = self._redirect(session)
        kernel = self.shell.kernel
        kernel.session = session
        self.shell.enable_gui = MethodType(_enable_gui, self.shell)
        for part in (self.shell.displayhook, self.shell.display_pub):
            part.session, part.pub_socket = session, None
        self.shell.displayhook.topic = b"execute_result"
        builtins.input = MethodType(IPythonKernel.raw_input, kernel)
        getpass.getpass = MethodType(IPythonKernel.getpass, kernel)
        self.language_info = dict(IPythonKernel.language_info)

    def _redirect(self, session: Any) -> tuple[Stream, Stream]:
        def sender(name: str) -> Callable[[str], None]:
            return lambda text: session.send(None, "stream", {"name": name, "text": text})

        streams = (Stream("stdout", 1, sender("stdout")), Stream("stderr", 2, sender("stderr")))
        sys.stdout, sys.stderr = streams
        watch(streams)
        return streams

    def _take(self, message: Message) -> None:
        # A task that an earlier cell left in the event loop speaks for a cell that has ended.
        if self._cell and self._within.get(self._cell) == self._cell:
            self._receive(message)

    @property
    def left(self) -> bool:
        """Whether a cell called `exit()`, which ends a kernel."""
        return bool(self.shell.exit_now)

    async def run(self, source: str) -> tuple[int, Reply]:
        """Run a cell in the event loop; its execution count and how it ended."""
        self._cell += 1
        self._within.set(self._cell)
        count = self.shell.execution_count
        try:
            result = await self._result(source)
        finally:
            for stream in self._streams:
                stream.flush()
        error = result.error_before_exec or result.error_in_exec
        shown = getattr(self.shell, "_last_traceback_during_displayhook", False)
        if result.success and not shown:
            return count, Reply(status="ok")
        trace = self.shell._last_traceback or []
        name, value = type(error).__name__, str(error)
        return count, Reply(status="error", ename=name, evalue=value, traceback=trace)

    async def _result(self, source: str) -> Any:
        shell = self.shell
        fault = None
        try:
            changed = shell.transform_cell(source)
        except Exception:
            changed, fault = source, sys.exc_info()
        about = {"transformed_cell": changed, "preprocessing_exc_tuple": fault}
        if not shell.should_run_async(source, **about):
            return shell.run_cell(source, store_history=True, silent=False)
        task = asyncio.ensure_future(shell.run_cell_async(source, store_history=True, **about))
        result = None
        try:
            result = await task
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        return result


def _enable_gui(shell: Any, gui: str | None = None) -> None:
    """What `%matplotlib` asks of a kernel, which IPython would look for in a running program."""
    from ipykernel.eventloops import enable_gui

    refused = import_module("IPython.core.error").UsageError  # ipykernel brings it along

    try:
        enable_gui(gui, shell.kernel)
    except ValueError as error:
        raise refused(str(error)) from error
    shell.active_eventloop = gui


def _settings() -> Any:
    from traitlets.config import Config

    return Config({"HistoryManager": {"hist_file": ":memory:"}})


@cache
def made() -> Any:
    """IPython's shell, made once and for all: before the forks, which then need not make it."""
    from ipykernel.compiler import XCachingCompiler
    from ipykernel.zmqshell import ZMQInteractiveShell

    _mouth()
    kernel = SimpleNamespace(_allow_stdin=False, eventloop=None)
    kernel.shell = ZMQInteractiveShell.instance(
        user_ns={}, kernel=kernel, compiler_class=XCachingCompiler, config=_settings()
    )
    return kernel.shell


@cache
def _mouth() -> Any:
    from ipykernel.zmqshell import Session

    class Mouth(Session):
        """A session whose messages go no further than this process."""

        def __init__(self, take: Callable[[Message], None]) -> None:
            super().__init__()
            self._said = take

        def send(self, stream, msg_or_type, content=None, parent=None, *_args, **_more):  # noqa: ARG002
            """Hand a message over as it would have arrived."""
            message = msg_or_type
            if isinstance(message, str):
                message = self.msg(message, content=content or {})
            # packed and unpacked, as on its way: what arrives is plain JSON
            message["content"] = self.unpack(self.pack(message["content"]))
            self._said(message)
            return message

    return Mouth
