"""Tables read once for a batch: the helper has them in its memory, the children share the pages."""

from contextlib import suppress
from typing import Any

__all__ = ["warm"]


def warm(work: Any) -> None:
    """Have the tables that `work` will ask for in memory; what cannot be read is the report's
    own to complain of.
    """
    from helpers.analysis.study import open_area
    from helpers.data.load import load
    from helpers.data.store import shut

    parameters = getattr(work, "parameters", {})
    folder = parameters.get("data")
    if folder is None or folder in _refused:
        return
    try:
        read = load(folder or None).hashes
    except Exception:
        _refused.add(folder)
        return
    if _known.get(folder) != read and "text" not in parameters:
        _known[folder] = read
        with suppress(Exception):
            open_area(work.job.area, **parameters)
        shut()  # before the children are forked


_known: dict[str, object] = {}  # folder -> hashes of what was read from it
_refused: set[str] = set()
