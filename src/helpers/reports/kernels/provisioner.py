"""The kernel provisioner `halfsky-warm`: asks a server for a fork, or starts the kernel as ever.

The server is the one that `address` names (a batch of reports), that of an ancestor (JupyterLab
opened by the project, named in the environment), or one that this process starts with its first
kernel and that ends with it (papermill, nbconvert, nbval, any other Jupyter server).
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import psutil
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Dict, Float, Int, Unicode

from helpers.reports.kernels.batch import (
    ADDRESS,
    COLD,
    ENDED,
    LOG,
    MEMORY_ENDED,
    NO_SERVER,
    PID,
    TIME_ENDED,
    Server,
    can_fork,
    end_tree,
)
from helpers.reports.kernels.server import LIMIT

__all__ = ["WarmProvisioner"]

TO_IMPORT = 60.0  # seconds in which a server must have answered
LOOK = 0.1  # seconds between two looks at a kernel's memory
LOOKS_BELOW = 10  # every how many of them the processes below it are counted too


class Forked:
    """What LocalProvisioner takes for a Popen: a process that is a child of the server."""

    stdin = stdout = stderr = None

    def __init__(self, server: socket.socket, pid: int) -> None:
        self._server, self.pid = server, pid
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """The exit code, once there is one."""
        return self._heard(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, after at most `timeout` seconds."""
        return self._heard(timeout)

    def _heard(self, seconds: float | None) -> int | None:
        with self._lock:
            if self.returncode is not None:
                return self.returncode
            self._server.settimeout(seconds)
            try:
                self.returncode = json.loads(self._server.recv(LIMIT))["code"]
            except (BlockingIOError, TimeoutError):
                return None
            except (OSError, ValueError):  # the server is gone, and its kernels with it
                with suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.returncode = -signal.SIGKILL
            self._server.close()
            return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Kernels forked from a warm server where that is possible, and limited where that is asked.

    The traits are for batches of reports; whoever sets none gets kernels like any other.
    """

    address = Unicode(help="socket of the server to ask; -: ask none").tag(config=True)
    environment = Dict(help="the kernel's environment, in place of this process's").tag(config=True)
    place = Unicode(help="folder for the kernel's log and notes on it").tag(config=True)
    lean = Bool(help="leave out what only people need").tag(config=True)
    memory = Int(help="bytes that it and all below it may hold; 0: no limit").tag(config=True)
    seconds = Float(help="seconds that it may live; 0: no limit").tag(config=True)

    _own: ClassVar[Server | None] = None
    _starting: ClassVar[threading.Lock] = threading.Lock()
    _said: ClassVar[set[str]] = set()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start a kernel with `cmd`, or fork the one that `cmd` would start."""
        if self.environment:
            kwargs["env"] = dict(self.environment)
        if self.place:
            with Path(self.place, LOG).open("ab") as log:
                await self._launch(cmd, **kwargs | {"stdout": log, "stderr": log})
            Path(self.place, PID).write_text(str(self.pid))
        else:
            await self._launch(cmd, **kwargs)
        if self.memory or self.seconds:
            threading.Thread(target=self._watch, args=(self.process.pid,), daemon=True).start()
        return self.connection_info

    async def _launch(self, cmd: list[str], **kwargs: Any) -> None:
        try:
            if self.address == NO_SERVER:
                await super().launch_kernel(cmd, **kwargs)
                return
            self.process = await self._fork(cmd, **kwargs)
        except (OSError, ValueError, TimeoutError) as error:
            self._say(f"{error}")
            await super().launch_kernel(cmd, **kwargs)
            return
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()

    async def _fork(
        self,
        cmd: list[str],
        env: dict[str, str],
        cwd: str | None = None,
        stdout: Any = None,
        stderr: Any = None,
        **_: Any,
    ) -> Forked:
        """Ask the server; OSError or ValueError where nothing comes of it."""
        if not can_fork():
            raise OSError(f"{sys.platform} does not fork")
        loop, server = asyncio.get_running_loop(), _connected(self.address, env)
        try:
            streams = [_descriptor(stdout, 1), _descriptor(stderr, 2)]
            asked = {"command": cmd, "environment": env, "folder": str(cwd or Path.cwd())}
            asked["lean"] = self.lean
            socket.send_fds(server, [json.dumps(asked).encode()], streams)
            server.setblocking(False)
            heard = await asyncio.wait_for(loop.sock_recv(server, LIMIT), TO_IMPORT)
            answer = json.loads(heard)
            if "pid" not in answer:
                raise OSError(f"the kernel ended with {answer['code']} before it listened")
        except BaseException:
            server.close()
            raise
        if answer["cold"]:
            self._say(answer["cold"])
        return Forked(server, answer["pid"])

    def _say(self, reason: str) -> None:
        """Say why there is no warm kernel: once, here or by the batch."""
        if self.place:
            Path(self.place).with_name(COLD).write_text(reason, encoding="utf-8")
        elif reason not in self._said:
            self._said.add(reason)
            said = "没有预热内核, 改用普通内核 / no warm kernel, an ordinary one instead"
            warnings.warn(f"{said}: {reason}", RuntimeWarning, stacklevel=2)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and return when it has ended: the manager looks only each 100 ms."""
        await super().kill(restart)
        if isinstance(self.process, Forked):
            await asyncio.to_thread(self.process.wait, 5)

    def _watch(self, pid: int) -> None:
        """End the kernel beyond its limits, and note which; a thread of its own."""
        end = time.monotonic() + (self.seconds or float("inf"))
        with suppress(psutil.Error):
            top, looks = psutil.Process(pid), 0
            while top.is_running() and top.status() != psutil.STATUS_ZOMBIE:
                looks += 1
                held = _held(top, below=looks % LOOKS_BELOW == 0) if self.memory else 0
                if held > self.memory or time.monotonic() > end:
                    reason = MEMORY_ENDED if held > self.memory else TIME_ENDED
                    if self.place:
                        Path(self.place, ENDED).write_text(reason)
                    end_tree(pid)
                    return
                time.sleep(LOOK)


def _held(top: psutil.Process, *, below: bool) -> int:
    """Resident bytes of a process, and with `below` of all below it."""
    held = top.memory_info().rss
    for process in top.children(recursive=True) if below else ():
        with suppress(psutil.Error):
            held += process.memory_info().rss
    return held


def _descriptor(stream: Any, default: int) -> int:
    """The number of an open stream; ValueError for what only a Popen could make of it."""
    number = default if stream is None else getattr(stream, "fileno", lambda: stream)()
    if number < 0:
        raise ValueError("streams that are pipes")
    os.fstat(number)
    return number


def _connected(address: str, environment: dict[str, str]) -> socket.socket:
    """A connection to the server: the named one, an ancestor's, or this process's own."""
    for known in filter(None, (address, os.environ.get(ADDRESS))):
        with suppress(OSError):
            return _connection(known)
    if address:  # a batch starts its own, and no second one
        raise ConnectionError("the server of warm kernels is gone")
    with WarmProvisioner._starting:
        own = WarmProvisioner._own
        if own is None or own.process.poll() is not None:
            WarmProvisioner._own = own = Server(environment)
            atexit.register(own.close)
    return _connection(own.address)


def _connection(address: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        found.connect(address)
    except OSError:
        found.close()
        raise
    return found
