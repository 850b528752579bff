"""The data folder that comes of an inbox: the earlier tables, with what was taken put in, and the
figures of the districts summed to the city's and reconciled.

A figure taken replaces the earlier one of the same indicator, region and period. Only what was
taken, and what follows from it, is summed. Over time, flows are summed over the parts of a period
and stocks are those at its end; over places, additive indicators are summed, level by level from
below, and only where every place has given its figure: a sum with a gap is not the city's (see
:mod:`helpers.analysis.sums`), and stands only where the city gave none of its own. The same inbox
gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name
from helpers.analysis.observations import from_rows
from helpers.analysis.sums import DIFFERS, SUMMED, Sum, agreement, below
from helpers.collect.headings import harmless
from helpers.collect.words import Both, both, worded
from helpers.data.decode import HANZI, repaired
from helpers.data.problems import masked
from helpers.fonts import lacking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helpers.analysis.figures import Figure
    from helpers.collect.collect import Submission, Taken
    from helpers.data import Tables
    from helpers.data.folder import Folder
    from helpers.data.sheets import Sheet
    from helpers.quantity import Quantity

__all__ = ["Cells", "Key", "RolledUp", "data_folder", "merged", "observed", "roll_up"]

Key = tuple[str, str, str]  # indicator, region, period
Cells = dict[str, str]
SUBMISSIONS = (
    "submission", "file", "status", "late", "form", "regions", "periods", "filled_by",
    "filled_on", "figures", "problems", "questions", "revises",
)  # fmt: skip
RECONCILED = (
    "indicator", "region", "period", "verdict", "given", "missing", "late", "revised", "stated",
    "summed", "apart", "explained_by",
)  # fmt: skip
ENGLISH = {"公式计算": "Computed by a formula", "表中合计": "The table's own total"}


@dataclass(frozen=True)
class RolledUp:
    """The sum of the places below a region, and the figure that the region gives itself."""

    indicator: str
    region: str
    period: str
    of: Sum
    own: Figure | None

    @property
    def verdict(self) -> str:
        """``gap`` where a place is missing, ``summed`` where the region gave no figure itself,
        else ``equal``, ``within`` its rounding, or ``apart``."""
        if self.of.missing or self.own is None:
            return "gap" if self.of.missing else "summed"
        if agreement(self.of, self.own) == DIFFERS:
            return "apart"
        return "within" if self.apart else "equal"

    @property
    def apart(self) -> str:
        """How far the region's own figure lies above the sum, "" where they are the same."""
        difference = self.own.quantity.value - self.of.quantity.value if self.own else 0
        return f"{difference:f}" if difference else ""

    @cached_property
    def explained(self) -> list[tuple[str, ...]]:
        """The places, alone or in twos, that would explain what is apart."""
        return self.of.explained(self.own) if self.verdict == "apart" else []

    def explanation(self, tables: Tables) -> Both | str:
        """What would explain it, in words; "" where nothing would."""
        regions = by_name(tables, "regions", "region")
        told = []
        for at, (joint, either) in enumerate((("与", "，或"), (" with ", ", or "))):
            groups = ([both(regions[code], "name")[at] for code in one] for one in self.explained)
            told.append(either.join(joint.join(names) for names in groups))
        return worded("page", "explained", names=tuple(told)) if self.explained else ""

    def count(self, how: str) -> int:
        """How many of the places were ``late``, or have ``revised``."""
        return sum(how in figure.delivery.split(";") for figure in self.of.given)


