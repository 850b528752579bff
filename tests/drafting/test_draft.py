"""Drafts: prose, tables and notes of any area, as text, Markdown and Word, and what is refused."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from helpers.cli import main
from helpers.data import Tables, home
from helpers.drafting.draft import draft
from helpers.drafting.plain import as_markdown, as_text
from helpers.drafting.prose import paragraphs
from helpers.drafting.word import as_word

PLACE = ("370400", "congress-9")
EXAMPLES = str(home() / "examples" / "districts")


@pytest.fixture
def rights(tables):
    return draft(tables, ["rights"], *PLACE)


def with_sentences(tables, rows):
    made = [
        {"sentence": f"s{at}", "area": "rights", "position": at, "text_zh": zh, "text_en": "x."}
        for at, zh in rows
    ]
    return Tables(
        tables.folder,
        {
            **tables.frames,
            "sentences": pd.DataFrame(
                made, columns=["sentence", "area", "position", "text_zh", "text_en"]
            ),
        },
        {},
        False,
    )


def without(tables, *slugs):
    frame = tables.observations
    kept = frame[~frame["indicator"].isin(slugs)]
    return Tables(tables.folder, {**tables.frames, "observations": kept}, {}, False)


def prose(tables, area="rights", lang="zh"):
    return "\n".join(draft(tables, [area], *PLACE, lang).sections[0].paragraphs)


def test_a_sentence_is_left_out_unless_all_its_figures_are_reported(tables):
    text = prose(without(tables, "couples_reconciled"))
    assert "劝和率" not in text
    assert "此外，接受辅导的拟离婚夫妻38784对。" in text


def test_a_sentence_that_says_nothing_new_is_left_out(tables):
    made = with_sentences(tables, [(11, "甲{rights_venues}。"), (12, "乙{rights_venues}。")])
    text = prose(made)
    assert "甲2921个。" in text
    assert "乙" not in text


def test_sentences_of_the_same_tens_make_a_paragraph(tables):
    rows = [(11, "甲{rights_venues}。"), (12, "乙{couples_counselled}。"),
            (21, "丙{couples_reconciled}。")]  # fmt: skip
    first, second, _ = (
        draft(with_sentences(tables, rows), ["rights"], *PLACE).sections[0].paragraphs
    )
    assert (first, second) == ("甲2921个。乙38784对。", "丙14038对。")


def test_an_area_without_sentences_is_told_by_its_labels(tables, here):
    made = with_sentences(tables, [])
    text = paragraphs(replace(here("rights"), tables=made))
    assert text == [
        "普法宣传活动场次2190余场，维权服务阵地2921个，接受辅导的拟离婚夫妻38784对，劝和夫妻14038对。"
    ]
    (english,) = paragraphs(replace(here("rights", lang="en"), tables=made))
    assert english.startswith("The figures reported are: Legal-education events, over 2,190; ")


def test_no_figure_of_the_data_is_lost(tables):
    text = as_text(draft(tables, [], *PLACE))
    for written in tables.observations["as_written"]:
        assert written in text, written


def test_no_sentence_knows_a_place_that_is_not_in_the_data(examples):
    text = as_text(draft(examples, [], "370481", "2024"))
    assert "枣庄" not in text
    assert "市级荣誉1项" in text


def test_a_rise_is_told_only_where_the_intervals_decide_it(examples):
    made = draft(examples, ["care"], "370402", "2024")
    (compared,) = [p for p in made.sections[0].paragraphs if p.startswith("与2023年相比")]
    assert "爱心妈妈增加264名，增长9.2%" in compared
    assert "关爱救助女童资金" not in compared
    assert any("增减不能确定：关爱救助女童资金" in note for note in made.notes)


def test_an_unchanged_figure_is_called_that(examples):
    made = draft(examples, ["organization"], "370481", "2024", "en")
    assert "unchanged: " in made.sections[0].paragraphs[-1]


def test_an_oddity_is_told_with_both_numbers_and_its_explanations(tables):
    notes = draft(tables, ["organization"], *PLACE).notes
    (note,) = [note for note in notes if "一一对应" in note]
    assert "妇女之家2479个，村（社区）妇联主席2477名" in note
    assert "可能统计时点不同" in note


def test_figures_not_reported_are_named_in_a_note(tables):
    notes = draft(without(tables, "rights_venues"), ["rights"], *PLACE).notes
    assert "依法维权方面，本期未报送：维权服务阵地。" in notes


def test_an_estimate_is_called_that_in_a_note(tables):
    frame = tables.observations.copy()
    frame.loc[frame["indicator"] == "rights_venues", "status"] = "E"
    made = Tables(tables.folder, {**tables.frames, "observations": frame}, {}, False)
    assert "依法维权方面，估计数：维权服务阵地。" in draft(made, ["rights"], *PLACE).notes


def test_an_area_without_figures_is_left_out_unless_asked_for(tables):
    made = without(tables, *tables.indicators["indicator"][tables.indicators["area"] == "rights"])
    titles = [section.heading for section in draft(made, [], *PLACE).sections]
    assert not any("依法维权" in title for title in titles)
    assert prose(made) == "本期没有报送数据。"


def test_simulated_data_are_called_that_in_every_form(examples):
    made = draft(examples, ["rights"], "370481", "2024")
    assert "模拟数据" in as_text(made)
    assert "模拟数据" in as_markdown(made)
    document = docx.Document(io.BytesIO(as_word(made)))
    assert "模拟数据" in document.sections[0].header.paragraphs[0].text
    assert any(p.style.name == "Banner" for p in document.paragraphs)


def test_markdown_has_a_table_of_each_area(rights):
    text = as_markdown(rights)
    assert "| 维权服务阵地 | 2921个 |" in text
    assert "## 附注" in text


def test_signs_of_the_data_are_no_markdown(rights):
    odd = replace(rights, sections=(replace(rights.sections[0], paragraphs=("a*b|c_<d>",)),))
    assert "a\\*b\\|c\\_\\<d\\>" in as_markdown(odd)


def test_the_word_file_is_laid_out_as_an_official_document(rights):
    document = docx.Document(io.BytesIO(as_word(rights)))
    page = document.sections[0]
    margins = [page.top_margin, page.left_margin, page.right_margin, page.bottom_margin]
    assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert document.core_properties.language == "zh-CN"
    assert document.core_properties.title == "枣庄市妇联工作情况"
    table = document.tables[0]
    assert table.rows[0]._tr.trPr.findall(qn("w:tblHeader"))
    assert [cell.text for cell in table.rows[1].cells][:2] == ["普法宣传活动场次", "2190余场"]


def test_a_picture_says_its_figures_to_those_who_do_not_see_it(rights):
    document = docx.Document(io.BytesIO(as_word(rights)))
    (shape,) = document.inline_shapes
    assert "劝和夫妻 14038对" in shape._inline.docPr.get("descr")


def test_equal_drafts_are_equal_byte_for_byte(tables):
    one, other = (as_word(draft(tables, ["care"], *PLACE)) for _ in range(2))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_english_draft_has_no_chinese_in_its_prose(tables):
    made = draft(tables, [], *PLACE, "en")
    text = " ".join(p for section in made.sections for p in section.paragraphs)
    assert not re.search("[一-鿿]", text)


def test_money_in_an_exact_zero_change_is_no_rise(examples):
    cells = [row for s in draft(examples, [], "370400", "2024").sections for row in s.rows]
    assert not [row for row in cells if re.search(r"增加0(?![.\d])", " ".join(row))]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (["rigths"], "rights"),
        (["--region", "370499"], "370400"),
        (["--period", "congress-8"], "congress-9"),
        (["--lang", "fr"], "zh"),
        (["--out", "x.pdf"], ".docx"),
        (["--out", "/nowhere/x.txt"], "/nowhere"),
        (["--data", "/nowhere"], "/nowhere"),
    ],
)
def test_a_wrong_parameter_is_named_with_the_nearest_right_one(typed, word, capsys):
    assert main(["draft", *typed]) == 2
    shown = capsys.readouterr()
    assert word in shown.err
    assert not shown.out


def test_refused_data_are_not_drafted_from(tmp_path, capsys):
    for file in (home() / "data").iterdir():
        if file.suffix in (".csv", ".json"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    table = tmp_path / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("14038,,", "x,,"), encoding="utf-8")
    assert main(["draft", "--data", str(tmp_path)]) == 3
    assert "observations.csv" in capsys.readouterr().err


def test_without_out_the_text_is_printed(capsys):
    assert main(["draft", "rights", "--data", EXAMPLES, "--region", "370481"]) == 0
    assert "与2023年相比" in capsys.readouterr().out


def test_a_file_is_written_whole(tmp_path, capsys):
    for name in ("x.txt", "x.md", "x.docx"):
        assert main(["draft", "rights", "--lang", "en", "--out", str(tmp_path / name)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.docx", "x.md", "x.txt"]
    assert "2,921 venues" in (tmp_path / "x.txt").read_text(encoding="utf-8")
    assert not capsys.readouterr().err


def test_a_fall_is_told_without_a_minus(examples):
    made = draft(examples, ["economy"], "370402", "2023")
    text = as_text(made)
    assert "争取扶持资金减少约30万元" in text
    assert not re.search(r"-\d", text)


def test_a_figure_of_another_period_is_told_with_that_period(examples):
    frame = examples.observations
    late = (frame["period"] == "2024") & (frame["indicator"] == "women_plan_indicators_total")
    frames = {**examples.frames, "observations": frame[~late]}
    made = Tables(examples.folder, frames, {}, True)
    text = "\n".join(draft(made, ["outcomes"], "370481", "2024").sections[0].paragraphs)
    assert "2023年，妇女发展规划指标总数58项。" in text
    assert "此外，妇女发展规划达标指标数52项" in text
