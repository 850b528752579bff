"""`halfsky collect`: an inbox of submissions, checked and merged into a data folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import data_option, json_option, lang_option, text_option, verb
from helpers.cli.output import (
    DATA_REFUSED,
    DONE,
    FAILED,
    print_json,
    refuse_wrong,
    usage,
    wrong_out_folder,
)

if TYPE_CHECKING:
    from helpers.collect.collect import Collected

DAY = re.compile(r"\d{4}-\d\d-\d\d")
HELP = {
    "collect": (
        "核对收件文件夹里各地区报来的表，合并成数据文件夹，汇总并与全市数核对。",
        "Check the submissions in a folder, merge them into a data folder, sum and reconcile.",
    ),
    "data": (
        "与之核对的数据文件夹：编码本、地区、时期和以前的数据（默认：项目的 data/）。",
        "The data folder to hold them against: codebook, regions, periods, earlier figures.",
    ),
    "out": ("新的数据文件夹（默认：collected）。", "The new data folder (default: collected)."),
    "due": (
        "应报日期（如 2025-01-15）：填报日期晚于它的记为迟报。",
        "The day on which figures were due (2025-01-15): what was filled in later is late.",
    ),
    "explain": (
        "只说明怎样读懂这一个文件：表头、单位、搁置了什么；不写任何文件。",
        "Only tell how this one file is understood; nothing is written.",
    ),
}


@verb("collect")
@click.argument("inbox", required=False, default="", metavar="[INBOX]")
@data_option
@text_option("--out", metavar="DIR", default="collected")
@text_option("--due", metavar="DATE")
@text_option("--explain", metavar="FILE")
@lang_option
@json_option
def command(messages: str, /, inbox: str, **given: Any) -> int:
    """Exit code 0 where all was taken, 1 where something was sent back or is open, 3 where
    nothing could be taken."""
    from helpers.collect.collect import collect, write
    from helpers.reports.run import hold

    refuse_wrong(given, *_wrong(inbox, given))
    if given["explain"]:
        return _explain(messages, Path(given["explain"]), given, Path(inbox) if inbox else None)
    out = Path(given["out"])
    found = collect(Path(inbox), given["data"], out, given["due"] or "")
    if found.taken.entries:
        with hold(out):
            write(found, out)
    _tell(found, messages, given, out)
    if not found.taken.entries:
        return DATA_REFUSED
    return DONE if found.clean else FAILED


def _wrong(inbox: str, given: dict[str, Any]) -> list[Any]:
    if given["due"] and not DAY.fullmatch(given["due"]):
        zh, en = ("不是日期", "写成 2025-01-15"), ("is no date", "write it as 2025-01-15")
        return [usage(f"--due {given['due']}", zh, en)]
    if given["explain"]:
        path = Path(given["explain"])
        if path.is_dir() or not path.exists():
            zh, en = ("没有这个文件", "检查路径"), ("no such file", "check the path")
            return [usage(f"--explain {path}", zh, en)]
        return []
    folder, out = Path(inbox), Path(given["out"])
    if not inbox or not folder.is_dir():
        zh = ("没有这个收件文件夹", "写明放各地区来表的文件夹")
        return [usage(inbox or "INBOX", zh, ("no such folder", "name the folder of submissions"))]
    if wrong := [*wrong_out_folder(out)]:
        return wrong
    inside = folder.resolve() in (out.resolve(), *out.resolve().parents)
    data = Path(given["data"]).resolve() if given["data"] else None
    if inside or out.resolve() == data:
        zh = ("结果不能写进收件文件夹或原来的数据文件夹", "用 --out 另选一个文件夹")
        en = ("the result may not lie in the inbox or replace the data", "name another folder")
        return [usage(out, zh, en)]
    return []


def _tell(found: Collected, lang: str, given: dict[str, Any], out: Path) -> None:
    from helpers.collect.intake_page import summaries

    if given["as_json"]:
        print_json({"problems": [one.as_dict(lang) for one in found.problems]})
        return
    for one in found.problems:
        print(one.line(lang))
    for line in summaries(found, lang):
        print(line)
    if found.taken.entries:
        print(out / "intake.html")


def _explain(lang: str, path: Path, given: dict[str, Any], inbox: Path | None) -> int:
    """How one file is understood, line by line."""
    from helpers.cli.output import tell
    from helpers.collect.collect import read_one

    places = dict.fromkeys((Path(given["out"]), inbox or path.parent, path.parent))
    reading = read_one(path, given["data"], places)
    if given["as_json"]:
        print_json({
            "problems": [one.as_dict(lang) for one in reading.problems],
            "figures": [
                {"indicator": e.indicator, "region": e.region, "period": e.period,
                 "value": f"{e.value:f}", "as_written": e.as_written, "locator": e.locator}
                for e in reading.entries
            ],
        })  # fmt: skip
        return FAILED if reading.refused else DONE
    at = 0 if lang == "zh" else 1
    for texts in reading.explained:
        print(texts[at])
    for entry in reading.entries:
        print(f"{entry.locator}: {entry.indicator} {entry.region} {entry.period} "
              f"= {entry.value:f} ({entry.as_written})")  # fmt: skip
    for one in reading.left_aside:
        at = f"{one.sheet}!{one.address}".lstrip("!")
        print(f"- {at} {one.shown[:40]}: {one.zh if lang == 'zh' else one.en}")
    for question in reading.questions:
        print(f"? {question.address} {question.shown}: {', '.join(question.suggestions)}")
    tell(reading.problems, lang)
    return FAILED if reading.refused else DONE
