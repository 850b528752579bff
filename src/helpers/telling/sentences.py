"""Sentences: prose with every number put in from the data.

A sentence is written in both languages side by side, with the names of figures in braces and
no typed digit. ``{slug}`` gives the number with its unit and rounding word, ``{slug:n}``
the number alone, ``{slug:label}`` the indicator's name, ``{slug:period}`` the period that the
figure belongs to (a plan's own, for plan targets), ``{slug:region}`` its place, ``{slug:range}``
the range that its written form allows (the figure itself where it is exact), ``{slug:moved}`` how
it has moved since the period before, ``{slug:if}`` nothing (the clause needs the figure); a
programme's slug gives its name, ``{slug:parts}`` the parts it names; ``{region}`` and
``{period}`` name the reference area and the period, ``{region@CODE}`` another one. What forms a
slug may have (``slug.growth``, ``slug@CODE``) is told in :mod:`helpers.analysis.named`.

A clause in ``[ ]`` falls away where a figure that it names is not there, and where it would only
say again, as a range, what is said already; a sentence falls away
where one outside of brackets is not, or where no clause is left.
"""

from __future__ import annotations

import re
import string
import unicodedata
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.changes import DOWN, OPEN, SAME, UP, direction
from helpers.telling import wording
from helpers.telling.tracing import Fragment, missing_labels, named, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

CLAUSE = re.compile(r"\[([^\[\]]*)\]")
RANGE = re.compile(r"\{([^{}:]+):range\}")
DANGLING = re.compile(r"([；，、：;,:]\s*)+([。.])")  # left where the last clause has gone
FORMS = ("", "n", "range", "label", "period", "region", "moved", "if", "parts")
MOVED = {  # how a figure has moved since the last period, and by which figure
    UP: ("change", "增加{}", "上升{}", "up {}"),
    DOWN: ("fall", "减少{}", "下降{}", "down {}"),
    SAME: ("", "持平", "持平", "unchanged"),
    OPEN: ("", "增减因约数未定", "升降因约数未定", "up or down, which rounding leaves open"),
}


class TypedNumberError(ValueError):
    """A digit was typed into a sentence, where only the data may put numbers."""


class Rendered(NamedTuple):
    """A template in one language: HTML, text, the figures put in, and what it lacks: figures
    without a value, and names that the data do not know.
    """

    html: str
    plain: str
    figures: list[Figure]
    missing: list[Figure]
    unknown: list[str]


class _Part(NamedTuple):
    html: str
    plain: str
    figure: Figure | None = None


def _literal(text: str) -> _Part:
    for sign in text:
        if unicodedata.category(sign) in ("Nd", "No", "Nl") and sign not in "〇":
            raise TypedNumberError(
                f"{text!r}: {sign!r} 是直接写的数字，请改用花括号中的代码 / is typed; put the "
                "figure's name in braces instead"
            )
    return _Part(escape(text), text)


def _place(here: AreaFigures, name: str, lang: str) -> str | None:
    """The name of the report's region or period, or of another one; None for anything else."""
    table, _, code = name.partition("@")
    columns = {"region": "name", "period": "label"}
    if table not in columns or table in here.book:
        return None
    row = here.row(f"{table}s", table, code or getattr(here, table))
    return str(row.get(f"{columns[table]}_{lang}", code))


def _programme(here: AreaFigures, name: str, spec: str, lang: str) -> str | None:
    """The name of a programme, or its named parts in words; None for anything else."""
    row = here.row("programmes", "programme", name)
    if not row:
        return None
    if spec != "parts":
        return str(row[f"name_{lang}"])
    parts = str(row["parts" if lang == "zh" else "parts_en"]).split(";")
    return ("、" if lang == "zh" else ", ").join(filter(None, parts))


