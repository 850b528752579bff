"""Verify: every number of a built page, worked out anew from the data."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from dataclasses import replace
from html import escape

import pytest
from tests.audit.page.conftest import CITY, YEAR, build, page_of, program

from helpers import seal
from helpers.audit.page import verify as work
from helpers.audit.page.read import NotAReport, read_page
from helpers.audit.page.recount import Recount
from helpers.cli import main
from helpers.telling.report import AreaReport

COUNSELLED = f"couples_counselled|{CITY}|{YEAR}"
KINDS = {  # where a digit stands → how to find such places in a page
    "text of a number": r'(?<=tabindex="0">)[^<]*\d[^<]*(?=</data>)',
    "value of a number": r'(?<= value=")[^"]+',
    "figure of a number": r'(?<=data-figure=")[^"]+',
    "origin of a number": r'(?<=data-origin=")[^"]+',
    "figure list": r'(?<=id="figures">){.*?(?=</script>)',
    "drawing": r"(?<=>)[^<>]*\d[^<>]*(?=</text>)",
    "alternative text": r'(?<=aria-label=")[^"]*\d[^"]*',
    "list of figures": r"(?<=<td lang=\"zh-CN\">)[^<]+|(?<=class=\"row\">)[^<]+",
}


def counselled(tables) -> str:
    """How the page writes the number of couples counselled."""
    frame = tables.observations
    own = frame[(frame["indicator"] == "couples_counselled") & (frame["region"] == CITY)]
    return str(own.set_index("period").loc[YEAR, "value"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_as_it_was_built_is_clean(pages, findings, lang):
    assert findings(pages[lang]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_one_digit_flipped_is_found_wherever_it_stands(pages, findings, kind):
    lang = random.Random(kind).choice(("zh", "en"))
    html = pages[lang]
    spots = [
        place.start() + digit.start()
        for place in re.finditer(KINDS[kind], html, re.DOTALL)
        for digit in re.finditer(r"[0-9]", place[0])
    ]
    assert spots
    for at in random.Random(kind).sample(spots, min(4, len(spots))):
        changed = f"{html[:at]}{(int(html[at]) + 3) % 10}{html[at + 1 :]}"
        assert findings(changed), html[at - 60 : at + 20]


def test_any_one_character_changed_anywhere_is_told_by_the_seal(pages):
    chance = random.Random(1)
    raw = bytearray(pages["zh"].encode())
    for _ in range(500):
        at, by = chance.randrange(len(raw)), chance.randrange(1, 256)
        raw[at] ^= by
        assert seal.altered(bytes(raw)) != [], at
        raw[at] ^= by
    assert seal.altered(bytes(raw)) == []


def test_a_finding_names_the_figure_and_both_values(pages, findings, city_tables):
    right = f"{int(counselled(city_tables)):,} couples"
    (found,) = findings(pages["en"].replace(f">{right}</data>", ">7 couples</data>", 1))
    assert found.figure == COUNSELLED
    line = found.problem.line("en")
    assert all(part in line for part in (COUNSELLED, "7 couples", right))


@pytest.mark.parametrize("typed", ["另有57人参加，见2023年5月的通知。", "共2024人。", "增长1.5倍"])
def test_a_number_typed_into_a_page_is_a_finding(pages, findings, typed):
    (found,) = findings(pages["zh"].replace("</main>", f"<p>{typed}</p></main>", 1))
    assert found.problem.rule == "untraced-number"
    assert found.problem.value in typed


@pytest.mark.parametrize(("period", "rules"), [(YEAR, []), ("2019", ["untraced-number"])])
def test_a_year_beside_a_figure_is_the_figure_s_own(pages, findings, period, rules):
    number = re.search(f'<data [^>]*data-figure="{re.escape(COUNSELLED)}".*?</data>', pages["zh"])
    row = f"<table><tr><td>{period}</td><td>{number[0]}</td></tr></table>"
    found = findings(pages["zh"].replace("</main>", f"{row}</main>", 1))
    assert [one.problem.rule for one in found] == rules


@pytest.mark.parametrize(
    "hidden", ["<p hidden>57人</p>", '<i style="display:none">57人</i>', '<img alt="57人">']
)
def test_a_number_that_is_not_seen_is_a_finding_too(pages, findings, hidden):
    (found,) = findings(pages["zh"].replace("</main>", f"<!-- -->{hidden}</main>", 1))
    assert (found.problem.rule, found.problem.value) == ("untraced-number", "57")


def test_years_dates_addresses_and_headings_are_no_findings(pages, findings):
    told = "<h1>又一章</h1><p>2023年、2023-05-17，见 https://example.org/2/35 。</p>"
    assert findings(pages["zh"].replace("</main>", f"{told}</main>", 1)) == []


@pytest.mark.parametrize("cut", [4, 9, 20])
def test_a_label_with_digits_is_known_however_a_chart_wraps_it(city_tables, pages, cut):
    label = "<h1>经 https://example.org/2024/38 登记的7人夫妻"
    frame = city_tables.indicators.copy()
    frame.loc[frame["indicator"] == "loving_mothers", "label_zh"] = label
    tables = replace(city_tables, frames={**city_tables.frames, "indicators": frame})

    def told(label: str) -> list[str]:
        lines = [label[at : at + cut].strip() for at in range(0, len(label), cut)]
        drawn = "".join(f"<text>{escape(line)}</text>" for line in lines)
        chart = f'<figure class="chart"><svg aria-label="{escape(label)}">{drawn}</svg></figure>'
        html = pages["zh"].replace("</main>", f"{chart}</main>")
        found = work.hold("page.html", read_page(html.encode()), Recount(tables)).found
        return [f.problem.rule for f in found if f.problem.rule != "altered"]

    assert told(label) == []
    assert told(label.replace("7", "8"))


def test_a_drawing_may_not_show_the_number_of_another_figure(pages, findings):
    drawn = re.findall(r">([\d,]+对)</text>", pages["zh"])
    html = pages["zh"].replace(f">{drawn[0]}</text>", f">{drawn[1]}</text>", 1)
    assert [f.problem.rule for f in findings(html)] == ["chart-differs"]


def test_a_number_that_names_no_listed_figure_is_a_finding(pages, findings):
    html = pages["zh"].replace(f'data-figure="{COUNSELLED}"', 'data-figure="a|b|c"', 1)
    assert {f.problem.rule for f in findings(html)} == {"untraced"}


def everything(here) -> list:
    """Whatever a report of several places and years may say and draw."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    slugs = list(here.slugs)
    frame = here.panel.query("slug == 'women_screened'")
    title = {"zh": "各地历年", "en": "By place and year"}
    told = [here.cards(), here.attention(), here.targets(), here.checks(), here.notes()]
    told += [here.over_time(slugs, form=form, **title) for form in ("multiples", "slopes")]
    told += [here.over_time(slugs[:2], **title), here.map("women_screened", **title)]
    told += [here.places("women_screened", form=form, **title)
             for form in ("bars", "rates", "shares", "change", "heat", "table")]  # fmt: skip
    ax = sns.barplot(frame, x="period_name", y="value", hue="region_name", ax=plt.figure().gca())
    return [*told, here.chart(ax, **title, alt_zh="筛查人数", alt_en="Screened"), here.sources()]


