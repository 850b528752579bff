"""Diff: two states, figure by figure."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.audit.diff.compare import compare
from helpers.audit.diff.page import render
from helpers.audit.diff.states import NothingToCompare, State, Stated, read_state
from helpers.audit.diff.words import as_json, lines
from helpers.cli import main
from helpers.data import home
from helpers.quantity import Interval
from helpers.reports.page import figurelist

COUNSELLED = "couples_counselled|370400|congress-9"
SHARE = "reconciled_share|370400|congress-9"
MOTHERS = "loving_mothers|370400|congress-9"


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


@given(STATES)
def test_a_state_does_not_differ_from_itself(one):
    assert compare(one, one) == []


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
    new = [replace(figure, unit="人次") for figure in old]
    (change,) = compare(state(*old), state(*new))
    assert (change.kind, change.old, change.new, len(change.figures)) == ("unit", "名", "人次", 3)


def test_a_definition_counts_whatever_its_blanks():
    figure = stated("a|1|2", 5)
    old = state(figure, definitions={"a": {"definition_zh": "甲"}})
    new = state(figure, definitions={"a": {"definition_zh": "乙"}})
    assert kinds(old, new) == ["definition"]
    assert compare(old, new)[0].figures == ("a|1|2",)


def test_a_measure_moves_in_consequence_of_its_operands():
    old = [stated("a|1|2", 5), stated("m|1|2", 10, kind="measure", inputs=("a|1|2", "b|1|2"))]
    new = [stated("a|1|2", 6), replace(old[1], value=Decimal(12), interval=Interval.point(12))]
    changes = {c.figure: c for c in compare(state(*old), state(*new))}
    assert changes["m|1|2"].kind == "derived"
    assert changes["m|1|2"].operands == ("a|1|2",)


def test_a_measure_with_another_formula_is_revised_not_derived():
    old = stated("m|1|2", 10, kind="measure")
    new = replace(old, value=Decimal(12), interval=Interval.point(Decimal(12)))
    formulas = [{"m": {"scale": scale}} for scale in ("1", "100")]
    found = kinds(state(old, definitions=formulas[0]), state(new, definitions=formulas[1]))
    assert sorted(found) == ["definition", "revised"]


def test_a_rounding_rule_matters_only_where_a_figure_uses_its_word():
    policy = {("余", "after"): "[v, v+s)", ("近", "before"): "(v-s, v]"}
    other = {("余", "after"): "(v, v+s)", ("近", "before"): "[v-s, v]"}
    figure = stated("a|1|2", 100, 200)
    (change,) = compare(state(figure, policy=policy), state(figure, policy=other))
    assert (change.kind, change.subject, change.figures) == ("policy", "余 (after)", ("a|1|2",))


# Folders, editions and the verb


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(home() / "data", tmp_path / "new")


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def changed(folder, *words: str, capsys) -> tuple[int, list[dict]]:
    code = main(["diff", str(home() / "data"), str(folder), "--json", *words])
    return code, json.loads(capsys.readouterr().out)["changes"]


def test_rows_in_another_order_and_another_encoding_are_no_change(folder, capsys):
    path = folder / "observations.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\r\n".join([head, *reversed(rows)]) + "\r\n", encoding="gb18030", newline="")
    assert changed(folder, capsys=capsys) == (0, [])


def test_blanks_in_a_note_are_no_change(folder, capsys):
    edit(folder / "indicators.csv", "Number of indicators set by", "Number of  indicators set by")
    assert changed(folder, capsys=capsys) == (0, [])


def test_a_revision_and_what_follows_from_it_are_listed_with_their_operands(folder, capsys):
    edit(folder / "observations.csv", "38784,,38784对", "38794,,38794对")
    code, changes = changed(folder, capsys=capsys)
    found = {change["figure"]: change for change in changes}
    assert code == 1
    assert (found[COUNSELLED]["old"], found[COUNSELLED]["new"]) == (38784, 38794)
    assert (found[COUNSELLED]["kind"], found[COUNSELLED]["difference"]) == ("revised", 10)
    assert (found[SHARE]["kind"], found[SHARE]["operands"]) == ("derived", [COUNSELLED])


def test_changes_stand_in_the_offices_order_of_areas(folder, capsys):
    edit(folder / "observations.csv", "38784,,38784对", "38794,,38794对")
    edit(folder / "observations.csv", "17800,余,1.78万余名", "17832,,17832名")
    _, changes = changed(folder, capsys=capsys)
    areas = list(dict.fromkeys(change["area"] for change in changes))
    assert areas == ["rights", "care"]
    assert {c["figure"]: c["kind"] for c in changes}[MOTHERS] == "reworded"


def test_a_dropped_programme_explains_the_count_that_moved(folder, capsys):
    path = folder / "programmes.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("award_national_jinguo_post,")]
    path.write_text("".join(kept), encoding="utf-8", newline="\n")
    told = folder / "sentences.csv"  # what is told of the programme goes with it
    rows = told.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if "{award_national_jinguo_post}" not in row]
    told.write_text("".join(kept), encoding="utf-8", newline="\n")
    _, changes = changed(folder, capsys=capsys)
    by_figure = {change["figure"]: change for change in changes}
    name = "award_national_jinguo_post|370400|congress-9"
    assert name in {change["subject"] for change in changes if change["kind"] == "programme"}
    assert name in by_figure["awards_national|370400|congress-9"]["operands"]


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
    assert main(["diff", str(old), str(new), "--json"]) == 1
    changes = json.loads(capsys.readouterr().out)["changes"]
    told = {(change["figure"], change["kind"]) for change in changes}
    assert told == {("a|1|2", "revised"), ("b|1|2", "dropped"), ("c|1|2", "new")}


def test_a_folder_that_is_neither_data_nor_edition_is_refused(tmp_path, capsys):
    with pytest.raises(NothingToCompare):
        read_state(tmp_path)
    assert main(["diff", str(tmp_path), str(home() / "data"), "--lang", "en"]) == 2
    assert "neither a data folder nor an edition" in capsys.readouterr().err


def test_data_are_not_compared_with_an_edition(tmp_path, capsys):
    reports = edition(tmp_path / "reports", {"a|1|2": 5})
    assert main(["diff", str(home() / "data"), str(reports)]) == 2
    assert "verify" in capsys.readouterr().err


def test_refused_data_are_refused_here_too(folder, capsys):
    edit(folder / "observations.csv", "38784,,38784对", "38784,,38794对")
    assert main(["diff", str(home() / "data"), str(folder)]) == 3
    assert "observations.csv:35" in capsys.readouterr().err


@pytest.fixture(scope="module")
def before() -> State:
    return read_state(home() / "data")


def plain_rows() -> list[str]:
    """Observations whose number is written exactly, without a rounding word."""
    text = (home() / "data" / "observations.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    free = [r for r in rows if r[3].isdigit() and not r[4] and r[5].startswith(r[3])]
    return ["|".join(row[:3]) for row in free if int(row[3]) > 5000]


@settings(max_examples=6, deadline=None)
@given(edits=st.dictionaries(st.sampled_from(plain_rows()), st.integers(1, 9), max_size=3))
def test_exactly_the_edits_made_to_a_table_are_listed(before, tmp_path_factory, edits):
    folder = shutil.copytree(home() / "data", tmp_path_factory.mktemp("edited") / "data")
    path = folder / "observations.csv"
    lines_ = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines_):
        row = line.split(",")
        if (more := edits.get("|".join(row[:3]))) is not None:
            lines_[at] = line.replace(row[3], str(int(row[3]) + more))
    random.Random(str(edits)).shuffle(rest := lines_[1:])
    path.write_text("\n".join([lines_[0], *rest]) + "\n", encoding="utf-8", newline="\n")
    found = compare(before, read_state(folder))
    revised = {c.figure: int(c.difference) for c in found if c.kind == "revised"}
    assert revised == edits
    others = [change for change in found if change.kind not in ("revised", "rule")]
    assert all(c.kind == "derived" and set(c.operands) & {*edits, *_moved(found)} for c in others)


def _moved(changes) -> set[str]:
    return {change.figure for change in changes}


def test_a_rule_is_called_by_what_it_checks_and_a_dropped_one_is_told(folder):
    path = folder / "rules.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if not row.startswith("awards_add_up,")]
    path.write_text("".join(kept), encoding="utf-8", newline="\n")
    old, new = read_state(home() / "data"), read_state(folder)
    (line, _) = lines(compare(old, new), old, new, "zh")[1:]
    assert line.startswith("  核对规则（删去） · ")
    assert "awards_add_up" not in line


def test_one_folder_against_itself_says_that_nothing_changed(capsys):
    assert main(["diff", str(home() / "data"), str(home() / "data"), "--lang", "en"]) == 0
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
