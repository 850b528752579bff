"""Sections that fit the figures: pieces, headings and prose of what the office never had go.

A notebook's pieces tell in their outputs' metadata, under ``halfsky``, whether they are ``empty``
and which figures are ``missing``: had, and not given for this period. Those are said once, at the
end of their section.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fitted"]

STAYS = ("title", "caveats", "text")  # their words are true without any figure
MISSING = {"zh": "本期未报送：{}。", "en": "Not reported for this period: {}."}


def fitted(cells: Sequence[Any], lang: str) -> list[Any]:
    """The cells without empty pieces and without the sections that have nothing else, a line at
    the end of each section that says what is missing.
    """
    kept: list[Any] = []
    for section in _sections(cells):
        kept += _fitted(section, lang)
    return kept


def _sections(cells: Sequence[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and str(cell.source).lstrip().startswith(("# ", "## ")):
            found.append([])
        found[-1].append(cell)
    return found


def _fitted(section: list[Any], lang: str) -> list[Any]:
    code = [cell for cell in section if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.get("outputs", ())]
    left = [output for output in outputs if not _mark(output).get("empty")]
    missing = list(dict.fromkeys(name for o in outputs for name in _mark(o).get("missing", ())))
    stays = any(set(cell.metadata.get("tags", ())) & set(STAYS) for cell in section)
    if outputs and not (left or missing or stays):
        return []
    kept = []
    for cell in section:
        if cell.cell_type == "code" and any(_mark(o).get("empty") for o in cell["outputs"]):
            cell = type(cell)(cell)  # the notebook stays as it is
            cell["outputs"] = [o for o in cell["outputs"] if not _mark(o).get("empty")]
        kept.append(cell)
    if missing and code:
        kept.append(_line(code[-1], missing, lang))
    return kept


def _line(like: Any, missing: Sequence[str], lang: str) -> Any:
    """A cell that says what is missing, in the place of the section's last one."""
    import nbformat

    text = MISSING[lang].format(("、" if lang == "zh" else "; ").join(missing))
    cell = type(like)(like)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    data = {"text/html": f'<p class="note missing">{escaped}</p>', "text/plain": text}
    cell["outputs"] = [nbformat.v4.new_output("display_data", data)]
    return cell


def _mark(output: Any) -> dict[str, Any]:
    found = output.get("metadata", {}).get("halfsky", {})
    return found if isinstance(found, dict) else {}
