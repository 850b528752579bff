"""A text under study: what an audit found, as pandas frames and as traced pieces of a report.

Notebooks open one with :func:`open_text`. Words and numbers of the text are quotations; how many
claims there are of each verdict are figures, counted from the text and the data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers import quantity as q
from helpers.analysis.figures import Figure
from helpers.analysis.report import OVERVIEW
from helpers.audit.text.audit import TITLES, Audit, audit
from helpers.audit.text.manuscript import Manuscript, read_manuscript
from helpers.audit.text.render import VERDICTS, evidence, marked, result, spelt
from helpers.audit.text.scope import covered, find_subject
from helpers.data import home, load
from helpers.data.slices import SUFFIX, read_slice
from helpers.telling.report import AreaReport, folder_of
from helpers.telling.tracing import Quote

if TYPE_CHECKING:
    from helpers.audit.text.judge import Claim
    from helpers.data import Tables
    from helpers.telling.tracing import Fragment

__all__ = ["EXAMPLE", "TextStudy", "open_text", "text_study"]

EXAMPLE = Path("examples") / "text.txt"
CLAIMS = ("quote", "label", "data", "result", "passage", "verdict", "reason", "start", "end")
CLAUSE = re.compile(r"[，。！？；：,!?;\n]")
NUMERAL = re.compile(r"[\d.,%％‰万亿千百余多]")
LEAST, MOST = 4, 30  # characters before a number: fewer take in one clause more, more are cut
PLACE = ("处", "quantities", "quantity")
ITEM = ("项", "figures", "figure")
# count → its name in both languages, its unit
COUNTS = {
    "text_claims": ("文中的数量", "Quantities in the text", PLACE),
    **{f"text_{name}": (*words, PLACE) for name, words in VERDICTS.items()},
    "text_linked": ("能对上指标的数量", "Quantities of an indicator", PLACE),
    "text_agreeing": ("与数据相符的数量", "Quantities that agree", PLACE),
    "text_known": ("数据中的指标", "Figures of the data", ITEM),
    "text_told": ("文中提到的指标", "Figures that the text states", ITEM),
    "text_unmentioned": ("文中没有提到的指标", "Figures not mentioned", ITEM),
    "text_findings": (
        "文稿自身的问题",
        "Findings on the text itself",
        ("处", "findings", "finding"),
    ),
}


@dataclass(frozen=True)
class TextStudy(AreaReport):
    """A study of all areas in one region and period, and a text held against it."""

    manuscript: Manuscript
    audit: Audit

    @cached_property
    def counts(self) -> dict[str, Figure]:
        """How many claims there are of each verdict, and what else `COUNTS` names, by slug."""
        known = [f for f in self.book.values() if f.kind == "indicator" and f.quantity]
        return counted(self.audit, self.manuscript.name, self.region, self.period, len(known))

    def find(self, name: str) -> Figure | None:
        """One of `counts`, or a figure of the data; None otherwise."""
        return self.counts.get(name) or super().find(name)

    @property
    def leading(self) -> list[Figure]:
        """The counts that matter most to a reader in a hurry."""
        names = ("text_claims", "text_contradicted", "text_unsupported", "text_unmentioned")
        return [self.counts[name] for name in names]

    @property
    def comparables(self) -> pd.DataFrame:
        """None: a text is held against its own region and period alone."""
        return super().comparables.iloc[:0]

    @property
    def verdicts(self) -> pd.DataFrame:
        """How many claims there are of each verdict (columns as `AreaReport.frame`)."""
        return self.frame(self.counts[f"text_{name}"] for name in VERDICTS)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The text's quantities in their order, one row each.

        Columns: quote and passage (words of the text), label and data (the figure that the claim
        is linked to, None where there is none), value, lower, upper (as the text states them, in
        base units), unit, qualifier, verdict (supported, rounded, contradicted, unsupported,
        not_data), result (the verdict in the study's language), reason, start, end (characters).
        """
        rows = [self._row_of(claim) for claim in self.audit.claims]
        columns = [*CLAIMS[:6], "value", "lower", "upper", "unit", "qualifier", *CLAIMS[6:]]
        return pd.DataFrame(rows, columns=columns)

    def _row_of(self, claim: Claim) -> dict[str, object]:
        stated, figure = claim.found.quantity, claim.figure
        return {
            "quote": Quote(spelt(claim.found.quote)),
            "label": figure.label(self.lang) if figure else "–",
            "data": figure,
            "result": result(claim, self.lang),
            "passage": self._passage(claim.found.start, claim.found.end),
            "verdict": claim.verdict,
            "value": float(stated.value),
            "lower": float(stated.interval.lower),
            "upper": float(stated.interval.upper),
            "unit": stated.unit,
            "qualifier": stated.qualifier,
            "reason": evidence(claim, self.lang),
            "start": claim.found.start,
            "end": claim.found.end,
        }

    def _passage(self, start: int, end: int) -> Quote:
        """The clause around a number, with the one before it where it says too little."""
        text = self.manuscript.text
        stops = [m.end() for m in CLAUSE.finditer(text, max(0, start - MOST), start)]
        line = text.rfind("\n", 0, start) + 1
        long = [at for at in stops if start - at >= LEAST]
        first = max(line, long[-1] if long else start - MOST)
        while first < start and NUMERAL.match(text, first):  # never cut inside a number
            first += 1
        found = CLAUSE.search(text, end)
        last = min(found.start() if found else len(text), end + MOST)
        return Quote(spelt(text[first:last].strip()))

    @property
    def unmentioned(self) -> pd.DataFrame:
        """The figures of the data that the text never states (columns as `AreaReport.frame`)."""
        return self.frame(self.audit.unmentioned)

    @property
    def findings(self) -> pd.DataFrame:
        """What the text says against itself: problem, label (list), passage (list)."""
        titles = self.tables.rules.set_index("rule")[f"title_{self.lang}"]
        figures = {claim.figure.key: claim.figure for claim in self.audit.claims if claim.figure}
        rows = [
            {
                "problem": self._problem(str(item["rule"]), titles),
                "label": [figures[key].label(self.lang) for key in item["figures"]],
                "passage": list(dict.fromkeys(self._passage(*span) for span in item["spans"])),
            }
            for item in self.audit.findings
        ]
        return pd.DataFrame(rows, columns=["problem", "label", "passage"])

    def _problem(self, rule: str, titles: pd.Series) -> str:
        if rule in TITLES:
            return TITLES[rule][self.lang == "en"]
        return ("不成立：" if self.lang == "zh" else "Does not hold: ") + str(titles[rule])

    def whole(self) -> Fragment:
        """The whole text, each claim marked by its verdict, its evidence on focus."""
        return marked(self.manuscript, self.audit.claims, self.lang)


