"""Make the simulated district tables: `python examples/districts/make_districts.py`.

Nothing in them is true: six districts and the city, five years, every number invented, so that
trends, places, targets and gaps can be tried before real district figures exist. The same seed
gives the same bytes everywhere: chance is a hash of the seed and the cell's own key.

What happens in them, on purpose: a definition widens (BREAK), a district gives nothing for a year
(MISSING) and another stops (the last of them), a figure is revised after it was published
(REVISED; `first_edition` gives the tables before), one place is out of line (OUTLIER), a total is
not its parts' sum (OFF), counts of women given relief are small.
"""

import csv
import hashlib
import io
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "data"
SEED = "half-the-sky districts 2"
SOURCE = "simulated_districts"
CITY = "370400"
YEARS = (2020, 2021, 2022, 2023, 2024)
PLANNED = 2025  # a period with targets and no figures yet
# Invented weights of the districts, in the customary order; they are no one's population.
WEIGHTS = {"370402": 0.15, "370403": 0.14, "370404": 0.11,
           "370405": 0.09, "370406": 0.12, "370481": 0.39}  # fmt: skip
BREAK = ("rights_venues", 2023, 1.35)  # from this year on, times what it was
MISSING = {("370406", 2021), ("370405", 2024)}  # a place and year without any figure
REVISED = {("couples_counselled", "370481", 2023): 0.93}  # first published, times the revised
OUTLIER = {("family_activities", "370404", 2024): 3.4}
OFF = {("women_helped_into_work", 2022): 120}  # the city's figure is this much above its parts
# At least one thing of each area besides the awards, a line each:
# code | area | kind | name | name in English | parts | parts in English | indicators
THINGS = """
gov_livelihood_items|support|policy|惠民实事|Practical projects|活动站;健康服务|stations;health|
sim_stations|support|programme|儿童活动站|Children’s stations|||leftbehind_children_stations
sim_health|support|programme|妇女健康服务|Women’s health service|||two_cancer_relief_women
inspection_topics|support|inspection|专题视察|Inspections|规划实施;反家暴|plans;domestic violence|
sim_plan|outcomes|plan|妇女发展规划|Development plan for women|||women_plan_indicators_met
sim_lectures|guidance|programme|巾帼宣讲|Women’s lectures|||lectures_held;lecture_audience
sim_jobs|economy|project|家门口就业|Jobs at the doorstep|||women_helped_into_work
sim_courtyards|family|action|美丽庭院行动|Courtyard action|||beautiful_courtyards
sim_counselling|rights|action|婚姻家庭辅导|Marriage counselling|||couples_counselled
sim_mothers|care|brand|爱心妈妈|Loving Mothers|||loving_mothers;paired_children
sim_training|organization|project|基层培训|Grassroots training|||training_classes;cadres_trained
"""
# Targets: at_least or at_most, by a year, so many times the first year's figure.
GOALS = (("beautiful_courtyards", "at_least", PLANNED, 1.7),
         ("micro_homes", "at_least", PLANNED, 1.9),
         ("loving_mothers", "at_least", 2024, 1.2), ("couples_counselled", "at_least", 2024, 1.3),
         ("poor_women_courtyard_economy", "at_most", 2024, 0.9),
         ("women_plan_indicators_met", "at_least", PLANNED, 1.7),
         ("women_share_city_npc_deputies", "at_least", PLANNED, 1.08))  # fmt: skip
# What is to be said beside the figures: area, region, period, figure, in both languages.
NOTES = (
    ("rights", "", BREAK[1], "rights_venues",
     "自本年起，维权服务阵地包括派出所内的报警点，不可与以前各年直接比较（模拟）。",
     "From this year on, venues include reporting centres at police stations; earlier years are "
     "not comparable (simulated)."),
    ("family", "370404", YEARS[-1], "family_activities",
     "家庭教育活动按新的登记办法统计，待核实（模拟）。",
     "Family-education activities were registered in a new way; to be verified (simulated)."),
)  # fmt: skip
LEVEL_NAMES = (("municipal", "市级"), ("provincial", "省级"), ("national", "国家级"))
# Invented denominators: for the whole city, with what they count.
BASES = {
    "resident_population": (3_900_000, "人", "residents", "常住人口", "Resident population"),
    "family_households": (1_300_000, "户", "households", "家庭户", "Family households"),
    "female_population": (1_900_000, "人", "women and girls", "女性常住人口", "Female residents"),
    "children_0_14": (850_000, "人", "children", "零至十四岁儿童", "Children under fifteen"),
}
# Invented comparisons, so that a report's context has something to show.
ELSEWHERE = (("reconciled_share", "%", "%", 34.5, "劝和率", "Share reconciled", "same"),
             ("relief_per_woman", "元", "CNY", 7_000, "人均救助", "Relief per woman",
              "differs"))  # fmt: skip