def merged(folder: Folder, taken: Taken) -> tuple[dict[Key, Cells], dict[Key, tuple[str, str]]]:
    """The observations by indicator, region and period, earlier ones and those taken; and the value
    and written form that those revised had before."""
    rows: dict[Key, Cells] = {}
    for sheet in observed(folder):
        for cells in _texts(sheet):
            rows[cells["indicator"], cells["region"], cells["period"]] = cells
    by_file = {one.file: one for one in taken.submissions}
    revised = {new.key: (f"{old.value:f}", old.as_written) for old, new in taken.revisions}
    for entry in taken.entries:
        key, value = entry.key, f"{entry.value:f}"
        if key in rows and rows[key]["value"] != value and key not in revised:
            revised[key] = rows[key]["value"], rows[key]["as_written"] or rows[key]["value"]
        old = revised.get(key, ("", ""))[1]
        ways = {"late": by_file[entry.file].late, "revised": bool(old)}
        remark = _as_cell(entry.remark)
        en = ENGLISH.get(remark, remark)
        en = "The district’s remark is in Chinese." if HANZI.search(en) else en
        note = (f"修订，原为{old}。" if old else "") + remark
        rows[key] = _row(
            key, value, entry.qualifier, entry.as_written,
            (note, " ".join(filter(None, ("Revised." if old else "", en)))),
            delivery=";".join(way for way in ways if ways[way]),
            source=by_file[entry.file].source, locator=entry.locator,
        )  # fmt: skip
    return rows, revised


def _row(key: Key, value: str, qualifier: str, written: str, note: Both, **more: str) -> Cells:
    """A row of the observations; ``more`` are its delivery, source and locator."""
    names = ("indicator", "region", "period", "value", "qualifier", "as_written", "status")
    cells = dict(zip(names, (*key, value, qualifier, written, "A"), strict=True))
    return {**cells, "note_zh": note[0], "note_en": note[1], **more}


# --- sums ------------------------------------------------------------------------------------


def roll_up(tables: Tables, rows: dict[Key, Cells], changed: set[Key]) -> list[RolledUp]:
    """The sums that have to do with what has ``changed``; complete ones that the region did not
    give itself are put into ``rows``, as are whole periods that follow from their parts."""
    figures = dict(zip(rows, from_rows(tables, rows.values()), strict=True))
    changed = set(changed)
    for key, cells in _over_time(tables, figures, sorted(changed)):
        figures[key] = next(from_rows(tables, [cells]))
        rows[key] = cells
        changed.add(key)
    additive = set(tables.indicators.loc[tables.indicators["additive"], "indicator"])
    found = []
    for parent in _from_below(tables):
        places = below(tables, parent)
        near = {(i, p) for i, r, p in changed if i in additive and r in (parent, *places)}
        for indicator, period in sorted(near) if len(places) > 1 else ():
            key = (indicator, parent, period)
            there = (figures.get((indicator, place, period)) for place in places)
            of = Sum(places, tuple(figure for figure in there if figure is not None))
            if not of.given:
                continue
            own = figures.get(key)
            one = RolledUp(*key, of, None if own and SUMMED in own.delivery.split(";") else own)
            found.append(one)
            if one.verdict == "summed":
                rows[key] = _sum_cells(one)
                figures[key] = next(from_rows(tables, [rows[key]]))
                changed.add(key)
    region, period, indicator = (
        {name: at for at, name in enumerate(tables.frames[f"{column}s"][column])}
        for column in ("region", "period", "indicator")
    )
    return sorted(
        found, key=lambda one: (region[one.region], period[one.period], indicator[one.indicator])
    )


def _from_below(tables: Tables) -> list[str]:
    """The regions that have others below them, the lowest first."""
    parents = dict(zip(tables.regions["region"], tables.regions["parent"], strict=True))

    def depth(region: str) -> int:
        return 1 + depth(str(parents[region])) if parents.get(region) else 0

    return sorted({str(p) for p in parents.values() if p}, key=lambda r: (-depth(r), r))


def _added(of: Sum) -> Quantity:
    """A sum as a figure of its own: of a range the lower end is its value."""
    found = of.quantity
    return found if found.interval.exact else replace(found, value=found.interval.lower)


