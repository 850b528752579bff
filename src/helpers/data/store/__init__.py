"""Long tables in a column store.

They are converted once (`opening`, `scan`, `form`, `build`, `worker`), kept in a folder for
caches (`place`), judged region by region (`check`) and asked for parts (`table`).
"""

from collections.abc import Callable

__all__ = ["listeners"]

listeners: list[Callable[[str, int], None]] = []  # told a file and its bytes before it is converted
