"""A Frictionless Data Package: every table of a data folder, whole, under one description.

A data folder may hold only what differs from the project's codebook; the package holds all, so
that whoever receives it needs nothing else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.data import home

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from helpers.data.folder import Folder

__all__ = ["as_data_package"]

CODEBOOK = "datapackage.json"


def as_data_package(folder: Folder) -> dict[str, bytes]:
    """``datapackage.json`` and a CSV file a table (UTF-8, commas), as file name → content."""
    own, base = _read(folder.path), _read(home() / "data")
    mine = {one["name"]: one for one in own.get("resources", ())}
    described = {one["name"]: one for one in base["resources"]} | mine
    files, resources = {}, []
    for name, sheet in folder.sheets.items():
        if len(sheet) or name in mine:
            resource = _resource(described[name], sheet.texts, folder.sheets)
            names = [one["name"] for one in resource["schema"]["fields"]]
            table = pd.DataFrame({column: sheet.texts[column] for column in names})
            files[f"{name}.csv"] = table.to_csv(index=False, lineterminator="\n").encode()
            resources.append(resource)
    package = {**own, "resources": resources, "simulated": folder.simulated}
    text = json.dumps(package, ensure_ascii=False, indent=2)
    return {CODEBOOK: f"{text}\n".encode(), **files}


def _read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CODEBOOK).read_text(encoding="utf-8-sig"))


def _resource(
    described: Mapping[str, Any], columns: Collection[str], tables: Collection[str]
) -> dict[str, Any]:
    """The description of a table as it lies in the package: its columns, links to its tables."""
    schema = described["schema"]
    known = {*tables, ""}  # a link to the table itself names none
    links = [one for one in schema.get("foreignKeys", ()) if one["reference"]["resource"] in known]
    fields = [one for one in schema["fields"] if one["name"] in columns]
    schema = {**schema, "fields": fields, "foreignKeys": links}
    if not links:
        del schema["foreignKeys"]
    return {**described, "path": f"{described['name']}.csv", "encoding": "utf-8", "schema": schema}
