"""`halfsky form`: the workbook that a region fills in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.cli.output import DONE, refuse_wrong, usage, write_file, wrong_out, wrong_out_folder

if TYPE_CHECKING:
    from helpers.data.problems import Problem


def form(messages: str, /, region: str | None, **given: Any) -> int:
    """Exit code 0 when written, 2 for a wrong parameter, 3 for refused data."""
    from helpers.collect.form import layout
    from helpers.collect.form_workbook import as_form
    from helpers.data import load

    refuse_wrong(given, *_wrong(region, given))
    tables = load(given["data"], unfilled=True)
    regions, period, wrong = _asked(tables, region or "", given)
    refuse_wrong({}, *wrong)
    lang = given["lang"] or messages
    for code in regions:
        content = as_form(layout(tables, code, period), lang)
        path = _path(given, code, period)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, content)
        print(path)
    return DONE


def _wrong(region: str | None, given: dict[str, Any]) -> list[Problem]:
    if bool(region) == given["every"]:
        return [usage("one_or_all", "REGION")]
    return list((wrong_out_folder if given["every"] else wrong_out)(given["out"]))


def _asked(
    tables: Any, region: str | None, given: dict[str, Any]
) -> tuple[list[str], str, list[Problem]]:
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
