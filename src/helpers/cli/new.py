"""`halfsky new`: a notebook for an area, from the area's own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from helpers.cli.options import data_option, lang_option, verb
from helpers.cli.output import DONE, LANGS, refuse_wrong

HELP = {
    "new": (
        "按各领域共用的骨架，用这个领域自己的指标写出一个笔记本，供修改。",
        "Write a notebook for an area, on the skeleton of all others, from the area's own rows.",
    ),
}
NEXT = (
    "已写好 {path}；改好文字后运行 make refresh{more} 存下输出",
    "wrote {path}; edit its words, then run make refresh{more} to store its outputs",
)


@verb("new")
@click.argument("area", metavar="AREA")
@data_option
@lang_option
def command(messages: str, /, area: str, **given: Any) -> int:
    """Exit code 0 where the notebook was written, 3 where the data are refused."""
    from helpers.data import load
    from helpers.paths import project_of
    from helpers.projects.notebook import new_area

    refuse_wrong(given)
    data = Path(given["data"]).resolve() if given["data"] else None
    path = new_area(area, project_of(data), load(data, unfilled=True), data)
    more = f' ARGS="--data {data}"' if data else ""
    print(NEXT[LANGS.index(messages)].format(path=path, more=more))
    return DONE
