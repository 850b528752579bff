"""Lists of a report: what deserves attention, programmes, coherence rules, notes, sources."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis import coherence, lookup
from helpers.analysis.figures import Figure
from helpers.telling import wording
from helpers.telling.sentences import about_of, can_be_said, render
from helpers.telling.tables import note
from helpers.telling.tracing import Fragment, joined, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from helpers.analysis.attention import Item
    from helpers.analysis.coherence import Judgement
    from helpers.analysis.report import AreaFigures

KINDS = {
    "action": ("行动", "action"),
    "activity": ("活动", "activity"),
    "award": ("荣誉", "award"),
    "brand": ("品牌", "brand"),
    "campaign": ("宣传活动", "campaign"),
    "event": ("会议与活动", "event"),
    "inspection": ("视察", "inspection"),
    "law": ("法规", "law"),
    "mechanism": ("机制", "mechanism"),
    "model": ("模式", "model"),
    "pairing": ("协作", "paired assistance"),
    "plan": ("规划", "plan"),
    "policy": ("政策", "policy"),
    "programme": ("项目", "programme"),
    "project": ("工程", "project"),
    "reform": ("改革", "reform"),
    "series": ("系列活动", "series"),
    "system": ("体系", "system"),
    "venue": ("阵地", "venue"),
}

# what came of the rules → of one rule, of several; then the clauses of a mixed outcome
SUMMARY = {
    "zh": {
        "all": ("核对{n}，成立。", "核对{n}，全部成立。"),
        "none": ("核对{n}，需要留意，见下。", "核对{n}，都需要留意，见下。"),
        "open": ("核对{n}，因约数不能判定，见下。", "核对{n}，都因约数不能判定，见下。"),
        "mixed": ("核对{n}，", ("{h}成立", "{o}因约数不能判定", "其余需要留意，见下"), "，", "。"),
    },
    "en": {
        "all": ("{n} was tested, and it holds.", "All {n} tested hold."),
        "none": ("{n} was tested and calls for a look.", "All {n} tested call for a look."),
        "open": ("{n} was tested; rounding leaves it open.", "Rounding leaves all {n} open."),
        "mixed": (
            "Of {n} tested, ",
            ("{h} can be shown to hold", "rounding leaves {o} open", "the others call for a look"),
            "; ",
            ".",
        ),
    },
}


def _programme(here: AreaFigures, row: dict[str, object]) -> tuple[str, str]:
    zh = here.lang == "zh"
    kind = KINDS.get(str(row["kind"]), (row["kind"], row["kind"]))[0 if zh else 1]
    tags = [str(kind)] + ([wording.level(str(row["level"]), here.lang)] if row["level"] else [])
    tag = ("·" if zh else ", ").join(tags)
    parts = ("、" if zh else "; ").join(p for p in str(row["parts"]).split(";") if p)
    html = (
        f'<li><span class="name">{escape(str(row["name"]))}</span> <span class="tag">{tag}</span>'
    )
    if parts:
        html += f'<br><span class="name parts">{escape(parts)}</span>'
    return html + "</li>", f"{row['name']} ({tag})" + (f": {parts}" if parts else "")


def programmes(here: AreaFigures, frame: pd.DataFrame | None = None) -> Fragment:
    """Programmes, mechanisms and awards by name, with their kind, level and parts; all of the
    area's unless rows are given. Those of several areas stand under the areas' titles.

    >>> here.named(here.programmes.query("kind == 'law'"))
    """
    frame = here.programmes if frame is None else frame
    if frame.empty:
        return nothing([], here.lang)
    if frame["area"].nunique() > 1:
        groups = frame.groupby("area", sort=False)
        return joined(_under_title(here, str(area), rows) for area, rows in groups)
    items = [_programme(here, row) for row in frame.to_dict("records")]
    html = f'<ul class="programmes">{"".join(i[0] for i in items)}</ul>'
    return Fragment(html, "\n".join(i[1] for i in items))


def _under_title(here: AreaFigures, area: str, frame: pd.DataFrame) -> Fragment:
    title, listed = here.name("areas", "area", area, "title"), programmes(here, frame)
    return Fragment(f"<h3>{escape(title)}</h3>{listed.html}", f"{title}\n{listed.plain}")


def tally(
    here: AreaFigures, judged: Sequence[Judgement], verdicts: Sequence[str], slug: str
) -> Figure:
    """The number of rules with one of the verdicts, as a figure of the area."""
    labels = {
        "rules_tested": ("核对规则", "rules tested"),
        "rules_held": ("成立的规则", "rules that hold"),
        "rules_open": ("因约数而两可的规则", "rules that rounding leaves open"),
    }
    count = Decimal(sum(j.verdict in verdicts for j in judged))
    return Figure(
        slug=f"{here.area}_{slug}",
        kind="indicator",
        region=here.region,
        period=here.period,
        label_zh=labels[slug][0],
        label_en=labels[slug][1],
        unit="条",
        unit_en="rules",
        unit_en_one="rule",
        quantity=q.Quantity(count, q.Interval.point(count), "条", "", ""),
        table="rules.csv",
        form="count",
    )


def _summary(here: AreaFigures, judged: Sequence[Judgement]) -> Fragment:
    """How many rules were tested and what came of them, as a person would say it."""
    every = (coherence.HOLDS, coherence.OPEN, coherence.BROKEN)
    tested = tally(here, judged, every, "rules_tested")
    held = tally(here, judged, (coherence.HOLDS,), "rules_held")
    unclear = tally(here, judged, (coherence.OPEN,), "rules_open")
    counts = {"n": tested, "h": held, "o": unclear}
    broken = tested.value - held.value - unclear.value
    outcomes = zip(("all", "open", "none"), (held.value, unclear.value, broken), strict=True)
    came = [kind for kind, count in outcomes if count]
    if len(came) == 1:
        pattern = SUMMARY[here.lang][came[0]][tested.value > 1]
    else:
        start, clauses, comma, stop = SUMMARY[here.lang]["mixed"]
        told = [c for k, c in zip(("all", "open", "none"), clauses, strict=True) if k in came]
        pattern = start + comma.join(told) + stop
    shown = {
        mark: wording.text(f, here.lang, unit=here.lang == "zh" or f is tested, words=here.words)
        for mark, f in counts.items()
    }
    linked = {mark: traced(f, here.lang, here.words, shown[mark]) for mark, f in counts.items()}
    told = [figure for mark, figure in counts.items() if f"{{{mark}}}" in pattern]
    html = f'<p class="say">{pattern.format(**linked)}</p>'
    return Fragment(html, pattern.format(**shown), used(told))


def _finding(here: AreaFigures, judgement: Judgement) -> Fragment:
    title = judgement.title_zh if here.lang == "zh" else judgement.title_en
    message = judgement.message_zh if here.lang == "zh" else judgement.message_en
    head_html, head, named = render(here, title, here.lang)[:3]
    html, plain, figures = render(here, message, here.lang)[:3]
    state = "open" if judgement.verdict == coherence.OPEN else "odd"
    body = f'<li class="{state}"><strong>{head_html}</strong> {html}</li>'
    return Fragment(body, f"{head}: {plain}", used(named + figures))


def rules(here: AreaFigures) -> Fragment:
    """How many of the area's coherence rules hold, and each oddity with both its numbers.

    A rule is shown wherever it is not certain to hold, told apart by whether it certainly fails.

    >>> here.checks()
    """
    judged = [j for j in here.judgements if j.verdict != coherence.UNTESTED]
    if not judged:
        return nothing([], here.lang)
    shown = [j for j in judged if j.verdict in (coherence.BROKEN, coherence.OPEN)]
    parts = [_summary(here, judged)]
    if shown:
        findings = [_finding(here, judgement) for judgement in shown]
        parts.append(joined(findings, '<ul class="rules">{}</ul>'))
    return joined(parts)


def notes(here: AreaFigures) -> Fragment:
    """What the office says about these figures (``notes.csv``) and no sentence said yet.

    >>> here.notes()
    """
    texts = [
        str(row[f"text_{here.lang}"])
        for row in here.remarks
        if not (about_of(row) and str(row["text_zh"]) in here.told)
    ]
    told = [render(here, text, here.lang) for text in texts if can_be_said(here, text)]
    if not told:
        return nothing([], here.lang)
    html = "".join(f"<li>{note.html}</li>" for note in told)
    figures = used(figure for note in told for figure in note.figures)
    return Fragment(f"<ul>{html}</ul>", "\n".join(note.plain for note in told), figures)


def attention(here: AreaFigures, most: int = 5) -> Fragment:
    """What deserves attention, first things first: rules broken, targets missed or out of
    reach, places out of line, sums that disagree, large changes, figures missing.

    Each is a sentence that opens to its evidence; nothing where there is nothing.

    >>> here.attention()
    """
    parts = [_item(here, item) for item in here.items[:most]]
    if not parts:
        return nothing([], here.lang)
    return joined(parts, '<ul class="attention">{}</ul>')


def _item(here: AreaFigures, item: Item) -> Fragment:
    html, plain, figures = render(here, item.zh if here.lang == "zh" else item.en, here.lang)[:3]
    told = {figure.key for figure in figures}
    evidence = _evidence(here, [figure for figure in item.evidence if figure.key not in told])
    body = (
        f'<li class="{item.kind}"><details><summary>{html}</summary>{evidence.html}</details></li>'
        if evidence.html
        else f'<li class="{item.kind}">{html}</li>'
    )
    return Fragment(body, plain, {**used(figures), **evidence.figures})


def _evidence(here: AreaFigures, figures: Sequence[Figure]) -> Fragment:
    """The figures behind a sentence that it does not say itself, each under the name that tells
    it from the others.
    """
    rows = [
        f'<li><span class="what">{_name(here, figure)}</span> '
        f"{traced(figure, here.lang, here.words)}</li>"
        for figure in figures
    ]
    html = f'<ul class="evidence">{"".join(rows)}</ul>' if rows else ""
    return Fragment(html, "", used(figures))


def _name(here: AreaFigures, figure: Figure) -> str:
    """The label of a figure, with its place and period where they are not the report's own."""
    parts = [escape(figure.label(here.lang))]
    if figure.region != here.region:
        named = here.name("regions", "region", figure.region)
        parts.append(f'<span class="name">{escape(named)}</span>')
    if figure.period != here.period:
        parts.append(f'<span class="name">{escape(here.period_name(figure.period))}</span>')
    return ("，" if here.lang == "zh" else ", ").join(parts)


