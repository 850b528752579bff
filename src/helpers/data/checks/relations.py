"""How rows of different tables hang together, beyond single keys."""

from collections.abc import Iterator, Mapping

from ..known import hints
from ..problems import Problem, problem
from ..sheets import Sheet
from .formulas import known_figures

__all__ = ["check_relations"]

CORRECT = ("核对后改正", "correct it")
NEEDED = ("areas", "indicators", "regions", "periods", "qualifiers", "observations")


def check_relations(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Tables without a row that reports cannot do without, lists of names, pairs of columns."""
    for name in NEEDED:
        if name in sheets and sheets[name].whole and not len(sheets[name]):
            zh = ("只有列名,没有一行内容", "补上内容;没有数据就没有报告")
            en = ("a header and no rows", "fill it in: there is no report without figures")
            yield problem((sheets[name].file, 0, "", ""), "table-empty", zh, en)
    for name, check in (
        ("areas", _areas),
        ("indicators", _indicators),
        ("regions", _regions),
        ("programmes", _programmes),
        ("comparables", _comparables),
        ("targets", _targets),
    ):
        if name in sheets and not sheets[name].inherited:
            yield from check(sheets[name], sheets)


def _listed(
    sheet: Sheet, column: str, known: tuple[str, ...], what: tuple[str, str]
) -> Iterator[Problem]:
    """The members of a `;` list that `known` does not hold, or that stand twice."""
    for row, text in zip(sheet.numbers, sheet.columns[column], strict=True):
        members = text.split(";") if text else []
        place = (sheet.file, row, column, text)
        for member in dict.fromkeys(members):
            if member != member.strip() or not member:
                zh = ("列表写法不对", "用英文分号连接,不留空格")
                en = ("not a list", "join the members by ; without blanks")
                yield problem(place, "list", zh, en)
            elif member not in known:
                hint_zh, hint_en = hints(member, known)
                zh = (f"没有名为“{member}”的{what[0]}", hint_zh)
                en = (f"there is no {what[1]} '{member}'", hint_en)
                yield problem(place, "unknown-key", zh, en)
            elif members.count(member) > 1:
                zh, en = (f"“{member}”写了两次", "只写一次"), (f"'{member}' stands twice", "once")
                yield problem(place, "list", zh, en)


def _own(sheets: Mapping[str, Sheet]) -> tuple[str, ...]:
    """The names of indicators and measures."""
    return known_figures({n: s for n, s in sheets.items() if n != "comparables"}, measures=True)


def _areas(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if "indicators" in sheets and sheets["indicators"].whole:
        yield from _listed(sheet, "leading", _own(sheets), ("指标", "indicator or measure"))
        yield from _listed(
            sheet, "also", known_figures(sheets, measures=True), ("指标", "indicator or measure")
        )


def _indicators(sheet: Sheet, _sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    for row in sheet.rows():
        low, high = row["minimum"], row["maximum"]
        if low is not None and high is not None and low > high:
            place = (sheet.file, row["row"], "maximum", str(high))
            zh = (f"上限小于下限 {low}", CORRECT[0])
            yield problem(place, "range", zh, (f"below the minimum {low}", CORRECT[1]))


def _regions(sheet: Sheet, _sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    parents = dict(zip(sheet.texts["region"], sheet.texts["parent"], strict=True))
    for row, region in zip(sheet.numbers, sheet.texts["region"], strict=True):
        seen, at = {region}, parents[region]
        while at and at not in seen:
            seen.add(at)
            at = parents.get(at, "")
        if at == region:
            place = (sheet.file, row, "parent", parents[region])
            zh = ("上级地区绕回了自己", CORRECT[0])
            en = ("the parents lead back to the region itself", CORRECT[1])
            yield problem(place, "parent-circle", zh, en)


def _programmes(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if "indicators" in sheets and sheets["indicators"].whole:
        known = tuple(sheets["indicators"].texts["indicator"])
        yield from _listed(sheet, "indicators", known, ("指标", "indicator"))
    columns = (sheet.numbers, sheet.texts["parts"], sheet.texts["parts_en"])
    for row, parts, parts_en in zip(*columns, strict=True):
        counts = [len([part for part in text.split(";") if part]) for text in (parts, parts_en)]
        if counts[0] != counts[1]:
            place = (sheet.file, row, "parts_en", parts_en)
            zh = (f"中文列了{counts[0]}个部分,英文{counts[1]}个", "两种文字逐项对应,用 ; 分隔")
            en = (f"{counts[0]} parts in Chinese, {counts[1]} in English", "one for each, by ;")
            yield problem(place, "parts-differ", zh, en)


def _comparables(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known, regions = set(_own(sheets)), sheets.get("regions")
    names = (regions.texts["region"], regions.texts["name_zh"]) if regions else ((), ())
    places = dict(zip(*names, strict=True))
    for row in sheet.rows():
        slug, indicator = row["comparable"], row["indicator"]
        place = (sheet.file, row["row"], "comparable", slug)
        parts = slug.split("@")
        if slug and (len(parts) != 3 or parts[0] != indicator or parts[2] != row["period"]):
            zh = ("标识与指标、时期不一致", f"写成 {indicator}@地名@{row['period']}")
            en = ("does not fit its indicator and period", f"{indicator}@place@{row['period']}")
            yield problem(place, "comparable-slug", zh, en)
        name = places.get(row["region"], "")
        if not row["place_zh"].startswith(name):
            place = (sheet.file, row["row"], "place_zh", row["place_zh"])
            zh = (f"代码 {row['region']} 是{name}", "改正代码或地名")
            en = (f"the code {row['region']} is {name}", "correct one of the two")
            yield problem(place, "code-and-name", zh, en)
        if "|" in row["place_en"]:
            zh, en = ("地名中不能有 |", "删去 |"), ("a place may not hold |", "delete it")
            place = (sheet.file, row["row"], "place_en", row["place_en"])
            yield problem(place, "key-separator", zh, en)
        if row["definition"] != "base" and indicator and indicator not in known:
            yield _no_figure(sheet, row, known)


def _targets(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    known = set(_own(sheets))
    for row in sheet.rows():
        if "indicators" in sheets and row["indicator"] and row["indicator"] not in known:
            yield _no_figure(sheet, row, known)


def _no_figure(sheet: Sheet, row: Mapping, known: set[str]) -> Problem:
    hint_zh, hint_en = hints(row["indicator"], sorted(known))
    place = (sheet.file, row["row"], "indicator", row["indicator"])
    zh, en = "没有这个指标或派生指标", "no such indicator or measure"
    if sheet.table.name == "comparables":
        zh, en = f"{zh},无从比较(分母写 base)", f"{en} to stand beside (a denominator is 'base')"
    return problem(place, "unknown-key", (zh, hint_zh), (en, hint_en))
