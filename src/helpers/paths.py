"""Where the project lives on this computer."""

import os
from functools import cache
from pathlib import Path

__all__ = ["HOME", "home", "project_of"]

HOME = "HALFSKY_HOME"  # names the project's root where it is set
MARKERS = ("pyproject.toml", "data/datapackage.json")


@cache
def _above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if all((folder / marker).is_file() for marker in MARKERS):
            return folder
    return None


def home() -> Path:
    """The project's root: what HALFSKY_HOME names, else the first folder above this package, else
    above the working directory, that holds `pyproject.toml` and `data/datapackage.json`.

    Raises FileNotFoundError where neither is inside a copy of the project.
    """
    if named := os.environ.get(HOME):
        return Path(named)
    found = _above(Path(__file__).resolve().parent) or _above(Path.cwd().resolve())
    if found is None:
        raise FileNotFoundError(
            "找不到项目目录:请在项目文件夹内运行 / no project folder found: "
            f"run inside a folder that holds {' and '.join(MARKERS)}"
        )
    return found


def project_of(data: Path | None) -> Path:
    """The folder of the project that a data folder belongs to: the one that holds it as `data`,
    beside `notebooks`, as `halfsky init` makes it; else the program's own.
    """
    folder = data.resolve() if data is not None else home() / "data"
    has_notebooks = folder.name == "data" and (folder.parent / "notebooks").is_dir()
    return folder.parent if has_notebooks else home()
