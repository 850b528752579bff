"""The verb `halfsky audit`: a published text, held against the data."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from helpers.data.problems import DataRefused, Problem, problem
from helpers.messages import HELP

__all__ = ["text_verb"]

DONE, DIFFERENT, WRONG, DATA_REFUSED = 0, 1, 2, 3
LANGS = ("zh", "en")
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
    @click.option("--lang", metavar="LANG")
    @click.option("--json", "as_json", is_flag=True)
    @click.help_option("-h", "--help")
    @click.pass_obj
    def audit(obj: str, /, text: str, **given: Any) -> int:
        return _audit(obj or "zh", Path(text), given)

    return audit


def _audit(lang: str, path: Path, given: Mapping[str, Any]) -> int:
    from helpers.audit.match import audit
    from helpers.audit.text_page import render
    from helpers.audit.textlayer import TextRefused, read_text
    from helpers.data import load

    wrong, text = list(_wrong(given)), ""
    try:
        text = read_text(path)
    except TextRefused as refusal:
        wrong.append(
            _usage(
                str(path),
                ("读不出文字", "换一个 .txt、.docx 或 .html 文件"),
                (str(refusal), "name a .txt, .docx or .html file"),
            )
        )
    tables = None
    if not wrong:
        try:
            tables = load(given["data"])
        except DataRefused as refusal:
            return _refuse(refusal.problems, given, lang) or DATA_REFUSED
        wrong += _unknown(tables, given)
    if wrong:
        return _refuse(wrong, given, lang) or WRONG
    found = audit(text, tables, given["region"], given["period"])
    if given["out"]:
        page = render(found, text, path.name, lang)
        Path(given["out"]).write_text(page, encoding="utf-8", newline="\n")
    if given["as_json"]:
        print(json.dumps(found.as_json(path.name, lang), ensure_ascii=False, indent=1))
    else:
        _tell(found, lang)
    against = any(claim.verdict in ("contradicted", "unsupported") for claim in found.claims)
    return DIFFERENT if against or found.findings else DONE


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    if given["lang"] not in (None, *LANGS):
        yield _usage(
            f"--lang {given['lang']}",
            ("没有这种语言", "用 zh 或 en"),
            ("there is no such language", "use zh or en"),
        )
    if given["data"] and not Path(given["data"]).is_dir():
        yield _usage(
            given["data"],
            ("没有这个文件夹", "用 --data 指明数据文件夹"),
            ("there is no such folder", "name the data folder with --data"),
        )
    out = Path(given["out"]) if given["out"] else None
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        yield _usage(
            given["out"],
            ("写不到这里", "指明已有文件夹里的一个文件名"),
            ("cannot be written here", "name a file in a folder that exists"),
        )


def _unknown(tables: Any, given: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("region", "period"):
        known = set(tables.observations[name])
        if given[name] and given[name] not in known:
            listed = ", ".join(sorted(known))
            yield _usage(
                f"--{name} {given[name]}",
                ("没有这样的数据", f"可用：{listed}"),
                ("has no observations", f"there are {listed}"),
            )


def _usage(place: str, zh: tuple[str, str], en: tuple[str, str]) -> Problem:
    return problem((place, 0, "", ""), "usage", zh, en)


def _refuse(found: Any, given: Mapping[str, Any], lang: str) -> int:
    if given["as_json"]:
        print(json.dumps({"problems": [one.as_dict(lang) for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            print(one.line(lang), file=sys.stderr)
    return 0


def _tell(found: Any, lang: str) -> None:
    from helpers.audit.text_page import SIGNS, VERDICTS

    for claim in found.claims:
        if claim.verdict not in ("supported", "not_data"):
            reason = claim.reason_zh if lang == "zh" else claim.reason_en
            print(f"{SIGNS[claim.verdict]} {claim.found.start}: {claim.found.quote}: {reason}")
    for item in found.findings:
        print(f"! {item[f'message_{lang}']}")
    for figure in found.unmentioned:
        print(f"- {figure.label(lang)} {figure.as_written}")
    counts = Counter(claim.verdict for claim in found.claims)
    print(
        "; ".join(f"{texts[lang == 'en']} {counts[verdict]}" for verdict, texts in VERDICTS.items())
    )
