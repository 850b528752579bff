"""The page that a head of office reads on the phone: who has delivered, what is wrong where."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from helpers.audit.shell import page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.collect.collect import Collected
    from helpers.collect.submissions import Submission
    from helpers.data import Tables

__all__ = ["intake_page", "summaries"]

WORDS = {
    "title": ("收表情况", "Intake of submissions"),
    "other": ("English below", "中文在上"),
    "who": ("谁报了，谁没报", "Who has delivered"),
    "region": ("地区", "Region"),
    "files": ("文件", "File"),
    "state": ("情况", "State"),
    "figures": ("数据", "Figures"),
    "missing": ("未报", "not delivered"),
    "taken": ("已收", "taken"),
    "open": ("已收，有问题待答", "taken, with questions open"),
    "refused": ("退回", "sent back"),
    "duplicate": ("重复", "duplicate"),
    "revises": ("修订 {file}", "revises {file}"),
    "problems": ("哪里不对", "What is wrong where"),
    "place": ("位置", "Place"),
    "shown": ("填的是", "It says"),
    "what": ("问题", "Problem"),
    "do": ("怎么办", "What to do"),
    "questions": ("请答一次", "To be answered once"),
    "asks": ("在 mapping.csv 的 meaning 一列写明，以后照此办理。",
             "Fill in the column meaning of mapping.csv; it is used from then on."),
    "text": ("原文", "Text"),
    "near": ("相近的", "Nearest"),
    "revised": ("修订了什么", "What was revised"),
    "was": ("原为", "Before"),
    "now": ("现为", "Now"),
    "sums": ("与全市数核对", "Held against the city’s own figures"),
    "stated": ("全市报的", "The city gives"),
    "summed": ("各区（市）之和", "Districts sum to"),
    "verdict": ("结果", "Result"),
    "equal": ("一致", "equal"),
    "within": ("在约数范围内", "within rounding"),
    "apart": ("相差 {apart}", "{apart} apart"),
    "gaps": ("不全的合计", "Sums with gaps"),
    "coverage": ("{given}/{all} 个地区", "{given} of {all} districts"),
    "lacks": ("缺 {names}", "without {names}"),
    "indicator": ("指标", "Indicator"),
    "none": ("没有问题。", "Nothing is wrong."),
}  # fmt: skip
CSS = """.intake section[lang] + section[lang] { border-top: 2px solid var(--line); }
.intake ul.lines { list-style: none; padding: 0; } .intake ul.lines li { margin: .35em 0; }
.examined td, .examined th { overflow-wrap: anywhere; }"""
MOST = 200  # rows of a table on a page for the telephone


def summaries(found: Collected, tables: Tables, lang: str) -> list[str]:
    """One line a region and period or file: ``峄城区 2024：3 处问题（见 a.xlsx）``."""
    names = dict(zip(tables.regions["region"], tables.regions[f"name_{lang}"], strict=True))
    lines = []
    for one in found.taken.submissions:
        errors = [p for p in one.reading.problems if p.severity == "error"]
        places = [f"{names[r]} {p}" for r, p in one.places] or [one.file]
        head = ("、" if lang == "zh" else ", ").join(places[:3])
        count = len(errors) + len(one.reading.questions)
        if lang == "zh":
            state = f"{count} 处问题（见 {one.file}）" if count else _word(one.status, lang)
            lines.append(f"{head}：{state}")
        else:
            state = f"{count} problems (see {one.file})" if count else _word(one.status, lang)
            lines.append(f"{head}: {state}")
    return lines


def intake_page(found: Collected, tables: Tables) -> str:
    """The page, Chinese first and English below it; it needs nothing else and runs nothing."""
    parts = []
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        inner = "\n".join(_sections(found, tables, lang))
        parts.append(f'<section lang="{tag}" id="{lang}">\n{inner}\n</section>')
    body = f'<div class="intake">{"".join(parts)}</div>'
    where = " · ".join(WORDS["title"])
    return page("zh", WORDS["title"][0], where=where, body=body, css=CSS)


def _word(name: str, lang: str, **values: object) -> str:
    return WORDS[name][lang == "en"].format(**values)


def _sections(found: Collected, tables: Tables, lang: str) -> Iterator[str]:
    if lang == "en":
        yield f"<h2>{escape(_word('title', lang))}</h2>"
    lines = summaries(found, tables, lang)
    yield '<ul class="lines">' + "".join(f"<li>{escape(one)}</li>" for one in lines) + "</ul>"
    yield from _titled("who", lang, _delivered(found, tables, lang))
    yield from (
        _titled("problems", lang, _problems(found, lang))
        if found.problems
        else (f"<p>{escape(_word('none', lang))}</p>",)
    )
    if questions := _questions(found, lang):
        yield from _titled("questions", lang, questions)
    if revised := _revised(found, tables, lang):
        yield from _titled("revised", lang, revised)
    if sums := _sums(found, tables, lang):
        yield from _titled("sums", lang, sums)
    if gaps := _gaps(found, tables, lang):
        yield from _titled("gaps", lang, gaps)


def _titled(name: str, lang: str, html: str) -> Iterator[str]:
    yield f"<h2>{escape(_word(name, lang))}</h2>"
    yield html


def _rows(rows: list[list[str]]) -> list[str]:
    return [
        '<tr role="row">'
        + "".join(
            f'<th scope="row" role="rowheader">{escape(text)}</th>'
            if not at
            else f'<td role="cell">{escape(text)}</td>'
            for at, text in enumerate(row)
        )
        + "</tr>"
        for row in rows[:MOST]
    ]


def _table(name: str, lang: str, heads: list[str], rows: list[list[str]]) -> str:
    return table(_word(name, lang), [_word(head, lang) for head in heads], _rows(rows))


def _delivered(found: Collected, tables: Tables, lang: str) -> str:
    """The districts in the office's order, each with what it sent."""
    by_region: dict[str, list[Submission]] = {}
    for one in found.taken.submissions:
        for region in dict.fromkeys(region for region, _ in one.places):
            by_region.setdefault(region, []).append(one)
    rows, shown = [], set()
    parents = {str(tables.regions.set_index("region")["parent"].get(r, "")) for r in by_region}
    for row in tables.regions.sort_values("position").to_dict("records"):
        region = str(row["region"])
        if region not in by_region and str(row["parent"]) not in parents - {""}:
            continue
        sent = by_region.get(region, [])
        shown |= {one.file for one in sent}
        state = "；".join(_state(one, lang) for one in sent) or _word("missing", lang)
        count = sum(e.region == region for one in sent for e in one.reading.entries)
        files = "、".join(one.file for one in sent)
        rows.append([str(row[f"name_{lang}"]), state, files, str(count) if sent else ""])
    rows += [[one.file, _state(one, lang), one.file, ""]
             for one in found.taken.submissions if one.file not in shown]  # fmt: skip
    return _table("who", lang, ["region", "state", "files", "figures"], rows)


