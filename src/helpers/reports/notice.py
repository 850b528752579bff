"""`halfsky report --notice`: what a run came to, as a short text for whoever mails it on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from helpers.data.problems import Problem
from helpers.reports.ledger import counts
from helpers.reports.messages import told

if TYPE_CHECKING:
    from helpers.reports.run import Edition

__all__ = ["of_edition", "of_refusal"]

LISTED = 30  # lines of a list; the rest is counted


def of_edition(edition: "Edition", lang: str) -> str:
    """What was built, what failed, what changed since the last edition."""
    entries, history = edition.entries, edition.history
    title = _said("simulated", lang) * edition.simulated + _said("title", lang)
    title += _said("number", lang, **history) if history else ""
    failed = [_failed(entry.job.path, entry, bool(entry.sha256), lang)
              for entry in entries if entry.is_lost]  # fmt: skip
    failed += [_failed(one.path, one, False, lang) for one in edition.unmade]
    built = [_said("built-line", lang, path=entry.path, reason=_reason(entry, lang))
             for entry in entries if entry.status == "built"]  # fmt: skip
    end = _said("index", lang, path=edition.index)
    if edition.index_failure:
        end = _said("index-failed", lang, why=edition.index_failure)
    parts = [title, _said("counts", lang, **counts(entries))]
    parts += [_said("was-stopped", lang)] * edition.stopped
    parts += _listed("failed", failed, lang)
    parts += _listed("changes", list(_changes(edition, lang)), lang)
    parts += _listed("built", built, lang)
    return "\n".join([*parts, "", end]) + "\n"


def of_refusal(problems: Sequence[Problem], lang: str) -> str:
    """Why nothing was built."""
    lines = [found.line(lang) for found in problems if found.severity == "error"]
    return "\n".join([_said("title", lang), *_listed("refused", lines, lang)]) + "\n"


def _said(name: str, lang: str, **values: Any) -> str:
    return told(f"notice-{name}", **values)[lang == "zh"]


def _listed(name: str, lines: Sequence[str], lang: str) -> Iterable[str]:
    """A heading and its lines, after a blank one; nothing where there are none."""
    shown, rest = lines[:LISTED], len(lines) - LISTED
    more = [_said("more", lang, count=rest)] if rest > 0 else []
    return ["", _said(name, lang), *(f"- {line}" for line in [*shown, *more])] if lines else []


def _changes(edition: "Edition", lang: str) -> Iterator[str]:
    if not edition.opened:
        yield _said("same", lang)
    elif edition.history["number"] == 1:
        yield _said("first", lang)
    else:
        yield edition.history["tally"][lang]
        yield from (change[lang] for change in edition.history["changes"])


def _failed(path: str, one: Any, kept: bool, lang: str) -> str:
    line = _said("failed-line", lang, path=path, reason=_reason(one, lang))
    return line + _said("kept", lang) * kept


def _reason(one: Any, lang: str) -> str:
    return one.reason_zh if lang == "zh" else one.reason
