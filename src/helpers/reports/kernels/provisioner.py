"""The kernel provisioner `halfsky-warm`: asks a server for a fork, or starts the kernel as ever.

The server is the one that `address` names (a batch of reports), that of an ancestor (JupyterLab
opened by the project, named in the environment), or one that this process starts with its first
kernel and that ends with it (papermill, nbconvert, nbval, any other Jupyter server). Manager and
client, which a batch uses, follow below.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Unicode, default

from helpers.reports import kernels
from helpers.reports.kernels import COLD, KERNEL, LIMIT, LOG, NO_SERVER, PID, Server, can_fork

__all__ = ["BatchManager", "EagerClient", "WarmProvisioner"]

TO_IMPORT = 60.0  # seconds in which a server must have answered
ASK_AGAIN = 1.0  # seconds


class Forked:
    """What LocalProvisioner takes for a Popen: a process that is a child of the server."""

    stdin = stdout = stderr = None

    def __init__(self, server: socket.socket, pid: int) -> None:
        self._server, self.pid = server, pid
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, after at most `timeout` seconds."""
        with self._lock:
            if self.returncode is None:
                self._server.settimeout(timeout)
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

    def poll(self) -> int | None:
        """The exit code, once there is one."""
        return self.wait(0)

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
    """Kernels forked from a warm server where that is possible.

    The traits are for batches of reports; whoever sets none gets kernels like any other.
    """

    address = Unicode(help="socket of the server to ask; -: ask none").tag(config=True)
    environment = Dict(help="the kernel's environment, in place of this process's").tag(config=True)
    place = Unicode(help="folder for the kernel's log and notes on it").tag(config=True)

    _own: ClassVar[Server | None] = None
    _starting: ClassVar[threading.Lock] = threading.Lock()
    _said: ClassVar[set[str]] = set()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start a kernel with `cmd`, or fork the one that `cmd` would start."""
        if not self.place:
            return await self._launch(cmd, **kwargs)
        with Path(self.place, LOG).open("ab") as log:
            given = {"env": dict(self.environment), "stdout": log, "stderr": log}
            found = await self._launch(cmd, **kwargs | given)
        Path(self.place, PID).write_text(str(self.pid))
        return found

    async def _launch(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        if self.address == NO_SERVER:
            return await super().launch_kernel(cmd, **kwargs)
        try:
            self.process = await self._fork(cmd, **kwargs)
        except (OSError, ValueError, TimeoutError) as error:
            self._say(f"{error}")
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def _fork(self, cmd: list[str], env: dict[str, str], **given: Any) -> Forked:
        """Ask the server; OSError or ValueError where nothing comes of it."""
        if not can_fork():
            raise OSError("this system does not fork")
        server = _connected(self.address, env)
        try:
            streams = [_descriptor(given.get("stdout"), 1), _descriptor(given.get("stderr"), 2)]
            asked = {"command": cmd, "environment": env, "lean": bool(self.place)}
            asked["folder"] = str(given.get("cwd") or Path.cwd())
            socket.send_fds(server, [json.dumps(asked).encode()], streams)
            server.setblocking(False)
            hear = asyncio.get_running_loop().sock_recv(server, LIMIT)
            answer = json.loads(await asyncio.wait_for(hear, TO_IMPORT))
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


def _descriptor(stream: Any, default: int) -> int:
    """The number of an open stream; ValueError for what only a Popen could make of it."""
    number = default if stream is None else getattr(stream, "fileno", lambda: stream)()
    if number < 0:
        raise ValueError("streams that are pipes")
    os.fstat(number)
    return number


def _connected(address: str, environment: dict[str, str]) -> socket.socket:
    """A connection to the server: the named one, an ancestor's, or this process's own."""
    for known in filter(None, (address, os.environ.get(kernels.ADDRESS))):
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
    found.connect(address)
    return found


class EagerClient(AsyncKernelClient):
    """A client that takes a kernel for ready as soon as both its channels have spoken; the stock
    one waits for 200 ms of silence.
    """

    def start_channels(self, *given: Any, **more: Any) -> None:
        """Open the channels; nobody listens to a heartbeat here, and it costs a thread."""
        super().start_channels(*given, **more | {"hb": False})

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and its output arrives.

        Raises RuntimeError for a kernel that died, or was silent for `timeout` seconds.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            asked = self.kernel_info()
            try:
                reply = await _answer(self.shell_channel, asked)
                await _answer(self.iopub_channel, asked, "idle")
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            else:
                self._handle_kernel_info_reply(reply)
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    wait_for_ready = _async_wait_for_ready


async def _answer(channel: Any, asked: str, state: str | None = None) -> dict[str, Any]:
    """What a channel says to our question, in the end (`idle`) or at all; Empty after a while."""
    while True:
        found = await channel.get_msg(timeout=ASK_AGAIN)
        ours = found["parent_header"].get("msg_id") == asked
        if ours and found["content"].get("execution_state") == state:
            return found


class BatchManager(AsyncKernelManager):
    """Manager of a kernel by the kernelspec of this package, whatever a home folder holds by its
    name.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernelspec beside this module."""
        return KernelSpec.from_resource_dir(str(Path(__file__).with_name(KERNEL)))

    @default("client_factory")
    def _eager(self) -> type[EagerClient]:
        return EagerClient
