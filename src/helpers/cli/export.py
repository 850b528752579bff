"""`halfsky export`: the data as a workbook, a Data Package and SDMX-CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.cli.options import data_option, lang_option, text_option, verb
from helpers.cli.output import DONE, refuse_wrong, write_file, wrong_out_folder

HELP = {
    "export": (
        "把数据导出为工作簿（.xlsx）、数据包（Frictionless）和 SDMX-CSV 2.0。",
        "Write the data as a workbook, a Frictionless Data Package and SDMX-CSV 2.0.",
    ),
    "out": ("输出文件夹（默认：当前文件夹下的 export）。", "Output folder (default: export)."),
    "lang": (
        "工作簿和提示所用的语言：zh（默认）或 en。",
        "Language of the workbook and of messages: zh (default) or en.",
    ),
}


@verb("export")
@data_option
@text_option("--out", metavar="DIR", default="export")
@lang_option
def command(messages: str, /, **given: Any) -> int:
    """Exit code 0 when written, 2 for a wrong parameter, 3 for refused data."""
    from helpers.data.load import sound, typed
    from helpers.export.data_package import as_data_package
    from helpers.export.sdmx import as_sdmx
    from helpers.export.workbook import as_workbook

    out = Path(given["out"])
    refuse_wrong(given, *wrong_out_folder(out))
    folder = sound(given["data"])
    tables = typed(folder)
    files = {"figures.xlsx": as_workbook(tables, given["lang"] or messages)}
    files |= {f"sdmx/{name}": content for name, content in as_sdmx(tables).items()}
    package = as_data_package(folder)
    files |= {f"data-package/{name}": content for name, content in package.items()}
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content)
        print(path)
    return DONE
