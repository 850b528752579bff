"""Warm kernels for people and for the tools of Jupyter, by the name of their kernelspec."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from jupyter_client import KernelManager
from tests.reports.kernels.conftest import notebook, outputs
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import websocket_connect

from helpers.reports import kernels
from helpers.reports.kernels import provisioner

pytestmark = pytest.mark.slow
LOOK = "import sys; 'pandas' in sys.modules"
SHARE = str(Path(kernels.__file__).parents[1])  # it holds kernels/halfsky-warm/kernel.json


@pytest.fixture(autouse=True)
def findable(monkeypatch):
    """Let Jupyter find the kernelspec where this environment was not set up by run.py."""
    monkeypatch.setenv("JUPYTER_PATH", SHARE)


@pytest.fixture(scope="module")
def manager():
    """A kernel for people, its client ready; the server is this process's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", SHARE)
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        manager = KernelManager(kernel_name="halfsky-warm")
        manager.start_kernel()
    yield manager
    manager.shutdown_kernel(now=True)
    provisioner.WarmProvisioner._own.close()


@pytest.fixture
def client(manager):
    """A client of that kernel."""
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(60)
    yield client
    client.stop_channels()


def ask(client, code, **options):
    """What a cell puts out: text, results, names of errors."""
    said = []

    def hear(message):
        content = message["content"]
        found = content.get("text") or content.get("ename")
        said.append(found or content.get("data", {}).get("text/plain"))

    client.execute_interactive(code, timeout=60, output_hook=hear, **options)
    return [word for word in said if word]


def test_it_is_a_fork_with_all_that_people_use(client):
    assert ask(client, LOOK) == ["True"]
    assert ask(client, "get_ipython().kernel.debugger is not None") == ["True"]
    assert client.is_alive()
    time.sleep(1.5)
    assert client.hb_channel.is_beating()


def test_a_question_is_answered_from_the_keyboard(client):
    said = ask(
        client,
        "print(input('? '))",
        allow_stdin=True,
        stdin_hook=lambda _: client.input("typed"),
    )
    assert said == ["typed\n"]


@pytest.mark.parametrize(
    "code", ["time.sleep(60)", "subprocess.run(['sleep', '60'])", "while True: pass"]
)
def test_an_interrupt_reaches_the_cell_and_the_programs_below_it(manager, client, code):
    ask(client, "import time, subprocess")
    asked = client.execute(code)
    time.sleep(1)
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=30))["parent_header"]["msg_id"] != asked:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    time.sleep(0.5)  # what is asked at once is aborted along with it
    assert ask(client, "'next'") == ["'next'"]


def test_widgets_and_comms_go_both_ways(client):
    made = "import ipywidgets\nslider = ipywidgets.IntSlider(3)\nprint(slider.comm.comm_id)"
    ident = ask(client, made)[0].strip()
    data = {"method": "update", "state": {"value": 42}, "buffer_paths": []}
    client.shell_channel.send(
        client.session.msg("comm_msg", {"comm_id": ident, "data": data}),
    )
    assert ask(client, "slider.value") == ["42"]


def test_the_debugger_attaches(client):
    def control(command, **arguments):
        asked = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
        client.control_channel.send(client.session.msg("debug_request", asked))
        return client.control_channel.get_msg(timeout=60)["content"]

    begun = control("initialize", clientID="x", adapterID="", pathFormat="path")
    assert begun["success"]
    assert control("attach")["success"]


def test_a_restart_makes_a_new_kernel_and_ends_the_old_one(manager, client):
    (before,) = ask(client, "import os; kept = 1; os.getpid()")
    manager.restart_kernel()
    client.wait_for_ready(60)
    (after,) = ask(client, "import os; os.getpid()")
    assert after != before
    assert ask(client, "kept") == ["NameError"]
    assert not Path(f"/proc/{before}").exists()


