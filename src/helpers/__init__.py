"""Half the Sky: figures, sentences and charts for the reports of a women's federation.

The face that notebooks see, each name loaded when it is first used:

``open_area``  the report of one area, region and period: frames of figures, and all that is said
``open_text``  the audit of a text: its claims, held against the same figures (as frames too)
"""

from importlib import import_module

_FACE = {"open_area": "helpers.telling.report", "open_text": "helpers.audit.text.study"}
__all__ = ["open_area", "open_text"]


def __getattr__(name: str) -> object:
    """Loads a name of the face on first use, so that ``import helpers`` costs nothing."""
    if name not in _FACE:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(import_module(_FACE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
