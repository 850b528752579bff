"""Diff: two states, figure by figure."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.audit.diff.compare import NothingToCompare, Row, State, Stated, compare, read_state
from helpers.audit.diff.words import as_json, lines, render
from helpers.cli import main
from helpers.quantity import Interval
from helpers.reports.page import figurelist


def stated(key: str, value: int, upper: int | None = None, **more: object) -> Stated:
    interval = Interval(Decimal(value), Decimal(upper), True, False) if upper else None
    told = {"qualifier": "余" if upper else "", "written": f"{value}名", **more}
    return Stated(key, Decimal(value), interval or Interval.point(Decimal(value)), "名", **told)


def state(*figures: Stated, **more: object) -> State:
    return State("folder", {figure.key: figure for figure in figures}, **more)


def kinds(old: State, new: State) -> list[str]:
    return [change.kind for change in compare(old, new)]


KEYS = st.sampled_from([f"{slug}|{place}|2023" for slug in "abc" for place in ("1", "2")])
FIGURES = st.builds(
    lambda key, value, width: stated(key, value, value + width if width else None),
    KEYS, st.integers(0, 60), st.sampled_from([0, 1, 10]),
)  # fmt: skip
STATES = st.lists(FIGURES, max_size=6).map(lambda figures: state(*figures))
MIRROR = {"new": "dropped", "dropped": "new"}


@settings(max_examples=25)
@given(STATES)
def test_a_state_does_not_differ_from_itself(one):
    assert compare(one, one) == []


@settings(max_examples=25)
@given(STATES, STATES)
def test_swapping_the_sides_mirrors_every_change(old, new):
    there = {(c.figure, c.kind, c.difference, c.meets) for c in compare(old, new)}
    back = {
        (c.figure, MIRROR.get(c.kind, c.kind), c.difference and -c.difference, c.meets)
        for c in compare(new, old)
    }
    assert there == back


def test_a_rounded_number_made_exact_is_only_reworded():
    old, new = stated("a|1|2", 17800, 17900), stated("a|1|2", 17832)
    (change,) = compare(state(old), state(new))
    assert (change.kind, change.meets, change.difference) == ("reworded", True, 32)


def test_a_number_outside_the_old_interval_is_revised():
    old, new = stated("a|1|2", 17800, 17900), stated("a|1|2", 17900)
    (change,) = compare(state(old), state(new))
    assert (change.kind, change.meets) == ("revised", False)
    assert round(change.percent, 6) == Decimal("0.561798")


def test_another_spelling_of_one_value_is_no_change():
    assert kinds(state(stated("a|1|2", 5)), state(stated("a|1|2", 5, written="5 名"))) == []


def test_one_written_form_read_by_another_rule_is_a_change_of_policy():
    old, new = stated("a|1|2", 100, 110), stated("a|1|2", 100, 200)
    assert kinds(state(old), state(new)) == ["policy"]


def test_another_unit_is_told_once_for_all_figures_of_an_indicator():
    old = [stated(f"a|{place}|2", 5) for place in "123"]
    more = {"value": Decimal(6), "interval": Interval.point(Decimal(6)), "unit": "人次"}
    new = [replace(figure, **more) for figure in old]
    (change,) = compare(state(*old), state(*new))
    assert (change.kind, change.old, change.new, len(change.figures)) == ("unit", "名", "人次", 3)


def defined(**fields: str) -> dict:
    """The definition of a figure, as a state has it."""
    return {"rows": {("definition", "a"): Row("definition", "a", fields)}}


def test_another_definition_is_told_once_for_all_figures_of_an_indicator():
    figures = [stated(f"a|{place}|2", 5) for place in "12"]
    old, new = (state(*figures, **defined(definition_zh=text)) for text in "甲乙")
    (change,) = compare(old, new)
    assert (change.kind, change.old, change.new) == (
        "definition", "definition_zh: 甲", "definition_zh: 乙",
    )  # fmt: skip
    assert change.figures == ("a|1|2", "a|2|2")


def test_a_measure_moves_in_consequence_of_its_operands():
    old = [stated("a|1|2", 5), stated("m|1|2", 10, kind="measure", inputs=("a|1|2", "b|1|2"))]
    new = [stated("a|1|2", 6), replace(old[1], value=Decimal(12), interval=Interval.point(12))]
    changes = {c.figure: c for c in compare(state(*old), state(*new))}
    assert changes["m|1|2"].kind == "derived"
    assert changes["m|1|2"].operands == ("a|1|2",)


def test_a_measure_with_another_formula_is_revised_not_derived():
    old = stated("m|1|2", 10, kind="measure")
    new = replace(old, value=Decimal(12), interval=Interval.point(Decimal(12)))
    formulas = [{("definition", "m"): Row("definition", "m", {"scale": s})} for s in ("1", "100")]
    found = kinds(state(old, rows=formulas[0]), state(new, rows=formulas[1]))
    assert sorted(found) == ["definition", "revised"]


def test_a_rounding_rule_matters_only_where_a_figure_uses_its_word():
    def policy(*ends: str) -> dict:
        rows = (
            Row("policy", f"{word}|after", {"lower": end})
            for word, end in zip("余近", ends, strict=True)
        )
        return {("policy", row.key): row for row in rows}

    figure = stated("a|1|2", 100, 200)
    one, other = state(figure, rows=policy("v", "w")), state(figure, rows=policy("v+s", "w+s"))
    (change,) = compare(one, other)
    assert (change.kind, change.subject, change.figures) == ("policy", "余|after", ("a|1|2",))


# Folders, editions and the verb

CITY, YEAR = "990100", "2024"
COUNSELLED, SHARE = (f"{s}|{CITY}|{YEAR}" for s in ("couples_counselled", "reconciled_share"))


@pytest.fixture
def folder(city, tmp_path):
    return shutil.copytree(city, tmp_path / "new")


def rows(path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path, table: list[list[str]], **how: object) -> None:
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **how}).writerows(table)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


@pytest.fixture
def changes(city, folder, capsys):
    """``changes()``: the exit code and the changes of the edited folder against the city."""

    def told() -> tuple[int, list[dict]]:
        code = main(["diff", str(city), str(folder), "--json"])
        return code, json.loads(capsys.readouterr().out)["changes"]

    return told


def test_order_quoting_line_ends_encoding_and_blanks_are_no_change(folder, changes):
    path = folder / "observations.csv"
    head, *rest = rows(path)
    write(path, [head, *reversed(rest)], lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    definition = rows(folder / "indicators.csv")[1][-1]
    edit(folder / "indicators.csv", definition, definition.replace(" ", "  "))
    assert changes() == (0, [])


def test_a_table_parted_into_a_file_a_region_is_no_change(folder, changes):
    head, *table = rows(folder / "observations.csv")
    (folder / "observations").mkdir()
    for region in {row[1] for row in table}:
        own = [row for row in table if row[1] == region]
        write(folder / "observations" / f"{region}.csv", [head, *own])
    (folder / "observations.csv").unlink()
    assert changes() == (0, [])


def test_a_revision_and_what_follows_from_it_are_listed_with_their_operands(folder, changes):
    path = folder / "observations.csv"
    table = rows(path)
    (row,) = [r for r in table if r[:3] == COUNSELLED.split("|")]
    old, new = row[3], str(int(row[3]) + 1)
    row[3], row[5] = new, row[5].replace(old, new)
    write(path, table)
    code, told = changes()
    found = {change["figure"]: change for change in told}
    assert code == 1
    assert (found[COUNSELLED]["old"], found[COUNSELLED]["new"]) == (int(old), int(new))
    assert (found[COUNSELLED]["kind"], found[COUNSELLED]["difference"]) == ("revised", 1)
    assert (found[SHARE]["kind"], found[SHARE]["operands"]) == ("derived", [COUNSELLED])


def test_a_dropped_programme_is_told_by_its_name(folder, changes):
    path = folder / "programmes.csv"
    table = rows(path)
    write(path, [r for r in table if not {"screening_week", CITY, YEAR} <= {*r}])
    _, told = changes()
    (dropped,) = [change for change in told if change["kind"] == "programme"]
    assert dropped["subject"] == f"screening_week|{CITY}|{YEAR}"
    assert (dropped["new"], dropped["figure"]) == (None, None)


def test_a_rule_is_called_by_what_it_checks_and_a_dropped_one_is_told_once(city, folder):
    path = folder / "rules.csv"
    write(path, [r for r in rows(path) if r[0] != "reconciled_within_counselled"])
    old, new = read_state(city), read_state(folder)
    (line, _) = lines(compare(old, new), old, new, "zh")[1:]
    assert line.startswith("  核对规则（删去） · 劝和夫妻不超过")


@pytest.fixture(scope="module")
def before(city) -> State:
    return read_state(city)


@st.composite
def edits(draw) -> dict[int, str]:
    """Row of the table of observations → what is done to it."""
    known = st.sampled_from(["more", "drop", "reword", "respell"])
    return draw(st.dictionaries(st.integers(1, 12), known, max_size=4))


def listed(before, folder, edits, chance) -> None:
    """Edits a copy of the city: exactly what was done to it is listed, and what follows of it."""
    path, expected, kept = folder / "observations.csv", {}, []
    head, *table = rows(path)
    free = [r for r in table if r[3].isdigit() and not r[4] and r[5].startswith(r[3])]
    for at, row in enumerate(free, start=1):
        key, what, unit = "|".join(row[:3]), edits.get(at), row[5].removeprefix(row[3])
        if what == "more":
            row[3] = str(int(row[3]) + 1)
            row[5], expected[key] = row[3] + unit, "revised"
        elif what == "drop":
            expected[key] = "dropped"
        elif what == "reword":
            row[4], row[5], expected[key] = "约", f"约{row[3]}{unit}", "reworded"
        elif what == "respell":
            row[5] = f"{int(row[3]):,}{unit}"
        kept += [row] if what != "drop" else []
    kept += [r for r in table if r not in free]
    chance.shuffle(kept)
    write(path, [head, *kept])
    found = compare(before, read_state(folder))
    direct = ("revised", "dropped", "reworded", "new")
    told = {c.figure: c.kind for c in found if c.kind in direct and c.after != c.before
            and (c.after or c.before).kind == "indicator"}  # fmt: skip
    assert told == expected
    moved = {c.figure for c in found}
    for change in (c for c in found if c.figure not in expected and c.kind != "rule"):
        assert {*(change.before or change.after).inputs} & moved


EDITS = {"edits": edits(), "chance": st.randoms(use_true_random=False)}


@settings(max_examples=5, deadline=None)
@given(**EDITS)
def test_exactly_the_edits_made_to_a_table_are_listed(
    before, city, tmp_path_factory, edits, chance
):
    folder = shutil.copytree(city, tmp_path_factory.mktemp("edited") / "data")
    listed(before, folder, edits, chance)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(**EDITS)
def test_exactly_the_edits_of_many_random_tables_are_listed(
    before, city, tmp_path_factory, edits, chance
):
    folder = shutil.copytree(city, tmp_path_factory.mktemp("edited") / "data")
    listed(before, folder, edits, chance)


def edition(folder, figures: dict[str, int]):
    """A folder with one built page of these values."""
    entries = {
        key: {"value": v, "lower": v, "upper": v, "unit": "对", "unit_en": "couples",
              "as_written": f"{v}对", "label_zh": "甲", "label_en": "A", "indicator": "a"}
        for key, v in figures.items()
    }  # fmt: skip
    path = folder / "zh" / "1" / "2" / "rights.html"
    path.parent.mkdir(parents=True)
    script = figurelist.as_script(entries)
    path.write_text(
        f'<p>甲</p><script type="application/json" id="figures">{script}</script>',
        encoding="utf-8",
    )
    return folder


def test_two_editions_are_compared_by_their_figure_lists(tmp_path, capsys):
    old = edition(tmp_path / "old", {"a|1|2": 5, "b|1|2": 7})
    new = edition(tmp_path / "new", {"a|1|2": 6, "c|1|2": 7})
    (new / "zh" / "pipe.html").symlink_to("/dev/zero")
    assert main(["diff", str(old), str(new), "--json"]) == 1
    changes = json.loads(capsys.readouterr().out)["changes"]
    told = {(change["figure"], change["kind"]) for change in changes}
    assert told == {("a|1|2", "revised"), ("b|1|2", "dropped"), ("c|1|2", "new")}


def test_what_is_neither_data_nor_edition_is_refused(tmp_path, city, capsys):
    with pytest.raises(NothingToCompare):
        read_state(tmp_path)
    assert main(["diff", str(tmp_path), str(city), "--lang", "en"]) == 2
    assert "neither a data folder nor an edition" in capsys.readouterr().err
    reports = edition(tmp_path / "reports", {"a|1|2": 5})
    assert main(["diff", str(city), str(reports)]) == 2
    assert "verify" in capsys.readouterr().err


def test_refused_data_are_refused_here_too(city, folder, capsys):
    edit(folder / "observations.csv", f"{CITY},{YEAR},", f"{CITY},{YEAR},x")
    assert main(["diff", str(city), str(folder)]) == 3
    assert "observations.csv:" in capsys.readouterr().err


def test_one_folder_against_itself_says_that_nothing_changed(city, capsys):
    assert main(["diff", str(city), str(city), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "nothing changed in substance\n"


# Words and the page

OLD = state(stated("a|1|2", 17800, 17900, labels=("爱心妈妈", "Mothers"), area="care"),
            areas={"care": ("关爱", "Care")}, places={"1": ("甲市", "A City")})  # fmt: skip
NEW = state(stated("a|1|2", 17832, labels=("爱心妈妈", "Mothers"), area="care"),
            areas={"care": ("关爱", "Care")})  # fmt: skip


def test_the_terminal_groups_by_area_and_closes_with_a_count():
    assert lines(compare(OLD, NEW), OLD, NEW, "zh") == [
        "关爱",
        "  改写 · 爱心妈妈（甲市 · 2）：17,800 → 17,832，+32（+0.18%）",
        "共 1 处变化：改写 1",
    ]
    assert lines([], OLD, NEW, "en") == ["nothing changed in substance"]


def test_a_small_difference_is_never_rounded_away():
    old, new = stated("a|1|2", 100000), stated("a|1|2", 100001)
    (line, *_) = lines(compare(state(old), state(new)), state(old), state(new), "en")[1:]
    assert "+1 (+0.001%)" in line


def test_json_holds_what_the_contract_names():
    (change,) = compare(OLD, NEW)
    told = as_json(change, OLD, NEW, "en")
    assert (told["figure"], told["kind"], told["old"], told["new"]) == (
        "a|1|2", "reworded", 17800, 17832,
    )  # fmt: skip


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags, self.asked, self.lang = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        self.lang = self.lang or given.get("lang", "")
        self.asked += [given[name] for name in ("src", "href") if name in given]


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_stands_alone(lang, tag):
    names = ("2022<b>", "2023")
    shape = _Shape()
    html = render(compare(OLD, NEW), OLD, NEW, lang, names)
    shape.feed(html)
    assert (shape.lang, shape.tags.count("h1"), shape.asked) == (tag, 1, ["data:,", "#main"])
    assert "script" not in shape.tags
    assert "Content-Security-Policy" in html
    assert "2022&lt;b&gt; → 2023" in html
    assert '<data value="17832" data-figure="a|1|2">' in html