@pytest.mark.parametrize(
    ("lang", "region"), [("zh", CITY), pytest.param("en", "990102", marks=pytest.mark.slow)]
)
def test_a_page_over_years_and_places_is_clean_and_each_of_its_figures_is_worked_out(
    city_tables, findings, lang, region
):
    here = AreaReport(city_tables, "screening", region, YEAR, lang, "public")
    html = build(here, everything(here))
    assert [found.problem.line("en") for found in findings(html)] == []
    listed = json.loads(re.search('id="figures">(.*?)</script>', html, re.DOTALL)[1])
    assert len({key.split("|")[1] for key in listed}) > 2
    assert len({key.split("|")[2] for key in listed}) > 1
    assert any("." in key.split("|")[0] for key in listed)  # derived: changes, rates, shares
    for key in random.Random(lang).sample(sorted(listed), 4):
        value = json.dumps(listed[key]["value"])
        assert findings(html.replace(f'"value":{value}', f'"value":{value}1'))


DEEP = "[" * 100_000
HOSTILE = {
    "nested too deeply": 'id="figures">' + DEEP,
    "no object": 'id="figures">[1]',
    "named twice": 'id="figures">{"a|b|c": {}, "a|b|c": {}}',
    "half a surrogate": r'id="figures">{"\ud800|990100|2024": {"value": "\ud800", "row": [1]}}',
    "no numbers": 'id="figures">{"a|990100|2024": {"value": NaN, "lower": {}, "label_zh": []}}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_figure_list_is_told_and_the_numbers_are_still_checked(
    pages, city, tmp_path, capsys, kind
):
    html = re.sub('id="figures">.*?(?=</script>)', lambda _: HOSTILE[kind], pages["zh"],
                  flags=re.DOTALL)  # fmt: skip
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    assert main(["verify", str(path), "--data", str(city), "--json"]) == 1
    rules = {p["rule"] for p in json.loads(capsys.readouterr().out)["problems"]}
    assert rules & {"broken-list", "unknown-figure"}