ABOUT = {"name": "half-the-sky-districts", "simulated": True,
         "title": "各区（市）模拟数据", "title_en": "Simulated figures of the districts",
         "description": "由种子生成的模拟数据，不是真实数字，只供试用和测试。",
         "description_en": "Made from a seed: no figure in it is true."}  # fmt: skip


def chance(*key: object) -> float:
    """A number in [0, 1) that depends on the seed and the key alone."""
    text = "|".join(map(str, (SEED, *key))).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48


def rows_of(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


LEVELS = {row["indicator"]: row for row in rows_of(HERE / "levels.tsv", "\t")}


def district(indicator: str, region: str, year: int) -> int:
    """The invented value of an additive indicator for a district and year."""
    key, row = (indicator, region, year), LEVELS[indicator]
    level, step = float(row["level"]), int(row["step"])
    if row["of"]:  # made from another indicator of the same place and year
        swing = float(row["spread"]) * (2 * chance(*key) - 1)
        value = district(row["of"], region, year) * (level + swing)
        return max(step, round(value / step) * step)
    value = level * WEIGHTS[region] * (0.85 + 0.3 * chance(indicator, region))
    if growth := float(row["growth"]):  # else a fixed number of posts or titles
        pace = 1 + growth + 0.06 * (chance(indicator, region, "pace") - 0.5)
        value *= pace ** (year - YEARS[0]) * (1 + 0.07 * (chance(*key) - 0.5))
    if indicator == BREAK[0] and year >= BREAK[1]:
        value *= BREAK[2]
    return max(step, int(value * OUTLIER.get(key, 1) / step) * step)


def single(indicator: str, region: str, year: int) -> float | int | None:
    """The invented value of an indicator that does not add up; None where none is kept."""
    row, passed = LEVELS[indicator], year - YEARS[0]
    level = row["level" if region == CITY else "district"]
    if level == "-" or not float(row["growth"]):
        return None if level == "-" else float(level) if "." in level else int(level)
    if "." not in level:
        return int(level) + int(row["growth"]) * passed + int(3 * chance(indicator, region, year))
    own = 3 * chance(indicator, region) + 0.8 * chance(indicator, region, year)
    return round(float(level) + float(row["growth"]) * passed + own - 2, 2)


def written(value: float | int, unit: str, mark: str) -> str:
    """The figure as a district would print it: 1280余场, 236.5万元, 31.62%."""
    if unit == "元":
        return f"{value / 10_000:.12g}万元"
    return f"{value:.2f}%" if isinstance(value, float) else f"{value}{mark}{unit}"


def value_of(indicator: str, region: str, year: int, first: bool) -> float | int | None:
    """A figure as published; `first`: as it was published before it was revised."""
    if (region, year) in MISSING:
        return None
    if LEVELS[indicator]["district"]:
        return single(indicator, region, year)
    if region != CITY:
        factor = REVISED.get((indicator, region, year), 1) if first else 1
        return round(district(indicator, region, year) * factor)
    # The city knows of what a district has not given here.
    parts = ((p, value_of(indicator, p, year, first)) for p in WEIGHTS)
    known = (district(indicator, p, year) if value is None else value for p, value in parts)
    return sum(known) + OFF.get((indicator, year), 0)


def observations(first: bool = False) -> list[list[object]]:
    """Every figure: the city's is the sum of its districts' wherever the indicator adds up."""
    rows: list[list[object]] = []
    revised = {(name, place, year) for name, region, year in REVISED for place in (region, CITY)}
    for year in YEARS:
        for name, row in LEVELS.items():
            mark = "余" if 1 < int(row["step"] or 1) < 10_000 else ""  # rounded down by hand
            for region in (CITY, *WEIGHTS):
                value = value_of(name, region, year, first)
                if value is None:
                    continue
                shown = f"{value:.2f}" if isinstance(value, float) else value
                status = "B" if (name, year) == BREAK[:2] else "A"
                told = (name, region, year) in revised and not first
                notes = ("公布后修订。", "Revised after publication.") if told else ("", "")
                key = [name, region, year, shown, mark, written(value, row["unit"], mark)]
                rows.append([*key, status, SOURCE, "p1", *notes])
    return rows


def targets() -> list[list[object]]:
    """What was to be reached by the last year, and what is to be reached in the next."""
    rows: list[list[object]] = []
    for name, bound, by, factor in GOALS:
        for region in (CITY,) if LEVELS[name]["district"] else (CITY, *WEIGHTS):
            value = int(factor * (value_of(name, region, YEARS[0], False) or 0))
            rows.append([name, region, by, bound, value, f"{value}{LEVELS[name]['unit']}", SOURCE])
    return rows


def programmes() -> list[list[object]]:
    """The things of each area, and one to three invented awards, for every place and year."""
    rows: list[list[object]] = []
    for year in YEARS:
        for region in (CITY, *WEIGHTS):
            if (region, year) in MISSING:
                continue
            where = [region, year, SOURCE, "p1", "模拟", "Simulated"]
            for count in range(1 + int(3 * chance("awards", region, year))):
                level, zh = LEVEL_NAMES[count]
                names = [f"{zh}先进集体（模拟）", f"Advanced collective, {level} (simulated)"]
                slug = f"sim_award_{level}"
                rows.append([slug, "honours", "award", *names, level, "", "", "", *where])
            for line in THINGS.strip().splitlines():
                slug, area, kind, zh, en, *rest = line.split("|")
                names = [f"{zh}（模拟）", f"{en} (simulated)"]
                rows.append([slug, area, kind, *names, "", *rest, *where])
    return rows


def comparables() -> list[list[object]]:
    """Invented denominators for every place, and an invented city to compare with."""
    names = {
        row["region"]: (row["name_zh"], row["name_en"]) for row in rows_of(DATA / "regions.csv")
    }
    note = ("模拟数据。", "Simulated.")
    rows: list[list[object]] = []
    for base, (total, unit, unit_en, zh, en) in BASES.items():
        values = {region: round(total * weight) for region, weight in WEIGHTS.items()}
        for region, value in {CITY: sum(values.values()), **values}.items():
            place_zh, place_en = names[region]
            key = f"{base}@{place_en.lower()}@{YEARS[0]}"
            level = "city" if region == CITY else "county"
            place = [region, place_zh, place_en, "", level, YEARS[0], value, unit, unit_en]
            rows.append([key, base, *place, "", f"{value}{unit}", zh, en, "base", *note, SOURCE])
    for slug, unit, unit_en, value, zh, en, definition in ELSEWHERE:
        key = f"{slug}@invented-city@{YEARS[3]}"
        place = ["", "虚构市", "Invented City", "", "city", YEARS[3], value, unit, unit_en]
        text = f"{value}{unit}"
        rows.append([key, slug, *place, "", text, zh, en, definition, *note, SOURCE])
    return rows


def contents(first: bool = False) -> dict[str, list[list[object]]]:
    """Table name → rows, of every table that differs from the project's own."""
    years = (*YEARS, PLANNED)
    periods = [[y, i, f"{y}-01-01", f"{y}-12-31", f"{y}年", y] for i, y in enumerate(years, 1)]
    note = "由种子生成，不对应任何单位或个人。 Made from a seed; it stands for nobody."
    title = ("模拟数据，非真实数字", "Simulated data, no true figures")
    source = [SOURCE, *title, "本项目（this project）", "", "", "false", note]
    notes = [[*note[:3], at, *note[3:]] for at, note in enumerate(NOTES, 1)]
    return {"periods": periods, "observations": observations(first), "programmes": programmes(),
            "comparables": comparables(), "sources": [source], "targets": targets(),
            "notes": notes}  # fmt: skip


def files(first: bool = False) -> dict[str, str]:
    """File name → text: the tables, and the few words that say what they are."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    schemas = {res["name"]: res["schema"] for res in package["resources"]}
    texts = {"datapackage.json": json.dumps(ABOUT, ensure_ascii=False, indent=2) + "\n"}
    for name, rows in contents(first).items():
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        named = [column["name"] for column in schemas[name]["fields"]]
        writer.writerow(column for column in named if column != "delivery")  # of figures collected
        writer.writerows(rows)
        texts[f"{name}.csv"] = stream.getvalue()
    return texts


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
