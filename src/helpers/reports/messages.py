"""What is said of requests and of reports, in both languages: a row of `messages.csv` each."""

from functools import cache

from helpers.data.problems import Problem, from_row
from helpers.files import rows_beside

__all__ = ["told", "wrong"]


@cache
def _messages() -> dict[str, dict[str, str]]:
    return {row["message"]: row for row in rows_beside(__file__, "messages.csv")}


def told(name: str, /, **values: object) -> tuple[str, str]:
    """A message in English and in Chinese, its braces filled with `values`."""
    row = _messages()[name]
    return row["en"].format(**values), row["zh"].format(**values)


def wrong(
    file: str, name: str, value: str = "", row: int = 0, column: str = "", **values: object
) -> Problem:
    """What is wrong with an option or a file, where it says `value`."""
    return from_row((file, row, column, value), _messages()[name], values, "error")
