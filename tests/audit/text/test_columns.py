"""Tables in a text: the head of a column and the label of a row speak for a number."""

import pytest

from helpers.audit.text.audit import audit
from helpers.audit.text.columns import Columns
from helpers.audit.text.extract import extract
from helpers.audit.text.plain import plain_layer
from helpers.data import home, load

TABLE = "附表\n指标\t数值\t上期\n维权服务阵地\t1765个\t1713个\n劝和夫妻\t1399对\t1506对\n说明\n"


@pytest.fixture(scope="module")
def districts():
    return load(home() / "examples" / "districts")


def figures(text, tables):
    claims = audit(text, tables, "370481", "2024").claims
    return [(c.found.quote, c.verdict, c.figure and c.figure.key) for c in claims]


def test_the_plain_text_keeps_the_cells_and_rows_of_a_table():
    assert plain_layer(TABLE).plain == TABLE


def test_a_tab_in_prose_is_a_blank():
    assert plain_layer("举办活动\t360场，\n建成站点。").plain == "举办活动360场，建成站点。"


def test_a_number_has_the_head_of_its_column_and_the_label_of_its_row():
    columns = Columns(TABLE)
    at = TABLE.index("1713")
    assert TABLE[slice(*columns.head(at))] == "上期"
    assert columns.label(at) == "维权服务阵地"


def test_a_number_outside_a_table_has_neither():
    columns = Columns("维权服务阵地1765个。")
    assert columns.head(6) is None
    assert columns.label(6) == ""


def test_a_column_of_the_period_before_is_held_against_that_period(districts):
    assert figures(TABLE, districts) == [
        ("1765个", "supported", "rights_venues|370481|2024"),
        ("1713个", "supported", "rights_venues|370481|2023"),
        ("1399对", "supported", "couples_reconciled|370481|2024"),
        ("1506对", "supported", "couples_reconciled|370481|2023"),
    ]


def test_a_wrong_number_in_a_column_is_told(districts):
    found = figures(TABLE.replace("1506", "1560"), districts)
    assert found[-1] == ("1560对", "contradicted", "couples_reconciled|370481|2023")


def test_rows_of_places_take_what_is_counted_from_the_head(districts):
    text = "地区\t维权服务阵地\t劝和夫妻\n滕州市\t1765个\t1399对\n"
    assert [key for _, _, key in figures(text, districts)] == [
        "rights_venues|370481|2024",
        "couples_reconciled|370481|2024",
    ]


def test_the_unit_column_of_a_row_speaks_before_the_units_of_label_and_table(policy):
    text = "单位：万元\n指标（人）\t计量单位\t数值\n劝和夫妻（名）\t对\t1399\n培训（人次）\t\t86\n"
    found = extract(text, policy)
    assert [(one.quantity.value, one.quantity.unit) for one in found] == [
        (1399, "对"),
        (86, "人次"),
    ]


def test_the_words_of_a_quoted_name_state_nothing(policy):
    found = extract("开办“七彩课堂6场”和《百家讲坛50场》，评选“手拉手9对”，共12场。", policy)
    assert [one.quote for one in found] == ["12场"]


@pytest.mark.parametrize(
    "words",
    ["放在", "摆在", "置于", "坚持", "作为", "视为", "当作", "奉为"],
)
def test_what_is_put_first_is_no_rank(policy, words):
    assert not extract(f"我市位居前列，排名{words}首位。", policy)
    assert [one.quote for one in extract("我市排名全省首位。", policy)] == ["首位"]
