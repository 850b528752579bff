"""`halfsky collect`: an inbox of submissions, checked and merged into a data folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def collect(messages: str, /, inbox: str | None, **given: Any) -> int:
    """Exit code 0 where all was taken, 1 where something was sent back or is open, 3 where
    nothing could be taken."""
    from helpers.collect import collect as intake
    from helpers.reports.run import hold

    refuse_wrong(given, *_wrong(inbox, given))
    if given["explain"]:
        return _explain(messages, Path(given["explain"]), given, Path(inbox) if inbox else None)
    out = Path(given["out"])
    found = intake.collect(Path(inbox), given["data"], out, given["due"] or "")
    if found.taken.entries:
        with hold(out):
            intake.write(found, out)
    _tell(found, messages, given, out)
    if not found.taken.entries:
        return DATA_REFUSED
    return DONE if found.clean else FAILED


def _wrong(inbox: str | None, given: dict[str, Any]) -> list[Any]:
    if given["due"] and not _is_day(given["due"]):
        return [usage("no_date", f"--due {given['due']}")]
    if given["explain"]:
        path = Path(given["explain"])
        if path.is_dir() or not path.exists():
            return [usage("no_file", f"--explain {path}")]
        return []
    if not inbox or not Path(inbox).is_dir():
        return [usage("no_inbox", inbox or "INBOX")]
    folder, out = Path(inbox), Path(given["out"])
    if wrong := [*wrong_out_folder(out)]:
        return wrong
    inside = folder.resolve() in (out.resolve(), *out.resolve().parents)
    data = Path(given["data"]).resolve() if given["data"] else None
    if inside or out.resolve() == data:
        return [usage("out_is_in", out)]
    return []


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


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
