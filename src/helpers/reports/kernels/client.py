"""Jupyter's manager and client of one kernel, as a batch uses them.

The manager takes the kernelspec of this package, whatever a home folder holds by its name. The
client takes a kernel for ready as soon as both its channels have spoken, where the stock client
waits for 200 ms of silence.
"""

import time
from pathlib import Path
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from helpers.reports.kernels.batch import KERNEL

__all__ = ["BatchManager", "EagerClient"]

ASK_AGAIN = 1.0  # seconds


class EagerClient(AsyncKernelClient):
    """An asynchronous client as nbclient, and so papermill, uses it."""

    def start_channels(self, shell=True, iopub=True, stdin=True, hb=False, control=True) -> None:
        """Open the channels; nobody listens to a heartbeat here, and it costs a thread."""
        super().start_channels(shell=shell, iopub=iopub, stdin=stdin, hb=hb, control=control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and its output arrives.

        Raises RuntimeError for a kernel that died, or was silent for `timeout` seconds.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            asked = self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=ASK_AGAIN)
                while not _answers(reply, asked):
                    reply = await self.shell_channel.get_msg(timeout=ASK_AGAIN)
                while not _shows(await self.iopub_channel.get_msg(timeout=ASK_AGAIN), asked):
                    pass
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            else:
                self._handle_kernel_info_reply(reply)
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    wait_for_ready = _async_wait_for_ready


def _answers(message: dict, asked: str) -> bool:
    return message["parent_header"].get("msg_id") == asked


def _shows(message: dict, asked: str) -> bool:
    """Whether this is the end of what our question puts out: nothing of it will come later."""
    return _answers(message, asked) and message["content"].get("execution_state") == "idle"


class BatchManager(AsyncKernelManager):
    """Manager of a kernel of this package."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernelspec beside this module."""
        return KernelSpec.from_resource_dir(str(Path(__file__).with_name(KERNEL)))

    @default("client_factory")
    def _eager(self) -> type[EagerClient]:
        return EagerClient
