"""Texts that are audited in the batch: a page that is no area's, made where a text is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.problems import problem
from helpers.reports.cache import keys

if TYPE_CHECKING:
    from helpers.data.problems import Problem
    from helpers.reports.plan import Wanted

__all__ = ["AREA", "OUTDATED", "ROW", "Text", "files", "places", "refusals", "told"]

AREA = "audit"
ROW = {
    "title_zh": "文稿核对",
    "title_en": "Audit of a text",
    "question_zh": "文稿里的数字，与数据是否相符？",
    "question_en": "Do the numbers in a text agree with the data?",
}
OUTDATED = (
    "audited against earlier data, notebook or code; name the text with --text to audit it again",
    "核对时的数据、笔记本或程序与现在不同；用 --text 指明文稿可重新核对",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be audited: where it is, its file's name, the hash of what it says."""

    path: str
    name: str
    sha256: str


def places(sizes: Iterable[tuple[str, str, int]], wanted: Wanted) -> Iterator[tuple[str, str, str]]:
    """The (area, region, period) to audit the wanted text in, none where there is no text.

    `sizes` are (region, period, number of figures). It is each region and period asked for; what
    was left open is where most figures are.
    """
    if wanted.text is None:
        return
    known = list(sizes)
    for region in _each(wanted.regions):
        for period in _each(wanted.periods):
            found = [s for s in known if region in ("", s[0]) and period in ("", s[1])]
            if found:
                yield AREA, *max(found, key=lambda size: size[2])[:2]


def files(text: Text | None, package: Path) -> list[Path]:
    """What an audit reads beside what all reports read: the text, and the examiner's modules."""
    return [] if text is None else [Path(text.path), *_examiner(package)]


def told(text: Text, package: Path) -> dict[str, str]:
    """What an audit depends on beside what all reports do: the text's name and content, wherever
    it lies, the examiner's code and what it reads files with.
    """
    code = {path.name: keys.file_hash(path) for path in _examiner(package)}
    return {
        "name": text.name,
        "text": text.sha256,
        "examiner": keys.digest(code),
    }


def _examiner(package: Path) -> list[Path]:
    return sorted((package / "audit").glob("*.py"))


def _each(codes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(codes)) or [""]


def refusals(wanted: Wanted) -> Iterator[Problem]:
    """The audit asked for without a text."""
    if AREA in wanted.areas and wanted.text is None:
        zh = ("没有说核对哪一篇文稿", "用 --text 指明文件")
        en = ("no text to audit was named", "name its file with --text")
        yield problem(("AREA", 0, "", AREA), "no-text", zh, en)
