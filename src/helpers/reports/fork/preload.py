"""What the helper process imports once, so that no report has to, and the state it may not leave.

Only what a fresh kernel would find is left in the children: the helper imports, draws without
pyplot, and puts matplotlib's settings back to what they were.
"""

import gc
from importlib import import_module

from helpers.reports.surroundings import quick_imports

__all__ = ["NOTEBOOKS", "PRELOADED", "PreloadError", "preload"]

LIBRARIES = (
    "pandas",
    "matplotlib.pyplot",
    "seaborn",
    "IPython.display",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "nbclient",
    "nbconvert",
    "papermill",
    "nh3",
    "fontTools.ttLib",
    "mistune",
    # a report's shell and its first chart would import these
    "sqlite3",
    "PIL.features",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.core.shellapp",
    "IPython.terminal.pt_inputhooks",
    "IPython.utils.wildcard",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
)
NOTEBOOKS = (  # what notebooks use of ours
    "helpers.telling.report",
    "helpers.telling.charts",
    "helpers.telling.over_time",
    "helpers.telling.beside",
)
OURS = (
    *NOTEBOOKS,
    "helpers.telling.warming",
    "helpers.reports.page.template_page",
    "helpers.reports.fork.child",
)
PRELOADED = LIBRARIES + OURS
# Drawn with by IPython once a shell is there; imported before, a report would lose its charts.
NEVER = ("matplotlib_inline.backend_inline",)


class PreloadError(Exception):
    """The helper process could not import what every report needs."""


def preload() -> None:
    """Import it all; PreloadError says what cannot be, instead of leaving it to every report."""
    gc.disable()  # nothing that is imported here ever goes: to look for garbage costs a fifth
    with quick_imports():
        _import(LIBRARIES)
        import matplotlib
        from matplotlib.font_manager import fontManager

        settings, fonts = dict(matplotlib.rcParams.copy()), len(fontManager.ttflist)
        _import(OURS)
        import_module("helpers.telling.warming").draw()
        dict.update(matplotlib.rcParams, settings)
        del fontManager.ttflist[fonts:]
        import_module("helpers.reports.page.template_page").warm()
        import_module("helpers.reports.fork.shell").made()
    import sys

    if wrong := [name for name in NEVER if name in sys.modules]:
        raise PreloadError(f"{', '.join(wrong)}: imported too early")
    gc.freeze()  # so that a child's collector does not touch, and copy, what is shared
    gc.enable()


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            import_module(name)
        except Exception as error:
            raise PreloadError(f"{name}: {type(error).__name__}: {error}") from error
