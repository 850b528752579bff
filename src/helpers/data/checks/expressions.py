"""Formulas of measures and rules, and the sentences: they must be readable and name only what the
tables hold, in both languages alike, and no number may be typed."""

import re
import string
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

from ..formulas import FormulaError, Term, parse_rule, parse_sum
from ..known import hints, nearest
from ..problems import Problem, fault
from ..sheets import Sheet
from .keys import FIGURES, known_figures

__all__ = ["check_expressions"]

NEEDS_DENOMINATOR = ("share", "mean", "coverage")
FORMS = ("n", "label", "period", "range", "parts")  # what may stand behind a colon
PLACES = ("region", "period")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")  # a note may say of when it is true
Place = tuple[str, int, str, str]
Braced = list[tuple[str, str]]  # name and form


def check_expressions(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Formulas that cannot be read, names and forms that nobody knows, what each kind of measure
    needs, and sentences without a figure, which no draft would ever use.

    What came with an inherited table was checked where it comes from.
    """
    for name, check in (
        ("measures", _measure),
        ("rules", _rule),
        ("sentences", _sentence),
        ("notes", _sentence),
    ):
        sheet = sheets.get(name)
        for row in sheet.rows() if sheet is not None and not sheet.inherited else ():
            yield from check(sheet, row, sheets)


def _measure(sheet: Sheet, row: Mapping, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    for column in ("numerator", "denominator"):
        place, at = sheet.at(row, column), sheet.numbers.index(row["row"])
        if sheet.columns[column][at] is None:
            continue  # the cell itself was refused
        if row[column]:
            tables = ("indicators", "comparables")
            yield from _formula(place, row[column], parse_sum, tables, sheets)
        elif column == "numerator" or row["kind"] in NEEDS_DENOMINATOR:
            yield fault(place, "expression-missing", kind=row["kind"], column=column)
    scale, unit, share = row["scale"], row["unit"], row["kind"] == "share"
    if scale is None:
        return  # refused, or empty where it may not be: told as a cell
    if scale <= 0 or ((unit == "%") != (scale == 100) and (share or unit == "%")):
        yield fault(sheet.at(row, "scale"), "scale", unit=unit, scale=scale)
    elif share and unit != "%":
        yield fault(sheet.at(row, "unit"), "scale", unit=unit, scale=scale)


def _rule(sheet: Sheet, row: Mapping, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if row["expression"]:
        place, text = sheet.at(row, "expression"), row["expression"]
        yield from _formula(place, text, parse_rule, tuple(FIGURES), sheets)
    told = yield from _both(sheet, row, "message", "message")
    for lang, named in told.items():
        for name, form in named:
            inside = f"{name}:{form}" if form else name
            place = sheet.at(row, f"message_{lang}", f"{{{inside}}}")
            yield from _formula(place, inside, parse_sum, tuple(FIGURES), sheets)


def _sentence(sheet: Sheet, row: Mapping, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    titles = sheets["programmes"].texts["programme"] if "programmes" in sheets else ()
    figures = known_figures(sheets)
    known = (*figures, *PLACES, *titles)
    told = yield from _both(sheet, row, "text", "sentence")
    for lang, named in told.items():
        for name, form in dict.fromkeys(named):
            if name not in known:
                place = sheet.at(row, f"text_{lang}", f"{{{name}}}")
                yield _unknown(place, name, known, ("指标、推算指标或项目", "figure or programme"))
            elif form and form not in FORMS:
                place = sheet.at(row, f"text_{lang}", f"{{{name}:{form}}}")
                forms = ("、".join(FORMS), ", ".join(FORMS))
                yield fault(place, "sentence-form", form=form, forms=forms)
    said = {name for name, _ in told.get("zh", ())}
    if sheet.table.name == "sentences" and len(told) == 2 and said <= {*PLACES, *titles}:
        yield fault(sheet.at(row, "text_zh"), "sentence-figure")


def _both(
    sheet: Sheet, row: Mapping, stem: str, kind: str
) -> Generator[Problem, None, dict[str, Braced]]:
    """What is wrong with a text in both languages; returns what each of them has in braces."""
    told: dict[str, Braced] = {}
    for lang in ("zh", "en"):
        text, place = row[f"{stem}_{lang}"], sheet.at(row, f"{stem}_{lang}")
        if not text:
            continue  # refused, or empty where it may not be: told as a cell
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError:
            yield fault(place, "braces", kind=kind)
            continue
        plain = "".join(literal for literal, *_ in parts)
        plain = YEAR.sub("", plain) if sheet.table.name == "notes" else plain
        typed = next((c for c in plain if unicodedata.category(c)[0] == "N" and c != "〇"), "")
        if typed:
            yield fault(place, "typed-digit", kind=kind, digit=typed)
        told[lang] = [(name, form or "") for _, name, form, _ in parts if name is not None]
    zh, en = ({name for name, _ in told.get(lang, ())} for lang in ("zh", "en"))
    if len(told) == 2 and zh != en:
        place, severity = sheet.at(row, f"{stem}_en"), "warning" if kind == "message" else ""
        yield fault(place, "languages", severity, kind=kind, odd=", ".join(sorted(zh ^ en)))
    return told


def _formula(
    place: Place, text: str, parse: Callable, tables: tuple[str, ...], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    """What is wrong with a formula: it cannot be read, or names what some tables do not hold."""
    try:
        found = parse(text)
    except FormulaError as wrong:
        yield fault(place, "expression", why=(wrong.zh, wrong.en))
        return
    operands = (found,) if isinstance(found, tuple) else found.operands
    terms = [term for operand in operands for term in operand]
    yield from _names(place, terms, known_figures(sheets, *tables), sheets)


def _names(
    place: Place, found: Iterable[Term], known: tuple[str, ...], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    programmes, bases = sheets.get("programmes"), sheets.get("comparables")
    whole = all(sheets[name].whole for name in FIGURES if name in sheets)
    for term in found:
        if term.kind == "figure" and term.name not in known and whole:
            if bases is not None and not len(bases) and not nearest(term.name, known):
                at = (bases.file, 0, "", term.name)  # without comparables, one of these lacks
                yield fault(at, "base-missing", name=term.name, file=place[0], row=place[1])
            else:
                yield _unknown(place, term.name, known, ("指标", "figure"))
        elif programmes is None or programmes.inherited:
            continue
        elif term.kind == "parts" and term.name not in programmes.texts["programme"]:
            choices = tuple(programmes.texts["programme"])
            yield _unknown(place, term.name, choices, ("项目", "programme"))
        for column, value in term.filters:
            choices = tuple(sorted(set(programmes.texts[column]) - {""}))
            if value not in choices:
                yield _unknown(place, value, choices, ("项目类别", f"{column} of programmes"))


def _unknown(place: Place, name: str, known: tuple[str, ...], what: tuple[str, str]) -> Problem:
    return fault(place, "unknown-name", name=name, what=what, hint=hints(name, known))
