"""A Frictionless Data Package: every table of a data folder, whole, under one description.

A data folder may hold only what differs from the project's codebook; the package holds all, so
that whoever receives it needs nothing else.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data import home

if TYPE_CHECKING:
    from helpers.data.folder import Folder

__all__ = ["as_data_package"]

CODEBOOK = "datapackage.json"


def as_data_package(folder: Folder) -> dict[str, bytes]:
    """``datapackage.json`` and a CSV file a table (UTF-8, commas), as file name → content."""
    own = _read(folder.path)
    described = {one["name"]: one for one in _read(home() / "data").get("resources", ())}
    described |= {one["name"]: one for one in own.get("resources", ())}
    files, resources = {}, []
    for name, sheet in folder.sheets.items():
        if not len(sheet) and name not in {one["name"] for one in own.get("resources", ())}:
            continue
        fields = [one for one in described[name]["schema"]["fields"] if one["name"] in sheet.texts]
        files[f"{name}.csv"] = _table([one["name"] for one in fields], sheet.texts)
        resources.append(_resource(described[name], name, fields, set(folder.sheets)))
    package = {**{key: value for key, value in own.items() if key != "resources"}}
    package["resources"] = resources
    package["simulated"] = folder.simulated
    text = json.dumps(package, ensure_ascii=False, indent=2)
    return {CODEBOOK: f"{text}\n".encode(), **files}


def _read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CODEBOOK).read_text(encoding="utf-8-sig"))


def _resource(
    described: Mapping[str, Any], name: str, fields: list[Mapping[str, Any]], tables: set[str]
) -> dict[str, Any]:
    """The description of a table as it lies in the package; links lead to its tables only."""
    schema = {**described["schema"], "fields": fields}
    links = [
        link
        for link in schema.pop("foreignKeys", ())
        if not link["reference"]["resource"] or link["reference"]["resource"] in tables
    ]
    if links:
        schema["foreignKeys"] = links
    return {**described, "path": f"{name}.csv", "encoding": "utf-8", "schema": schema}


def _table(names: list[str], texts: Mapping[str, list[str]]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(names)
    lines.writerows(zip(*(texts[name] for name in names), strict=True))
    return text.getvalue().encode("utf-8")
