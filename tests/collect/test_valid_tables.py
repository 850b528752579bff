"""Valid tables of every shape that offices use, drawn by a seed: none is refused, nothing is asked,
and every figure is taken as it was meant.

``TABLES=10000 pytest tests/collect/test_valid_tables.py -k many`` tries as many as one likes.
"""

import os
import random
from decimal import Decimal

import pytest
from delivered import as_csv, as_docx, as_ods, as_xlsx, saved

from helpers import quantity as q
from helpers.analysis.figures import policy
from helpers.collect.collect import read_submission
from helpers.collect.headings import REGION_ENDS, Vocabulary

MANY = int(os.environ.get("TABLES", "300"))
TITLES = ("全市妇女儿童工作统计表", "（一）妇女工作", "枣庄市妇联")
BELOW = (
    "填表人：某某",
    "审核人：某某  填报日期：2025年1月8日",
    "注：本表按期末统计。",
    "数据来源：某局",
)
WORDS = ("约{}", "近{}", "{}余", "{}多", "超过{}")


@pytest.fixture(scope="module")
def known(examples):
    return examples, Vocabulary.of(examples), policy(examples)


class Drawn:
    """One table: its figures by indicator, region and period, and the cells that say them."""

    def __init__(self, rng, tables, rounding):
        self.rng, self.rounding = rng, rounding
        rows = [row for row in tables.indicators.to_dict("records") if row["unit"] != "‰"]
        self.about = {row["indicator"]: row for row in rng.sample(rows, rng.randint(2, 4))}
        places = tables.regions[tables.regions["parent"] == "370400"].to_dict("records")
        self.names = {row["region"]: self.named(row) for row in rng.sample(places, 4)}
        self.periods = rng.sample(["2021", "2022", "2023", "2024"], rng.randint(1, 3))
        self.words = rng.random() < 0.3  # rounding words
        self.total = not self.words and rng.random() < 0.4
        self.unit = {slug: self.scaled(row) for slug, row in self.about.items()}
        self.figures = {}

    def named(self, row):
        """A region's name, short name or code."""
        name = str(row["name_zh"])
        short = next((name.removesuffix(e) for e in REGION_ENDS if name.endswith(e)), name)
        return self.rng.choice([name, name, short if len(short) > 1 else name, str(row["region"])])

    def scaled(self, row):
        """The unit in which an indicator is given: its own, or a multiple of it for money."""
        unit = str(row["unit"])
        return self.rng.choice([unit, f"万{unit}"]) if unit == "元" else unit

    def cell(self, slug, region, period):
        """What stands in the figure's cell; "" now and then."""
        if (slug, region, period) in self.figures:
            return self.figures[slug, region, period][0]
        rng, about = self.rng, self.about[slug]
        if rng.random() < 0.07:
            return ""
        share = about["unit"] == "%" or str(about["counts"]) == "share"
        value = Decimal(rng.randint(100, 999)) / 10 if share else Decimal(rng.randint(3, 9999))
        value = min(value, Decimal(str(about["maximum"] or value)))
        text = f"{value:f}"
        if self.words and not share and rng.random() < 0.5:
            text = rng.choice(WORDS).format(text)
            value = q.read(text, self.rounding).value
        elif not share and rng.random() < 0.2:
            text = f"{int(value):,}" if value == int(value) else text
        if self.unit[slug].startswith("万"):
            value *= 10_000
        self.figures[slug, region, period] = text, value
        return text

    def head(self, slug):
        """An indicator's name as a head, with its unit in brackets of either kind or without."""
        label, unit = str(self.about[slug]["label_zh"]), self.unit[slug]
        ways = [f"{label}({unit})", f"{label}（{unit}）"]
        return self.rng.choice(ways if unit.startswith("万") else [*ways, label])

    def sums(self, region_cells):
        """A row of totals: the sums of columns of cells, each of one indicator and period."""
        found = []
        for slug, cells in region_cells:
            whole = bool(self.about[slug]["additive"]) and all(cells)
            numbers = [Decimal(cell.replace(",", "")) for cell in cells] if whole else []
            found.append(f"{sum(numbers):f}" if numbers else "")
        return found

    def rows(self):
        """(rows, areas merged, titles that must stand above)"""
        shapes = [self.long, self.indicators_across, self.years_across, self.regions_across,
                  self.two_heads, self.blocks]  # fmt: skip
        return self.rng.choice(shapes)()

    def long(self):
        """A row for every figure, with a column for its unit."""
        rows = [["指标", "单位", "地区", "年份", "数量"]]
        for slug, about in self.about.items():
            for region, name in self.names.items():
                for period in self.periods:
                    label = str(about["label_zh"])
                    rows.append([label, self.unit[slug], name, f"{period}年",
                                 self.cell(slug, region, period)])  # fmt: skip
        return rows, (), ()

    def indicators_across(self):
        """Regions and years down, indicators across; a row of totals of a single year."""
        rows = [["序号", "地区", "年份", *map(self.head, self.about), "备注"]]
        for region, name in self.names.items():
            for period in self.periods:
                cells = [self.cell(slug, region, period) for slug in self.about]
                rows.append([str(len(rows)), name, period, *cells, self.rng.choice(["", "无"])])
        if self.total and len(self.periods) == 1:
            columns = [(s, [row[3 + at] for row in rows[1:]]) for at, s in enumerate(self.about)]
            rows.append(["", "合计", self.periods[0], *self.sums(columns), ""])
        return rows, (), ()

    def years_across(self):
        """Regions down, years across, the indicator in a line above."""
        slug = next(iter(self.about))
        rows = [["地区", *(f"{period}年" for period in self.periods)]]
        for region, name in self.names.items():
            rows.append([name, *(self.cell(slug, region, period) for period in self.periods)])
        if self.total:
            columns = [(slug, [row[1 + at] for row in rows[1:]]) for at in range(len(self.periods))]
            rows.append([self.rng.choice(["合计", "小计", "全市"]), *self.sums(columns)])
        label = str(self.about[slug]["label_zh"])
        return rows, (), (f"指标：{label}({self.unit[slug]})",)

    def regions_across(self):
        """Indicators down with their units, regions across, the year in the title."""
        period = self.periods[0]
        rows = [["指标", "计量单位", *self.names.values(), *(["合计"] if self.total else [])]]
        for slug, about in self.about.items():
            cells = [self.cell(slug, region, period) for region in self.names]
            more = self.sums([(slug, cells)]) if self.total else []
            rows.append([str(about["label_zh"]), self.unit[slug], *cells, *more])
        return rows, (), (f"{period}年主要指标",)

    def two_heads(self):
        """Each indicator merged over its years."""
        width = len(self.periods)
        first, second, areas = ["地区"], [""], ["A1:A2"]
        for at, slug in enumerate(self.about):
            first += [self.head(slug), *[""] * (width - 1)]
            second += [f"{period}年" for period in self.periods]
            left, right = (chr(66 + at * width + by) for by in (0, width - 1))
            areas += [f"{left}1:{right}1"] if width > 1 else []
        rows = [first, second]
        for region, name in self.names.items():
            rows.append([name, *(self.cell(slug, region, period) for slug in self.about
                                 for period in self.periods)])  # fmt: skip
        return rows, areas, ()

    def blocks(self):
        """Each region's name on the first row of its block only."""
        rows = [["地区", "指标", "单位", *(f"{period}年度" for period in self.periods)]]
        for region, name in self.names.items():
            for at, slug in enumerate(self.about):
                cells = [self.cell(slug, region, period) for period in self.periods]
                label = str(self.about[slug]["label_zh"])
                rows.append([name if not at else "", label, self.unit[slug], *cells])
        return rows, (), ()


