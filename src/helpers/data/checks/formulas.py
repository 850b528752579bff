"""Measures and rules: their expressions must parse and name only what the tables hold."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..formulas import FormulaError, Rule, Term, parse_rule, parse_sum
from ..known import hints, nearest
from ..problems import Problem, problem
from ..sheets import Sheet

__all__ = ["check_formulas", "known_figures"]

BRACES = re.compile(r"\{([^{}]*)\}")
FIGURES = ("indicators", "measures", "comparables")  # tables that name figures
NEEDS_DENOMINATOR = ("share", "mean", "coverage")
FORMS = ("如 a + b - c、programmes(kind=award)、parts(名称)", "such as a + b - c")


def check_formulas(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Expressions, the names in them and in the messages, and what each kind of measure needs.

    Those that came with an inherited table were checked where they come from.
    """
    measures, rules = sheets.get("measures"), sheets.get("rules")
    if measures is not None and not measures.inherited:
        yield from _measures(measures, sheets)
    if rules is not None and not rules.inherited:
        yield from _rules(rules, sheets)


def known_figures(sheets: Mapping[str, Sheet], measures: bool) -> tuple[str, ...]:
    """The slugs that an expression may name: indicators, comparables', and measures if asked."""
    columns = [("indicators", "indicator"), ("comparables", "indicator")]
    columns += [("measures", "measure")] if measures else []
    texts = (sheets[name].texts[column] for name, column in columns if name in sheets)
    return tuple(dict.fromkeys(slug for column in texts for slug in column))


def _measures(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known = known_figures(sheets, measures=False)
    for at, row in enumerate(sheet.rows()):
        for column in ("numerator", "denominator"):
            text = row[column] or ""
            place = (sheet.file, row["row"], column, text)
            if sheet.columns[column][at] is None:
                continue  # the cell itself was refused
            if not text:
                if column == "numerator" or row["kind"] in NEEDS_DENOMINATOR:
                    zh = (f"{row['kind']} 类推算指标缺少 {column}", "补上表达式")
                    en = (f"a measure of kind {row['kind']} needs a {column}", "write it")
                    yield problem(place, "expression-missing", zh, en)
                continue
            try:
                found = parse_sum(text)
            except FormulaError as fault:
                yield _unreadable(place, fault)
                continue
            yield from _names(place, found, known, sheets)
        yield from _scale(sheet, row)


def _scale(sheet: Sheet, row: Mapping) -> Iterator[Problem]:
    scale = row["scale"]
    if scale is None:
        return  # refused, or empty where it may not be: told as a cell
    place = (sheet.file, row["row"], "scale", str(scale))
    if scale <= 0 or (row["unit"] == "%") != (scale == Decimal(100)):
        if row["kind"] == "share" or row["unit"] == "%" or scale <= 0:
            zh = (f"单位是“{row['unit']}”,倍数却是 {scale}", "百分比的倍数为 100、单位为 %")
            en = (f"the unit is '{row['unit']}' but the scale {scale}", "a share has 100 and %")
            yield problem(place, "scale", zh, en)
    elif row["kind"] == "share" and row["unit"] != "%":
        zh, en = ("share 类的单位应为 %", "单位写 %,倍数写 100"), ("a share is in %", "write %")
        yield problem((sheet.file, row["row"], "unit", row["unit"] or ""), "scale", zh, en)


def _rules(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known = known_figures(sheets, measures=True)
    for row in sheet.rows():
        text = row["expression"] or ""
        place = (sheet.file, row["row"], "expression", text)
        found: Rule | None = None
        try:
            found = parse_rule(text) if text else None
        except FormulaError as fault:
            yield _unreadable(place, fault)
        for operand in found.operands if found else ():
            yield from _names(place, operand, known, sheets)
        for column in ("message_zh", "message_en"):
            yield from _message((sheet.file, row["row"], column, row[column] or ""), known, sheets)
        named = [set(BRACES.findall(row[column] or "")) for column in ("message_zh", "message_en")]
        if named[0] != named[1]:
            odd = ", ".join(sorted(named[0] ^ named[1]))
            place = (sheet.file, row["row"], "message_en", row["message_en"] or "")
            zh = (f"中英文消息所引的数不同:{odd}", "两种文字引用相同的数")
            en = (f"the two languages name different figures: {odd}", "name the same in both")
            yield problem(place, "message-languages", zh, en, "warning")


def _message(
    place: tuple[str, int, str, str], known: tuple[str, ...], sheets: Mapping[str, Sheet]
) -> Iterator[Problem]:
    outside = BRACES.sub("", place[3])
    if "{" in outside or "}" in outside:
        zh = ("花括号不成对", "写成 {指标名}"), ("a brace has no partner", "write {indicator}")
        yield problem(place, "message-braces", *zh)
    if re.search(r"\d", outside):
        zh = ("消息里直接写了数字", "数字只能用 {指标名} 引出")
        en = ("a digit is typed into the message", "let {indicator} bring every number in")
        yield problem(place, "message-digit", zh, en)
    for inside in BRACES.findall(place[3]):
        try:
            found = parse_sum(inside)
        except FormulaError as fault:
            yield _unreadable((*place[:3], "{" + inside + "}"), fault)
            continue
        yield from _names((*place[:3], "{" + inside + "}"), found, known, sheets)


def _unreadable(place: tuple[str, int, str, str], fault: FormulaError) -> Problem:
    zh = (f"表达式读不懂:{fault.zh}", FORMS[0])
    en = (f"cannot be read: {fault.en}", FORMS[1])
    return problem(place, "expression", zh, en)


def _names(
    place: tuple[str, int, str, str],
    found: tuple[Term, ...],
    known: tuple[str, ...],
    sheets: Mapping[str, Sheet],
) -> Iterator[Problem]:
    programmes = sheets.get("programmes")
    whole = all(sheets[name].whole for name in FIGURES if name in sheets)
    for term in found:
        if term.kind == "figure" and term.name not in known and whole:
            yield _no_figure(place, term.name, known, sheets)
        elif programmes is None or programmes.inherited:
            continue
        elif term.kind == "parts" and term.name not in programmes.texts["programme"]:
            choices = tuple(programmes.texts["programme"])
            yield _unknown(place, term.name, choices, ("项目", "programme"))
        for column, value in term.filters:
            choices = tuple(sorted(set(programmes.texts[column]) - {""}))
            if value not in choices:
                yield _unknown(place, value, choices, ("项目类别", f"{column} of programmes"))


def _no_figure(
    place: tuple[str, int, str, str], name: str, known: tuple[str, ...], sheets: Mapping[str, Sheet]
) -> Problem:
    """An unknown figure; where there are no comparables at all, it is one of these that lacks."""
    bases = sheets.get("comparables")
    if bases is None or len(bases) or nearest(name, known):
        return _unknown(place, name, known, ("指标", "figure"))
    zh = (f"缺少“{name}”,{place[0]} 第{place[1]}行要用它", "补上这一行,definition 写 base")
    en = (
        f"there is no '{name}', which row {place[1]} of {place[0]} needs",
        "add its row, with 'base' as definition",
    )
    return problem((bases.file, 0, "", name), "base-missing", zh, en)


def _unknown(
    place: tuple[str, int, str, str], name: str, known: tuple[str, ...], what: tuple[str, str]
) -> Problem:
    hint_zh, hint_en = hints(name, known)
    zh = (f"没有名为“{name}”的{what[0]}", hint_zh)
    en = (f"there is no {what[1]} '{name}'", hint_en)
    return problem(place, "unknown-name", zh, en)
