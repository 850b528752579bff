"""`halfsky init`, `new`, `lab`: a project of one's own, its notebooks, JupyterLab at home in it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from helpers.cli.output import DONE, refuse_wrong, say, usage

NEEDED = ("name", "name_en", "code", "years")
ASKED = ("name", "name_en", "code", "districts", "years", "areas")  # in this order


def init(messages: str, /, folder: str, **given: Any) -> int:
    """Exit code 0 where the folder was made; refusals are the caller's to tell."""
    from helpers.projects.folder import Wanted, make_project, read_periods, read_place

    refuse_wrong(given)
    given = asked(given, messages) if sys.stdin.isatty() else given
    options = [f"--{name.replace('_', '-')}" for name in NEEDED if not given[name]]
    refuse_wrong({}, *(usage("option_missing", one, option=one) for one in options))
    wanted = Wanted(
        read_place(f"{given['code']}:{given['name']}:{given['name_en']}", "--code"),
        tuple(read_place(text, "--district") for text in given["districts"]),
        read_periods(given["years"]),
        tuple(given["areas"]),
        given["simulated"],
    )
    for path in make_project(Path(folder), wanted):
        print(path)
    print(say("project_made", messages, readme=Path(folder) / "README.md"))
    return DONE


def asked(given: dict[str, Any], lang: str) -> dict[str, Any]:
    """The options, those that were not given asked for at the terminal."""
    open_ended = not any(given[name] for name in NEEDED)  # nothing was given: ask for the rest too
    found = dict(given)
    for name in ASKED:
        if given[name] or not (open_ended or name in NEEDED):
            continue
        default = None if name in NEEDED else ""
        answer = click.prompt(say(f"ask_{name}", lang), default=default, show_default=False)
        parts = (part.strip() for part in re.split("[;；,，]", answer))
        found[name] = answer if name in NEEDED else tuple(filter(None, parts))
    return found


def new(messages: str, /, area: str, **given: Any) -> int:
    """Exit code 0 where the notebook was written, 3 where the data are refused."""
    from helpers.data import load
    from helpers.paths import project_of
    from helpers.projects.notebook import new_area

    refuse_wrong(given)
    data = Path(given["data"]).resolve() if given["data"] else None
    path = new_area(area, project_of(data), load(data, unfilled=True), data)
    more = f' ARGS="--data {data}"' if data else ""
    print(say("notebook_made", messages, path=path, more=more))
    return DONE


def lab(messages: str, /, rest: tuple[str, ...], **given: Any) -> int:
    """The exit code of JupyterLab, which gets the options that are not ours, once it is closed."""
    from helpers.paths import project_of
    from helpers.projects.lab import open_lab
    from helpers.projects.notebook import copy_for

    refuse_wrong(given)
    data = Path(given["data"]).resolve() if given["data"] else None
    root = project_of(data)
    if not rest or rest[0].startswith("-"):
        return open_lab(messages, rest, root)
    place = {name: given[name] for name in ("region", "period", "lang") if given[name]}
    return open_lab(messages, rest[1:], root, copy_for(rest[0], root, data, place))
