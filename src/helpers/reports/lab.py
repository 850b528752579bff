"""JupyterLab at home in the project: Chinese menus if wanted, no calls to the outside."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from helpers.data.home import home
from helpers.data.problems import Refused, problem

__all__ = ["open_lab"]

QUIET = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": False,
        "fetchNews": "false",
    },
}
CHINESE = {"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"}}


def open_lab(lang: str, rest: Sequence[str]) -> int:
    """Run JupyterLab until it is closed; its exit code. `rest` is handed to it as it is.

    Raises Refused where JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        zh = ("没有安装", "运行 make setup")
        en = ("is not installed", "run make setup")
        raise Refused([problem(("jupyterlab", 0, "", ""), "not-installed", zh, en)])
    with tempfile.TemporaryDirectory(prefix="halfsky-") as folder:
        overrides = {**QUIET, **(CHINESE if lang == "zh" else {})}
        text = json.dumps(overrides, ensure_ascii=False)
        Path(folder, "overrides.json").write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, *command(home(), Path(folder), rest)]).returncode


def command(house: Path, settings: Path, rest: Sequence[str]) -> list[str]:
    """The arguments that open JupyterLab at `house` with the overrides in `settings`."""
    return [
        *("-m", "jupyterlab"),
        f"--ServerApp.root_dir={house}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        *rest,
    ]
