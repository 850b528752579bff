"""`halfsky check`, `verify`, `diff`, `export`: data and editions, held against one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.cli.output import (
    DATA_REFUSED,
    DIFFERENT,
    DONE,
    print_json,
    refuse_wrong,
    say,
    tell,
    usage,
    write_file,
    wrong_out,
    wrong_out_folder,
)

if TYPE_CHECKING:
    from helpers.data.problems import Problem


def check(messages: str, /, data: str | None, lang: str | None, as_json: bool) -> int:
    """Exit code 0 where nothing is wrong (warnings are listed), 3 where the data are refused."""
    from helpers import data as room
    from helpers.data.folder import read_folder
    from helpers.projects.names import check_notebooks

    refuse_wrong({"lang": lang, "data": data})
    folder = Path(data) if data else room.home() / "data"
    found = room.check(folder)
    refused = any(problem.severity == "error" for problem in found)
    if not refused:
        found += check_notebooks(folder, read_folder(folder))
    tell(found, messages, as_json=as_json)
    if not found and not as_json:
        print(say("sound", messages, folder=folder))
    return DATA_REFUSED if refused else DONE


def verify(messages: str, /, report: str, **given: Any) -> int:
    """Exit code 0 where all agrees, 1 where something does not, 3 where the data are refused."""
    from helpers.audit.page import verify as work
    from helpers.data import home
    from helpers.data.problems import DataRefused
    from helpers.reports.inputs import program

    path, page, wrong = Path(report), None, []
    try:
        page = work.open_page(path)
    except DataRefused as refusal:
        wrong = refusal.problems
    except work.NotAReport:
        wrong = [usage("no_report", path)]
    refuse_wrong(given, *wrong)
    folder = Path(given["data"]) if given["data"] else home() / "data"
    verdict = work.verify(path, page, folder, program)
    tell(verdict.findings, messages, as_json=given["as_json"])
    if not given["as_json"]:
        counts = {"figures": verdict.figures, "numbers": verdict.numbers}
        wrong = sum(f.problem.severity == "error" for f in verdict.findings)
        others = sum(f.problem.rule.startswith("other-") for f in verdict.findings)
        outcome = say("differences" if wrong else "all_agree", messages, wrong=wrong)
        outcome += say("other_versions", messages, others=others) if others else ""
        print(say("verified", messages, outcome=outcome, **counts))
    return DONE if verdict.clean else DIFFERENT


def diff(messages: str, /, old: str, new: str, **given: Any) -> int:
    """Exit code 0 where nothing changed, 1 where something did."""
    from helpers.audit.diff import words
    from helpers.audit.diff.compare import compare

    states, wrong = _states(old, new)
    refuse_wrong(given, *wrong, *wrong_out(given["out"]))
    changes = compare(*states)
    if given["out"]:
        write_file(given["out"], words.render(changes, *states, messages, _names(old, new)))
    if given["as_json"]:
        told = [words.as_json(change, *states, messages) for change in changes]
        print_json({"changes": told})
    else:
        for line in words.lines(changes, *states, messages):
            print(line)
    return DIFFERENT if changes else DONE


def _states(*folders: str) -> tuple[list[Any], list[Problem]]:
    """What the two folders hold, and what is wrong with them."""
    from helpers.audit.diff.compare import NothingToCompare, read_state

    found, states = [], []
    for path in folders:
        try:
            states.append(read_state(Path(path)))
        except NothingToCompare:
            found.append(usage("nothing_to_compare", path))
    if not found and states[0].kind != states[1].kind:
        found.append(usage("two_kinds", folders[1]))
    return states, found


def _names(*folders: str) -> tuple[str, ...]:
    """What to call the two sides: their folders' names, with the one above where these agree."""
    one, other = (Path(folder).resolve() for folder in folders)
    if one.name != other.name:
        return one.name, other.name
    return f"{one.parent.name}/{one.name}", f"{other.parent.name}/{other.name}"


def export(messages: str, /, **given: Any) -> int:
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