def delivered(drawn):
    """(name, bytes) of a drawn table as a file of some kind."""
    rng = drawn.rng
    rows, areas, needed = drawn.rows()
    width = len(rows[0])
    titles = rng.sample(TITLES, rng.randint(0, 2))
    above = [[text, *[""] * (width - 1)] for text in (*titles, *needed)]
    below = [[text, *[""] * (width - 1)] for text in rng.sample(BELOW, rng.randint(0, 3))]
    kind = rng.choice([".xlsx"] if areas else [".xlsx", ".csv", ".csv", ".docx", ".ods"])
    whole = [*above, *rows, *below]
    if kind == ".csv":
        text = as_csv(whole, rng.choice(["utf-8", "utf-8-sig", "gb18030"]))
        return "报表.csv", text
    if kind != ".xlsx":
        return f"报表{kind}", (as_docx if kind == ".docx" else as_ods)(whole)
    return "报表.xlsx", workbook(whole, areas, len(above), rng)


def workbook(rows, areas, above, rng):
    """A workbook in which numbers are numbers, with display formats, or texts."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"统计表": rows})))
    sheet = book.active
    for row in sheet.iter_rows(min_row=above + 2):
        for cell in row[1:]:
            plain = str(cell.value or "").replace(",", "")
            if plain.replace(".", "", 1).isdigit() and len(plain) < 8 and rng.random() < 0.7:
                cell.value = float(plain) if "." in plain else int(plain)
                whole = isinstance(cell.value, int) and not plain.startswith("20")
                cell.number_format = rng.choice(
                    ["General", "#,##0", "0", "#,##0_);(#,##0)", "00000"] if whole else ["General"]
                )
    for area in areas:
        left, right = (f"{one[0]}{int(one[1:]) + above}" for one in area.split(":"))
        sheet.merge_cells(f"{left}:{right}")
    if above:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
    return saved(book)


def tried(known, tmp_path, seed):
    """One drawn table, delivered and read; the figures that it does not give as they are meant."""
    drawn = Drawn(random.Random(seed), known[0], known[2])
    name, content = delivered(drawn)
    path = tmp_path / name
    path.write_bytes(content)
    found = read_submission(path, *known)
    wrong = [p.line("en") for p in found.problems if p.severity == "error"]
    told = {entry.key: entry.value for entry in found.entries if entry.region != "370400"}
    wanted = {key: value for key, (_, value) in drawn.figures.items()}
    return [*wrong, *(f"? {one.shown}" for one in found.questions), *(
        f"{key}: {told.get(key)} for {wanted.get(key)}"
        for key in {*told, *wanted} if told.get(key) != wanted.get(key)
    )]  # fmt: skip


def test_valid_tables_are_taken_whole(known, tmp_path):
    wrong = {seed: found for seed in range(15) if (found := tried(known, tmp_path, seed))}
    assert not wrong


@pytest.mark.slow
def test_many_valid_tables_are_taken_whole(known, tmp_path):
    seeds = range(100, 100 + MANY)
    wrong = {seed: found for seed in seeds if (found := tried(known, tmp_path, seed))}
    assert not wrong, f"{len(wrong)} of {MANY}: {dict(list(wrong.items())[:3])}"
