"""Drafts: prose, tables and notes of any area, as text, Markdown and Word, and what is refused."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from helpers.analysis.report import AreaFigures
from helpers.cli import main
from helpers.data import Tables
from helpers.drafting.draft import as_markdown, as_text, draft
from helpers.drafting.prose import paragraphs
from helpers.drafting.word import as_word, dress

CITY, YEAR = "990100", "2024"
PLACE = (CITY, YEAR)


def changed(tables, **frames) -> Tables:
    return Tables(tables.folder, {**tables.frames, **frames}, {}, tables.simulated)


def with_sentences(tables, *texts: str | tuple[int, str]) -> Tables:
    """The city with sentences of its rights in place of its own, at positions 11, 12 …"""
    placed = [text if isinstance(text, tuple) else (11 + at, text) for at, text in enumerate(texts)]
    made = [
        {"sentence": f"s{at}", "area": "rights", "position": at, "text_zh": text, "text_en": text}
        for at, text in placed
    ]
    return changed(tables, sentences=pd.DataFrame(made, columns=tables.sentences.columns[:5]))


def at(frame, slug: str, period: str = YEAR, region: str = CITY):
    """Where a figure of the city stands among its observations."""
    here = (frame["region"] == region) & (frame["period"] == period)
    return here & (frame["indicator"] == slug)


def without(tables, *slugs: str) -> Tables:
    frame = tables.observations
    return changed(tables, observations=frame[~frame["indicator"].isin(slugs)])


def stating(tables, slug: str, period: str, value: int, written: str, **more: str) -> Tables:
    """The city with another figure."""
    frame = tables.observations.copy()
    cells = {"value": Decimal(value), "as_written": written, "qualifier": "", **more}
    for name, cell in cells.items():
        frame.loc[at(frame, slug, period), name] = cell
    return changed(tables, observations=frame)


def written(tables, slug: str, period: str = YEAR) -> str:
    return tables.observations.loc[at(tables.observations, slug, period), "as_written"].iloc[0]


def prose(tables, area="rights", lang="zh") -> str:
    return "\n".join(draft(tables, [area], *PLACE, lang).sections[0].paragraphs)


def test_a_sentence_is_left_out_unless_all_its_figures_are_reported(city_tables):
    text = prose(without(city_tables, "couples_reconciled"))
    assert "劝和" not in text
    assert f"接受辅导的拟离婚夫妻{written(city_tables, 'couples_counselled')}" in text


def test_a_clause_that_lacks_a_figure_falls_away(city_tables):
    made = with_sentences(city_tables, "辅导{couples_counselled}[，劝和{couples_reconciled}]。")
    one, other = prose(made), prose(without(made, "couples_reconciled"))
    counselled = f"辅导{written(city_tables, 'couples_counselled')}"
    assert one.startswith(f"{counselled}，劝和{written(city_tables, 'couples_reconciled')}。")
    assert other.startswith(f"{counselled}。")


def test_a_sentence_that_says_nothing_new_is_left_out(city_tables):
    text = prose(with_sentences(city_tables, "甲{helpline_calls}。", "乙{helpline_calls}。"))
    assert f"甲{written(city_tables, 'helpline_calls')}。" in text
    assert "乙" not in text


def test_a_sentence_without_a_figure_is_said_where_there_is_anything_to_tell(city_tables):
    made = with_sentences(city_tables, "{region}设有{harmony_rooms}。", "{region}重视维权。")
    assert prose(made).startswith("云河市设有和家工作室（模拟）。云河市重视维权。")
    nothing = changed(
        made,
        observations=made.observations[~at(made.observations, "", YEAR)].iloc[:0],
        programmes=made.programmes.iloc[:0],
    )
    assert prose(nothing) == "本期没有报送数据。"


def test_a_programme_of_another_place_is_not_said_here(city_tables):
    frame = city_tables.programmes.copy()
    frame.loc[frame["programme"] == "harmony_rooms", "region"] = "990102"
    text = prose(changed(with_sentences(city_tables, "设有{harmony_rooms}。"), programmes=frame))
    assert "和家工作室" not in text


def test_sentences_of_the_same_tens_make_a_paragraph(city_tables):
    made = with_sentences(city_tables, (11, "甲{helpline_calls}。"), (12, "乙{legal_aid_cases}。"),
                          (21, "丙{couples_reconciled}。"))  # fmt: skip
    first, second, *_ = draft(made, ["rights"], *PLACE).sections[0].paragraphs
    assert re.fullmatch("甲.*。乙.*。", first)
    assert re.fullmatch("丙.*。", second)


def test_an_area_without_sentences_is_told_by_its_labels(city_tables):
    made = with_sentences(city_tables)
    (text,) = paragraphs(AreaFigures(made, "rights", *PLACE, "zh", "public"))
    own = city_tables.indicators[city_tables.indicators["area"] == "rights"]
    for slug, label in zip(own["indicator"], own["label_zh"], strict=True):
        assert f"{label}{written(city_tables, slug)}" in text
    (english,) = paragraphs(AreaFigures(made, "rights", *PLACE, "en", "public"))
    assert english.startswith("The figures reported are: ")


def test_no_figure_of_the_shipped_data_is_lost(tables):
    text = as_text(draft(tables, [], "370400", "congress-9"))
    rows, kinds = tables.observations, tables.indicators
    plans = rows["indicator"].isin(kinds.loc[kinds["measure_type"] == "target", "indicator"])
    own = (rows["region"] == "370400") & ((rows["period"] == "congress-9") | plans)
    for figure in rows.loc[own, "as_written"]:
        assert figure in text, figure


def test_a_period_is_compared_with_one_of_its_own_length(city_tables):
    year = prose(city_tables)
    assert "与2023年相比" in year
    assert "上半年" not in year
    half = draft(city_tables, ["rights"], CITY, "2024-h1").sections[0].paragraphs
    assert not [text for text in half if "相比" in text]  # a half-year is no year


def test_a_rise_is_told_only_where_the_intervals_decide_it(city_tables):
    made = stating(city_tables, "loving_mothers", "2023", 1800, "1800余名", qualifier="余")
    made = stating(made, "loving_mothers", YEAR, 1850, "1850名")
    told = draft(made, ["care"], *PLACE)
    compared = [text for text in told.sections[0].paragraphs if text.startswith("与2023年相比")]
    assert "爱心妈妈" not in "".join(compared)
    assert any("增减不能确定：爱心妈妈" in note for note in told.notes)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (2000, 1500, "减少500次，下降25.0%"),
        (2000, 2500, "增加500次，增长25.0%"),
        (2000, 2000, "持平"),
    ],
)
def test_a_change_is_told_by_a_word_and_never_by_a_sign(city_tables, before, now, told):
    made = stating(city_tables, "helpline_calls", "2023", before, f"{before}次")
    text = prose(stating(made, "helpline_calls", YEAR, now, f"{now}次"))
    assert re.search(f"维权热线来电[^；。]*{told}", text)
    assert not re.search(r"-\d", text)
    assert "增加0" not in text


def test_an_oddity_is_told_with_both_numbers_and_its_explanations(city_tables):
    (note,) = [n for n in draft(city_tables, ["screening"], *PLACE).notes if "是否都得到随访" in n]
    for slug in ("cases_found", "cases_followed_up"):
        assert written(city_tables, slug) in note


def test_figures_not_reported_are_named_in_a_note(city_tables):
    frame = city_tables.observations
    made = changed(city_tables, observations=frame[~at(frame, "helpline_calls")])
    assert "依法维权方面，本期未报送：维权热线来电。" in draft(made, ["rights"], *PLACE).notes


def test_an_estimate_is_called_that_in_a_note(city_tables):
    made = stating(city_tables, "helpline_calls", YEAR, 2000, "2000次", status="E")
    assert "依法维权方面，估计数：维权热线来电。" in draft(made, ["rights"], *PLACE).notes


def test_a_figure_of_another_period_is_told_with_that_period(city_tables):
    frame = city_tables.indicators.copy()
    frame.loc[frame["indicator"] == "legal_aid_cases", "measure_type"] = "target"
    rows = city_tables.observations
    made = changed(city_tables, indicators=frame, observations=rows[~at(rows, "legal_aid_cases")])
    assert re.search(r"2024年上半年，法律援助案件\d+件", prose(made))


def test_simulated_data_are_called_that_in_every_form(city_tables):
    made = draft(city_tables, ["rights"], *PLACE)
    assert "模拟数据" in as_text(made)
    assert "模拟数据" in as_markdown(made)
    document = docx.Document(io.BytesIO(as_word(made)))
    assert "模拟数据" in document.sections[0].header.paragraphs[0].text
    assert any(p.style.name == "Banner" for p in document.paragraphs)


def test_markdown_has_a_table_of_each_area_and_takes_no_sign_of_the_data_for_its_own(city_tables):
    made = draft(city_tables, ["rights"], *PLACE)
    text = as_markdown(made)
    assert f"| 维权热线来电 | {written(city_tables, 'helpline_calls')} |" in text
    assert "## 附注" in text
    odd = replace(made, sections=(replace(made.sections[0], paragraphs=("a*b|c_<d>",)),))
    assert "a\\*b\\|c\\_\\<d\\>" in as_markdown(odd)


def test_the_word_file_is_laid_out_as_an_official_document(city_tables):
    content = as_word(draft(city_tables, ["rights"], *PLACE))
    document = docx.Document(io.BytesIO(content))
    page = document.sections[0]
    margins = [page.top_margin, page.left_margin, page.right_margin, page.bottom_margin]
    assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert document.core_properties.language == "zh-CN"
    assert document.core_properties.title == "云河市妇联工作情况"
    assert document.tables[0].rows[0]._tr.trPr.findall(qn("w:tblHeader"))
    assert "PAGE" in page.footer._element.xml
    (shape,) = document.inline_shapes
    told = shape._inline.docPr.get("descr")  # for those who do not see the picture
    assert f"劝和夫妻 {written(city_tables, 'couples_reconciled')}" in told
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert content == as_word(draft(city_tables, ["rights"], *PLACE))


def test_an_english_draft_has_no_chinese_in_its_prose(tables):
    made = draft(tables, [], "370400", "congress-9", "en")
    text = " ".join(p for section in made.sections for p in section.paragraphs)
    assert not re.search("[一-鿿]", text)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (["rigths"], "rights"),
        (["--region", "990199"], CITY),
        (["--period", "2025"], YEAR),
        (["--lang", "fr"], "zh"),
        (["--out", "x.pdf"], ".docx"),
        (["--out", "/nowhere/x.txt"], "/nowhere"),
        (["--data", "/nowhere"], "/nowhere"),
    ],
)
def test_a_wrong_parameter_is_named_with_the_nearest_right_one(typed, word, city, capsys):
    assert main(["draft", "--data", str(city), *typed]) == 2
    shown = capsys.readouterr()
    assert word in shown.err
    assert not shown.out


def test_refused_data_are_not_drafted_from(city, tmp_path, capsys):
    for file in city.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    table = tmp_path / "observations.csv"
    text = table.read_text(encoding="utf-8").replace(f"{CITY},{YEAR},", f"{CITY},{YEAR},x")
    table.write_text(text, encoding="utf-8")
    assert main(["draft", "--data", str(tmp_path)]) == 3
    assert "observations.csv" in capsys.readouterr().err


def test_a_text_is_printed_or_a_file_is_written_whole(city, tmp_path, capsys):
    words = ["draft", "rights", "--data", str(city), "--lang", "en"]
    assert main(words) == 0
    told = capsys.readouterr()
    assert "Compared with 2023" in told.out
    for name in ("x.txt", "x.md", "x.docx"):
        assert main([*words, "--out", str(tmp_path / name)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.docx", "x.md", "x.txt"]
    assert (tmp_path / "x.txt").read_text(encoding="utf-8") == told.out
    assert not told.err


def test_what_the_office_never_had_is_not_called_missing(city_tables):
    kept = city_tables.observations.query("indicator != 'helpline_calls'")
    frames = {**city_tables.frames, "observations": kept}
    never = Tables(city_tables.folder, frames, {}, True)
    assert not any("热线" in note for note in draft(never, ["rights"], *PLACE).notes)


@pytest.mark.parametrize(
    ("lang", "style", "points", "left", "characters"),
    [
        ("zh", "Normal", 32, 0, "200"),  # two characters of 三号, as Word and WPS count them
        ("zh", "Note", 24, 0, "200"),
        ("zh", "List Bullet", -24, 48, None),
        ("zh", "Table text", 0, 0, None),
        ("en", "Normal", 0, 0, None),
        ("en", "List Bullet", -17.25, 34.5, None),
    ],
)
def test_the_first_line_of_a_paragraph_is_indented_as_its_language_has_it(
    lang, style, points, left, characters
):
    document = docx.Document()
    dress(document, lang)
    form = document.styles[style].paragraph_format
    assert (form.first_line_indent.pt, form.left_indent.pt) == (points, left)
    assert form._element.pPr.ind.get(qn("w:firstLineChars")) == characters