def _state(one: Submission, lang: str) -> str:
    text = _word(one.status, lang)
    return f"{text}；{_word('revises', lang, file=one.revises)}" if one.revises else text


def _problems(found: Collected, lang: str) -> str:
    rows = []
    for one in sorted(found.problems, key=lambda p: p.severity != "error"):
        row = f"{one.row}" if one.row else ""
        place = " ".join(filter(None, (one.file, one.column + row if one.column else row)))
        rows.append([place, one.value[:60], one.message(lang), one.remedy(lang)])
    return _table("problems", lang, ["place", "shown", "what", "do"], rows)


def _questions(found: Collected, lang: str) -> str:
    rows = [
        [q.shown, f"{q.file} {q.sheet}!{q.address}".replace(" !", " "), "、".join(q.suggestions)]
        for one in found.taken.submissions
        for q in one.reading.questions
    ]
    if not rows:
        return ""
    note = f'<p class="note">{escape(_word("asks", lang))}</p>'
    return note + _table("questions", lang, ["text", "place", "near"], rows)


def _revised(found: Collected, tables: Tables, lang: str) -> str:
    rows = [
        [_label(tables, one.new.indicator, lang), f"{one.old.file}: {one.old.as_written}",
         f"{one.new.file}: {one.new.as_written}"]
        for one in found.taken.revisions
    ]  # fmt: skip
    return _table("revised", lang, ["indicator", "was", "now"], rows) if rows else ""


def _sums(found: Collected, tables: Tables, lang: str) -> str:
    rows = []
    for one in sorted(
        found.reconciled, key=lambda r: ("apart", "within", "equal").index(r.verdict)
    ):
        verdict = _word(one.verdict, lang, apart=f"{one.apart:f}")
        label = f"{_label(tables, one.rolled.indicator, lang)} {one.rolled.period}"
        rows.append([label, one.own.as_written, f"{one.rolled.value:f}", verdict])
    return _table("sums", lang, ["indicator", "stated", "summed", "verdict"], rows) if rows else ""


def _gaps(found: Collected, tables: Tables, lang: str) -> str:
    names = dict(zip(tables.regions["region"], tables.regions[f"name_{lang}"], strict=True))
    comma = "、" if lang == "zh" else ", "
    rows = []
    for one in found.rolled:
        if one.complete:
            continue
        given, whole = len(one.given), len(one.given) + len(one.missing)
        label = f"{_label(tables, one.indicator, lang)} {one.period}"
        lacks = _word("lacks", lang, names=comma.join(str(names[r]) for r in one.missing))
        rows.append([label, _word("coverage", lang, given=given, all=whole), lacks])
    return _table("gaps", lang, ["indicator", "figures", "state"], rows) if rows else ""


def _label(tables: Tables, indicator: str, lang: str) -> str:
    return str(tables.indicators.set_index("indicator")[f"label_{lang}"][indicator])