def text_study(
    text: Manuscript, tables: Tables, region: str, period: str, lang: str, audience: str = "public"
) -> TextStudy:
    """The study of a text over loaded tables; an empty region or period is found in the text."""
    data = covered(tables)
    home = find_subject(text.text, data, region, period)
    own = data.fullest(home.region, home.period)
    base = AreaReport(tables, OVERVIEW, *own, lang, audience)
    whole = {item.name: getattr(base, item.name) for item in fields(AreaReport)}
    return TextStudy(**whole, manuscript=text, audit=audit(text.text, tables, region, period))


def open_text(
    text: str = "",
    region: str = "",
    period: str = "",
    lang: str = "zh",
    data: str = "",
    audience: str = "public",
) -> TextStudy:
    """The audit of a text that a notebook tells.

    ``text`` is the path of a .txt, .docx or .html file, from the working directory or the
    project's root; "" is the project's own example. ``data`` is a folder, a slice or ""; an
    empty region or period is what the text is of, as `halfsky audit` finds it. Raises
    NoManuscript where the file holds no text, DataRefused where the data are not fit to audit
    against, UnknownNameError for a region, period, language or audience that they do not know.
    """
    file = Path(text) if text else home() / EXAMPLE
    if not file.exists():
        file = home() / file
    # papermill hands over a code that is all digits as a number
    place = str(region), str(period)
    folder = folder_of(data)
    sliced = folder and Path(folder).suffix == SUFFIX
    tables = read_slice(folder) if sliced else load(folder)
    return text_study(read_manuscript(file), tables, *place, lang, audience)


def counted(found: Audit, name: str, region: str, period: str, known: int) -> dict[str, Figure]:
    """slug → the counts of an audit as figures of one region and period; see `COUNTS`.

    `name` is the text's file, which stands in the place of a table; `known` is the number of
    figures that the data have.
    """
    verdicts = [claim.verdict for claim in found.claims]
    numbers = {f"text_{name}": verdicts.count(name) for name in VERDICTS}
    numbers |= {
        "text_claims": len(verdicts),
        "text_linked": len(verdicts) - numbers["text_not_data"],
        "text_agreeing": numbers["text_supported"] + numbers["text_rounded"],
        "text_known": known,
        "text_told": known - len(found.unmentioned),
        "text_unmentioned": len(found.unmentioned),
        "text_findings": len(found.findings),
    }
    return {slug: _count(slug, numbers[slug], name, region, period) for slug in COUNTS}


def _count(slug: str, number: int, table: str, region: str, period: str) -> Figure:
    label_zh, label_en, (unit, many, one) = COUNTS[slug]
    value = Decimal(number)
    return Figure(
        slug=slug,
        kind="indicator",
        region=region,
        period=period,
        label_zh=label_zh,
        label_en=label_en[:1].upper() + label_en[1:],
        unit=unit,
        unit_en=many,
        unit_en_one=one,
        quantity=q.Quantity(value, q.Interval.point(value), unit, "", ""),
        table=table,
        form="count",
    )