def test_what_is_to_run_at_the_end_runs_when_a_kernel_is_shut_down(tmp_path):
    manager = KernelManager(kernel_name="halfsky-warm")
    manager.start_kernel(cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(60)
    ask(client, "import atexit, pathlib; atexit.register(pathlib.Path('ran').write_text, 'x')")
    client.stop_channels()
    manager.shutdown_kernel()
    assert (tmp_path / "ran").exists()


def call(folder, *command, **changes):
    """Run a tool of Jupyter in a folder; its output. PYTEST_CURRENT_TEST is none of its."""
    environment = {**os.environ, **changes}
    environment.pop("PYTEST_CURRENT_TEST")
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("papermill", "in.ipynb", "out.ipynb", "-k", "halfsky-warm", "--no-progress-bar"),
        ("nbconvert", "--execute", "--ExecutePreprocessor.kernel_name=halfsky-warm",
         "--to=notebook", "--output=out.ipynb", "in.ipynb"),
    ],
    ids=["papermill", "nbconvert"],
)  # fmt: skip
def test_the_tools_on_the_command_line_find_it_by_name(tmp_path, command):
    nbformat.write(notebook(LOOK, "print(__import__('os').getppid())"), tmp_path / "in.ipynb")
    call(tmp_path, *command)
    looked, parent = outputs(nbformat.read(tmp_path / "out.ipynb", 4))
    assert looked == ["True"]
    assert not Path(f"/proc/{parent[0].strip()}").exists()  # the server ended with its starter


def test_why_an_ordinary_kernel_starts_is_said_once(tmp_path):
    nbformat.write(notebook("1"), tmp_path / "in.ipynb")
    run = "import papermill as p; p.execute_notebook('in.ipynb', None, kernel_name='halfsky-warm')"
    changed = "import os; os.environ['MPLBACKEND'] = 'agg'"
    (tmp_path / "twice.py").write_text("\n".join([run, changed, run, run]))
    said = call(tmp_path, "twice")
    assert said.count("MPLBACKEND changed") == 1


def test_nbval_compares_notebooks_in_warm_kernels(tmp_path):
    book = notebook(LOOK)
    book.cells[0].execution_count = 1
    book.cells[0].outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "True"}, execution_count=1)
    ]
    nbformat.write(book, tmp_path / "in.ipynb")
    options = ("-q", "--nbval", "--nbval-kernel-name=halfsky-warm", "-p", "no:cacheprovider")
    assert "1 passed" in call(tmp_path, "pytest", *options, "in.ipynb")


def test_the_servers_of_one_process_serve_all_below_it(tmp_path):
    with kernels.Batch() as started:
        book = notebook("import os; os.getppid()")
        nbformat.write(book, tmp_path / "in.ipynb")
        command = ("papermill", "in.ipynb", "out.ipynb", "-k", "halfsky-warm")
        call(tmp_path, *command, **{kernels.ADDRESS: started.address})
        said = outputs(nbformat.read(tmp_path / "out.ipynb", 4))
        assert said == [[f"{started._server.process.pid}"]]


def test_a_jupyter_server_starts_warm_kernels_and_takes_them_along(tmp_path):
    command = [sys.executable, "-m", "jupyter_server", "--port=0", "--no-browser", "--allow-root"]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    options = ["--IdentityProvider.token=t", f"--ServerApp.root_dir={tmp_path}"]
    with subprocess.Popen([*command, *options], env=environment) as lab:
        try:
            found = _address(tmp_path)
            pid = asyncio.run(_pid_over_http(found["url"]))
        finally:
            lab.send_signal(signal.SIGTERM)
    end = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < end
        time.sleep(0.1)


def _address(folder):
    end = time.monotonic() + 60
    while not (found := list(folder.glob("jpserver-*.json"))):
        assert time.monotonic() < end
        time.sleep(0.1)
    return json.loads(found[0].read_text())


async def _pid_over_http(url):
    """The process id of a kernel that a Jupyter server started: asked as a browser does."""
    api, token = f"{url}api/kernels", {"Authorization": "token t"}
    asked = json.dumps({"name": "halfsky-warm"})
    reply = await AsyncHTTPClient().fetch(
        api, method="POST", headers=token, body=asked, request_timeout=120
    )
    ident = json.loads(reply.body)["id"]
    socket = await websocket_connect(
        re.sub("^http", "ws", f"{api}/{ident}/channels?token=t"), connect_timeout=60
    )
    header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "s"}
    code = {"code": "import os, sys; print(os.getpid(), 'pandas' in sys.modules)"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell"}
    await socket.write_message(json.dumps(message | {"content": code, "buffers": []}))
    while True:
        heard = json.loads(await asyncio.wait_for(socket.read_message(), 60))
        if heard["msg_type"] == "stream":
            pid, warm = heard["content"]["text"].split()
            assert warm == "True"
            return int(pid)
