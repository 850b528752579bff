"""The page that a head of office reads on the phone: who has delivered, what is wrong where."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.lookup import by_name
from helpers.analysis.sums import below
from helpers.audit.shell import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.collect.collect import Collected, Submission
    from helpers.collect.roll_up import Key

__all__ = ["intake_page", "summaries"]

WORDS = {
    "title": ("收表情况", "Intake of submissions"),
    "counts": ("共 {all} 个地区：", "{all} districts: "),
    "who": ("谁报了，谁没报", "Who has delivered"),
    "missing": ("未报", "not delivered"),
    "taken": ("已收", "taken"),
    "open": ("有问题待答", "questions open"),
    "refused": ("退回", "sent back"),
    "duplicate": ("重复", "the same file again"),
    "late": ("迟报", "late"),
    "revises": ("修订 {file}", "revises {file}"),
    "figures": ("{n} 个数", "figures: {n}"),
    "faults": ("{n} 处问题（见 {file}）", "problems: {n} (see {file})"),
    "problems": ("哪里不对", "What is wrong where"),
    "none": ("没有问题。", "Nothing is wrong."),
    "questions": ("请答一次", "To be answered once"),
    "asks": ("在 mapping.csv 的 meaning 一列写明，以后照此办理。",
             "Fill in the column meaning of mapping.csv; it is used from then on."),
    "near": ("相近的有：{names}", "nearest: {names}"),
    "revised": ("修订了什么", "What was revised"),
    "change": ("原 {was}，现 {now}{moved}", "{was} before, {now} now{moved}"),
    "moved": ("，{sign}{n}", ", {sign}{n}"),
    "sums": ("与上级自报数核对", "Sums against the figures given above them"),
    "more": ("自报 {own}，比各地之和 {sum} 多 {apart}",
             "{own} given, {apart} more than the sum {sum}"),
    "less": ("自报 {own}，比各地之和 {sum} 少 {apart}",
             "{own} given, {apart} less than the sum {sum}"),
    "within": ("自报 {own}，各地之和 {sum}，在约数范围内",
               "{own} given, {sum} summed, within rounding"),
    "explained": ("；正好相当于{names}", "; as much as {names}"),
    "agree": ("{n} 项一致。", "{n} agree."),
    "coverage": ("合计齐不齐", "Which sums are complete"),
    "complete": ("{period}：{n} 项各地都报了", "{period}: {n} figures with all places"),
    "gap": ("{all} 个地区报了 {given} 个，缺{names}：{labels}，不作{whole}的数",
            "{given} of {all} places, without {names}: {labels}; no figures of {whole}"),
    "others": ("等 {n} 项", " and more, {n} in all"),
    "simulated": ("模拟数据，非真实数字", "Simulated: no figure is true"),
}  # fmt: skip
CSS = """.intake ul { list-style: none; padding: 0; }
.intake li { margin: 0; padding: .55rem 0 .55rem .8rem; border-inline-start: 4px solid var(--line);
 border-bottom: 1px solid var(--line); overflow-wrap: anywhere; break-inside: avoid; }
