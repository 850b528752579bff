"""How rows of different tables hang together, beyond single keys."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from .formulas import known_figures
from .nearest import hints
from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["check_relations"]

YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
CORRECT = ("核对后改正", "correct it")


def check_relations(sheets: Mapping[str, Sheet], today: date | None = None) -> Iterator[Problem]:
    """Lists of slugs, pairs of columns and orders of dates; `today` decides what is the future."""
    for name, check in (
        ("areas", _areas),
        ("indicators", _indicators),
        ("regions", _regions),
        ("programmes", _programmes),
        ("comparables", _comparables),
    ):
        if name in sheets and not sheets[name].inherited:
            yield from check(sheets[name], sheets)
    if "periods" in sheets and not sheets["periods"].inherited:
        yield from _periods(sheets["periods"], sheets, (today or date.today()).isoformat())


def _listed(
    sheet: Sheet, column: str, known: tuple[str, ...], what: tuple[str, str]
) -> Iterator[Problem]:
    """The members of a `;` list that `known` does not hold, or that stand twice."""
    for row, text in zip(sheet.numbers, sheet.texts[column], strict=True):
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


def _areas(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    if "indicators" in sheets:
        known = known_figures({n: s for n, s in sheets.items() if n != "comparables"}, True)
        yield from _listed(sheet, "leading", known, ("指标", "indicator or measure"))


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
    if "indicators" in sheets:
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
    known = set(known_figures({n: s for n, s in sheets.items() if n != "comparables"}, True))
    regions = sheets["regions"].texts if "regions" in sheets else {"region": [], "name_zh": []}
    places = dict(zip(regions["region"], regions["name_zh"], strict=True))
    for row in sheet.rows():
        slug, indicator = row["comparable"] or "", row["indicator"] or ""
        place = (sheet.file, row["row"], "comparable", slug)
        parts = slug.split("@")
        if len(parts) != 3 or parts[0] != indicator or parts[2] != row["period"]:
            zh = ("标识与指标、时期不一致", f"写成 {indicator}@地名@{row['period']}")
            en = ("does not fit its indicator and period", f"{indicator}@place@{row['period']}")
            yield problem(place, "comparable-slug", zh, en)
        name = places.get(row["region"], "")
        if not (row["place_zh"] or "").startswith(name):
            place = (sheet.file, row["row"], "place_zh", row["place_zh"] or "")
            zh = (f"代码 {row['region']} 是{name}", "改正代码或地名")
            en = (f"the code {row['region']} is {name}", "correct one of the two")
            yield problem(place, "code-and-name", zh, en)
        if "|" in (row["place_en"] or ""):
            zh, en = ("地名中不能有 |", "删去 |"), ("a place may not hold |", "delete it")
            place = (sheet.file, row["row"], "place_en", row["place_en"])
            yield problem(place, "key-separator", zh, en)
        if row["definition"] != "base" and indicator not in known:
            hint_zh, hint_en = hints(indicator, known)
            place = (sheet.file, row["row"], "indicator", indicator)
            zh = ("没有这个指标或推算指标,无从比较(分母写 base)", hint_zh)
            en = ("no indicator or measure to stand beside (a denominator is 'base')", hint_en)
            yield problem(place, "unknown-key", zh, en)


def _periods(sheet: Sheet, sheets: Mapping[str, Sheet], today: str) -> Iterator[Problem]:
    observations = sheets.get("observations")
    used = set(observations.texts["period"]) if observations else set()
    for row in sheet.rows():
        start, end = row["start"] or "", row["end"] or ""
        if start and end and start > end:
            zh = (f"开始({start})晚于结束({end})", CORRECT[0])
            en = (f"starts ({start}) after it ends ({end})", CORRECT[1])
            yield problem((sheet.file, row["row"], "start", start), "period-order", zh, en)
        elif start > today and row["period"] in used:
            zh = ("时期还没有开始,却已有数据", "核对时期")
            en = ("this period has not begun, yet has figures", "correct the period")
            yield problem((sheet.file, row["row"], "start", start), "period-future", zh, en)
        years = YEARS.fullmatch(row["period"] or "")
        if years and start and end and (start[:4], end[:4]) != (years[1], years[2] or years[1]):
            zh = (f"时期名称与起止日期({start} 至 {end})不符", CORRECT[0])
            en = (f"its name does not fit its dates ({start} to {end})", CORRECT[1])
            yield problem((sheet.file, row["row"], "period", row["period"]), "period-name", zh, en)
        for column, day in (("start", start), ("end", end)):
            if day and day < "1949":
                zh = ("早于 1949 年", "核对年份"), ("before 1949", "check the year")
                yield problem((sheet.file, row["row"], column, day), "period-early", *zh, "warning")
