"""In JupyterLab: a panel that fills a notebook's parameters, and errors that a clerk can read.

An extension of IPython, loaded by the kernels of `halfsky lab` alone, so that a report never
meets it. After a cell that sets region, period and language the panel stands in its output. What
is chosen there holds until somebody edits the cell, and runs the notebook anew.
"""

from __future__ import annotations

import ast
import re
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ipykernel.zmqshell import ZMQInteractiveShell as InteractiveShell

__all__ = ["Choice", "load_ipython_extension", "told"]

PARAMETERS = ("region", "period", "lang")
TARGET = "half-the-sky"  # what JupyterLab's side listens to
LABELS = {"region": ("地区", "Region"), "period": ("时期", "Period"), "lang": ("语言", "Language")}
LANGUAGES = [("中文", "zh"), ("English", "en")]
SUBJECT = re.compile(r"(?:\w+: )?'[^']*'(?:: '[^']*')?")
SOURCE = Path(__file__).resolve().parents[1]


@dataclass
class Choice:
    """What the cell says, and what was chosen in the panel since then."""

    cell: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)

    def filled(self, cell: Mapping[str, str]) -> dict[str, str]:
        """The parameters to go on with: the choice, unless the cell has been edited since."""
        if dict(cell) != self.cell:
            self.cell, self.chosen = dict(cell), {}
        return {**self.cell, **self.chosen}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by IPython when a kernel of `halfsky lab` starts."""
    choice = Choice()

    def after(result: Any) -> None:
        source = getattr(result.info, "raw_cell", "") or ""
        if result.success and {*PARAMETERS} <= assigned(source):
            offer(shell, choice)

    shell.events.register("post_run_cell", after)
    shell.set_custom_exc((Exception,), _handler)


def assigned(source: str) -> set[str]:
    """The names that a cell sets, in whatever way."""
    try:
        nodes = [*ast.walk(ast.parse(source))]
    except SyntaxError:
        return set()
    bare = {n.target for n in nodes if isinstance(n, ast.AnnAssign) and n.value is None}
    names = [n for n in nodes if isinstance(n, ast.Name) and n not in bare]
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def offer(shell: InteractiveShell, choice: Choice) -> None:
    """Fill the parameters and show the panel; nothing where the data cannot be read."""
    cell = {name: str(shell.user_ns[name]) for name in PARAMETERS}
    now = choice.filled(cell)
    shell.user_ns.update(now)
    try:
        places = reported(str(shell.user_ns.get("data", "")))
    except Exception:  # what is wrong with the data is told where the notebook opens them
        return
    _show(shell, choice, now, places)


def reported(data: str) -> dict[str, list[list[tuple[str, str]]]]:
    """Language -> regions and periods that have figures, each as (name, code), in their order."""
    from helpers.data import load

    tables = load(data or None)
    used = {name: set(tables.observations[name]) for name in ("region", "period")}
    found: dict[str, list[list[tuple[str, str]]]] = {}
    for lang in ("zh", "en"):
        found[lang] = [
            [
                (row[f"{label}_{lang}"], row[name])
                for row in tables.frames[f"{name}s"].sort_values("position").to_dict("records")
                if row[name] in used[name]
            ]
            for name, label in (("region", "name"), ("period", "label"))
        ]
    return found


def _show(shell: InteractiveShell, choice: Choice, now: dict[str, str], places: Mapping) -> None:
    import ipywidgets as widgets

    lang = now["lang"] if now["lang"] in places else "zh"
    options = {"region": places[lang][0], "period": places[lang][1], "lang": LANGUAGES}
    boxes = {}
    for name, known in options.items():
        label = LABELS[name][lang == "en"]
        value = now[name] if now[name] in [code for _, code in known] else None
        layout = widgets.Layout(width="auto")
        style = {"description_width": "initial"}
        boxes[name] = widgets.Dropdown(
            options=known, value=value, description=label, layout=layout, style=style
        )

    def changed(change: Mapping[str, Any]) -> None:
        name = next(name for name, box in boxes.items() if box is change["owner"])
        choice.chosen[name] = change["new"]
        shell.user_ns.update(choice.filled(choice.cell))
        _tell(choice.filled(choice.cell)["lang"], run=True)

    for box in boxes.values():
        box.observe(changed, "value")
    panel = widgets.HBox(list(boxes.values()), layout=widgets.Layout(flex_flow="row wrap"))
    panel.add_class("halfsky-panel")
    shell.display_pub.publish(panel._repr_mimebundle_())
    _tell(lang)


def _tell(lang: str, *, run: bool = False) -> None:
    """Let JupyterLab show the language, and run the notebook anew if asked."""
    from ipykernel.comm import Comm

    Comm(target_name=TARGET, data={"lang": lang, "run": run}).close()


def _handler(
    shell: InteractiveShell,
    kind: type,
    value: BaseException,
    trace: Any,
    tb_offset: int | None = None,
) -> list[str]:
    """Show an error of ours in words; any other as IPython does, without our own frames."""
    lang = str(shell.user_ns.get("lang", "zh"))
    lines = told(value, lang)
    if not lines:
        lines = shell.InteractiveTB.structured_traceback(kind, value, trace, tb_offset=tb_offset)
    shell._showtraceback(kind, value, lines)
    return lines


def told(error: BaseException, lang: str) -> list[str]:
    """An error that came out of the program as lines for its reader: what, where in the cell.

    Empty for an error of the analyst's own code, whose traceback serves him better.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not any(Path(frame.filename).is_relative_to(SOURCE) for frame in frames):
        return []
    problems = getattr(error, "problems", None)
    lines = [p.line(lang) for p in problems] if problems else [_of_language(str(error), lang)]
    at = next((f for f in frames if _is_cell(f)), None)
    if at is not None and at.line:
        where = f"第{at.lineno}行" if lang != "en" else f"line {at.lineno}"
        lines.append(f"  {where}: {at.line.strip()}")
    return lines


def _is_cell(frame: traceback.FrameSummary) -> bool:
    return "ipykernel" in frame.filename or frame.filename.startswith("<ipython-input")


def _of_language(message: str, lang: str) -> str:
    """The half of a message that is written `'WHAT' 中文 / English`, with what it is about; the
    whole where it is not.
    """
    chinese, between, english = message.partition(" / ")
    if lang != "en" or not between:
        return chinese
    about = SUBJECT.match(chinese)
    return f"{about[0]} {english}" if about else english
