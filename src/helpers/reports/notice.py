"""`halfsky report --notice`: what a run came to, as a short text for whoever mails it on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from helpers.data.problems import Problem
from helpers.reports.ledger import counts

if TYPE_CHECKING:
    from helpers.reports.ledger import Entry
    from helpers.reports.run import Edition

__all__ = ["of_edition", "of_refusal"]

LISTED = 30  # lines of a list; the rest is counted
WORDS = {
    "title": ("妇联工作数据报告", "The federation’s work in figures"),
    "simulated": ("【模拟数据】", "[SIMULATED DATA] "),
    "number": ("：第 {number} 版（{date}）", ": edition {number} ({date})"),
    "counts": (
        "新生成 {built} 份，未变 {unchanged} 份，失败 {failed} 份，没有数据未编 {withheld} 份。",
        "{built} built, {unchanged} unchanged, {failed} failed, {withheld} without figures.",
    ),
    "stopped": ("本次运行被中断，没有做完。", "The run was stopped before its end."),
    "failed": ("失败：", "Failed:"),
    "built": ("新生成：", "Built:"),
    "changes": ("与上一版相比：", "Since the last edition:"),
    "same": ("没有数字变化。", "No figure changed."),
    "first": ("这是第一版。", "This is the first edition."),
    "kept": ("（上一次的好报告仍在）", " (the last good report stays)"),
    "reason": ("（{}）", " ({})"),
    "more": ("另有 {} 项", "and {} more"),
    "index": ("目录：{}", "Index: {}"),
    "index_failed": ("目录未能更新：{}", "The index was not updated: {}"),
    "refused": ("数据或命令有问题，没有生成报告；以前的报告没有改动。",
                "Data or command were refused and nothing was built; earlier reports stand."),
}  # fmt: skip


def of_edition(edition: "Edition", lang: str) -> str:
    """What was built, what failed, what changed since the last edition."""
    history, say = edition.history, _speaker(lang)
    number = say("number").format(**history) if history else ""
    failed = [entry for entry in edition.entries if _failed(entry)]
    built = [f"{entry.path}{say('reason').format(_reason(entry, lang))}"
             for entry in edition.entries if entry.status == "built"]  # fmt: skip
    mark = say("simulated") if edition.simulated else ""
    parts = [f"{mark}{say('title')}{number}", say("counts").format(**counts(edition.entries))]
    parts += [say("stopped")] * edition.stopped
    parts += _listed(say("failed"), [*_failures(failed, lang), *_unmade(edition, lang)], lang)
    parts += _listed(say("changes"), list(_changes(edition, lang)), lang)
    parts += _listed(say("built"), built, lang)
    name = "index_failed" if edition.index_failure else "index"
    parts += ["", say(name).format(edition.index_failure or edition.index)]
    return "\n".join(parts) + "\n"


def of_refusal(problems: Sequence[Problem], lang: str) -> str:
    """Why nothing was built."""
    say = _speaker(lang)
    lines = [found.line(lang) for found in problems if found.severity == "error"]
    return "\n".join([say("title"), *_listed(say("refused"), lines, lang)]) + "\n"


def _speaker(lang: str):
    return lambda name: WORDS[name][lang == "en"]


def _listed(head: str, lines: Sequence[str], lang: str) -> list[str]:
    """A heading and its lines, after a blank one; nothing where there are none."""
    more = [_speaker(lang)("more").format(len(lines) - LISTED)] if len(lines) > LISTED else []
    return ["", head, *(f"- {line}" for line in [*lines[:LISTED], *more])] if lines else []


def _changes(edition: "Edition", lang: str) -> Iterator[str]:
    history, say = edition.history, _speaker(lang)
    if not edition.opened:
        yield say("same")
    elif history["number"] == 1:
        yield say("first")
    else:
        yield history["tally"][lang]
        yield from (change[lang] for change in history["changes"])


def _failures(entries: Iterable["Entry"], lang: str) -> Iterator[str]:
    for entry in entries:
        kept = _speaker(lang)("kept") if entry.sha256 else ""
        yield f"{entry.job.path}{'：' if lang == 'zh' else ': '}{_reason(entry, lang)}{kept}"


def _unmade(edition: "Edition", lang: str) -> Iterator[str]:
    for one in edition.unmade:
        yield f"{one.path}{'：' if lang == 'zh' else ': '}{_reason(one, lang)}"


def _failed(entry: "Entry") -> bool:
    return entry.status == "failed" or (entry.status == "withheld" and bool(entry.sha256))


def _reason(one: object, lang: str) -> str:
    return one.reason_zh if lang == "zh" else one.reason
