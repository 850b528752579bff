"""The page that a head of office reads on the phone: who has delivered, what is wrong where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.lookup import by_name
from helpers.analysis.sums import below
from helpers.audit.shell import page
from helpers.collect.words import worded, words

if TYPE_CHECKING:
    from helpers.collect.collect import Collected, Submission
    from helpers.collect.merge import Key

__all__ = ["intake_page", "summaries"]

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
    colon = "：" if lang == "zh" else ": "
    return [f"{one.head}{colon}{one.text}" for one in _Part(found, lang).who()]


def intake_page(found: Collected, revised: Mapping[Key, tuple[str, str]]) -> str:
    """The page, Chinese first and English below it; it needs nothing else and runs nothing.

    ``revised`` has the value and the written form that figures had before.
    """
    parts = []
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        inner = "\n".join(_Part(found, lang).sections(revised))
        parts.append(f'<section lang="{tag}" id="{lang}">\n{inner}\n</section>')
    banner = " · ".join(words("page")["simulated"]) if found.tables.simulated else ""
    banner = f'<p class="banner">{banner}</p>' if banner else ""
    way = '<p class="note" lang="en"><a href="#en">English</a></p>'
    body = f'{banner}<div class="intake">{way}{"".join(parts)}</div>'
    css = Path(__file__).with_name("intake.css").read_text(encoding="utf-8")
    title, where = words("page")["title"]
    return page("zh", title, where=where, body=body, css=css)


def _state(sent: list[Submission]) -> str:
    """What became of a place's submissions, the worst that is not made good by another."""
    states = {one.status for one in sent}
    order = ("taken", "refused", "open", "duplicate")
    return next((state for state in order if state in states), "missing")


