"""What is wrong with a table, in both languages, with the place to look and the thing to do.

What the checks of a data folder say stands in `messages.csv`, a row a message.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from helpers.files import rows_beside

__all__ = [
    "INVISIBLE",
    "PER_FILE",
    "DataRefused",
    "Problem",
    "Refused",
    "capped",
    "fault",
    "from_row",
    "in_order",
    "limited",
    "problem",
]

PER_FILE = 200
SHOWN = 80
ALIKE = 4  # cells of one column with one fault but values of their own: one line from here on
RUNS = 6  # of rows that a line names
# Identity card and mobile numbers must not travel further in a log than the file they sit in.
# Digits of any width and script, grouped or not: \d is all of these.
PERSONAL = re.compile(
    r"(?<![\d.])(?:"
    r"(?P<id>\d{6}[ -]?)(?:\d{4}[ -]?\d{4})(?P<last>[ -]?\d{3}[\dXx])"
    r"|(?P<mobile>(?:(?:\+|00)86[ -]?)?[1１][3-9３-９]\d)[ -]?\d{4}(?P<end>[ -]?\d{4})"
    r")(?!\d)(?!\.\d)"
)

# Characters that show nothing, or turn the order of those beside them round.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a check.

    `row` is the row a spreadsheet shows (the header is row 1; 0 where no row applies), `value`
    the cell as it stands in the file, `rule` a stable slug. `severity` is `error` (the data are
    refused) or `warning` (listed by `check`, loading goes on).
    """

    file: str
    row: int
    column: str
    value: str
    rule: str
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str
    severity: str = "error"
    others: "tuple[Problem, ...]" = ()  # the same fault in further cells of the column

    def message(self, lang: str) -> str:
        """What is wrong, in `zh` or `en`."""
        return self.message_en if lang == "en" else self.message_zh

    def remedy(self, lang: str) -> str:
        """What to do, in `zh` or `en`."""
        return self.remedy_en if lang == "en" else self.remedy_zh

    def line(self, lang: str) -> str:
        """`FILE:ROW:COLUMN: 'VALUE': what is wrong; what to do`, always a single line."""
        place = self.file
        if self.row or self.column:
            place += f":{ranges(self.rows, RUNS) if self.row else ''}:{self.column}"
        value = f" '{shown(self.value)}':" if self.value else ""
        stop = "; " if lang == "en" else "；"
        count = len(self.others) + 1
        many = {"zh": f"共{count}格", "en": f"{count} cells"}[lang] if self.others else ""
        text = stop.join(filter(None, (self.message(lang), self.remedy(lang), many)))
        return one_line(masked(f"{place}:{value} {text}"))

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of all cells with this fault, in order."""
        return tuple(sorted({self.row, *(other.row for other in self.others)}))

    @property
    def each(self) -> "tuple[Problem, ...]":
        """A problem for every cell."""
        return (replace(self, others=()), *self.others)

    def as_dict(self, lang: str) -> dict[str, object]:
        """The object that `--json` prints."""
        return {
            "file": self.file,
            "row": self.row or None,
            "column": self.column,
            "value": masked(self.value),
            "rule": self.rule,
            "message": masked(self.message(lang)),
            "remedy": masked(self.remedy(lang)),
            "severity": self.severity,
        }


class _Refusal(Exception):  # noqa: N818 - its kinds say what happened
    """What was asked for is refused; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(found.line("zh") + " | " + found.line("en") for found in self.problems)


class Refused(_Refusal):
    """The command or a parameter is wrong; nothing was started."""


class DataRefused(_Refusal):
    """The data cannot be trusted as they are."""


def problem(
    place: tuple[str, int, str, str],
    rule: str,
    zh: tuple[str, str],
    en: tuple[str, str],
    severity: str = "error",
) -> Problem:
    """A problem at `place` (file, row, column, value); `zh` and `en` are (message, remedy)."""
    return Problem(*place, rule, zh[0], en[0], zh[1], en[1], severity)