def _source(here: AreaFigures, row: dict[str, object], *, address: bool) -> tuple[str, str]:
    comma = "，" if here.lang == "zh" else ", "
    parts = [str(row[f"title_{here.lang}"]), _publisher(str(row["publisher"]), here.lang)]
    parts.append(str(row["date"]))
    if (
        address and row["address"] and not row["mirror"]
    ):  # the address of a mirror would mislead readers
        parts.append(str(row["address"]))
    plain = comma.join(part for part in parts if part)
    return f'<li><span class="name">{escape(plain)}</span></li>', plain


def _publisher(text: str, lang: str) -> str:
    """The publisher in one language of 中文（English）; nothing where it is not established."""
    zh, _, en = text.partition("（")
    if zh.startswith("不详"):
        return ""
    return en.rstrip("）") if lang == "en" and en else zh


def _sources(here: AreaFigures, slugs: set[str], *, address: bool) -> Fragment:
    rows = [row for row in lookup.rows(here.tables, "sources") if row["source"] in slugs]
    items = [_source(here, row, address=address) for row in rows]
    html = f'<ul class="sources">{"".join(i[0] for i in items)}</ul>' if items else ""
    return Fragment(html, "\n".join(i[1] for i in items))


def sources(here: AreaFigures) -> Fragment:
    """Where the figures come from, and those beside them; the last cell of every notebook, it
    ends the report.

    >>> here.sources()
    """
    told = [f for frame in (here.indicators, here.derived) for f in frame["figure"]]
    own = {f.source for m in told for f in (m, *m.inputs) if m.quantity is not None}
    own |= _programme_sources(here)
    others = {f.source for c in here.comparables["figure"] for f in (c, *c.inputs)} - own
    parts = [_sources(here, own, address=True)]
    if own - {""} and others - {""}:
        parts.append(note(here, zh="用于比较的数据另有来源：", en="Sources of the comparisons:"))
        parts.append(_sources(here, others, address=False))
    both = joined(part for part in parts if part.html)
    return Fragment(both.html, both.plain, ends_report=True)


def _programme_sources(here: AreaFigures) -> set[str]:
    own = set(here.programmes["programme"])
    rows = lookup.rows(here.tables, "programmes")
    return {str(row["source"]) for row in rows if row["programme"] in own}