.intake li.good { border-inline-start-color: var(--agrees); }
.intake li.bad { border-inline-start-color: var(--accent); }
.intake li.look { border-inline-start-color: var(--odd); }
.intake li small { display: block; color: var(--soft); }
.intake h2 { margin-top: 2.2rem; }
.intake section + section { margin-top: 3rem; border-top: 3px solid var(--accent); }
@media print { .intake section + section { break-before: page; border: 0; } }"""
MOST = 200  # items of a list on a page for the telephone
NAMED = 4  # figures named in one line
TONES = {"taken": "good", "refused": "bad", "missing": "bad", "open": "look", "duplicate": "look"}


class Item(NamedTuple):
    """One line of the page: its tone (good, look, bad), what it is about, what is said of it."""

    tone: str
    head: str
    text: str
    more: str = ""


def summaries(found: Collected, lang: str) -> list[str]:
    """One line a region: ``峄城区 2024：3 处问题（见 a.xlsx）``."""
    return [f"{one.head}{'：' if lang == 'zh' else ': '}{one.text}" for one in _who(found, lang)]


def intake_page(found: Collected, revised: Mapping[Key, tuple[str, str]]) -> str:
    """The page, Chinese first and English below it; it needs nothing else and runs nothing.

    ``revised`` has the value and the written form that figures had before.
    """
    parts = []
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        inner = "\n".join(_sections(found, revised, lang))
        parts.append(f'<section lang="{tag}" id="{lang}">\n{inner}\n</section>')
    banner = " · ".join(WORDS["simulated"]) if found.tables.simulated else ""
    banner = f'<p class="banner">{banner}</p>' if banner else ""
    way = '<p class="note" lang="en"><a href="#en">English</a></p>'
    body = f'{banner}<div class="intake">{way}{"".join(parts)}</div>'
    return page("zh", WORDS["title"][0], where=WORDS["title"][1], body=body, css=CSS)


def _word(name: str, lang: str, **values: object) -> str:
    return WORDS[name][lang == "en"].format(**values)


def _comma(lang: str) -> str:
    return "、" if lang == "zh" else ", "


def _joined(told: list[str], lang: str) -> str:
    return ("，" if lang == "zh" else ", ").join(filter(None, told))


def _sections(found: Collected, revised: Mapping[Key, tuple[str, str]], lang: str) -> Iterator[str]:
    who = list(_who(found, lang))
    yield f'<p class="say">{escape(_counts(found, lang))}</p>'
    yield from _listed("who", lang, who)
    problems = list(_problems(found, lang))
    yield from _listed("problems", lang, problems, "" if problems else _word("none", lang))
    if asked := list(_questions(found, lang)):
        yield from _listed("questions", lang, asked, _word("asks", lang))
    if changes := list(_revised(found, revised, lang)):
        yield from _listed("revised", lang, changes)
    if any(one.verdict in ("equal", "within", "apart") for one in found.rolled):
        equal = sum(one.verdict == "equal" for one in found.rolled)
        note = _word("agree", lang, n=equal) if equal else ""
        yield from _listed("sums", lang, list(_reconciled(found, lang)), note)
    if coverage := list(_coverage(found, lang)):
        yield from _listed("coverage", lang, coverage)


def _listed(name: str, lang: str, items: list[Item], note: str = "") -> Iterator[str]:
    yield f"<h2>{escape(_word(name, lang))}</h2>"
    if note:
        yield f'<p class="note">{escape(note)}</p>'
    lines = []
    for one in items[:MOST]:
        more = f"<small>{escape(one.more)}</small>" if one.more else ""
        head = escape(one.head) + ("：" if lang == "zh" else ": ") * bool(one.text)
        head = f"<strong>{head}</strong>"
        lines.append(f'<li class="{one.tone}">{head}{escape(one.text)}{more}</li>')
    if lines:
        yield f"<ul>{''.join(lines)}</ul>"


def _by_region(found: Collected) -> dict[str, list[Submission]]:
    """The places asked, in the office's order, each with what it sent: those that sent
    something, and those beside them. A file without a figure is that of the place it is named
    after."""
    tables, sent = found.tables, defaultdict(list)
    names = dict(zip(tables.regions["region"], tables.regions["name_zh"], strict=True))
    for one in found.taken.submissions:
        named = [code for code, name in names.items() if name in one.file]
        for region in dict.fromkeys([region for region, _ in one.places] or named):
            sent[region].append(one)
    parents = dict(zip(tables.regions["region"], tables.regions["parent"], strict=True))
    asked = {place for region in sent for place in below(tables, str(parents.get(region) or "-"))}
    ordered = tables.regions.sort_values("position")["region"]
    return {
        str(r): sent.get(str(r), [])
        for r in ordered
        if (r in sent or r in asked) and not asked.intersection(below(tables, str(r)))
    }


def _state(sent: list[Submission]) -> str:
    """What became of a place's submissions, the worst that is not made good by another."""
    states = {one.status for one in sent}
    order = ("taken", "open", "refused", "duplicate")
    if "refused" in states and "taken" not in states:
        return "refused"
    return next((state for state in order if state in states), "missing")


def _counts(found: Collected, lang: str) -> str:
    by_region = _by_region(found).values()
    states = [_state(sent) for sent in by_region]
    late = sum(any(one.late for one in sent) for sent in by_region)
    told = [
        f"{states.count(state)} 个{_word(state, lang)}"
        if lang == "zh"
        else f"{states.count(state)} {_word(state, lang)}"
        for state in ("taken", "open", "refused", "missing")
        if state in states
    ]
    told += [f"{late} 个{_word('late', lang)}" if lang == "zh" else f"{late} late"] if late else []
    stop = "。" if lang == "zh" else "."
    return _word("counts", lang, all=len(states)) + _joined(told, lang) + stop


def _who(found: Collected, lang: str) -> Iterator[Item]:
    names = dict(
        zip(found.tables.regions["region"], found.tables.regions[f"name_{lang}"], strict=True)
    )
    shown = set()
    for region, sent in _by_region(found).items():
        shown |= {one.file for one in sent}
        periods = dict.fromkeys(p for one in sent for r, p in one.places if r == region)
        head = " ".join([str(names[region]), _comma(lang).join(periods)]).strip()
        state = _state(sent)
        told = [_word(state, lang)]
        told += [_word("late", lang)] if sent and all(one.late for one in sent) else []
        taken = sum(entry.region == region for entry in found.taken.entries)
        told += [_word("figures", lang, n=taken)] if taken else []
        told += [_faults(one, lang) for one in sent]
        files = [_file(one, lang) for one in sent]
        yield Item(TONES[state], head, _joined(told, lang), "；".join(files))
    for one in found.taken.submissions:
        if one.file not in shown:
            told = [_word(one.status, lang), _faults(one, lang)]
            yield Item(TONES[one.status], one.file, _joined(told, lang))


