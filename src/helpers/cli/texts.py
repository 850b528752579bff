"""`halfsky audit` and `draft`: a published text held against the data, and prose made of them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from helpers.data import Tables
    from helpers.data.problems import Problem
    from helpers.drafting.draft import Draft

SUFFIXES = (".docx", ".md", ".txt")


def audit(messages: str, /, text: str, **given: Any) -> int:
    """Exit code 0 where nothing is against the data, 1 otherwise."""
    from helpers.analysis.figures import policy
    from helpers.audit.text.audit import audit as audited
    from helpers.audit.text.manuscript import NoManuscript, read_manuscript
    from helpers.audit.text.render import AGAINST, audit_page
    from helpers.data import load
    from helpers.data.problems import problem

    wrong, read = [*wrong_out(given["out"])], None
    try:
        read = read_manuscript(Path(text))
    except NoManuscript as refusal:
        wrong.append(problem((text, 0, "", ""), "usage", refusal.zh, refusal.en))
    refuse_wrong(given, *wrong)
    tables, place, wrong = load(given["data"]), [], []
    for name in ("region", "period"):
        seen = (value for value, _ in tables.counts("observations", name))
        code, unknown = _code(tables, name, given[name], sorted(seen))
        place, wrong = [*place, code], [*wrong, *unknown]
    refuse_wrong({}, *wrong)
    found = audited(read.text, tables, *place)
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


def draft(messages: str, /, areas: tuple[str, ...], **given: Any) -> int:
    """Exit code 0 when written, 2 for a wrong parameter, 3 for refused data."""
    from helpers.data import load
    from helpers.data.known import codes_of, names_of
    from helpers.drafting.draft import as_text
    from helpers.drafting.draft import draft as drafted

    out, wrong = given["out"], [*wrong_out(given["out"])]
    if out and Path(out).suffix.lower() not in SUFFIXES:
        wrong.append(usage("suffix", out, kinds=", ".join(SUFFIXES)))
    refuse_wrong(given, *wrong)
    tables = load(given["data"])
    region, period, wrong = _place(tables, given["region"], given["period"])
    named, unknown = codes_of("AREA", "area", areas, names_of(tables.areas, "area", "title"))
    refuse_wrong({}, *wrong, *unknown)
    made = drafted(tables, tuple(dict.fromkeys(named)), region, period, given["lang"] or messages)
    if out:
        write_file(out, _content(made, Path(out).suffix.lower()))
    else:
        print(as_text(made), end="")
    return DONE


def _content(made: Draft, suffix: str) -> str | bytes:
    if suffix == ".docx":
        from helpers.drafting.word import as_word

        return as_word(made)
    from helpers.drafting.draft import as_markdown, as_text

    return as_markdown(made) if suffix == ".md" else as_text(made)


def _place(tables: Tables, region: str, period: str) -> tuple[str, str, list[Problem]]:
    """Region and period, those not named found from the data, and what is unknown of them."""
    counts = Counter()
    for name in ("observations", "programmes"):
        for where, when, count in tables.counts(name, "region", "period"):
            counts[where, when] += count if name == "observations" else 0
    regions = Counter()
    for (where, _), count in counts.items():
        regions[where] += count
    fullest = max(regions, key=regions.__getitem__, default="")
    region, wrong = _code(tables, "region", region or fullest, regions)
    held = {when for where, when in counts if where == region or wrong}
    ranked = [p for p in tables.periods.sort_values("position")["period"] if p in held]
    period, more = _code(tables, "period", period or (ranked or [""])[-1], ranked)
    return region, period, [*wrong, *more]


def _code(
    tables: Tables, name: str, value: str | None, known: Iterable[str]
) -> tuple[str, list[Problem]]:
    """The code of a region or a period that has figures, given as a code or a name, "" for none;
    and a problem where it is not among those known.
    """
    from helpers.data.known import codes_of, names_of

    names = names_of(tables.frames[f"{name}s"], name, {"region": "name", "period": "label"}[name])
    among = {code: names[code] for code in known}
    codes, wrong = codes_of(f"--{name}", f"reported-{name}", [value] if value else [], among)
    return (codes or [""])[0], wrong
