"""JupyterLab at home in the project: it trusts the notebooks, shows them as pages do, starts warm.

Everything that it needs lies in a folder of its own that goes when it closes: nothing of the
user's own settings is changed, and no call goes outside.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.problems import Refused, problem

if TYPE_CHECKING:
    from helpers.reports.kernels import Server

__all__ = ["open_lab", "trust"]

HERE = Path(__file__).resolve().parent
EXTENSION = "half-the-sky"
FONT = HERE.parent / "fonts" / "NotoSansSC-Subset.ttf"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": False,
        "fetchNews": "false",
    },
    # every cell is drawn at once: charts are there at first sight, and none is clipped
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
}
CHINESE = {"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"}}


def open_lab(lang: str, rest: Sequence[str], root: Path, opened: Path | None = None) -> int:
    """Run JupyterLab at `root` until it is closed; its exit code.

    `opened` is the notebook to show first, inside `root`; `rest` is handed over as it is. Raises
    Refused where JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        zh = ("没有安装", "运行 make setup")
        en = ("is not installed", "run make setup")
        raise Refused([problem(("jupyterlab", 0, "", ""), "not-installed", zh, en)])
    trust(
        notebook for folder in ("notebooks", "work") for notebook in (root / folder).glob("*.ipynb")
    )
    with tempfile.TemporaryDirectory(prefix="halfsky-lab-") as name, kernels() as environment:
        settings = furnish(Path(name), lang)
        paths = [str(settings / "share"), *filter(None, [environment.get("JUPYTER_PATH")])]
        environment |= {"JUPYTER_PATH": os.pathsep.join(paths)}
        shown = [opened.relative_to(root).as_posix()] if opened else []
        arguments = [*command(root, settings), *rest, *shown]
        return _run([sys.executable, *arguments], environment, root)


def _run(arguments: Sequence[str], environment: Mapping[str, str], root: Path) -> int:
    """Run JupyterLab, which itself asks at Ctrl-C whether that is meant; its exit code."""
    with subprocess.Popen(arguments, env=environment, cwd=root) as child:
        before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            while True:
                with suppress(KeyboardInterrupt):
                    return child.wait()
        finally:
            signal.signal(signal.SIGTERM, before)


def command(root: Path, settings: Path) -> list[str]:
    """The arguments that open JupyterLab at `root` with what `furnish` put into `settings`."""
    return [
        *("-m", "jupyterlab"),
        f"--ServerApp.root_dir={root}",
        f"--LabApp.app_settings_dir={settings / 'settings'}",
        f"--LabApp.extra_labextensions_path={settings / 'labextensions'}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
    ]


def furnish(folder: Path, lang: str) -> Path:
    """Put settings, our extension of JupyterLab and the kernel's description into `folder`."""
    overrides = {**SETTINGS, **(CHINESE if lang == "zh" else {})}
    extension = folder / "labextensions" / EXTENSION
    shutil.copytree(HERE / "labextension", extension)
    shutil.copy(FONT, extension / "static" / "page.ttf")
    spec = folder / "share" / "kernels" / "python3" / "kernel.json"
    for path, content in ((folder / "settings" / "overrides.json", overrides), (spec, kernel())):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def kernel() -> dict[str, object]:
    """The kernel's description: the warm one, with the panel, under the name in the notebooks."""
    from helpers.reports import kernels as room

    path = Path(room.__file__).parent / "halfsky-warm" / "kernel.json"
    spec = json.loads(path.read_text(encoding="utf-8"))
    panel = "--InteractiveShellApp.extensions=helpers.projects.panel"
    argv = [sys.executable, *spec["argv"][1:], panel]
    return {**spec, "argv": argv, "display_name": "Python 3 (ipykernel)"}


@contextmanager
def kernels() -> Iterator[dict[str, str]]:
    """The environment for JupyterLab, in which its kernels find a server that is warm already."""
    from helpers.reports.kernels import ADDRESS, Server, can_fork

    environment, server = dict(os.environ), None
    if can_fork():
        with suppress(OSError):
            server: Server | None = Server(environment)
            environment[ADDRESS] = server.address
    try:
        yield environment
    finally:
        if server is not None:
            server.close()


def trust(notebooks: Iterable[Path]) -> None:
    """Sign notebooks of ours, so that JupyterLab shows their stored charts and cards as they are.

    What cannot be read is left to JupyterLab to say.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    try:
        for path in notebooks:
            with suppress(OSError, ValueError):
                notary.sign(nbformat.read(path, as_version=4))
    finally:
        notary.store.close()