def _sum_cells(one: RolledUp) -> Cells:
    """The row of a sum that the region did not give itself."""
    given = len(one.of.given)
    counts = {"all": given, "late": one.count("late"), "revised": one.count("revised")}
    told = [worded("summed", name, count=count) for name, count in counts.items() if count]
    zh, en = ("".join(texts) for texts in zip(*told, strict=True))
    about = {"source": "districts_summed", "locator": f"{given}/{given}", "delivery": SUMMED}
    key, of = (one.indicator, one.region, one.period), _added(one.of)
    return _row(key, f"{of.value:f}", "", of.written, (f"{zh}。", f"{en}."), **about)


def _over_time(
    tables: Tables, figures: Mapping[Key, Figure], changed: list[Key]
) -> Iterator[tuple[Key, Cells]]:
    """Rows of whole periods that were not given, from those of their parts: flows are summed, of
    stocks the last one counts."""
    about = by_name(tables, "indicators", "indicator")
    spans = {
        name: (str(row["start"] or ""), str(row["end"] or ""))
        for name, row in by_name(tables, "periods", "period").items()
    }
    tiled = {whole: parts for whole in spans if (parts := _parts(whole, spans))}
    wanted = {(i, r, whole) for i, r, part in changed for whole in tiled if part in tiled[whole]}
    for indicator, region, whole in sorted(wanted - set(figures)):
        given = [figures.get((indicator, region, part)) for part in tiled[whole]]
        kind = about[indicator]["measure_type"]
        if all(given) and (kind == "stock" or (kind == "flow" and about[indicator]["additive"])):
            last = given[-1]
            quantity = _added(Sum((), tuple(given)))
            if kind == "stock":
                quantity = replace(last.quantity, written=last.as_written)
            ways = sorted({way for one in given for way in one.delivery.split(";") if way})
            names = ("、".join(tiled[whole]), ", ".join(tiled[whole]))
            key = (indicator, region, whole)
            yield key, _row(
                key, f"{quantity.value:f}", quantity.qualifier, quantity.written,
                worded("summed", kind, parts=names),
                delivery=";".join(ways), source=last.source, locator=last.locator,
            )  # fmt: skip


def _parts(whole: str, spans: Mapping[str, tuple[str, str]]) -> list[str]:
    """The periods that lie one after the other and fill a whole one; empty where none do."""
    start, end = spans[whole]
    if not start or not end:
        return []
    inside = sorted(
        (other_start, other_end, name)
        for name, (other_start, other_end) in spans.items()
        if name != whole and other_start and start <= other_start and other_end <= end
    )
    parts, at = [], start
    for other_start, other_end, name in inside:
        if other_start == at and (other_start, other_end) != (start, end):
            parts.append(name)
            at = (dt.date.fromisoformat(other_end) + dt.timedelta(days=1)).isoformat()
    after = (dt.date.fromisoformat(end) + dt.timedelta(days=1)).isoformat()
    return parts if parts and at == after else []


# --- the folder ------------------------------------------------------------------------------


def data_folder(
    folder: Folder, tables: Tables, taken: Taken, rows: Mapping[Key, Cells], rolled: list[RolledUp]
) -> dict[str, bytes]:
    """File name → content of the new data folder."""
    files = {
        f"{name}.csv": _csv(sheet.texts, _texts(sheet))
        for name, sheet in folder.sheets.items()
        if not sheet.inherited and name not in ("observations", "sources")  # those are made anew
    }
    order = [
        {name: at for at, name in enumerate(tables.frames[f"{column}s"][column])}
        for column in ("indicator", "region", "period")
    ]
    keys = sorted(rows, key=lambda key: [at[name] for at, name in zip(order, key, strict=True)])
    names = observed(folder)[0].table.names
    files["observations.csv"] = _csv(names, (rows[key] for key in keys))
    sources = folder.sheets["sources"]
    files["sources.csv"] = _csv(sources.table.names, _sources(sources, tables, taken, rows))
    files["submissions.csv"] = _csv(SUBMISSIONS, map(_submission, taken.submissions))
    files["reconciliation.csv"] = _csv(RECONCILED, map(_reconciled, rolled))
    about = {"name": "collected", "simulated": folder.simulated,
             "title": "汇总数据", "title_en": "Figures collected"}  # fmt: skip
    files["datapackage.json"] = f"{json.dumps(about, ensure_ascii=False, indent=2)}\n".encode()
    return files


