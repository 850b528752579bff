"""`halfsky form`: the workbook that a region fills in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import data_option, lang_option, text_option, verb
from helpers.cli.output import DONE, refuse_wrong, usage, write_file, wrong_out, wrong_out_folder

if TYPE_CHECKING:
    from helpers.data.problems import Problem

HELP = {
    "form": (
        "生成一个地区的填报表（.xlsx）：指标、单位、含义、上期数、合理范围、核对公式。",
        "Make a region's submission form (.xlsx): indicators, units, definitions, last time's "
        "figures, plausible ranges, checks as formulas.",
    ),
    "period": ("时期代码或名称（默认：最近的时期）。", "Period, code or name (default: the last)."),
    "out": (
        "文件名（默认：地区-时期.xlsx）；与 --all 同用时是文件夹。",
        "File name (default: REGION-PERIOD.xlsx); with --all, a folder.",
    ),
    "every": ("所有下级地区各一份。", "One for every region below the highest."),
    "lang": (
        "填报表和提示所用的语言：zh（默认）或 en。",
        "Language of the form and of messages: zh (default) or en.",
    ),
}


@verb("form")
@click.argument("region", required=False, default="", metavar="[REGION]")
@text_option("--period")
@click.option("--all", "every", is_flag=True)
@data_option
@text_option("--out", metavar="PATH")
@lang_option
def command(messages: str, /, region: str, **given: Any) -> int:
    """Exit code 0 when written, 2 for a wrong parameter, 3 for refused data."""
    from helpers.collect.form_layout import layout
    from helpers.collect.form_workbook import as_form
    from helpers.data import load

    refuse_wrong(given, *_wrong(region, given))
    tables = load(given["data"], unfilled=True)
    regions, period, wrong = _asked(tables, region, given)
    refuse_wrong({}, *wrong)
    lang = given["lang"] or messages
    for code in regions:
        content = as_form(layout(tables, code, period), lang)
        path = _path(given, code, period)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content)
        print(path)
    return DONE


def _wrong(region: str, given: dict[str, Any]) -> list[Problem]:
    if bool(region) == given["every"]:
        zh = ("写一个地区，或用 --all 生成全部", "例如 halfsky form 370402")
        en = ("name one region, or all with --all", "for example halfsky form 370402")
        return [usage("REGION", zh, en)]
    return list((wrong_out_folder if given["every"] else wrong_out)(given["out"]))


def _asked(tables: Any, region: str, given: dict[str, Any]) -> tuple[list[str], str, list[Problem]]:
    """The regions and the period asked for, and what is unknown of them."""
    from helpers.data.known import codes_of, names_of

    wrong: list[Problem] = []
    if given["every"]:
        parents = set(tables.regions["parent"])
        below = tables.regions[~tables.regions["region"].isin(parents)]
        regions = list(below["region"])
    else:
        regions, wrong = codes_of("REGION", "region", [region],
                                  names_of(tables.regions, "region", "name"))  # fmt: skip
    times = tables.periods.sort_values("position")
    if not given["period"]:
        return regions, str(times["period"].iloc[-1]), wrong
    periods, more = codes_of("--period", "period", [given["period"]],
                             names_of(times, "period", "label"))  # fmt: skip
    return regions, (periods or [""])[0], [*wrong, *more]


def _path(given: dict[str, Any], region: str, period: str) -> Path:
    name = f"{region}-{period}.xlsx"
    if given["every"]:
        return Path(given["out"] or ".") / name
    return Path(given["out"] or name)