def _field(here: AreaFigures, name: str, spec: str, lang: str, *, opens: bool) -> _Part | None:
    """What stands in braces, None for a name that nothing has; a number that opens an English
    sentence gets a capital.
    """
    if spec not in FORMS:
        raise ValueError(
            f"{{{name}:{spec}}}: 写法有 / the forms are n (只写数 / number alone), "
            "range, label, period, region, moved, if, parts"
        )
    figure, words = None if spec == "parts" else here.find(name), here.words
    if figure is None or spec in ("period", "region"):
        own = f"{spec}@{getattr(figure, spec)}" if figure else name
        told = _place(here, own, lang) or (_programme(here, name, spec, lang) if not figure else "")
        return None if told is None else _Part(named(told).html, told)
    if spec == "label":
        label = figure.label(lang)
        return _Part(escape(label[:1].upper() + label[1:] if opens else label), label)
    if spec == "if":
        return _Part("", "")
    if spec == "moved":
        return _moved(here, name, figure, lang)
    if spec == "range":
        shown = wording.known_range(figure, lang, words=words)
    else:
        shown = wording.text(figure, lang, unit=spec != "n", words=words)
    if opens and lang == "en":
        shown = shown[:1].upper() + shown[1:]
    return _Part(traced(figure, lang, words, shown), shown, figure)


def _of(name: str, form: str) -> str:
    """The name of what is derived from a figure, which may stand at another place or time."""
    slug, at, code = name.partition("@")
    return f"{slug}.{form}{at}{code}"


def _moved(here: AreaFigures, name: str, figure: Figure, lang: str) -> _Part:
    """How a figure has moved since the last period before: no direction that rounding leaves
    open.
    """
    form, counted, level, en = MOVED[direction(here.find(_of(name, "change")))]
    pattern = en if lang == "en" else level if figure.unit == "%" else counted
    if not form:
        return _Part(pattern, pattern)
    by = here.find(_of(name, form))
    text = wording.beside_label(by, lang, words=here.words)
    return _Part(pattern.format(traced(by, lang, here.words, text)), pattern.format(text), by)


def _lacking(here: AreaFigures, template: str) -> tuple[list[Figure], list[str]]:
    """The figures without a value, and the unknown names, that a template needs."""
    missing, unknown = [], []
    for _, name, spec, _ in string.Formatter().parse(template):
        if name is None:
            continue
        figure = None if spec == "parts" else here.find(name)
        if figure is not None:
            needed = here.find(_of(name, "change")) if spec == "moved" else figure
            if needed is None:
                unknown.append(name)
            elif spec != "label" and needed.quantity is None:
                missing.append(needed)
        elif not any((_place(here, name, "zh"), _programme(here, name, spec or "", "zh"))):
            unknown.append(name)
    return missing, unknown


def _kept(here: AreaFigures, template: str) -> tuple[str, bool, list[Figure], list[str]]:
    """A template without the clauses that lack a figure, whether it can be said, and what it
    lacks.
    """
    parts = CLAUSE.split(template)
    missing, unknown = _lacking(here, "".join(parts[::2]))
    whole = not (missing or unknown)
    for at in range(1, len(parts), 2):
        gone, strange = _lacking(here, parts[at])
        missing += gone
        unknown += strange
        again = any(_repeats(here, template, name) for name in RANGE.findall(parts[at]))
        parts[at] = "" if gone or strange or again else parts[at]
    kept = DANGLING.sub(r"\2", "".join(parts))
    said_nothing = bool(missing or unknown) and not in_braces(kept)
    return kept, whole and not said_nothing, missing, unknown


def _repeats(here: AreaFigures, template: str, name: str) -> bool:
    """Whether a figure's range only says again what the template says of it already."""
    figure, words = here.find(name), here.words
    if figure is None or figure.quantity is None or f"{{{name}}}" not in template:
        return False
    return wording.known_range(figure, "zh", words=words) == wording.text(figure, "zh", words=words)


def _parts(here: AreaFigures, template: str, lang: str) -> Iterator[_Part]:
    before = ""
    for literal, name, spec, _ in string.Formatter().parse(template):
        if literal:
            before = literal
            yield _literal(literal)
        if name is not None:
            opens = not before or before.endswith((". ", "? "))
            part = _field(here, name, spec or "", lang, opens=opens)
            if part is not None:
                before = part.plain or before
                yield part


