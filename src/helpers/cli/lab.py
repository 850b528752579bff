"""`halfsky lab`: JupyterLab, at home in the project; with an area, a copy of its notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from helpers.cli.options import data_option, lang_option, text_option, verb
from helpers.cli.output import refuse_wrong

HELP = {
    "lab": (
        "在项目文件夹中打开 JupyterLab；写上工作领域，就打开 work/ 里一份可以随便改的副本。"
        "其余参数原样交给它。",
        "Open JupyterLab at the project's root; with an area, a copy of its notebook in work/ to "
        "play with. Further arguments go to it as they are.",
    ),
    "region": ("副本的地区代码。", "The copy's region code."),
    "period": ("副本的时期。", "The copy's period."),
}


@verb("lab", context_settings={"ignore_unknown_options": True})
@lang_option
@text_option("--region")
@text_option("--period")
@data_option
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[AREA] [...]")
def command(messages: str, /, rest: tuple[str, ...], **given: Any) -> int:
    """The exit code of JupyterLab once it is closed."""
    from helpers.paths import project_of
    from helpers.projects.lab import open_lab
    from helpers.projects.notebook import copy_for

    refuse_wrong(given)
    data = Path(given["data"]).resolve() if given["data"] else None
    root = project_of(data)
    area = rest[0] if rest and not rest[0].startswith("-") else ""
    if not area:
        return open_lab(messages, rest, root)
    place = {name: given[name] for name in ("region", "period") if given[name]}
    if given["lang"]:
        place["lang"] = given["lang"]
    return open_lab(messages, rest[1:], root, copy_for(area, root, data, place))
