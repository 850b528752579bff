"""Verify: every number of a built page, worked out anew from the data."""

from __future__ import annotations

import json
import random
import re
import shutil

import nbformat
import pytest

from helpers.analysis.study import study
from helpers.audit import verify as work
from helpers.audit.page_text import NotAReport, running_title, take_apart
from helpers.audit.recount import Recount
from helpers.cli import main
from helpers.data import home
from helpers.reports.cache import keys
from helpers.reports.page import template_page as page
from helpers.telling import charts, lists
from helpers.telling import tables as shown
from helpers.telling.sentences import say
from helpers.telling.tracing import Fragment

COUNSELLED = "couples_counselled|370400|congress-9"
KINDS = {  # where a digit stands → how to find such places in a page
    "text of a number": r'(?<=tabindex="0">)[^<]*\d[^<]*(?=</data>)',
    "value of a number": r'(?<= value=")[^"]+',
    "figure of a number": r'(?<=data-figure=")[^"]+',
    "origin of a number": r'(?<=data-origin=")[^"]+',
    "figure list": r'(?<=id="figures">){.*?(?=</script>)',
    "drawing": r"(?<=>)[^<>]*\d[^<>]*(?=</text>)",
    "alternative text": r'(?<=aria-label=")[^"]*\d[^"]*',
    "contents": r'(?<=href=")#s\d+|(?<=labelledby=")s\d+',
    "heading": r"(?<=<p class=\"where\">).*?(?=</p>)",
    "provenance": r"(?<=<code>)\d[^<]*(?=</code>)",
    "name": r'(?<=class="name">)[^<]+',
    "list of figures": r"(?<=<td lang=\"zh-CN\">)[^<]+|(?<=class=\"row\">)[^<]+",
}


def program() -> dict[str, object]:
    return {"code": "c" * 64, "versions": {"python": "3.11.0"}}


def told(fragment: Fragment) -> nbformat.NotebookNode:
    data, metadata = fragment._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    return nbformat.v4.new_code_cell("", outputs=[output])


