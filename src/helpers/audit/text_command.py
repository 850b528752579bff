"""The verb `halfsky audit`: a published text, held against the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers import answers
from helpers.messages import HELP

if TYPE_CHECKING:
    from helpers.data.problems import Problem

__all__ = ["text_verb"]

HELP.update({
    "audit": (
        "找出一篇文稿里的每个数量，与数据逐一核对（.txt、.docx、.html）。",
        "Find every quantity in a published text and hold it against the data.",
    ),
    "audit.region": (
        "文稿所说的地区（默认：数字最多的地区和时期）。",
        "The reference area that the text speaks of (default: the one with most figures).",
    ),
    "audit.period": (
        "文稿所说的时期（默认：数字最多的时期）。",
        "The period that the text speaks of (default: the period with most figures).",
    ),
    "audit.out": ("另存为一个网页。", "Write the audited text as a page."),
})  # fmt: skip


def text_verb() -> click.Command:
    """The command `audit`: exit 0 if nothing is against the data, 1 otherwise."""

    @click.command("audit")
    @click.argument("text", metavar="TEXT")
    @click.option("--data", metavar="DIR")
    @click.option("--region", metavar="CODE", default="")
    @click.option("--period", metavar="ID", default="")
    @click.option("--out", metavar="FILE")
    @answers.language_and_json
    @click.pass_obj
    def audit(obj: str, /, text: str, **given: Any) -> int:
        return _audit(obj or "zh", Path(text), given)

    return audit


def _audit(lang: str, path: Path, given: Mapping[str, Any]) -> int:
    from helpers.analysis.figures import policy
    from helpers.audit.text.audit import audit
    from helpers.audit.text.manuscript import NoManuscript, read_manuscript
    from helpers.audit.text.plain import read_text
    from helpers.data import load
    from helpers.data.problems import DataRefused

    as_json, wrong, text = given["as_json"], list(_wrong(given)), ""
    try:
        read_manuscript(path)
        text = read_text(path)  # offsets count in the text as decoded, line ends and all
    except NoManuscript as refusal:
        wrong.append(answers.usage(path, refusal.zh, refusal.en))
    tables = None
    if not wrong:
        try:
            tables = load(given["data"])
        except DataRefused as refusal:
            code = answers.DATA_REFUSED
            return answers.refuse(refusal.problems, lang, as_json=as_json, code=code)
        wrong += _unknown(tables, given)
    if wrong:
        return answers.refuse(wrong, lang, as_json=as_json)
    found = audit(text, tables, given["region"], given["period"])
    if given["out"]:
        from helpers.audit.text.page import render

        answers.write_file(given["out"], render(found, text, path.name, lang, policy(tables)))
    if as_json:
        answers.print_json(found.as_json(path.name, lang))
    else:
        _tell(found, lang, policy(tables))
    against = any(claim.verdict in ("contradicted", "unsupported") for claim in found.claims)
    return answers.DIFFERENT if against or found.findings else answers.DONE


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    yield from answers.wrong_lang(given["lang"])
    yield from answers.wrong_folder(given["data"])
    yield from answers.wrong_out(given["out"])


def _unknown(tables: Any, given: Mapping[str, Any]) -> Iterator[Problem]:
    from helpers.data.known import unknown

    for name in ("region", "period"):
        known = sorted(value for value, _ in tables.counts("observations", name))
        asked = [given[name]] if given[name] else []
        yield from unknown(f"--{name}", f"reported-{name}", asked, known)


def _tell(found: Any, lang: str, words: Any) -> None:
    from helpers.audit.text.page import SIGNS, VERDICTS, written

    for claim in found.claims:
        if claim.verdict not in ("supported", "not_data"):
            reason = claim.reason_zh if lang == "zh" else claim.reason_en
            print(f"{SIGNS[claim.verdict]} {claim.found.start}: {claim.found.quote}: {reason}")
    for item in found.findings:
        print(f"! {item[f'message_{lang}']}")
    for figure in found.unmentioned:
        print(f"- {figure.label(lang)} {written(figure, lang, words)}")
    counts = Counter(claim.verdict for claim in found.claims)
    print(
        "; ".join(f"{texts[lang == 'en']} {counts[verdict]}" for verdict, texts in VERDICTS.items())
    )