def fault(place: tuple[str, int, str, str], message: str, severity: str = "", **said) -> Problem:
    """The problem of a row of `messages.csv` at `place` (file, row, column, value).

    `said` are the fields that its texts name in braces, a pair where they differ in Chinese and
    English. Without `severity` it is that of the table, else an error.
    """
    return from_row(place, _messages().get(message, {}), said, severity)


def from_row(
    place: tuple[str, int, str, str],
    row: Mapping[str, str],
    said: Mapping[str, object],
    severity: str = "",
) -> Problem:
    """The problem of a row of any table of messages, as `fault` has it."""
    zh, en = (
        {name: told[at] if isinstance(told, tuple) else told for name, told in said.items()}
        for at in (0, 1)
    )
    try:
        texts = (row["zh"].format(**zh), row["en"].format(**en))
        remedies = (row["remedy_zh"].format(**zh), row["remedy_en"].format(**en))
        rule = row["rule"].format(**en) or row["message"]
    except KeyError as lacking:  # never to be taken for a fault of the data
        raise TypeError(f"{row.get('message', 'no such message')}: {lacking}") from None
    return Problem(*place, rule, *texts, *remedies, severity or row["severity"] or "error")


@cache
def _messages() -> Mapping[str, Mapping[str, str]]:
    return {row["message"]: row for row in rows_beside(__file__, "messages.csv")}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Without repeats, by file and row; the files keep the order in which they were met."""
    distinct = list(dict.fromkeys(problems))
    files = {name: at for at, name in enumerate(dict.fromkeys(p.file for p in distinct))}
    return sorted(distinct, key=lambda found: (files[found.file], found.row))


def limited(problems: Iterable[Problem], most: int) -> Iterator[Problem]:
    """At most so many errors and so many warnings: warnings never crowd out an error."""
    left = {"error": most, "warning": most}
    for found in problems:
        left[found.severity] -= 1
        if left[found.severity] >= 0:
            yield found
        elif left["error"] <= 0:
            return


def capped(problems: Iterable[Problem], per_file: int = PER_FILE) -> list[Problem]:
    """At most `per_file` problems of each file, errors before warnings, and how many more; cells
    of one column with the same fault are one problem."""
    ordered = in_order(_grouped(in_order(problems)))
    seen: Counter[str] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    kept = set()
    for found in sorted(ordered, key=lambda found: found.severity != "error"):
        seen[found.file] += 1
        if seen[found.file] <= per_file:
            kept.add(found)
        else:
            left[found.file, found.severity] += 1
    return [found for found in ordered if found in kept] + [
        fault((file, 0, "", ""), "more-problems", severity, count=count)
        for (file, severity), count in left.items()
    ]


def _grouped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Cells of one column with one fault together: those of the same value, and where they are
    many those of any value."""
    same: dict[tuple[str, ...], list[Problem]] = {}
    for found in problems:
        key = (found.file, found.column, found.rule, found.severity, found.message_en)
        key = key if found.row else (*key, found.remedy_en, found.value)
        same.setdefault(key, []).append(found)
    for alike in same.values():
        groups: dict[str, list[Problem]] = {}
        for found in alike:
            groups.setdefault(found.value if len(alike) < ALIKE else "", []).append(found)
        for first, *others in groups.values():
            yield replace(first, others=tuple(others))


def ranges(rows: Iterable[int], most: int = 0) -> str:
    """2-57,60: rows in runs; only the first few of them where `most` says how many."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [f"{a}" if a == b else f"{a}-{b}" for a, b in (runs[:most] if most else runs)]
    return ",".join([*told, "…"] if 0 < most < len(runs) else told)


def masked(text: str) -> str:
    """`text` with the middle of identity card and mobile numbers starred."""
    return PERSONAL.sub(lambda m: f"{m['id'] or m['mobile']}****{m['last'] or m['end']}", text)


def shown(text: str) -> str:
    """`text` on one line, masked, with invisible characters spelt out, 80 characters at most."""
    text = one_line(masked(text))
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def one_line(text: str) -> str:
    """Invisible characters spelt out, so that no value can forge a second line of a log."""
    if text.isprintable() and not INVISIBLE.search(text):
        return text
    return "".join(
        c if c.isprintable() and not INVISIBLE.match(c) else c.encode("unicode_escape").decode()
        for c in text
    )
