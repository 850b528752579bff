"""A project of one's own: what `halfsky init` writes is sound, its own, and nothing else."""

import csv
import json

import pytest

from helpers.cli import main
from helpers.data import check, load
from helpers.data.problems import Refused
from helpers.projects.folder import Place, Wanted, make_project, read_periods, read_place

CITY = Place("990100", "云河市", "Yunhe")
DISTRICTS = (Place("990102", "东山区", "Dongshan"), Place("990121", "北岭县", "Beiling"))
OPTIONS = ("--name", "云河市", "--name-en", "Yunhe", "--code", "990100", "--years", "2023-2024",
           "--district", "990102:东山区:Dongshan")  # fmt: skip


def wanted(**changes):
    given = {"districts": DISTRICTS, "periods": read_periods("2023-2024,2024-h1"), **changes}
    return Wanted(CITY, **given)


def faults(folder):
    """What `check` says of a project's data, but for figures that are still to come."""
    return [p.line("en") for p in check(folder / "data") if p.rule != "table-empty"]


def rows(folder, table):
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_new_project_is_sound_and_says_nothing_of_another_city(tmp_path):
    files = make_project(tmp_path / "yunhe", wanted())
    assert faults(tmp_path / "yunhe") == []
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert not [word for word in ("枣庄", "Zaozhuang", "第九次", "370400") if word in text]


def test_its_regions_and_periods_are_those_that_were_named(tmp_path):
    make_project(tmp_path / "yunhe", wanted())
    regions = rows(tmp_path / "yunhe", "regions")
    assert [(r["region"], r["parent"], r["level"]) for r in regions] == [
        ("990100", "", "city"),
        ("990102", "990100", "county"),
        ("990121", "990100", "county"),
    ]
    assert [r["period"] for r in rows(tmp_path / "yunhe", "periods")] == ["2023", "2024-h1", "2024"]


def test_a_city_of_a_province_that_the_program_knows_stands_below_it(tmp_path):
    make_project(tmp_path / "a", Wanted(Place("370900", "某市", "Some City"),
                                        periods=read_periods("2024")))  # fmt: skip
    assert [(r["region"], r["parent"]) for r in rows(tmp_path / "a", "regions")] == [
        ("370000", ""),
        ("370900", "370000"),
    ]


def test_only_the_areas_named_and_their_indicators_are_taken(tmp_path):
    make_project(tmp_path / "yunhe", wanted(areas=("rights", "care")))
    assert [r["area"] for r in rows(tmp_path / "yunhe", "areas")] == ["rights", "care"]
    assert {r["area"] for r in rows(tmp_path / "yunhe", "indicators")} == {"rights", "care"}
    assert faults(tmp_path / "yunhe") == []


def test_made_up_figures_are_marked_from_the_start(tmp_path):
    make_project(tmp_path / "yunhe", wanted(simulated=True))
    about = json.loads((tmp_path / "yunhe/data/datapackage.json").read_text(encoding="utf-8"))
    assert about["simulated"] is True
    assert about["title"].endswith("（模拟）")
    assert load(tmp_path / "yunhe" / "data", unfilled=True).simulated is True


def test_everything_wrong_is_told_at_once_and_nothing_is_written(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    odd = (*DISTRICTS, DISTRICTS[0], Place("110101", "东城区", "Dongcheng"))
    with pytest.raises(Refused) as refused:
        make_project(tmp_path / "full", wanted(districts=odd, areas=("rigths",), periods=()))
    told = [(p.rule, p.value) for p in refused.value.problems]
    assert ("unknown-area", "rigths") in told
    assert ("place", "110101") in told
    assert ("place", "990102") in told
    assert {"folder-taken", "period"} <= {rule for rule, _ in told}
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("2024", [("2024", "2024-01-01", "2024-12-31", "2024年", "2024")]),
        ("2024-h2", [("2024-h2", "2024-07-01", "2024-12-31", "2024年下半年",
                      "Second half of 2024")]),
        ("2024-q1", [("2024-q1", "2024-01-01", "2024-03-31", "2024年第一季度",
                      "First quarter of 2024")]),
    ],
)  # fmt: skip
def test_periods_are_read_as_they_are_written(text, periods):
    keys = ("period", "start", "end", "label_zh", "label_en")
    assert [tuple(row[key] for key in keys) for row in read_periods(text)] == periods


def test_periods_come_in_the_order_of_time_the_shorter_first():
    told = [row["period"] for row in read_periods("2024，2023 2024-q4,2024-h2;2024-h1")]
    assert told == ["2023", "2024-h1", "2024-q4", "2024-h2", "2024"]
    assert [row["position"] for row in read_periods("2020-2022")] == ["1", "2", "3"]


@pytest.mark.parametrize("text", ["twenty", "2024-h3", "2024-2020", "1000-2999", "24"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Refused):
        read_periods(text)


@pytest.mark.parametrize("text", ["990102", "9901:东山区:Dongshan", "990102:东山区:", "::"])
def test_a_place_without_its_three_parts_is_refused(text):
    with pytest.raises(Refused) as refused:
        read_place(text, "--district")
    assert refused.value.problems[0].value == text


def test_the_command_makes_the_folder_and_says_what_comes_next(tmp_path, capsys):
    assert main(["init", str(tmp_path / "yunhe"), *OPTIONS, "--lang", "en"]) == 0
    assert "README.md" in capsys.readouterr().out.splitlines()[-1]
    data = str(tmp_path / "yunhe" / "data")
    assert main(["check", "--data", data]) == 3
    assert capsys.readouterr().out.startswith("observations.csv:")
    form = str(tmp_path / "form.xlsx")
    assert main(["form", "990102", "--data", data, "--out", form]) == 0


def test_without_a_terminal_what_is_missing_is_named_and_not_asked_for(tmp_path, capsys):
    assert main(["init", str(tmp_path / "yunhe"), "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert all(option in told for option in ("--name", "--name-en", "--code", "--years"))
    assert not (tmp_path / "yunhe").exists()


def test_at_a_terminal_what_is_missing_is_asked_for(monkeypatch):
    from helpers.cli import projects as init

    answers = iter(["云河市", "Yunhe", "990100", "990102:东山区:Dongshan；990121:北岭县:Beiling",
                    "2023", ""])  # fmt: skip
    monkeypatch.setattr(init.click, "prompt", lambda *_, **__: next(answers))
    nothing = dict.fromkeys((*init.NEEDED,)) | {"districts": (), "areas": ()}
    found = init.asked(nothing, "zh")
    assert found["districts"] == ("990102:东山区:Dongshan", "990121:北岭县:Beiling")
    assert (found["years"], found["areas"]) == ("2023", ())
