"""Lists of a report: what deserves attention, programmes, coherence rules, notes, sources."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis import lookup
from helpers.analysis.coherence import BROKEN, HOLDS, OPEN, UNTESTED
from helpers.analysis.figures import Figure
from helpers.telling import wording
from helpers.telling.sentences import about_of, piece, render
from helpers.telling.tables import note
from helpers.telling.tracing import Fragment, joined, named, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from helpers.analysis.attention import Item
    from helpers.analysis.coherence import Judgement
    from helpers.analysis.report import AreaFigures

TALLIES = {
    "rules_tested": (HOLDS, OPEN, BROKEN),
    "rules_held": (HOLDS,),
    "rules_open": (OPEN,),
}


def listed(parts: Iterable[Fragment], kind: str = "") -> Fragment:
    """Pieces as a list; nothing of it where there are none."""
    items = [Fragment(f"<li>{part.html}</li>", part.plain, part.figures) for part in parts]
    opening = f'<ul class="{kind}">' if kind else "<ul>"
    return joined(items, f"{opening}{{}}</ul>" if items else "", between=("", "\n"))


def programmes(here: AreaFigures, frame: pd.DataFrame | None = None) -> Fragment:
    """Programmes, mechanisms and awards by name, with their kind, level and parts; all of the
    area's unless rows are given. Those of several areas stand under the areas' titles.

    >>> here.named(here.programmes.query("kind == 'law'"))
    """
    frame = here.programmes if frame is None else frame
    if frame.empty:
        return nothing([], here.lang)
    if frame["area"].nunique() == 1:
        return listed((_programme(here, row) for row in frame.to_dict("records")), "programmes")
    groups = []
    for area, rows in frame.groupby("area", sort=False):
        title = here.name("areas", "area", str(area), "title")
        head = Fragment(f"<h3>{escape(title)}</h3>", title)
        groups.append(joined([head, programmes(here, rows)], between=("", "\n")))
    return joined(groups)


def _programme(here: AreaFigures, row: dict[str, object]) -> Fragment:
    kinds = (("programme", str(row["kind"])), ("level", str(row["level"])))
    words = [wording.word(kind, name, here.lang) for kind, name in kinds if name]
    tag = ("·" if here.lang == "zh" else ", ").join(words)
    parts = ("、" if here.lang == "zh" else "; ").join(filter(None, str(row["parts"]).split(";")))
    name = named(str(row["name"]))
    html, plain = f'{name.html} <span class="tag">{escape(tag)}</span>', f"{name.plain} ({tag})"
    if parts:
        html += f'<br><span class="name parts">{escape(parts)}</span>'
        plain += f": {parts}"
    return Fragment(html, plain)


def tally(here: AreaFigures, slug: str) -> Figure:
    """The number of the area's rules that were tested, held or stay open (``TALLIES``), as a
    figure.
    """
    count = Decimal(sum(j.verdict in TALLIES[slug] for j in here.judgements))
    return Figure(
        slug=f"{here.area}_{slug}",
        kind="indicator",
        region=here.region,
        period=here.period,
        label_zh=wording.word("tally", slug, "zh"),
        label_en=wording.word("tally", slug, "en"),
        unit="条",
        unit_en="rules",
        unit_en_one="rule",
        quantity=q.Quantity(count, q.Interval.point(count), "条", "", ""),
        table="rules.csv",
        form="count",
    )


def _summary(here: AreaFigures) -> Fragment:
    """How many rules were tested and what came of them, as a person would say it."""
    tested, held, unclear = (tally(here, slug) for slug in TALLIES)
    broken = tested.value - held.value - unclear.value
    outcomes = {"all": held.value, "open": unclear.value, "none": broken}
    came = [kind for kind, count in outcomes.items() if count]
    if len(came) == 1:
        pattern = wording.word(
            "rules", f"{came[0]} of {'many' if tested.value > 1 else 'one'}", here.lang
        )
    else:
        clauses = ("，" if here.lang == "zh" else "; ").join(
            wording.word("rules", kind, here.lang) for kind in came
        )
        pattern = wording.word("rules", "mixed", here.lang).replace("{told}", clauses)
    html, plain, told = {}, {}, []
    for mark, figure in {"n": tested, "h": held, "o": unclear}.items():
        with_unit = here.lang == "zh" or figure is tested
        plain[mark] = wording.text(figure, here.lang, unit=with_unit, words=here.words)
        html[mark] = traced(figure, here.lang, here.words, plain[mark])
        told += [figure] if f"{{{mark}}}" in pattern else []
    shown = f'<p class="say">{pattern.format(**html)}</p>'
    return Fragment(shown, pattern.format(**plain), used(told))


def _finding(here: AreaFigures, found: Judgement) -> Fragment:
    zh = here.lang == "zh"
    head = render(here, found.title_zh if zh else found.title_en, here.lang)
    body = render(here, found.message_zh if zh else found.message_en, here.lang)
    state = "open" if found.verdict == OPEN else "odd"
    html = f'<li class="{state}"><strong>{head.html}</strong> {body.html}</li>'
    return Fragment(html, f"{head.plain}: {body.plain}", used(head.figures + body.figures))


def rules(here: AreaFigures) -> Fragment:
    """How many of the area's coherence rules hold, and each oddity with both its numbers.

    A rule is shown wherever it is not certain to hold, told apart by whether it certainly fails.

    >>> here.checks()
    """
    if all(judged.verdict == UNTESTED for judged in here.judgements):
        return nothing([], here.lang)
    findings = [_finding(here, j) for j in here.judgements if j.verdict in (BROKEN, OPEN)]
    shown = [joined(findings, '<ul class="rules">{}</ul>')] if findings else []
    return joined([_summary(here), *shown])


def notes(here: AreaFigures) -> Fragment:
    """What the office says about these figures (``notes.csv``) and no sentence said yet.

    >>> here.notes()
    """
    texts = [
        str(row[f"text_{here.lang}"])
        for row in here.remarks
        if not (about_of(row) and str(row["text_zh"]) in here.told)
    ]
    told = [said for text in texts if (said := piece(here, text))]
    return listed(told) if told else nothing([], here.lang)


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
    """A sentence, and the figures behind it that it does not say itself."""
    said = render(here, item.zh if here.lang == "zh" else item.en, here.lang)
    told = {figure.key for figure in said.figures}
    evidence = [figure for figure in item.evidence if figure.key not in told]
    html = said.html
    if evidence:
        rows = listed((_evidence(here, figure) for figure in evidence), "evidence")
        html = f"<details><summary>{html}</summary>{rows.html}</details>"
    html = f'<li class="{item.kind}">{html}</li>'
    return Fragment(html, said.plain, used([*said.figures, *evidence]))


def _evidence(here: AreaFigures, figure: Figure) -> Fragment:
    """A figure under its label, with its place and period where they are not the report's own."""
    parts = [escape(figure.label(here.lang))]
    if figure.region != here.region:
        parts.append(named(here.name("regions", "region", figure.region)).html)
    if figure.period != here.period:
        parts.append(named(here.period_name(figure.period)).html)
    name = ("，" if here.lang == "zh" else ", ").join(parts)
    number = traced(figure, here.lang, here.words)
    return Fragment(f'<span class="what">{name}</span> {number}', "", used([figure]))


