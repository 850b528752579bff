"""Why a notebook gives no page: every output that cannot stand on it, by cell, kind and remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbformat import NotebookNode

__all__ = ["Faults", "PageRefused", "Place", "places"]

INJECTED = "injected-parameters"
TOLD = Path(__file__).resolve().parent / "template" / "faults.json"


class PageRefused(ValueError):  # noqa: N818 - it says what happened to the page
    """A notebook whose outputs cannot stand on a page; `problems` holds every one of them.

    Their rows are the cells' places from the top, their columns the numbers of code cells.
    `reason` and `reason_zh` name cells, kinds and remedies without a figure, so that a ledger
    may show them; `detail` quotes what stands there.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self.reason = " | ".join(dict.fromkeys(map(_in_english, self.problems)))
        self.reason_zh = "｜".join(dict.fromkeys(map(_in_chinese, self.problems)))
        told = (found.line(lang) for lang in ("zh", "en") for found in self.problems)
        self.detail = "\n".join(told)
        super().__init__(self.detail)


def _in_english(found: Problem) -> str:
    where = f"cell {found.column}, number {found.row}" if found.column else f"text cell {found.row}"
    where = f"{where} from the top: " if found.row else ""
    return f"{where}{found.message_en}; {found.remedy_en}"


def _in_chinese(found: Problem) -> str:
    where = f"单元格 {found.column}，" if found.column else "文字单元格，"
    where = f"{where}从上往下第 {found.row} 个：" if found.row else ""
    return f"{where}{found.message_zh}；{found.remedy_zh}"


class Place(NamedTuple):
    """Where a cell stands: its place from the top, and how JupyterLab numbers it."""

    row: int = 0
    number: str = ""


@lru_cache(maxsize=1)
def _told() -> dict[str, dict[str, list[str]]]:
    """Kind → language → what it is, and what to do."""
    return json.loads(TOLD.read_text(encoding="utf-8"))


@dataclass(slots=True)
class Faults:
    """What is found wrong with a notebook's outputs while its page is made."""

    notebook: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, kind: str, value: str = "") -> None:
        """A fault of `kind` (one of `template/faults.json`) in a cell; `value` stands there."""
        told = _told()[kind]
        where = (self.notebook, place.row, place.number, value)
        self.found.append(problem(where, f"page-{kind}", tuple(told["zh"]), tuple(told["en"])))

    def check(self) -> None:
        """Raise PageRefused where anything was found."""
        if self.found:
            raise PageRefused(dict.fromkeys(self.found))


def places(cells: Sequence[NotebookNode]) -> Iterator[Place]:
    """Where each cell stands in the notebook as its author sees it, without the cell that
    papermill puts in (place 0): from the top, and as code cells are numbered by a run.
    """
    row = number = 0
    for cell in cells:
        if INJECTED in cell.metadata.get("tags", ()):
            yield Place()
            continue
        row += 1
        code = cell.cell_type == "code"
        number += code and bool(cell.source.strip())
        yield Place(row, f"[{number}]" if code else "")
