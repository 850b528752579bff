"""Formulas: LaTeX as MathML, which browsers draw and screen readers speak without a script."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree, html

__all__ = ["mathml"]

_ELEMENTS = frozenset(
    re.split(
        r"\s+",
        """math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot
    mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    none""",
    )
)
_ATTRIBUTES = frozenset(
    re.split(
        r"\s+",
        """accent accentunder columnalign columnlines columnspacing depth display displaystyle
    fence form height largeop linethickness lspace mathvariant maxsize minsize
    movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy
    voffset width""",
    )
)
_AROUND = re.compile(r"^\s*(\${1,2}|\\\(|\\\[)(.*?)(\${1,2}|\\\)|\\\])\s*$", re.DOTALL)
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2}


@lru_cache(maxsize=256)
def mathml(latex: str) -> str:
    """A formula as a ``<math>`` element; "" where it cannot be read.

    ``latex`` may stand in ``$…$``, ``\\(…\\)`` (in the line) or ``$$…$$``, ``\\[…\\]``
    (apart); a command that is not known makes it unreadable.
    """
    from latex2mathml.converter import convert

    found = _AROUND.match(latex)
    apart = bool(found and found[1] in ("$$", "\\[")) or latex.lstrip().startswith("\\begin")
    body = found[2] if found else latex
    if "$" in body.replace("\\$", ""):
        return ""  # a text with formulas in it
    safe = body.replace("<", r"\lt ").replace(">", r"\gt ")
    try:
        tree = etree.fromstring(convert(safe, display="block" if apart else "inline"))
    except Exception:  # whatever the library makes of it, it is no formula
        return ""
    for element in tree.iter():
        element.tag = etree.QName(element).localname
        wrong = "\\" in (element.text or "") and element.tag != "mtext"
        if element.tag not in _ELEMENTS or wrong:
            return ""
        if len(element) != _CHILDREN.get(element.tag, len(element)):
            return ""
        for name in set(element.attrib) - _ATTRIBUTES:
            del element.attrib[name]
    etree.cleanup_namespaces(tree)
    return html.tostring(tree, encoding="unicode")
