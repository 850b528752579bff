"""The data folder that comes of an inbox: the earlier tables, with what was taken put in.

A figure taken replaces the earlier one of the same indicator, region and period; a sum of the
districts stands where the city gave no figure of its own. The same inbox gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name
from helpers.collect.headings import harmless
from helpers.data.decode import HANZI, repaired
from helpers.data.problems import masked
from helpers.fonts import lacking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.collect.collect import Submission, Taken
    from helpers.collect.roll_up import Cells, Key, RolledUp
    from helpers.data import Tables
    from helpers.data.folder import Folder
    from helpers.data.sheets import Sheet

__all__ = ["data_folder", "merged", "observed"]

SUBMISSIONS = (
    "submission", "file", "status", "late", "form", "regions", "periods", "filled_by",
    "filled_on", "figures", "problems", "questions", "revises",
)  # fmt: skip
RECONCILED = (
    "indicator", "region", "period", "verdict", "given", "missing", "late", "revised", "stated",
    "summed", "apart", "explained_by",
)  # fmt: skip
ENGLISH = {"公式计算": "Computed by a formula", "表中合计": "The table's own total"}


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
        rows[key] = {
            "indicator": key[0], "region": key[1], "period": key[2],
            "value": value, "qualifier": entry.qualifier, "as_written": entry.as_written,
            "status": "A", "delivery": ";".join(way for way in ways if ways[way]),
            "source": by_file[entry.file].source, "locator": entry.locator,
            "note_zh": (f"修订，原为{old}。" if old else "") + remark,
            "note_en": " ".join(filter(None, ("Revised." if old else "", en))),
        }  # fmt: skip
    return rows, revised


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


def _submission(one: Submission) -> dict[str, object]:
    reading = one.reading
    return {
        "submission": reading.document.sha256,
        "file": harmless(one.file),
        "status": one.status,
        "late": "true" if one.late else "",
        "form": reading.form,
        "regions": ";".join(dict.fromkeys(region for region, _ in one.places)),
        "periods": ";".join(dict.fromkeys(period for _, period in one.places)),
        "filled_by": _as_cell(reading.filled_by),
        "filled_on": reading.filled_on,
        "figures": len(reading.entries) if one.status in ("taken", "open") else 0,
        "problems": len(reading.problems),
        "questions": len(reading.questions),
        "revises": harmless(one.revises),
    }


def _reconciled(one: RolledUp) -> dict[str, object]:
    return {
        "indicator": one.indicator,
        "region": one.region,
        "period": one.period,
        "verdict": one.verdict,
        "given": f"{len(one.of.given)}/{len(one.of.places)}",
        "missing": ";".join(one.of.missing),
        "late": one.count("late") or "",
        "revised": one.count("revised") or "",
        "stated": one.own.as_written if one.own else "",
        "summed": one.of.quantity.written,
        "apart": one.apart,
        "explained_by": ";".join("+".join(regions) for regions in one.explained),
    }