@pytest.mark.parametrize("tag", ["<div>", "<span>", "<svg>"])
def test_elements_nested_without_end_are_read(pages, findings, tag):
    html = pages["zh"].replace("</main>", tag * 1500 + "57人</main>")
    assert findings(html)[0].problem.value == "57"
    with pytest.raises(NotAReport):  # more than any reader takes
        findings(pages["zh"].replace("</main>", "<div>" * 9_000 + "57人</main>"))


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><p>12</p>", b"\0\xff" * 99, b"PK\3\4"])
def test_a_file_without_a_figure_list_is_no_report(content):
    with pytest.raises(NotAReport):
        read_page(content)


# The verb


@pytest.fixture
def folder(city, tmp_path):
    return shutil.copytree(city, tmp_path / "data")


@pytest.fixture
def report(pages, tmp_path):
    path = tmp_path / "rights.html"
    path.write_text(pages["en"], encoding="utf-8", newline="\n")
    return path


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_a_digit_changed_in_the_table_names_figure_page_value_and_data_value(
    folder, report, capsys, city_tables
):
    old = counselled(city_tables)
    new = str(int(old) + 1)
    place = f"couples_counselled,{CITY},{YEAR},"
    edit(folder / "observations.csv", f"{place}{old},,{old}对", f"{place}{new},,{new}对")
    assert main(["verify", str(report), "--data", str(folder), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    mine = [p for p in problems if p["figure"] == COUNSELLED]
    assert [(p["value"], p["data"]) for p in mine] == [(old, new)]
    assert "other-data" in {p["rule"] for p in problems}
    assert {"file", "row", "column", "value", "rule", "message", "remedy"} <= set(mine[0])


def test_refused_data_are_refused_here_too(folder, report, capsys):
    edit(folder / "observations.csv", f"{CITY},{YEAR},", f"{CITY},{YEAR},x")
    assert main(["verify", str(report), "--data", str(folder)]) == 3
    assert "observations.csv:" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["missing.html"], ["{here}"], ["{report}", "--data", "nowhere"]])
def test_a_wrong_command_starts_nothing(report, words, capsys):
    given = [w.format(report=report, here=__file__) for w in words]
    assert main(["verify", *given]) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_plain_file_is_refused_and_not_waited_for(report, tmp_path, kind, capsys):
    path = tmp_path / "x.html"
    {"pipe": lambda: os.mkfifo(path), "link": lambda: path.symlink_to(report),
     "folder": path.mkdir}[kind]()  # fmt: skip
    assert main(["verify", str(path)]) == 2
    assert "x.html" in capsys.readouterr().err


def verdict(pages, city, tmp_path, lang: str = "zh", **made: object):
    """What comes of a page of the city, the program being ``made`` instead of the page's."""
    path = tmp_path / "page.html"
    path.write_text(pages[lang], encoding="utf-8", newline="\n")
    return work.verify(path, work.open_page(path), city, lambda: {**program(), **made})


def test_another_program_is_told_without_hiding_that_the_numbers_agree(pages, city, tmp_path):
    found = verdict(pages, city, tmp_path, program="d" * 64)
    assert [f.problem.rule for f in found.findings] == ["other-code"]
    assert not found.clean


def test_other_software_is_told_but_is_no_difference(pages, city, tmp_path):
    found = verdict(pages, city, tmp_path, versions={"python": "3.12.1"})
    assert [f.problem.rule for f in found.findings] == ["other-software"]
    assert found.clean


def test_a_notebook_that_is_not_here_is_told_and_never_looked_for_elsewhere(
    city, city_tables, tmp_path
):
    pages = {"zh": page_of(city_tables, notebook={"../../outside.ipynb": "0" * 64})}
    found = verdict(pages, city, tmp_path)
    assert [f.problem.rule for f in found.findings] == ["no-notebook"]
    assert found.clean


def test_a_report_changed_in_its_edition_is_told_by_the_ledger(pages, city, tmp_path):
    path = tmp_path / "reports" / "zh" / CITY / YEAR / "rights.html"
    path.parent.mkdir(parents=True)
    path.write_text(pages["zh"], encoding="utf-8", newline="\n")
    entry = {"lang": "zh", "region": CITY, "period": YEAR, "area": "rights"}
    ledger = {"reports": [{**entry, "sha256": "0" * 64}]}
    (tmp_path / "reports" / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")
    found = work.verify(path, work.open_page(path), city, program)
    assert [f.problem.rule for f in found.findings] == ["not-as-built"]
