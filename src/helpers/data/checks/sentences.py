"""Sentences and notes: names in braces that the tables know, and no number typed."""

import re
import string
import unicodedata
from collections.abc import Iterator, Mapping

from ..known import hints
from ..problems import Problem, problem
from ..sheets import Sheet
from .formulas import known_figures

__all__ = ["braced", "check_sentences"]

FORMS = ("", "n", "label", "period", "range", "parts")  # what may stand behind a colon
PLACES = ("region", "period")
LANGS = ("zh", "en")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")  # a note may say of when it is true


def check_sentences(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Unknown names and forms in braces, typed digits, languages that say different things, and
    sentences without a figure, which no draft would ever use.

    What came with an inherited table was checked where it comes from.
    """
    programmes = sheets.get("programmes")
    titles = tuple(programmes.texts["programme"]) if programmes else ()
    figures = known_figures(sheets, measures=True)
    for name in ("sentences", "notes"):
        sheet = sheets.get(name)
        if sheet is not None and not sheet.inherited:
            yield from _sheet(sheet, figures, (*figures, *PLACES, *titles))


def _sheet(sheet: Sheet, figures: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Problem]:
    for row in sheet.rows():
        named: dict[str, set[str]] = {}
        for lang in LANGS:
            text = row[f"text_{lang}"]
            place = (sheet.file, row["row"], f"text_{lang}", text)
            if not text:
                continue  # refused, or empty where it may not be: told as a cell
            fields = _fields(text)
            if fields is None:
                yield problem(place, "sentence-braces", *_BRACES)
                continue
            yield from _judged(place, fields, known, years=sheet.table.name == "notes")
            named[lang] = {name for _, name, _ in fields if name is not None}
        if len(named) < len(LANGS):
            continue
        if named["zh"] != named["en"]:
            yield _unequal(sheet, row, named)
        elif sheet.table.name == "sentences" and not named["zh"] & set(figures):
            said = named["zh"] - set(known)
            if not said:
                place = (sheet.file, row["row"], "text_zh", row["text_zh"])
                yield problem(place, "sentence-figure", *_NO_FIGURE)


_BRACES = (
    ("花括号不成对", "写成 {指标名}"),
    ("a brace has no partner", "write {name}"),
)
_NO_FIGURE = (
    ("句中没有数据,文稿永远不会用到它", "用 {指标名} 引出一个数,或删去这一句"),
    ("states no figure: no draft will ever use it", "bring one in by {indicator}, or delete it"),
)


def _fields(text: str) -> list[tuple[str, str | None, str]] | None:
    """The literal text, name and form of each part, None where the braces do not match."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    return [(literal, name, form or "") for literal, name, form, _ in parts]


def braced(text: str) -> list[str]:
    """The names in braces, without what stands behind a colon; none where braces do not match."""
    return [name.strip() for _, name, _ in _fields(text) or () if name]


def _judged(
    place: tuple[str, int, str, str],
    fields: list[tuple[str, str | None, str]],
    known: tuple[str, ...],
    *,
    years: bool,
) -> Iterator[Problem]:
    literals = [YEAR.sub("", said) if years else said for said, _, _ in fields]
    typed = [c for literal in literals for c in literal if _is_number(c)]
    if typed:
        zh = (f"直接写了数字“{typed[0]}”", "数字只能用 {指标名} 引出")
        en = (f"the digit '{typed[0]}' is typed", "let {indicator} bring every number in")
        yield problem(place, "sentence-digit", zh, en)
    for name, form in dict.fromkeys((n, f) for _, n, f in fields if n is not None):
        if name not in known:
            hint_zh, hint_en = hints(name, known)
            zh = (f"没有名为“{name}”的指标、推算指标或项目", hint_zh)
            en = (f"there is no figure or programme '{name}'", hint_en)
            yield problem((*place[:3], "{" + name + "}"), "unknown-name", zh, en)
        elif form not in FORMS:
            shown = "、".join(filter(None, FORMS)), ", ".join(filter(None, FORMS))
            zh = (f"没有“{form}”这种写法", f"冒号后可写:{shown[0]}")
            en = (f"there is no form '{form}'", f"a colon may be followed by {shown[1]}")
            yield problem((*place[:3], f"{{{name}:{form}}}"), "sentence-form", zh, en)


def _is_number(sign: str) -> bool:
    return unicodedata.category(sign) in ("Nd", "No", "Nl") and sign != "〇"


def _unequal(sheet: Sheet, row: Mapping, named: Mapping[str, set[str]]) -> Problem:
    odd = ", ".join(sorted(named["zh"] ^ named["en"]))
    place = (sheet.file, row["row"], "text_en", row["text_en"])
    zh = (f"中英文句子所引的名称不同:{odd}", "两种文字引用相同的名称")
    en = (f"the two languages name different things: {odd}", "name the same in both")
    return problem(place, "sentence-languages", zh, en)
