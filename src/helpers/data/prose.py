"""The sentences of drafts: names in braces that the tables know, and no number typed."""

import string
import unicodedata
from collections.abc import Iterator, Mapping

from .formulas import known_figures
from .nearest import hints
from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["braced", "check_sentences"]

FORMS = ("", "n", "label", "period", "range", "parts")  # what may stand behind a colon
PLACES = ("region", "period")
LANGS = ("zh", "en")


def check_sentences(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Unknown names and forms in braces, typed digits, a language that is missing or says less.

    Sentences that came with an inherited table were checked where they come from.
    """
    sheet = sheets.get("sentences")
    if sheet is None or sheet.inherited:
        return
    programmes = sheets.get("programmes")
    titles = tuple(programmes.texts["programme"]) if programmes else ()
    known = (*known_figures(sheets, measures=True), *PLACES, *titles)
    for row in sheet.rows():
        named: dict[str, set[str]] = {}
        for lang in LANGS:
            text = row[f"text_{lang}"] or ""
            place = (sheet.file, row["row"], f"text_{lang}", text)
            if not text.strip():
                yield problem(place, "sentence-language", *_MISSING)
                continue
            fields = _fields(text)
            if fields is None:
                yield problem(place, "sentence-braces", *_BRACES)
                continue
            yield from _judged(place, fields, known)
            named[lang] = {name for _, name, _ in fields if name is not None}
        if len(named) == len(LANGS) and named["zh"] != named["en"]:
            yield _unequal(sheet, row, named)


_MISSING = (
    ("缺少这种语言的句子", "两种语言都要写"),
    ("the sentence lacks this language", "write it in both"),
)


_BRACES = (
    ("花括号不成对", "写成 {指标名}"),
    ("a brace has no partner", "write {name}"),
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
) -> Iterator[Problem]:
    typed = [c for literal, _, _ in fields for c in literal if _is_number(c)]
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
