"""What a text is of: one account of its region and period for every way to audit it."""

import pytest

from helpers.audit.text.audit import audit
from helpers.audit.text.manuscript import manuscript
from helpers.audit.text.scope import Covered, covered, find_subject
from helpers.audit.text.study import text_study

REGIONS = {
    "990000": {"name_zh": "云川省", "parent": ""},
    "990100": {"name_zh": "云河市", "parent": "990000"},
    "990102": {"name_zh": "东山区", "parent": "990100"},
}
PERIODS = {
    "2023": {"start": "2023-01-01", "end": "2023-12-31", "position": "1"},
    "2024-h1": {"start": "2024-01-01", "end": "2024-06-30", "position": "2"},
    "2024": {"start": "2024-01-01", "end": "2024-12-31", "position": "3"},
}
DATA = Covered(
    REGIONS, PERIODS, {(r, p): 9 for r in ("990100", "990102") for p in PERIODS}, ("海岛市",)
)


@pytest.mark.parametrize(
    ("text", "region", "period"),
    [
        ("劝和夫妻30对。", "990100", "2024"),
        ("东山区妇联2023年工作总结\n劝和夫妻30对。", "990102", "2023"),
        ("云河市东山区妇联工作总结\n全市共30对，云河市居前。", "990102", "2024"),
        ("云河市妇联2024年上半年工作情况\n劝和夫妻30对。", "990100", "2024-h1"),
        ("云河市妇联工作情况\n2023年，劝和夫妻30对。2023年办班3期。", "990100", "2023"),
        ("云河市妇联工作情况\n截至2024年12月，劝和夫妻30对，比2023年增加3对。", "990100", "2024"),
        ("云河市妇联2019年工作总结\n劝和夫妻30对。", "990100", ""),
        ("海岛市妇联工作总结\n劝和夫妻30对。", "", "2024"),
        ("厦门市妇联2023年工作总结\n劝和夫妻30对。", "", "2023"),
    ],
)
def test_a_text_is_of_what_its_head_names(text, region, period):
    found = find_subject(text, DATA)
    assert (found.region, found.period) == (region, period)


def test_what_is_asked_for_holds():
    found = find_subject("东山区妇联2023年工作总结\n劝和30对。", DATA, "990100", "2024")
    assert (found.region, found.period) == ("990100", "2024")


def test_half_a_year_is_compared_with_half_a_year_and_a_year_with_a_year():
    assert DATA.former("990100", "2024") == "2023"
    assert DATA.former("990100", "2024-h1") == ""
    assert DATA.told("990100", "2024") == "2024"
    assert DATA.told("990100", "2024/1") == "2024-h1"
    assert DATA.told("990100", "2022") == ""


TEXTS = [
    "滕州市妇联2023年工作总结\n全市巾帼志愿者{}。",
    "薛城区2022年巾帼志愿者{}。",
    "临沂市妇联2024年工作总结\n全市巾帼志愿者{}，开展活动120场。",
    "2021年，全市巾帼志愿者{}。2021年，举办培训班12期。",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_command_and_the_notebook_give_one_verdict(examples, text):
    words = text.format("1.2万余名")
    told = audit(words, examples)
    study = text_study(manuscript("a.txt", words), examples, "", "", "zh")
    assert [c.verdict for c in study.audit.claims] == [c.verdict for c in told.claims]
    data = covered(examples)
    home = find_subject(words, data)
    assert (study.region, study.period) == data.fullest(home.region, home.period)


def test_a_report_that_is_handed_a_slice_finds_the_same_place(examples, tmp_path):
    from helpers.audit.text.study import open_text
    from helpers.data import read_folder
    from helpers.data.slices import cut

    file, slice_file = tmp_path / "a.txt", tmp_path / "data.slice"
    file.write_text("山亭区妇联2024年工作总结\n劝和夫妻422对。", encoding="utf-8")
    whole = read_folder(examples.folder)
    slice_file.write_bytes(cut(whole, "overview", "370406").to_bytes())
    here = open_text(str(file), data=str(slice_file))
    told = audit(file.read_text(encoding="utf-8"), examples)
    assert (here.region, here.period) == ("370406", "2024")
    assert [c.verdict for c in here.audit.claims] == [c.verdict for c in told.claims]


@pytest.mark.parametrize("year", ["2021", "2022", "2023", "2024", "2025"])
def test_a_figure_is_held_against_the_year_that_its_sentence_names(examples, year):
    rows = examples.observations.to_dict("records")
    written = {
        row["period"]: row["as_written"]
        for row in rows
        if (row["indicator"], row["region"]) == ("jinguo_volunteers", "370481")
    }
    if year not in written:
        pytest.skip("the example has no such year")
    for text in (
        f"滕州市妇联{year}年工作总结\n全市巾帼志愿者{{}}。",
        f"{year}年，滕州市巾帼志愿者{{}}。",
    ):
        (claim,) = audit(text.format(written[year]), examples).claims
        assert (claim.verdict, claim.figure.period) == ("supported", year)
