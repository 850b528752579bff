"""A text under study: its claims as frames, its words as quotations, its page verified anew."""

import re

import pytest

from helpers import seal
from helpers.audit.page.quoted import shown
from helpers.audit.page.read import read_page
from helpers.audit.page.recount import Recount
from helpers.audit.page.verify import hold
from helpers.audit.text.audit import TITLES
from helpers.audit.text.manuscript import NoManuscript, manuscript, read_manuscript
from helpers.audit.text.study import open_text, text_study
from helpers.data import home

TEXT = "辅导拟办理离婚的夫妻38784对，劝和14083对。\n\n  妇女之家2479\n个<b>&amp;\r\n开会7次。"


def read_back(html):
    """The text that a page shows, with its marks."""
    return shown(read_page(f'<html><body><script id="figures"></script>{html}'.encode()))


@pytest.fixture
def opened(tables):
    """``opened(text, lang)``: the study of a text over the shipped data."""

    def study(text=TEXT, lang="zh"):
        return text_study(manuscript("稿 2023.txt", text), tables, "", "", lang)

    return study


def test_the_example_has_two_planted_errors():
    claims = open_text(lang="en").claims
    wrong = claims[claims["verdict"] == "contradicted"]
    assert list(wrong["quote"].map(lambda quote: quote.text)) == ["14083对", "736个"]


def test_a_text_is_held_by_default_against_the_place_with_most_figures(opened):
    assert (opened().region, opened().period) == ("370400", "congress-9")


def test_claims_are_a_frame_with_the_data_beside_the_text(opened):
    row = opened().claims.set_index("verdict").loc["contradicted"]
    assert (row["value"], row["unit"], row["data"].value) == (14083, "对", 14038)
    assert row["passage"].text == "辅导拟办理离婚的夫妻38784对，劝和14083对"


def test_a_passage_never_begins_or_ends_inside_a_number(opened):
    text = "本年度各个单位一共组织了大大小小的各类活动123456789场这么多次而劝和夫妻14038对"
    for passage in opened(text).claims["passage"]:
        assert not re.search(r"(?<=\d)" + re.escape(passage.text), text)
        assert not re.search(re.escape(passage.text) + r"(?=\d)", text)


def test_counts_add_up_and_are_traced_to_the_text(opened, here):
    counts = opened().counts
    reported = here("overview").indicators["value"].notna().sum()
    verdicts = ("supported", "rounded", "contradicted", "unsupported", "not_data")
    assert sum(counts[f"text_{name}"].value for name in verdicts) == counts["text_claims"].value
    assert counts["text_told"].value + counts["text_unmentioned"].value == reported
    assert {figure.table for figure in counts.values()} == {"稿 2023.txt"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_text_comes_back_from_its_page_character_for_character(opened, lang):
    here = opened(lang=lang)
    found = read_back(here.whole().html)
    assert (found.name, found.text) == ("稿 2023.txt", TEXT.replace("\r\n", "\n"))
    marked = [found.text[start:end] for start, end in found.marks]
    assert marked == [part for c in here.audit.claims for part in c.found.quote.split("\n")]


def test_words_of_the_text_are_quotations_and_never_data(opened):
    html = opened().whole().html
    assert "<data" not in html
    assert "&lt;b&gt;&amp;amp;" in html


def test_a_text_read_back_gives_the_same_counts(opened, tables):
    here = opened()
    keys = [figure.key for figure in here.counts.values()]
    again = read_back(here.whole().html).counted(keys, tables, "zh")
    assert {key: figure.value for key, figure in again.items()} == {
        figure.key: figure.value for figure in here.counts.values()
    }


def test_a_text_without_quantities_is_no_error(opened):
    here = opened("大家好。")
    assert here.claims.empty
    assert here.counts["text_claims"].value == 0
    assert here.findings.empty


def test_what_a_text_says_against_itself_is_a_frame_of_quotations():
    (row,) = open_text().findings.to_dict("records")
    assert row["problem"] == "同一个数用在两处"
    assert [str(one) for one in row["passage"]] == [
        "“组建“两新”组织妇联139个”",
        "“举办培训班139期”",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("劝和1\u200b4038对。", "invisible-characters"),
        ("建成驿站12个、书屋8个、超市5个，三类合计28个。", "sum-differs"),
        ("城区、薛城、滕州分别建成驿站12个、8个。", "counts-differ"),
        ("评选家庭100户，其中示范户200户。", "part-over-whole"),
    ],
)
def test_every_finding_has_a_name_and_its_passages_on_the_page(opened, text, rule, lang):
    here = opened(text, lang)
    (row,) = here.findings.to_dict("records")
    assert row["problem"] == TITLES[rule][lang == "en"]
    assert row["passage"]
    assert rule in {item["rule"] for item in here.audit.findings}


