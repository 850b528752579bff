"""Sentences: prose with every number put in from the data.

A sentence is written in both languages side by side, with the names of figures in braces and
no typed digit. ``{slug}`` gives the number with its unit and rounding word, ``{slug:n}``
the number alone, ``{slug:label}`` the indicator's name, ``{slug:period}`` the period that the
figure belongs to (a plan's own, for plan targets), ``{slug:range}`` the range that its written
form allows (the figure itself where it is exact); a programme's slug gives its name,
``{slug:parts}`` the parts it names; ``{region}`` and ``{period}`` name the reference area
and the period.
"""

from __future__ import annotations

import string
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from helpers.telling import wording
from helpers.telling.tracing import Fragment, traced, used

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.analysis.study import Study


class TypedNumberError(ValueError):
    """A digit was typed into a sentence, where only the data may put numbers."""


@dataclass(frozen=True, slots=True)
class _Piece:
    html: str
    plain: str
    figure: Figure | None = None


def _literal(text: str) -> _Piece:
    for sign in text:
        if unicodedata.category(sign) in ("Nd", "No", "Nl") and sign not in "〇":
            raise TypedNumberError(
                f"{text!r}: {sign!r} is typed; put the figure's name in braces instead"
            )
    return _Piece(escape(text), text)


def _named(text: str) -> _Piece:
    return _Piece(f'<span class="name">{escape(text)}</span>', text)


def _period(here: Study, period: str, lang: str) -> str:
    return str(here.row("periods", "period", period)[f"label_{lang}"])


def _name(here: Study, name: str, lang: str) -> str | None:
    """The name of the region, the period or a programme, None for anything else."""
    if name == "region":
        return str(here.row("regions", "region", here.region)[f"name_{lang}"])
    if name == "period":
        return _period(here, here.period, lang)
    found = here.row("programmes", "programme", name)
    return str(found[f"name_{lang}"]) if found else None


def _parts(here: Study, name: str, lang: str) -> str | None:
    """The named parts of a programme as a list in words, None for anything else."""
    frame = here.tables.programmes
    found = frame.loc[frame["programme"] == name, "parts" if lang == "zh" else "parts_en"]
    comma = "、" if lang == "zh" else ", "
    return None if found.empty else comma.join(filter(None, str(found.iloc[0]).split(";")))


def _field(here: Study, name: str, spec: str, lang: str, *, opens: bool = False) -> _Piece:
    """What stands in braces; a number that opens an English sentence gets a capital."""
    named = _parts(here, name, lang) if spec == "parts" else _name(here, name, lang)
    if named is not None:
        return _named(named)
    figure = here.figure(name)
    if spec == "label":
        return _Piece(escape(figure.label(lang)), figure.label(lang))
    if spec == "period":
        return _named(_period(here, figure.period, lang))
    words = here.policy
    if spec == "range":
        shown = wording.known_range(figure, lang, words=words)
    elif spec in ("", "n"):
        shown = wording.text(figure, lang, unit=spec != "n", words=words)
    else:
        raise ValueError(f"{{{name}:{spec}}}: the forms are n (number alone), range, label, period")
    if opens and lang == "en":
        shown = shown[:1].upper() + shown[1:]
    return _Piece(traced(figure, lang, words, shown), shown, figure)


def _pieces(here: Study, template: str, lang: str) -> list[_Piece]:
    pieces = []
    for literal, name, spec, _ in string.Formatter().parse(template):
        if literal:
            pieces.append(_literal(literal))
        if name is not None:
            opens = not pieces or pieces[-1].plain.endswith((". ", "? "))
            pieces.append(_field(here, name, spec or "", lang, opens=opens))
    return pieces


def render(here: Study, template: str, lang: str) -> tuple[str, str, list[Figure]]:
    """HTML, text and figures of one template in one language.

    Raises TypedNumberError for a typed digit, UnknownNameError for an unknown name.
    """
    pieces = _pieces(here, template, lang)
    figures = [piece.figure for piece in pieces if piece.figure is not None]
    return "".join(p.html for p in pieces), "".join(p.plain for p in pieces), figures


def say(here: Study, *, zh: str, en: str) -> Fragment:
    """A paragraph in the study's language; both versions are checked.

    Where a figure that the sentence needs was not reported, the sentence says that instead.
    """
    both = {"zh": render(here, zh, "zh"), "en": render(here, en, "en")}
    html, plain, figures = both[here.lang]
    missing = [f for f in both["zh"][2] + both["en"][2] if f.quantity is None]
    if missing:
        return _not_reported(missing, here.lang)
    return Fragment(f'<p class="say">{html}</p>', plain, used(figures))


def _not_reported(figures: list[Figure], lang: str) -> Fragment:
    labels = list(dict.fromkeys(f.label(lang) for f in figures))
    if lang == "zh":
        plain = f"本期未报送：{'、'.join(labels)}。"
    else:
        plain = f"Not reported for this period: {'; '.join(labels)}."
    return Fragment(f'<p class="say missing">{escape(plain)}</p>', plain)