def in_braces(template: str) -> list[str]:
    """The names in the braces of a template, without their forms, in order.

    >>> in_braces("{couples_counselled}[, {reconciled_share:range}]")
    ['couples_counselled', 'reconciled_share']
    """
    parsed = string.Formatter().parse(template)
    return [name for _, name, _, _ in parsed if name is not None]


def render(here: AreaFigures, template: str, lang: str) -> Rendered:
    """A template in one language, its clauses that lack a figure left out.

    Raises TypedNumberError for a typed digit, ValueError for an unknown form.
    """
    for literal, _, _, _ in string.Formatter().parse(CLAUSE.sub(r"\1", template)):
        _literal(literal)
    kept, _, missing, unknown = _kept(here, template)
    parts = list(_parts(here, kept, lang))
    html, plain = "".join(p.html for p in parts), "".join(p.plain for p in parts)
    return Rendered(html, plain, [p.figure for p in parts if p.figure], missing, unknown)


def piece(here: AreaFigures, template: str) -> Fragment | None:
    """A template in the report's language as a piece of a page; None where it cannot be said."""
    if not can_be_said(here, template):
        return None
    told = render(here, template, here.lang)
    return Fragment(told.html, told.plain, used(told.figures))


def can_be_said(here: AreaFigures, template: str) -> bool:
    """Whether all figures outside of brackets are there."""
    return _kept(here, template)[1]


def say(here: AreaFigures, *, zh: str, en: str, style: str = "say") -> Fragment:
    """A paragraph with every number put in from the data; no digit is typed.

    ``{slug}`` is the number with its unit, ``{slug:n}`` the number alone, ``{slug:range}``
    what its written form allows, ``{slug:label}`` its name, ``{slug:period}`` its period,
    ``{slug:moved}`` how it has moved since the period before; ``{slug.before}``,
    ``{slug.change}``, ``{slug.growth}``, ``{slug.share}``, ``{slug.rate}`` and
    ``{slug.target}`` are derived from it. ``{region}``, ``{period}`` and programmes give their
    names. A clause in ``[ ]`` falls away without its figures. Notes of the office about its
    figures (``notes.csv``) follow it.

    >>> here.say(
    ...     zh="劝和夫妻{couples_reconciled}[，占{reconciled_share}]。",
    ...     en="{couples_reconciled} were reconciled[, {reconciled_share}].",
    ... )
    """
    both = {"zh": render(here, zh, "zh"), "en": render(here, en, "en")}
    told = both[here.lang]
    lacking = [f for f in both["zh"].missing + both["en"].missing if _is_missing(here, f)]
    unknown = list(dict.fromkeys(both["zh"].unknown + both["en"].unknown))
    if not (can_be_said(here, zh) and can_be_said(here, en)):
        return nothing(lacking, here.lang, unknown)
    said = [told, *(render(here, text, here.lang) for text in _notes(here, zh, told.figures))]
    space = " " if here.lang == "en" else ""
    html, plain = (space.join(getattr(part, form) for part in said) for form in ("html", "plain"))
    figures = used(figure for part in said for figure in part.figures)
    missing = missing_labels(lacking, here.lang)
    return Fragment(f'<p class="{style}">{html}</p>', plain, figures, missing=missing)


def _is_missing(here: AreaFigures, figure: Figure) -> bool:
    """Whether the office has had a figure; what is derived of one that is there is not missing."""
    slug, _, form = figure.slug.partition(".")
    own = here.find(slug)
    return here.had(slug) and not (form and own is not None and own.quantity is not None)


def _notes(here: AreaFigures, sentence: str, figures: Sequence[Figure]) -> list[str]:
    """The office's notes about the figures of a sentence; each follows one sentence of a page."""
    said = {figure.slug for figure in figures}
    return [
        str(row[f"text_{here.lang}"])
        for row in here.remarks
        if (about := about_of(row))
        and about <= said
        and here.told.setdefault(str(row["text_zh"]), sentence) == sentence
    ]


def about_of(row: Mapping[str, object]) -> set[str]:
    """The figures that a note is about; none where it is about the whole page."""
    return {slug.strip() for slug in str(row.get("about", "") or "").split(";")} - {""}