def built(tables, lang: str = "zh", extra: str = "") -> str:
    """A page of the rights figures with a sentence, tables, a chart and lists."""
    import seaborn as sns

    here = study(tables, "rights", "370400", "congress-9", lang, "public")
    couples = here.figures.loc[["couples_counselled", "couples_reconciled"]]
    others = here.comparables[["place", "year", "figure"]]
    ax = sns.barplot(x=couples["lower"], y=couples["label"])
    cells = [
        nbformat.v4.new_markdown_cell("# 维权\n\n## 一\n\n## 二\n\n## 三" + extra),
        told(say(here, zh="{region}在{period}辅导{couples_counselled}，占{reconciled_share}。",
                 en="{region}, {period}: {couples_counselled}, {reconciled_share}.")),
        told(shown.listed(here, here.figures, zh="数据", en="Figures")),
        told(shown.show(here, shown.methods(here), zh="算法", en="Method")),
        told(shown.show(here, others, zh="他处", en="Others")),
        told(charts.finish(here, ax, couples, zh="辅导与劝和", en="Counselled and reconciled")),
        *(told(one) for one in (lists.rules(here), lists.programmes(here, here.programmes))),
        told(lists.sources(here)),
    ]  # fmt: skip
    made = {"data": keys.data(tables.folder, home() / "data"), **program()}
    names = dict(zip(tables.periods["period"], tables.periods[f"label_{lang}"], strict=True))
    labels = {"region": here.region_name, "period": here.period_name(), "periods": names}
    return page.render(
        nbformat.v4.new_notebook(cells=cells), lang=lang, title="维权", region="370400",
        period="congress-9", area="rights", labels=labels, provenance=made,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages(tables) -> dict[str, str]:
    return {lang: built(tables, lang) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def recount(tables) -> Recount:
    return Recount.of(tables)


@pytest.fixture
def verify(tables, recount, tmp_path, monkeypatch):
    """``verify(html)``: the findings on a page, the tables and their recount shared."""
    monkeypatch.setattr(work, "load", lambda _: tables)
    monkeypatch.setattr(Recount, "of", classmethod(lambda *_: recount))

    def run(html: str) -> list[work.Finding]:
        path = tmp_path / "page.html"
        return list(work.verify(path, take_apart(html), None, program).findings)

    return run


def flipped(html: str, at: int, by: int) -> str:
    return f"{html[:at]}{(int(html[at]) + by) % 10}{html[at + 1 :]}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_as_it_was_built_is_clean(pages, verify, lang):
    assert verify(pages[lang]) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_digit_flipped_is_found_wherever_it_stands(pages, verify, lang, kind):
    html = pages[lang]
    spots = [
        place.start() + digit.start()
        for place in re.finditer(KINDS[kind], html, re.DOTALL)
        for digit in re.finditer(r"[0-9]", place[0])
    ]
    assert spots
    chance = random.Random(f"{lang} {kind}")
    for at in chance.sample(spots, min(4, len(spots))):
        changed = flipped(html, at, chance.randint(1, 9))
        assert verify(changed), html[at - 60 : at + 20]


def test_a_finding_names_the_figure_and_both_values(pages, verify):
    html = pages["en"].replace(">38,784 couples</data>", ">38,794 couples</data>", 1)
    (found,) = verify(html)
    assert found.figure == COUNSELLED
    line = found.problem.line("en")
    assert all(part in line for part in (COUNSELLED, "38,794 couples", "38,784 couples"))


def test_a_number_typed_into_a_page_is_a_finding(tables, verify):
    (found,) = verify(built(tables, extra="\n\n另有57人参加，见2023年5月的通知。"))
    assert found.problem.rule == "untraced-number"
    assert found.problem.value == "57"


def test_a_drawing_may_not_show_the_number_of_another_figure(pages, verify):
    html = pages["zh"].replace(">14038对</text>", ">38784对</text>", 1)
    assert [f.problem.rule for f in verify(html)] == ["chart-differs"]


def test_another_year_beside_a_comparable_is_found(pages, verify):
    html = pages["zh"].replace("<td>2018</td>", "<td>2016</td>", 1)
    assert [f.problem.value for f in verify(html)] == ["2016"]


def test_a_number_that_names_no_listed_figure_is_a_finding(pages, verify):
    html = pages["zh"].replace(f'data-figure="{COUNSELLED}"', 'data-figure="a|b|c"', 1)
    assert {f.problem.rule for f in verify(html)} == {"untraced"}


def test_a_damaged_figure_list_is_told_and_the_numbers_are_still_checked(pages, verify):
    html = pages["zh"].replace('id="figures">{', 'id="figures">', 1)
    html = html.replace(">38784对</data>", ">38794对</data>", 1)
    assert {"broken-list", "text-differs"} <= {f.problem.rule for f in verify(html)}


def test_other_versions_are_told_without_hiding_that_the_numbers_agree(pages, tmp_path):
    html = re.sub("c{64}", "d" * 64, pages["zh"])
    verdict = work.verify(tmp_path / "page.html", take_apart(html), None, program)
    assert [f.problem.rule for f in verdict.findings] == ["other-code"]
    assert verdict.numbers_agree
    assert not verdict.clean


def test_other_software_is_told_but_is_no_difference(pages, tmp_path):
    def elsewhere() -> dict[str, object]:
        return {**program(), "versions": {"python": "3.12.1"}}

    page = take_apart(pages["zh"])
    verdict = work.verify(tmp_path / "page.html", page, None, elsewhere)
    assert [f.problem.rule for f in verdict.findings] == ["other-software"]
    assert verdict.clean


def test_a_file_without_a_figure_list_is_no_report():
    with pytest.raises(NotAReport):
        take_apart("<!DOCTYPE html><p>12</p>")


def test_the_print_margin_is_read_back_from_its_style():
    assert running_title('@page{@top-left{content:"A \\0000b7 2016\\0020132020"}}') == (
        "A · 2016–2020"
    )


# The verb


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(home() / "data", tmp_path / "data")


@pytest.fixture
def report(pages, tmp_path):
    path = tmp_path / "rights.html"
    path.write_text(pages["en"], encoding="utf-8")
    return path


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_one_digit_flipped_in_the_table_names_figure_page_value_and_data_value(
    folder, report, capsys
):
    edit(folder / "observations.csv", "38784,,38784对", "38794,,38794对")
    assert main(["verify", str(report), "--data", str(folder), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    mine = [p for p in problems if p["figure"] == COUNSELLED]
    assert [(p["value"], p["data"]) for p in mine] == [("38784", "38794")]
    assert {"other-data", "other-code"} <= {p["rule"] for p in problems}
    assert {"file", "row", "column", "value", "rule", "message", "remedy"} <= set(mine[0])


def test_refused_data_are_told_and_compared_as_they_stand(folder, report, capsys):
    edit(folder / "observations.csv", "38784,,38784对", "38794,,38784对")
    assert main(["verify", str(report), "--data", str(folder), "--lang", "en"]) == 3
    told = capsys.readouterr().out
    assert "observations.csv:35" in told
    assert "page 38784, table 38794" in told


def test_a_changed_policy_is_called_the_policy(folder, report, capsys):
    path = folder / "qualifiers.csv"
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    edit(path, last, f"{last} 。")
    main(["verify", str(report), "--data", str(folder), "--json", "--lang", "en"])
    rules = {p["rule"] for p in json.loads(capsys.readouterr().out)["problems"]}
    assert "other-policy" in rules


@pytest.mark.parametrize("words", [["missing.html"], ["{here}"], ["{report}", "--data", "nowhere"]])
def test_a_wrong_command_starts_nothing(report, words, capsys):
    given = [w.format(report=report, here=__file__) for w in words]
    assert main(["verify", *given]) == 2
    assert capsys.readouterr().err


def test_a_report_changed_in_its_edition_is_told_by_the_ledger(pages, tmp_path):
    path = tmp_path / "reports" / "zh" / "370400" / "congress-9" / "rights.html"
    path.parent.mkdir(parents=True)
    path.write_text(pages["zh"], encoding="utf-8")
    entry = {"lang": "zh", "region": "370400", "period": "congress-9", "area": "rights"}
    ledger = {"reports": [{**entry, "sha256": "0" * 64}]}
    (tmp_path / "reports" / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")
    verdict = work.verify(path, work.open_page(path), None, program)
    assert [f.problem.rule for f in verdict.findings] == ["not-as-built"]


# The seal


def sealed(tmp_path, html: str | bytes, name: str = "mailed.html"):
    path = tmp_path / name
    path.write_bytes(html if isinstance(html, bytes) else html.encode())
    verdict = work.verify(path, work.open_page(path), None, program)
    return verdict, {found.problem.rule: found for found in verdict.findings}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("line-height", "line-weight", "the style sheet"),
        ('charset="utf-8"', 'charset="utf-9"', "the head"),
        ("维权", "维仅", "the page"),
        (' y="', ' y="9', "a chart"),
    ],
)
def test_a_change_that_no_number_tells_is_told_by_the_seal(pages, tmp_path, old, new, where):
    verdict, found = sealed(tmp_path, pages["zh"].replace(old, new, 1))
    assert not verdict.clean
    assert found["altered"].problem.row > 0
    assert where in found["altered"].problem.message("en") or old == "维权"


def test_an_altered_number_is_named_by_its_figure_and_by_what_stood_there(pages, tmp_path):
    html = pages["en"].replace(">38,784 couples</data>", ">38,794 couples</data>", 1)
    _, found = sealed(tmp_path, html)
    assert found["text-differs"].figure == COUNSELLED
    assert "“38,784” became “38,794”" in found["altered"].problem.message("en")
    assert found["altered"].problem.row == found["text-differs"].problem.row


def test_a_report_whose_figure_list_lost_its_name_is_still_a_report(pages, tmp_path):
    verdict, found = sealed(tmp_path, pages["zh"].replace('id="figures"', 'id="figurez"', 1))
    assert not verdict.clean
    assert "altered" in found


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_mail_are_told_and_are_no_difference(pages, tmp_path, ends):
    verdict, found = sealed(tmp_path, pages["zh"].replace("\n", ends))
    assert list(found) == ["carried"]
    assert verdict.clean


def test_another_encoding_and_a_changed_digit_are_told_apart(pages, tmp_path):
    html = pages["zh"].replace(">38784对</data>", ">38794对</data>", 1)
    _, found = sealed(tmp_path, b"\xef\xbb\xbf" + html.replace("\n", "\r\n").encode())
    assert {"carried", "altered", "text-differs"} == set(found)


def test_a_page_of_an_older_make_is_said_to_have_no_seal(pages, tmp_path):
    html = re.sub(r'<meta name="seal.*>\n', "", pages["zh"])
    verdict, found = sealed(tmp_path, html)
    assert list(found) == ["no-seal"]
    assert verdict.numbers_agree


def test_a_page_cut_off_on_its_way_is_told(pages, tmp_path):
    _, found = sealed(tmp_path, pages["zh"][: len(pages["zh"]) // 2])
    assert "altered" in found
