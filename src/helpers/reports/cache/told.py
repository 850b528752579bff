"""From what a notebook's process told of its reading to what its page says of its making."""

from collections.abc import Mapping
from typing import Any

from helpers.data.parts import from_json, joint
from helpers.reports.cache import keys, records
from helpers.reports.task import Task

__all__ = ["made_from", "provenance"]


def made_from(nb: Any, task: Task) -> dict[str, Any]:
    """The record of an executed notebook; the mark that carries it is taken out of `nb`.

    Only a mark that is the last output of the last code cell is believed: what is put out after
    it may have been read after it.
    """
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
    told = None
    for cell in cells:
        for output in cell.outputs:
            mark = output.get("metadata", {}).get("halfsky")
            found = mark.pop("reads", None) if isinstance(mark, dict) else None
            told = found if cell is cells[-1] and output is cell.outputs[-1] else None
    if task.parameters.get("text"):  # an audit may look up anything
        told = None
    return records.usable(told, task.data, task.page["provenance"])


def provenance(task: Task, record: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of its making: for each table the digest of the rows that were read."""
    given = task.page["provenance"]
    whole = record["data"] or {
        n: h for n, h in given["data"].items() if n.endswith(records.CODEBOOK)
    }
    parts = [(from_json(asked), digest) for asked, digest, _ in record["parts"] or ()]
    made = {
        **given,
        "inputs": records.key(given["inputs"], record),
        "data": {**whole, **joint(parts)},
        "code": keys.digest(record["code"]),
    }
    read = [asked.as_json() for asked, _ in parts]
    return {**made, "reads": {"parts": read, "code": list(record["code"])}}
