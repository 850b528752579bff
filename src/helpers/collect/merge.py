"""The data folder that comes of an inbox: the earlier tables, with what was taken put in.

A figure taken replaces the earlier one of the same indicator, region and period; a sum of the
districts stands where the city gave no figure of its own. The same inbox gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from helpers.collect.submissions import Submission, Taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.collect.reading import Entry
    from helpers.collect.roll_up import Reconciled, Stated
    from helpers.data import Tables
    from helpers.data.folder import Folder

__all__ = ["SUMMED", "data_folder", "source_of"]

SUMMED = "districts_summed"  # the source of sums
SUBMISSIONS = (
    "submission", "file", "status", "form", "regions", "periods", "filled_by", "filled_on",
    "figures", "problems", "questions", "revises",
)  # fmt: skip
RECONCILED = (
    "indicator", "region", "period", "stated", "summed", "apart", "verdict", "given",
    "explained_by",
)  # fmt: skip


def source_of(sha256: str) -> str:
    """The slug of a submission's source."""
    return f"submission_{sha256[:12]}"


def data_folder(
    folder: Folder,
    tables: Tables,
    taken: Taken,
    sums: Iterable[Stated],
    reconciled: Iterable[Reconciled],
) -> dict[str, bytes]:
    """File name → content of the new data folder."""
    files = dict(_own_files(folder))
    shas = {one.file: one.reading.document.sha256 for one in taken.submissions}
    rows = _rows(folder, tables, taken.entries, list(sums), shas)
    files["observations.csv"] = _csv(folder.sheets["observations"].table.names, rows)
    names = folder.sheets["sources"].table.names
    files["sources.csv"] = _csv(names, _sources(folder, tables, taken, rows))
    files["submissions.csv"] = _csv(SUBMISSIONS, [_submission(o) for o in taken.submissions])
    files["reconciliation.csv"] = _csv(RECONCILED, [_reconciled(one) for one in reconciled])
    about = {"name": "collected", "simulated": folder.simulated,
             "title": "汇总数据", "title_en": "Figures collected"}  # fmt: skip
    text = json.dumps(about, ensure_ascii=False, indent=2)
    files["datapackage.json"] = f"{text}\n".encode()
    return files


def _own_files(folder: Folder) -> Iterable[tuple[str, bytes]]:
    """The folder's own tables, those that are written anew left out."""
    for name, sheet in folder.sheets.items():
        if not sheet.inherited and name not in ("observations", "sources"):
            names = sheet.table.names
            there = [column for column in names if column in sheet.texts]
            rows = zip(*(sheet.texts[column] for column in there), strict=True)
            yield f"{name}.csv", _csv(there, [dict(zip(there, row, strict=True)) for row in rows])