@dataclass(frozen=True)
class _Part:
    """The page in one language."""

    found: Collected
    lang: str

    def word(self, name: str, **values: object) -> str:
        """A word or a sentence of the page."""
        return worded("page", name, **values)[self.lang == "en"]

    def names(self, codes: Iterable[str]) -> str:
        """Places by name."""
        regions = by_name(self.found.tables, "regions", "region")
        return self.listed(str(regions[code][f"name_{self.lang}"]) for code in codes)

    def label(self, slug: str) -> str:
        """An indicator's label, the text itself for what is no indicator."""
        row = by_name(self.found.tables, "indicators", "indicator").get(slug)
        return str(row[f"label_{self.lang}"]) if row else slug

    def named(self, indicator: str, region: str, period: str) -> str:
        """A figure by what it is of."""
        return f"{self.names([region])} {period} {self.label(indicator)}"

    def listed(self, texts: Iterable[str], comma: str = "、") -> str:
        """Texts one after the other."""
        return (comma if self.lang == "zh" else ", ").join(filter(None, texts))

    def sections(self, revised: Mapping[Key, tuple[str, str]]) -> Iterator[str]:
        """All that is told, as HTML."""
        rolled = self.found.rolled
        yield f'<p class="say">{escape(self.counts())}</p>'
        yield from self.section("who", self.who())
        problems = list(self.problems())
        yield from self.section("problems", problems, "" if problems else self.word("none"))
        if asked := list(self.questions()):
            yield from self.section("questions", asked, self.word("asks"))
        if changes := list(self.revised(revised)):
            yield from self.section("revised", changes)
        if any(one.verdict in ("equal", "within", "apart") for one in rolled):
            equal = sum(one.verdict == "equal" for one in rolled)
            note = self.word("agree", n=equal) if equal else ""
            yield from self.section("sums", self.reconciled(), note)
        if rolled:
            yield from self.section("coverage", self.coverage())

    def section(self, name: str, items: Iterable[Item], note: str = "") -> Iterator[str]:
        """A heading, a note, and a list of items."""
        yield f"<h2>{escape(self.word(name))}</h2>"
        if note:
            yield f'<p class="note">{escape(note)}</p>'
        colon, lines = "：" if self.lang == "zh" else ": ", []
        for one in list(items)[:MOST]:
            more = f"<small>{escape(one.more)}</small>" if one.more else ""
            head = f"<strong>{escape(one.head)}{colon * bool(one.text)}</strong>"
            lines.append(f'<li class="{one.tone}">{head}{escape(one.text)}{more}</li>')
        if lines:
            yield f"<ul>{''.join(lines)}</ul>"

    def by_region(self) -> dict[str, list[Submission]]:
        """The places asked, in the office's order, each with what it sent: those that sent
        something, and those beside them. A file without a figure is that of the place it is named
        after."""
        tables, sent = self.found.tables, defaultdict(list)
        regions = by_name(tables, "regions", "region")
        for one in self.found.taken.submissions:
            named = [code for code, row in regions.items() if str(row["name_zh"]) in one.file]
            for region in dict.fromkeys([region for region, _ in one.places] or named):
                sent[region].append(one)
        above = {str(regions[code]["parent"] or "-") for code in sent}
        asked = {place for parent in above for place in below(tables, parent)}
        return {
            code: sent.get(code, [])
            for code in sorted(regions, key=lambda code: regions[code]["position"])
            if (code in sent or code in asked) and not asked.intersection(below(tables, code))
        }

    def counts(self) -> str:
        """How many places have delivered, and how."""
        by_region = self.by_region().values()
        states = [_state(sent) for sent in by_region]
        states += ["late" for sent in by_region if any(one.late for one in sent)]
        told = self.listed(
            (self.word("of_them", n=states.count(state), state=words("page")[state])
             for state in ("taken", "open", "refused", "missing", "late") if state in states), "，"
        )  # fmt: skip
        return self.word("counts", all=len(by_region), told=told)

    def who(self) -> Iterator[Item]:
        """What each place has sent, and the files that nobody can be told of."""
        shown = set()
        for region, sent in self.by_region().items():
            shown |= {one.file for one in sent}
            periods = dict.fromkeys(p for one in sent for r, p in one.places if r == region)
            head = f"{self.names([region])} {self.listed(periods)}".strip()
            state = _state(sent)
            taken = sum(entry.region == region for entry in self.found.taken.entries)
            told = [self.word(state)]
            told += [self.word("late")] if sent and all(one.late for one in sent) else []
            told += [self.word("figures", n=taken)] if taken else []
            told += map(self.faults, sent)
            yield Item(TONES[state], head, self.listed(told, "，"), "；".join(map(self.file, sent)))
        for one in self.found.taken.submissions:
            if one.file not in shown:
                told = self.listed([self.word(one.status), self.faults(one)], "，")
                yield Item(TONES[one.status], one.file, told)

    def faults(self, one: Submission) -> str:
        """How many things are wrong with a file, "" for none."""
        count = sum(found.severity == "error" for found in one.reading.problems)
        count += len(one.reading.questions)
        return self.word("faults", n=count, file=one.file) if count else ""

    def file(self, one: Submission) -> str:
        """A file with what became of it."""
        told = [
            self.word(one.status) if one.status != "taken" else "",
            self.word("late") if one.late else "",
            self.word("revises", file=one.revises) if one.revises else "",
            one.reading.filled_on,
        ]
        return (
            self.word("file", file=one.file, told=self.listed(told, "，"))
            if any(told)
            else one.file
        )

    def problems(self) -> Iterator[Item]:
        """What is wrong, errors first; what has a list of its own is left out."""
        submissions = self.found.taken.submissions
        apart = {f"unknown-{q.kind}" for one in submissions for q in one.reading.questions}
        for one in sorted(self.found.problems, key=lambda found: found.severity != "error"):
            bad = one.severity == "error"
            if one.rule == "sum-differs" or (one.rule in apart and not bad):
                continue
            place = f"{one.column}{one.row or ''}"
            head = " ".join(filter(None, (one.file.replace("!", " "), place)))
            text = (f"“{one.value[:60]}” " if one.value else "") + one.message(self.lang)
            yield Item("bad" if bad else "look", head, text, one.remedy(self.lang))

    def questions(self) -> Iterator[Item]:
        """What must be answered once."""
        for one in (q for sent in self.found.taken.submissions for q in sent.reading.questions):
            place = " ".join(filter(None, (one.file, one.sheet, one.address)))
            near = self.listed(
                name if name == self.label(name) else f"{self.label(name)}（{name}）"
                for name in one.suggestions
            )
            yield Item("look", one.shown, self.word("near", names=near) if near else "", place)

    def revised(self, revised: Mapping[Key, tuple[str, str]]) -> Iterator[Item]:
        """Figures that were others before, and by how much."""
        for entry in self.found.taken.entries:
            if entry.key in revised:
                value, was = revised[entry.key]
                by = entry.value - Decimal(value)
                moved = self.word("moved", sign="+" if by > 0 else "−", n=f"{abs(by):,f}")
                text = self.word("change", was=was or value, now=entry.as_written, moved=moved)
                place = f"{entry.file} {entry.locator}"
                yield Item("look", self.named(*entry.key), text, place)

    def reconciled(self) -> Iterator[Item]:
        """Sums beside the figures given above them, those apart first."""
        for verdict, tone in (("apart", "bad"), ("within", "good")):
            for one in (one for one in self.found.rolled if one.verdict == verdict):
                told = {"own": one.own.as_written, "sum": one.of.quantity.written}
                word = ("less" if one.apart[:1] == "-" else "more") if tone == "bad" else verdict
                text = self.word(word, apart=one.apart.lstrip("-"), **told)
                if explained := one.explanation(self.found.tables):
                    text += explained[self.lang == "en"]
                yield Item(tone, self.named(one.indicator, one.region, one.period), text)

    def coverage(self) -> Iterator[Item]:
        """Complete sums counted, and those with gaps, one line for all that lack the same
        places."""
        alike: dict[tuple, list[str]] = defaultdict(list)
        for one in self.found.rolled:
            alike[one.region, one.period, one.of.missing, len(one.of.places)].append(one.indicator)
        for key, slugs in sorted(alike.items(), key=lambda pair: len(pair[0][2])):
            region, period, missing, places = key
            name = self.names([region])
            if not missing:
                text = self.word("complete", period=period, n=len(slugs))
                yield Item("good", name, text)
                continue
            listed = self.listed(map(self.label, slugs[:NAMED]))
            listed += self.word("others", n=len(slugs)) if len(slugs) > NAMED else ""
            told = {"all": places, "given": places - len(missing), "labels": listed}
            text = self.word("gap", **told, names=self.names(missing), whole=name)
            yield Item("look", f"{name} {period}", text)