def sources(here: AreaFigures) -> Fragment:
    """Where the figures come from, and those beside them; the last cell of every notebook, it
    ends the report.

    >>> here.sources()
    """
    told = [f for frame in (here.indicators, here.derived) for f in frame["figure"]]
    own = {f.source for m in told for f in (m, *m.inputs) if m.quantity is not None}
    named_here = set(here.programmes["programme"])
    rows = lookup.rows(here.tables, "programmes")
    own |= {str(row["source"]) for row in rows if row["programme"] in named_here}
    others = {f.source for c in here.comparables["figure"] for f in (c, *c.inputs)} - own
    parts = [_sources(here, own, address=True)]
    if own - {""} and others - {""}:
        parts.append(note(here, zh="用于比较的数据另有来源：", en="Sources of the comparisons:"))
        parts.append(_sources(here, others, address=False))
    both = joined(part for part in parts if part.html)
    return Fragment(both.html, both.plain, ends_report=True)


def _sources(here: AreaFigures, slugs: set[str], *, address: bool) -> Fragment:
    """The sources with their titles, publishers and dates, and the address of what is no mirror."""
    told = []
    for row in lookup.rows(here.tables, "sources"):
        if row["source"] in slugs:
            parts = [str(row[f"title_{here.lang}"]), _publisher(str(row["publisher"]), here.lang)]
            parts += [
                str(row["date"]),
                str(row["address"] if address and not row["mirror"] else ""),
            ]
            told.append(named(("，" if here.lang == "zh" else ", ").join(filter(None, parts))))
    return listed(told, "sources")


def _publisher(text: str, lang: str) -> str:
    """The publisher in one language of 中文（English）; nothing where it is not established."""
    zh, _, en = text.partition("（")
    if zh.startswith("不详"):
        return ""
    return en.rstrip("）") if lang == "en" and en else zh
