"""`halfsky audit`: every quantity of a published text, held against the data."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import (
    data_option,
    json_option,
    lang_option,
    out_option,
    text_option,
    verb,
)
from helpers.cli.output import (
    DIFFERENT,
    DONE,
    print_json,
    refuse_wrong,
    usage,
    write_file,
    wrong_out,
)

if TYPE_CHECKING:
    from helpers.data.problems import Problem

HELP = {
    "audit": (
        "找出一篇文稿里的每个数量，与数据逐一核对（.txt、.docx、.html）。",
        "Find every quantity in a published text and hold it against the data.",
    ),
    "region": (
        "文稿所说的地区（默认：数字最多的地区和时期）。",
        "The reference area that the text speaks of (default: the one with most figures).",
    ),
    "period": (
        "文稿所说的时期（默认：数字最多的时期）。",
        "The period that the text speaks of (default: the period with most figures).",
    ),
    "out": ("另存为一个网页。", "Write the audited text as a page."),
}


@verb("audit")
@click.argument("text", metavar="TEXT")
@data_option
@text_option("--region", metavar="CODE", default="")
@text_option("--period", metavar="ID", default="")
@out_option
@lang_option
@json_option
def command(messages: str, /, text: str, **given: Any) -> int:
    """Exit code 0 where nothing is against the data, 1 otherwise."""
    from helpers.analysis.figures import policy
    from helpers.audit.text.audit import audit
    from helpers.audit.text.manuscript import NoManuscript, read_manuscript
    from helpers.audit.text.render import AGAINST, audit_page
    from helpers.data import load

    path, wrong, read = Path(text), list(wrong_out(given["out"])), None
    try:
        read = read_manuscript(path)
    except NoManuscript as refusal:
        wrong.append(usage(path, refusal.zh, refusal.en))
    refuse_wrong(given, *wrong)
    tables = load(given["data"])
    given |= _codes(tables, given)
    refuse_wrong({}, *_unknown(tables, given))
    found = audit(read.text, tables, given["region"], given["period"])
    if given["out"]:
        write_file(given["out"], audit_page(found, read, messages, policy(tables)))
    for note in read.left_out:
        print(note[messages == "en"], file=sys.stderr)
    if given["as_json"]:
        print_json(found.as_json(read, messages))
    else:
        _tell(found, messages, policy(tables))
    against = any(claim.verdict in AGAINST for claim in found.claims)
    return DIFFERENT if against or found.findings else DONE


def _codes(tables: Any, given: Mapping[str, Any]) -> dict[str, str]:
    """The codes of the region and the period, given as codes or as names in either language."""
    from helpers.data.known import meant, names_of

    found = {}
    for name, stem in (("region", "name"), ("period", "label")):
        codes = meant(given[name], names_of(getattr(tables, f"{name}s"), name, stem))
        found[name] = codes[0] if given[name] and codes else given[name]
    return found


def _unknown(tables: Any, given: Mapping[str, Any]) -> Iterator[Problem]:
    from helpers.data.known import unknown

    for name in ("region", "period"):
        known = sorted(value for value, _ in tables.counts("observations", name))
        asked = [given[name]] if given[name] else []
        yield from unknown(f"--{name}", f"reported-{name}", asked, known)


def _tell(found: Any, lang: str, words: Any) -> None:
    from helpers.audit.text.render import SIGNS, VERDICTS, written

    for claim in found.claims:
        if claim.verdict not in ("supported", "not_data"):
            at = claim.found.start
            print(f"{SIGNS[claim.verdict]} {at}: {claim.shown}: {claim.reason(lang)}")
    for item in found.findings:
        print(f"! {item[f'message_{lang}']}")
    for figure in found.unmentioned:
        print(f"- {figure.label(lang)} {written(figure, lang, words)}")
    counts = Counter(claim.verdict for claim in found.claims)
    print(
        "; ".join(f"{texts[lang == 'en']} {counts[verdict]}" for verdict, texts in VERDICTS.items())
    )