def _faults(one: Submission, lang: str) -> str:
    errors = sum(p.severity == "error" for p in one.reading.problems)
    count = errors + len(one.reading.questions)
    return _word("faults", lang, n=count, file=one.file) if count else ""


def _file(one: Submission, lang: str) -> str:
    told = [_word(one.status, lang)] if one.status != "taken" else []
    told += [_word("late", lang)] if one.late else []
    told += [_word("revises", lang, file=one.revises)] if one.revises else []
    told += [one.reading.filled_on[:10]] if one.reading.filled_on else []
    return (
        f"{one.file}（{'，'.join(told)}）"
        if told and lang == "zh"
        else (f"{one.file} ({', '.join(told)})" if told else one.file)
    )


def _problems(found: Collected, lang: str) -> Iterator[Item]:
    asked = {f"unknown-{q.kind}" for s in found.taken.submissions for q in s.reading.questions}
    told = [  # what has a list of its own is left out
        one
        for one in found.problems
        if one.rule != "sum-differs" and (one.severity == "error" or one.rule not in asked)
    ]
    for one in sorted(told, key=lambda p: p.severity != "error"):
        place = f"{one.column}{one.row}" if one.row else one.column
        head = " ".join(filter(None, (one.file.replace("!", " "), place)))
        value = f"“{one.value[:60]}” " if one.value else ""
        tone = "bad" if one.severity == "error" else "look"
        yield Item(tone, head, f"{value}{one.message(lang)}", one.remedy(lang))


def _questions(found: Collected, lang: str) -> Iterator[Item]:
    about = found.tables.indicators
    labels = dict(zip(about["indicator"], about[f"label_{lang}"], strict=True))
    for one in found.taken.submissions:
        for asked in one.reading.questions:
            place = f"{asked.file} {asked.sheet} {asked.address}".replace("  ", " ")
            near = _comma(lang).join(
                f"{labels[name]}（{name}）" if name in labels else name
                for name in asked.suggestions
            )
            text = _word("near", lang, names=near) if near else ""
            yield Item("look", asked.shown, text, place)


def _revised(found: Collected, revised: Mapping[Key, tuple[str, str]], lang: str) -> Iterator[Item]:
    for entry in found.taken.entries:
        if entry.key in revised:
            value, was = revised[entry.key]
            by = entry.value - Decimal(value)
            moved = _word("moved", lang, sign="+" if by > 0 else "−", n=f"{abs(by):,f}")
            text = _word("change", lang, was=was or value, now=entry.as_written, moved=moved)
            yield Item(
                "look", _named(found, *entry.key, lang), text, f"{entry.file} {entry.locator}"
            )


def _named(found: Collected, indicator: str, region: str, period: str, lang: str) -> str:
    label = by_name(found.tables, "indicators", "indicator")[indicator][f"label_{lang}"]
    return f"{by_name(found.tables, 'regions', 'region')[region][f'name_{lang}']} {period} {label}"


def _reconciled(found: Collected, lang: str) -> Iterator[Item]:
    names = found.tables.regions.set_index("region")[f"name_{lang}"]
    joint, either = ("与", "，或") if lang == "zh" else (" with ", ", or ")
    for verdict, tone in (("apart", "bad"), ("within", "good")):
        for one in found.rolled:
            if one.verdict == verdict:
                told = {"own": one.own.as_written, "sum": one.of.quantity.written}
                word = ("less" if one.apart[:1] == "-" else "more") if tone == "bad" else verdict
                text = _word(word, lang, apart=one.apart.lstrip("-"), **told)
                groups = [joint.join(names[code] for code in group) for group in one.explained]
                text += _word("explained", lang, names=either.join(groups)) if groups else ""
                yield Item(tone, _named(found, one.indicator, one.region, one.period, lang), text)


def _coverage(found: Collected, lang: str) -> Iterator[Item]:
    """Complete sums counted, and those with gaps, one line for all that lack the same places."""
    names = found.tables.regions.set_index("region")[f"name_{lang}"]
    labels = found.tables.indicators.set_index("indicator")[f"label_{lang}"]
    alike: dict[tuple, list[str]] = defaultdict(list)
    for one in found.rolled:
        alike[one.region, one.period, one.of.missing, len(one.of.places)].append(one.indicator)
    for (region, period, missing, whole), slugs in sorted(
        alike.items(), key=lambda a: len(a[0][2])
    ):
        head = str(names[region])
        if not missing:
            yield Item("good", head, _word("complete", lang, period=period, n=len(slugs)))
            continue
        listed = _comma(lang).join(labels[slug] for slug in slugs[:NAMED])
        listed += _word("others", lang, n=len(slugs)) if len(slugs) > NAMED else ""
        lacking = _comma(lang).join(names[code] for code in missing)
        told = {"all": whole, "given": whole - len(missing), "names": lacking, "labels": listed}
        yield Item("look", f"{head} {period}", _word("gap", lang, **told, whole=head))
