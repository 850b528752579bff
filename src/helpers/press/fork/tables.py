"""Tables read once for a batch: the helper has them in its memory, the children share the pages."""

from contextlib import suppress
from typing import Any

__all__ = ["warm"]


def warm(work: Any) -> None:
    """Have the tables that `work` will ask for in memory; what cannot be read is the report's
    own to complain of.
    """
    from helpers.data.load import load

    parameters = getattr(work, "parameters", None)
    if parameters is None or "data" not in parameters:
        return
    with suppress(Exception):
        load(parameters["data"] or None)
