"""A draft as plain text or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.drafting.draft import Draft, Section

INDENT = "　　"


def as_text(draft: Draft) -> str:
    """The draft as text to paste: title, prose, notes. Tables and charts need another form."""
    indent = INDENT if draft.lang == "zh" else ""
    lines = [draft.title, draft.subtitle]
    lines += ["", draft.banner] if draft.banner else []
    for section in draft.sections:
        lines += ["", section.heading, ""]
        lines += _spaced([indent + paragraph for paragraph in section.paragraphs])
    lines += ["", draft.notes_heading, ""]
    lines += [f"{number}. {note}" for number, note in enumerate(draft.notes, start=1)]
    return "\n".join(lines) + "\n"


def _spaced(paragraphs: list[str]) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += ["", paragraph] if lines else [paragraph]
    return lines


def as_markdown(draft: Draft) -> str:
    """The draft in Markdown, each area with its table."""
    lines = [f"# {_safe(draft.title)}", "", _safe(draft.subtitle)]
    lines += ["", f"> **{draft.banner}**"] if draft.banner else []
    for section in draft.sections:
        lines += ["", f"## {_safe(section.heading)}", ""]
        lines += _spaced([_safe(paragraph) for paragraph in section.paragraphs])
        lines += ["", *_table(section)] if section.rows else []
    lines += ["", f"## {draft.notes_heading}", ""]
    lines += [f"{number}. {_safe(note)}" for number, note in enumerate(draft.notes, start=1)]
    return "\n".join(lines) + "\n"


def _table(section: Section) -> list[str]:
    rows = [section.heads, tuple("---" for _ in section.heads), *section.rows]
    return [section.caption, "", *("| " + " | ".join(map(_safe, row)) + " |" for row in rows)]


def _safe(text: str) -> str:
    """Text in which no sign is taken for Markdown or HTML."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return text
