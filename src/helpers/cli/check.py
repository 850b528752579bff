"""`halfsky check`: everything that is wrong with a data folder, at once."""

from __future__ import annotations

from pathlib import Path

from helpers.cli.options import data_option, json_option, lang_option, verb
from helpers.cli.output import DATA_REFUSED, DONE, refuse_wrong, say

HELP = {
    "check": (
        "检查数据文件夹，以及笔记本里用到的名称，一次列出所有问题。",
        "Validate a data folder, and the names that notebooks use, and list every problem at once.",
    ),
}


@verb("check")
@data_option
@lang_option
@json_option
def command(messages: str, /, data: str | None, lang: str | None, as_json: bool) -> int:
    """Exit code 0 where nothing is wrong (warnings are listed), 3 where the data are refused."""
    from helpers.cli.output import tell
    from helpers.data import check, home
    from helpers.data.folder import read_folder
    from helpers.projects.names import check_notebooks

    refuse_wrong({"lang": lang, "data": data})
    folder = Path(data) if data else home() / "data"
    found = check(folder)
    if not any(problem.severity == "error" for problem in found):
        found += check_notebooks(folder, read_folder(folder))
    tell(found, messages, as_json=as_json)
    if not found and not as_json:
        print(say("sound", messages, folder=folder))
    refused = any(problem.severity == "error" for problem in found)
    return DATA_REFUSED if refused else DONE