def test_a_hidden_character_in_a_number_is_spelt_out_in_the_text_on_the_page(opened):
    here = opened("劝和1\u202e4038对。")
    html = here.whole().html
    told = here.table(here.claims[["quote", "passage"]], zh="表", en="Table").html
    assert "\u202e" not in html + told
    assert "1[U+202E]4038对" in told
    assert '1<span class="invisible">U+202E</span>4038对' in html
    assert here.claims["verdict"].tolist() == ["supported"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.txt", None),
        ("paper.pdf", b"%PDF-1.4"),
        ("paper.txt", b"%PDF-1.4 and so on"),
        ("old.doc", b"\xd0\xcf\x11\xe0"),
        ("zip.txt", b"PK\x03\x04"),
        ("text.docx", "不是Word".encode()),
        ("empty.txt", b" \n\xe3\x80\x80\n"),
        ("nothing.html", b"<html><body></body></html>"),
        ("wrong.txt", b"\xff\x81\x00\x82\xff"),
    ],
)
def test_a_file_without_a_text_is_refused_in_both_languages(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NoManuscript) as refusal:
        read_manuscript(tmp_path / name)
    assert all(refusal.value.zh)
    assert all(refusal.value.en)
    assert str(tmp_path) not in str(refusal.value)


def test_the_same_words_in_another_encoding_are_the_same_text(tmp_path):
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_bytes("劝和14038对。\r\n".encode("gb18030"))
    other.write_bytes("\ufeff劝和14038对。\n".encode())
    assert read_manuscript(one).sha256 == read_manuscript(other).sha256


def test_a_relative_path_is_found_from_the_project_too(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert open_text("examples/text.txt").manuscript.text == open_text().manuscript.text


PAGE = home() / "notebooks" / "audit.ipynb"


@pytest.fixture(scope="module")
def built(tables):
    """The page of the example, put together from the notebook's stored outputs, and the data."""
    import nbformat

    from helpers.reports.page.render import render

    periods = tables.periods
    period = dict(zip(periods["period"], periods["label_zh"], strict=True))
    labels = {"region": "枣庄市", "period": period["congress-9"], "periods": period}
    labels["text"] = "text.txt"
    sha = read_manuscript(home() / "examples" / "text.txt").sha256
    html = render(
        nbformat.read(PAGE, as_version=4), lang="zh", title="文稿核对", region="370400",
        period="congress-9", area="audit", labels=labels, provenance={"text": {"text.txt": sha}},
    )  # fmt: skip
    return html, Recount(tables)


def rules_of(built, old="", new=""):
    """What verify finds on the page, after a change that also renews its seal."""
    html, recount = built
    assert old in html
    page = read_page(seal.sealed(html.replace(old, new, 1)).encode())
    found = hold("audit.html", page, recount).found
    return {one.problem.rule for one in found if one.problem.severity == "error"}


def test_verify_agrees_with_the_page_of_an_audit(built):
    assert rules_of(built) == set(), "notebooks/audit.ipynb is older than the data: make refresh"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('lang="zh-CN">14083对</span>', 'lang="zh-CN">14084对</span>', "claim-differs"),
        ("座谈会<mark", "座谈大会<mark", "manuscript-differs"),
        ("文中14083对，数据为14038对", "文中14083对，数据为14083对", "claim-differs"),
        ('contradicted" tabindex', 'supported" tabindex', "claim-differs"),
        (
            '<q class="quote" lang="zh-CN">14083对</q>',
            '<q class="quote">14093对</q>',
            "quote-differs",
        ),
    ],
)
def test_a_change_to_the_text_its_marks_or_quotations_is_found(built, old, new, rule):
    assert rule in rules_of(built, old, new)


@pytest.mark.slow
def test_a_text_without_quantities_gives_a_page_that_says_so(tmp_path):
    import papermill

    text, out = tmp_path / "a.txt", tmp_path / "out.ipynb"
    text.write_text("大家好。\n", encoding="utf-8")
    done = papermill.execute_notebook(
        PAGE, out, {"text": str(text)}, cwd=tmp_path, progress_bar=False,
        request_save_on_cell_execute=False,
    )  # fmt: skip
    told = "\n".join(o["data"]["text/plain"] for c in done.cells for o in c.get("outputs", ()))
    assert "文中数量共0处" in told
    assert "文中没有数量。" in told
    assert str(tmp_path) not in told
