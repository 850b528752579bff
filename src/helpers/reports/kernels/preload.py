"""What the server imports once, so that no kernel has to, and the state it may not leave behind.

A kernel forked from the server must find what a fresh one finds: settings of matplotlib, fonts
and namespaces are put back, pyplot has no drawing and no backend.
"""

import builtins
import gc
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace
from xml.etree import ElementTree as ET

__all__ = ["preload"]

LIBRARIES = (
    "ipykernel.kernelapp",  # first, as in a kernel: filters of warnings come in this order
    "pandas",
    "matplotlib.pyplot",
    "seaborn",
    # a kernel's start and its first cells would import these
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "PIL.features",
    "encodings.idna",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
# Draws into the notebook once there is a shell; imported before, a kernel would lose its charts.
NEVER = "matplotlib_inline.backend_inline"


def preload() -> None:
    """Import it all; ImportError says what cannot be."""
    gc.disable()  # nothing that is imported here ever goes: to look for garbage costs a fifth
    with _as_in_a_kernel():
        for name in LIBRARIES:
            _import(name)
    import matplotlib
    from matplotlib.font_manager import fontManager

    settings, fonts = dict(matplotlib.rcParams.copy()), list(fontManager.ttflist)
    namespaces = dict(ET._namespace_map)
    face = _import("helpers")
    for name in face.__all__:  # what notebooks use of ours
        getattr(face, name)
    _draw()
    dict.update(matplotlib.rcParams, settings)
    fontManager.ttflist[:] = fonts
    fontManager._findfont_cached.cache_clear()  # it may have found a font that is gone now
    ET._namespace_map.clear()
    ET._namespace_map.update(namespaces)
    if NEVER in sys.modules:
        raise ImportError(f"{NEVER}: imported too early")
    gc.collect()
    gc.freeze()  # so that a kernel's collector does not touch, and copy, what is shared
    gc.enable()


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let a library find what tells it that no terminal is there: pandas would fold no columns."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    try:
        yield
    finally:
        del builtins.get_ipython


def _import(name: str) -> object:
    try:
        return import_module(name)
    except Exception as error:
        raise ImportError(f"{name}: {type(error).__name__}: {error}") from error


def _draw() -> None:
    """Draw a chart that nobody sees: what drawing makes once in a process is then made."""
    import pandas as pd
    import seaborn as sns
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(6, 2))
    ax = drawing.subplots()
    tidy = pd.DataFrame({"label": ["one", "two"], "value": [1.0, 2.0]})
    sns.barplot(tidy, x="value", y="label", errorbar=None, ax=ax)
    ax.barh(0, 1, left=1, height=0.8, facecolor="none", hatch="////")
    ax.set_title("1")
    for form in ("svg", "png"):
        drawing.savefig(io.BytesIO(), format=form, bbox_inches="tight")
