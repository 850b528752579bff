"""`halfsky draft`: the prose of a report, printed or written to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import data_option, out_option, text_option, verb
from helpers.cli.output import DONE, refuse_wrong, usage, write_file, wrong_out

if TYPE_CHECKING:
    from helpers.data import Tables
    from helpers.data.problems import Problem
    from helpers.drafting.draft import Draft

SUFFIXES = (".docx", ".md", ".txt")
HELP = {
    "draft": (
        "根据数据写出报告文字，附核对说明。不写工作领域，就是全部；不写 --out，就显示在屏幕上。",
        "Write a report's prose from the data, with notes on what is odd; all areas of work "
        "where none is named, on the terminal without --out.",
    ),
    "region": (
        "地区代码（默认：数字最多的地区）。",
        "Region code (default: the one with most figures).",
    ),
    "period": (
        "时期代码（默认：该地区有数据的最近时期）。",
        "Period id (default: the last period of which the region has figures).",
    ),
    "out": (
        "写成文件：.docx（公文版式，带表和图）、.md（带表）或 .txt。",
        "Write a file: .docx (official layout, with tables and charts), .md (with tables), .txt.",
    ),
    "lang": (
        "文稿和提示所用的语言：zh（默认）或 en。",
        "Language of the draft and of messages: zh (default) or en.",
    ),
}


@verb("draft")
@click.argument("areas", nargs=-1, metavar="[AREA]...")
@text_option("--region", metavar="CODE")
@text_option("--period", metavar="ID")
@text_option("--lang")
@data_option
@out_option
def command(messages: str, /, areas: tuple[str, ...], **given: Any) -> int:
    """Exit code 0 when written, 2 for a wrong parameter, 3 for refused data."""
    from helpers.data import load
    from helpers.data.known import codes_of, names_of
    from helpers.drafting.draft import draft

    refuse_wrong(given, *_wrong(given["out"]))
    tables = load(given["data"])
    region, period, wrong = _place(tables, given)
    named, unknown = codes_of("AREA", "area", areas, names_of(tables.areas, "area", "title"))
    refuse_wrong({}, *wrong, *unknown)
    made = draft(tables, tuple(dict.fromkeys(named)), region, period, given["lang"] or messages)
    if not given["out"]:
        from helpers.drafting.draft import as_text

        print(as_text(made), end="")
        return DONE
    write_file(given["out"], _content(made, Path(given["out"]).suffix.lower()))
    return DONE


def _content(made: Draft, suffix: str) -> str | bytes:
    if suffix == ".docx":
        from helpers.drafting.word import as_word

        return as_word(made)
    from helpers.drafting.draft import as_markdown, as_text

    return as_markdown(made) if suffix == ".md" else as_text(made)


def _wrong(out: str | None) -> Iterator[Problem]:
    yield from wrong_out(out)
    if out and Path(out).suffix.lower() not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        zh = ("不知道要写成哪种文件", f"文件名以 {kinds} 之一结尾")
        yield usage(out, zh, ("no kind of file that is known", f"end it in {kinds}"))


def _place(tables: Tables, given: Mapping[str, Any]) -> tuple[str, str, list[Problem]]:
    """Region and period, those not named found from the data, and what is unknown of them."""
    from helpers.data.known import codes_of, names_of

    seen = [tables.counts(name, "region", "period") for name in ("observations", "programmes")]
    places = [pair[:2] for pairs in seen for pair in pairs]
    regions = list(dict.fromkeys(region for region, _ in places))
    counted = Counter()
    for where, _, count in seen[0]:
        counted[where] += count
    most = max(regions, key=counted.__getitem__, default="")
    names = names_of(tables.regions, "region", "name")
    known = {code: names[code] for code in regions}
    asked, wrong = codes_of("--region", "reported-region", [given["region"] or most], known)
    region = (asked or [""])[0]
    ranked = list(tables.periods.sort_values("position")["period"])
    held = {period for where, period in places if wrong or where == region}
    periods = [period for period in ranked if period in held]
    last = periods[-1] if periods else ""
    names = names_of(tables.periods, "period", "label")
    known = {code: names[code] for code in periods}
    asked, more = codes_of("--period", "reported-period", [given["period"] or last], known)
    return region, (asked or [""])[0], [*wrong, *more]
