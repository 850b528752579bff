"""Makes ``docs/notebooks.md`` and its pictures from the docstrings of what notebooks call.

``python docs/make_notebooks.py`` writes them; a test says where they are out of date.
"""

from __future__ import annotations

import doctest
import inspect
import sys
from pathlib import Path

from helpers.data import home
from helpers.telling.report import AreaReport, open_area
from helpers.telling.tracing import Fragment

PLACE = ("370400", "2024", "en", "examples/districts")
LEAST = ("at", "find", "figure", "frame", "had")  # for helpers, not for pages
HEAD = """# What notebooks meet

<!-- Made from the docstrings by docs/make_notebooks.py: change those, then run it. -->

A notebook opens the report of one area, place and period, and everything else is a method of it:

```python
from helpers import open_area

here = open_area("rights", region, period, lang, data, audience)
```

Frames are pandas with floats, charts are seaborn underneath. The examples below are run on the
simulated districts (`examples/districts`).
"""


def public() -> dict[str, object]:
    """Name → what ``here`` offers under it, frames first, in the order of the code."""
    found: dict[str, object] = {}
    for owner in (AreaReport.__mro__[1], AreaReport):
        for name, value in vars(owner).items():
            known = inspect.getdoc(value)
            if not name.startswith("_") and known and ">>>" in known and name not in LEAST:
                found[name] = value
    return found


def made() -> dict[str, str]:
    """File (under ``docs``) → its content."""
    here = {"here": open_area("overview", *_place()), **_libraries()}
    files, parts = {}, [HEAD]
    for name, value in public().items():
        text, source = _parted(inspect.getdoc(value))
        call = name if not callable(value) else f"{name}{_arguments(value)}"
        parts.append(f"## `here.{call}`\n\n{text}\n\n```python\n{source}\n```\n")
        shown = _run(source, dict(here))
        if isinstance(shown, Fragment) and shown.drawing:
            files[f"notebooks/{name}.svg"] = f"{shown.drawing}\n"
            alt = shown.plain.replace("[", "(").replace("]", ")").replace("\n", " ")
            parts.append(f"![{alt}](notebooks/{name}.svg)\n")
        elif isinstance(shown, Fragment) and not shown.is_empty:
            parts.append(f"```text\n{_short(shown.plain)}\n```\n")
    return {**files, "notebooks.md": "\n".join(parts)}


def _place() -> tuple[str, ...]:
    region, period, lang, data = PLACE
    return region, period, lang, str(home() / data)


def _libraries() -> dict[str, object]:
    import seaborn as sns

    return {"sns": sns}


def _parted(doc: str) -> tuple[str, str]:
    """The words of a docstring, and the source of its example."""
    words = doc.partition(">>>")[0].strip().replace("``", "`")
    examples = doctest.DocTestParser().get_examples(doc)
    return words, "".join(example.source for example in examples).strip()


def _arguments(value: object) -> str:
    names = [name for name in inspect.signature(value).parameters if name not in ("self", "here")]
    return f"({', '.join(names)})"


def _run(source: str, names: dict[str, object]) -> object:
    *first, last = doctest.DocTestParser().get_examples(f">>> {_continued(source)}\n")
    for one in first:
        exec(one.source, names)
    return eval(last.source, names)


def _continued(source: str) -> str:
    """Source lines as a docstring has them: each statement with its prompt."""
    import ast

    lines = source.split("\n")
    starts = {node.lineno - 1 for node in ast.parse(source).body}
    return "\n".join(
        line if at == 0 else (">>> " if at in starts else "... ") + line
        for at, line in enumerate(lines)
    )


def _short(text: str, lines: int = 8) -> str:
    told = text.split("\n")
    return "\n".join(told[:lines] + (["…"] if len(told) > lines else []))


def main() -> int:
    """Write all files; 0."""
    folder = Path(__file__).parent
    (folder / "notebooks").mkdir(exist_ok=True)
    for name, content in made().items():
        (folder / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
