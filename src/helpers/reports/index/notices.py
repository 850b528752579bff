"""What the way in says of reports that are not there: which failed, which had no figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGS = ("zh", "en")
Texts = dict[str, str]  # by language
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of areas, regions and periods: code → text by language, in their order."""

    areas: Mapping[str, Texts]
    regions: Mapping[str, Texts]
    periods: Mapping[str, Texts]

    def where(self, entry: Record) -> Texts:
        """The reference area and period of a report."""
        region, period = str(entry["region"]), str(entry["period"])
        return {
            lang: f"{_named(self.regions, region, lang)} · {_named(self.periods, period, lang)}"
            for lang in LANGS
        }

    def title(self, entry: Record) -> Texts:
        """The title of a report's area."""
        return {lang: _named(self.areas, str(entry["area"]), lang) for lang in LANGS}


def by_code(records: Iterable[Record]) -> dict[str, Texts]:
    """code → names of records that have a ``code`` and a name under each language."""
    return {str(r["code"]): {lang: str(r[lang]) for lang in LANGS} for r in records}


def failed(entries: Iterable[Record], names: Names, words: Mapping[str, Mapping]) -> list[Record]:
    """Failed reports: title, place, language and reason, each in both languages."""
    return [
        {
            "title": names.title(entry),
            "where": names.where(entry),
            "language": {
                lang: words[lang]["portal"]["languages"].get(entry["lang"], entry["lang"])
                for lang in LANGS
            },
            "reason": _reason(entry),
        }
        for entry in entries
        if entry["status"] == "failed"
    ]


def withheld(entries: Iterable[Record], names: Names) -> list[Record]:
    """Withheld reports, a line for each place and reason, its areas in their order."""
    lines: dict[tuple[str, ...], dict[str, Record]] = {}
    for entry in entries:
        if entry["status"] == "withheld":
            place = tuple(str(entry.get(f, "")) for f in ("region", "period", "reason"))
            lines.setdefault(place, {})[str(entry["area"])] = entry
    order = {area: position for position, area in enumerate(names.areas)}
    found = []
    for _, by_area in sorted(lines.items()):
        areas = sorted(by_area, key=lambda area: order.get(area, len(order)))
        first = by_area[areas[0]]
        titles = [names.title(by_area[area]) for area in areas]
        found.append(
            {
                "where": names.where(first),
                "titles": {lang: [title[lang] for title in titles] for lang in LANGS},
                "reason": _reason(first),
            }
        )
    return found


def _named(names: Mapping[str, Texts], code: str, lang: str) -> str:
    return names.get(code, {}).get(lang, code)


def _reason(entry: Record) -> Texts:
    en = str(entry.get("reason", ""))
    return {"zh": str(entry.get("reason_zh") or en), "en": en}