def observed(folder: Folder) -> list[Sheet]:
    """The folder's observations: one sheet, or one a region."""
    if folder.regional is None:
        return [folder.sheets["observations"]]
    return [folder.regional.read(region)[0] for region in folder.regional.codes]


def _texts(sheet: Sheet) -> list[dict[str, str]]:
    names, columns = list(sheet.texts), zip(*sheet.texts.values(), strict=True)
    return [dict(zip(names, row, strict=True)) for row in columns]


def _csv(names: Iterable[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    lines = csv.DictWriter(
        text, list(names), lineterminator="\n", restval="", extrasaction="ignore"
    )
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode("utf-8")


def _sources(
    sheet: Sheet, tables: Tables, taken: Taken, rows: Mapping[Key, Cells]
) -> Iterable[Mapping[str, object]]:
    """The sources that the observations and the folder's other tables cite."""
    yield from _texts(sheet)
    cited = {cells["source"] for cells in rows.values()} - set(sheet.texts["source"])
    names = by_name(tables, "regions", "region")
    for one in taken.submissions:
        if one.source not in cited or one.status == "duplicate":
            continue
        codes = dict.fromkeys(entry.region for entry in one.reading.entries)
        zh, en = (mark.join(str(names[code][f"name_{lang}"]) for code in codes)
                  for lang, mark in (("zh", "、"), ("en", ", ")))  # fmt: skip
        file = _as_cell(one.file)
        file = "".join(sign for sign in file if sign not in lacking(file))
        yield {
            "source": one.source,
            "title_zh": f"{zh}报送：{file}",
            "title_en": f"Submission of {en}" if HANZI.search(file) else f"{en}: {file}",
            "publisher": f"{zh}（{en}）",
            "date": one.reading.filled_on,
            "mirror": "false",
        }
    if "districts_summed" in cited:
        title = {"title_zh": "各区（市）数据合计", "title_en": "Sum of the districts’ figures"}
        yield {"source": "districts_summed", **title, "publisher": "本办公室（this office）",
               "mirror": "false"}  # fmt: skip


def _as_cell(text: str) -> str:
    """A text of somebody else's as a cell of a table: readable, on one line, nobody's number."""
    visible = "".join(sign if sign.isprintable() else " " for sign in repaired(text) or text)
    return harmless(masked(" ".join(visible.split())))


def _submission(one: Submission) -> Mapping[str, object]:
    reading = one.reading
    regions, periods = (";".join(dict.fromkeys(place[at] for place in one.places)) for at in (0, 1))
    figures = len(reading.entries) if one.status in ("taken", "open") else 0
    values = (
        reading.document.sha256, harmless(one.file), one.status, "true" if one.late else "",
        reading.form, regions, periods, _as_cell(reading.filled_by), reading.filled_on, figures,
        len(reading.problems), len(reading.questions), harmless(one.revises),
    )  # fmt: skip
    return dict(zip(SUBMISSIONS, values, strict=True))


def _reconciled(one: RolledUp) -> Mapping[str, object]:
    values = (
        one.indicator, one.region, one.period, one.verdict,
        f"{len(one.of.given)}/{len(one.of.places)}", ";".join(one.of.missing),
        one.count("late") or "", one.count("revised") or "",
        one.own.as_written if one.own else "", one.of.quantity.written, one.apart,
        ";".join("+".join(regions) for regions in one.explained),
    )  # fmt: skip
    return dict(zip(RECONCILED, values, strict=True))