def _csv(names: Iterable[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    lines = csv.DictWriter(
        text, list(names), lineterminator="\n", restval="", extrasaction="ignore"
    )
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode("utf-8")


def _rows(folder, tables, entries: Iterable[Entry], sums: list[Stated], shas) -> list[dict]:
    """The observations: earlier ones, those taken, sums; in the order of the office."""
    sheet = folder.sheets["observations"]
    names = [name for name in sheet.table.names if name in sheet.texts]
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    for row in zip(*(sheet.texts[name] for name in names), strict=True):
        cells = dict(zip(names, row, strict=True))
        rows[_key(cells)] = cells
    for entry in entries:
        cells = _cells(entry, source_of(shas[entry.file]))
        if (old := rows.get(entry.key)) and old["value"] != cells["value"]:
            cells["note_zh"] = f"修订，原为{old['as_written']}。{cells['note_zh']}"
            cells["note_en"] = f"Revised from {old['as_written']}. {cells['note_en']}".strip()
        rows[entry.key] = cells
    for one in sums:
        rows.setdefault(one.key, _sum_cells(one))
    order = [
        {name: at for at, name in enumerate(tables.frames[f"{column}s"][column])}
        for column in ("indicator", "region", "period")
    ]

    def rank(key: tuple[str, ...]) -> list[int]:
        return [places[name] for places, name in zip(order, key, strict=True)]

    return [rows[key] for key in sorted(rows, key=rank)]


def _key(cells: Mapping[str, object]) -> tuple[str, str, str]:
    return str(cells["indicator"]), str(cells["region"]), str(cells["period"])


def _cells(entry: Entry, source: str) -> dict[str, object]:
    return {
        "indicator": entry.indicator,
        "region": entry.region,
        "period": entry.period,
        "value": f"{entry.value:f}",
        "qualifier": entry.qualifier,
        "as_written": entry.as_written,
        "status": entry.status,
        "source": source,
        "locator": entry.locator,
        "note_zh": entry.remark,
        "note_en": entry.remark,
    }


def _sum_cells(one: Stated) -> dict[str, object]:
    whole = len(one.parts)
    lower = one.quantity.value if one.quantity.interval.exact else one.quantity.interval.lower
    return {
        "indicator": one.indicator,
        "region": one.region,
        "period": one.period,
        "value": f"{lower:f}",
        "qualifier": "",
        "as_written": one.as_written,
        "status": "A",
        "source": one.source or SUMMED,
        "locator": one.locator or f"{whole}/{whole}",
        "note_zh": f"{whole} 项数据合计。" if not one.source else "",
        "note_en": f"Sum of {whole} figures." if not one.source else "",
    }


def _sources(folder, tables, taken: Taken, rows) -> list[dict[str, object]]:
    """The sources that the observations and the folder's other tables cite."""
    sheet = folder.sheets["sources"]
    names = [name for name in sheet.table.names if name in sheet.texts]
    found = [dict(zip(names, row, strict=True))
             for row in zip(*(sheet.texts[name] for name in names), strict=True)]  # fmt: skip
    cited = {str(row["source"]) for row in rows}
    for one in taken.submissions:
        slug = source_of(one.reading.document.sha256)
        if slug in cited and one.status != "duplicate":
            found.append(_source(one, slug, tables))
    if SUMMED in cited:
        title = {"title_zh": "各区（市）数据合计", "title_en": "Sum of the districts’ figures"}
        found.append({"source": SUMMED, **title, "publisher": "本办公室（this office）",
                      "mirror": "false"})  # fmt: skip
    return found


def _source(one: Submission, slug: str, tables: Tables) -> dict[str, object]:
    names = tables.regions.set_index("region")
    codes = dict.fromkeys(entry.region for entry in one.reading.entries)
    zh = "、".join(str(names["name_zh"][code]) for code in codes)
    en = ", ".join(str(names["name_en"][code]) for code in codes)
    return {
        "source": slug,
        "title_zh": f"{zh}报送：{one.file}",
        "title_en": f"Submission of {en}: {one.file}",
        "publisher": f"{zh}（{en}）",
        "date": one.reading.filled_on[:10] if one.reading.filled_on[:4].isdigit() else "",
        "mirror": "false",
    }


def _submission(one: Submission) -> dict[str, object]:
    reading = one.reading
    taken = one.status in ("taken", "open")
    return {
        "submission": reading.document.sha256,
        "file": one.file,
        "status": one.status,
        "form": reading.form,
        "regions": ";".join(dict.fromkeys(region for region, _ in one.places)),
        "periods": ";".join(dict.fromkeys(period for _, period in one.places)),
        "filled_by": reading.filled_by,
        "filled_on": reading.filled_on,
        "figures": len(reading.entries) if taken else 0,
        "problems": len(reading.problems),
        "questions": len(reading.questions),
        "revises": one.revises,
    }


def _reconciled(one: Reconciled) -> dict[str, object]:
    return {
        "indicator": one.rolled.indicator,
        "region": one.rolled.region,
        "period": one.rolled.period,
        "stated": one.own.as_written,
        "summed": f"{one.rolled.value:f}",
        "apart": f"{one.apart:f}",
        "verdict": one.verdict,
        "given": f"{len(one.rolled.given)}/{len(one.rolled.given)}",
        "explained_by": ";".join("+".join(regions) for regions in one.explained),
    }
