"""Half the Sky: figures, sentences and charts for the reports of a women's federation.

The face that notebooks see, each name loaded when it is first used:

``open_area``  the study of one area, region and period (pandas frames of figures)
``open_text``  the audit of a text: its claims, held against the same figures (as frames too)
``say``        a sentence in two languages, its numbers put in from the data
``tables``     cards and tables of figures
``lists``      programmes, coherence rules, sources
``charts``     finishes a seaborn chart: intervals, direct labels, alt text, source
``forms``      forms of chart that seaborn lacks
"""

from importlib import import_module

_FACE = {
    "open_area": "helpers.analysis.study",
    "open_text": "helpers.audit.text.study",
    "say": "helpers.telling.sentences",
    "tables": "helpers.telling",
    "lists": "helpers.telling",
    "charts": "helpers.telling",
    "forms": "helpers.telling",
}
_MODULES = ("tables", "lists", "charts", "forms")
_DRAWING = ("charts", "forms")
__all__ = ["charts", "forms", "lists", "open_area", "open_text", "say", "tables"]


def __getattr__(name: str) -> object:
    """Loads a name of the face on first use, so that ``import helpers`` costs nothing."""
    if name not in _FACE:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    if name in _DRAWING:
        import_module("helpers.telling.charts").theme()
    if name in _MODULES:
        return import_module(f"{_FACE[name]}.{name}")
    return getattr(import_module(_FACE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
