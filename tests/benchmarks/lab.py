"""How long a kernel takes in a Jupyter server, and what memory one of a batch takes."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.commands import ROOT, UnmeasuredError

MIB = 1 << 20
TOKEN = "t"


@contextmanager
def jupyter_server():
    """The address of a Jupyter server that knows the warm kernel."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "JUPYTER_RUNTIME_DIR": folder,
            "JUPYTER_PATH": str(ROOT / "src" / "helpers" / "reports"),
        }
        command = [sys.executable, "-m", "jupyter_server", "--port=0", "--no-browser"]
        options = ["--allow-root", f"--IdentityProvider.token={TOKEN}", "--log-level=ERROR"]
        noise = subprocess.DEVNULL
        given = {"env": environment, "cwd": folder, "stdout": noise, "stderr": noise}
        with subprocess.Popen([*command, *options], **given) as server:
            try:
                yield _address(Path(folder))
            finally:
                server.terminate()


def _address(folder: Path) -> str:
    for _ in range(600):
        for path in folder.glob("jpserver-*.json"):
            with suppress(ValueError):
                return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise UnmeasuredError("the Jupyter server did not start")


def ready(address: str, name: str) -> float:
    """Seconds from asking for a kernel, as a browser does, to its first answer."""
    return asyncio.run(_ready(address, name))


async def _ready(address: str, name: str) -> float:
    from tornado.httpclient import AsyncHTTPClient
    from tornado.websocket import websocket_connect

    client, headers = AsyncHTTPClient(), {"Authorization": f"token {TOKEN}"}
    api, body = f"{address}api/kernels", json.dumps({"name": name})
    start = time.perf_counter()
    made = await client.fetch(api, method="POST", headers=headers, body=body, request_timeout=120)
    ident = json.loads(made.body)["id"]
    channels = re.sub("^http", "ws", f"{api}/{ident}/channels?token={TOKEN}")
    socket = await websocket_connect(channels)
    header = {"msg_id": "1", "msg_type": "kernel_info_request", "username": "", "session": "s"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": {}}
    await socket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
    heard = None
    while heard != "kernel_info_reply":
        heard = json.loads(await asyncio.wait_for(socket.read_message(), 60))["msg_type"]
    seconds = time.perf_counter() - start
    socket.close()
    await client.fetch(f"{api}/{ident}", method="DELETE", headers=headers)
    return seconds


def memory(notebook: Path, *, warm: bool) -> float:
    """MiB that a kernel has for itself at most, beside what it shares, while it runs a notebook."""
    import nbformat
    import papermill

    from helpers.reports.kernels import Batch

    with Batch(warm=warm) as batch, batch.kernel(notebook.parent) as kernel:
        most, done = [0], threading.Event()

        def look() -> None:
            while not done.wait(0.02):
                with suppress(OSError, ValueError):
                    pid = (kernel.place / "pid").read_text()
                    held = Path(f"/proc/{pid}/smaps_rollup").read_text()
                    kib = sum(map(int, re.findall(r"^Private_\w+:\s+(\d+)", held, re.MULTILINE)))
                    most[0] = max(most[0], kib)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            papermill.execute_notebook(nbformat.read(notebook, 4), None, **kernel.options)
        finally:
            done.set()
            thread.join()
        if warm and batch.cold():
            raise UnmeasuredError(batch.cold())
    return most[0] * 1024 / MIB
