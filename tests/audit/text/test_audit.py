"""Auditing a text against the data: verdicts, figures left out, and findings."""

from decimal import Decimal

import pytest

from helpers.audit.text.audit import audit
from helpers.audit.text.link import same_kind, slip
from helpers.audit.text.manuscript import manuscript
from helpers.data import load

TEXT = (
    "在基层，妇女之家有2479个，妇女微家有763个。接受辅导的拟离婚夫妻38784对，劝和夫妻14038对。"
    "爱心妈妈1.78万余名。争取扶持资金近2000万元。全省降雨3次。"
)


@pytest.fixture(scope="module")
def tables():
    """Returns the project's own tables."""
    return load()


def verdicts(text, tables):
    """Returns (quote, slug, verdict) of every claim."""
    return [
        (claim.found.quote, claim.figure.slug if claim.figure else None, claim.verdict)
        for claim in audit(text, tables).claims
    ]


def test_a_true_text_is_supported_and_a_stranger_is_nobodys(tables):
    assert verdicts(TEXT, tables) == [
        ("2479个", "womens_homes", "supported"),
        ("763个", "micro_homes", "supported"),
        ("38784对", "couples_counselled", "supported"),
        ("14038对", "couples_reconciled", "supported"),
        ("1.78万余名", "loving_mothers", "supported"),
        ("近2000万元", "support_funds_secured", "supported"),
        ("3次", None, "not_data"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("2479个", "2478个", "contradicted"),
        ("38784对", "38784户", "contradicted"),
        ("1.78万余名", "1.78万名", "rounded"),
        ("1.78万余名", "1.7832万名", "rounded"),
        ("1.78万余名", "1.88万余名", "contradicted"),
        ("近2000万元", "超2000万元", "contradicted"),
        ("妇女之家有2479个", "儿童乐园2479个", "unsupported"),
        ("2479个", "约2480个", "rounded"),
    ],
)
def test_a_change_is_reported(tables, old, new, verdict):
    changed = audit(TEXT.replace(old, new), tables)
    odd = [
        claim.verdict for claim in changed.claims if claim.verdict not in ("supported", "not_data")
    ]
    assert odd == [verdict]


def test_what_the_text_leaves_out_is_listed(tables):
    found = audit(TEXT, tables)
    silent = {figure.slug for figure in found.unmentioned}
    assert "village_chairs" in silent
    assert not silent & {"womens_homes", "couples_reconciled", "loving_mothers"}


def test_findings_of_the_text_itself(tables):
    text = (
        "接受辅导的拟离婚夫妻1000对，劝和夫妻2000对。妇女之家300个，妇女微家300个。"
        "市人大代表女性比例127.9%。评选优秀家庭100户，其中示范户200户。"
    )
    rules = {item["rule"] for item in audit(text, tables).findings}
    assert {"same-number-twice", "share-over-100", "part-over-whole"} <= rules
    broken = [
        item
        for item in audit(text, tables).findings
        if "couples_reconciled|370400|congress-9" in item["figures"]
    ]
    assert broken


def test_all_of_it_stands_for_the_whole(tables):
    text = "儿童发展规划60项指标已全部达标。"
    assert verdicts(text, tables) == [
        ("60项", "children_plan_indicators_total", "supported"),
        ("全部", "children_plan_indicators_met", "supported"),
    ]


def test_the_document_has_the_form_of_the_contract(tables):
    document = audit(TEXT, tables).as_json(manuscript("a.txt", TEXT), "en")
    assert set(document) == {"text", "claims", "unmentioned", "findings"}
    claim = document["claims"][4]
    assert set(claim) == {
        "start",
        "end",
        "quote",
        "value",
        "lower",
        "upper",
        "unit",
        "qualifier",
        "figure",
        "verdict",
        "reason",
    }
    assert TEXT[claim["start"] : claim["end"]] == claim["quote"] == "1.78万余名"
    assert (claim["value"], claim["lower"], claim["upper"]) == (17800, 17800, 17900)
    assert claim["figure"] == "loving_mothers|370400|congress-9"


def test_every_figure_written_beside_its_label_is_supported(tables):
    told, kinds = tables.observations, tables.indicators
    plans = told["indicator"].isin(kinds.loc[kinds["measure_type"] == "target", "indicator"])
    own = (told["region"] == "370400") & ((told["period"] == "congress-9") | plans)
    rows = [row for row in told[own].to_dict("records") if row["as_written"]]
    labels = {row["indicator"]: row["label_zh"] for row in tables.indicators.to_dict("records")}
    text = "\n".join(f"{labels[row['indicator']]}{row['as_written']}。" for row in rows)
    found = audit(text, tables)
    assert [claim.figure and claim.figure.slug for claim in found.claims] == [
        row["indicator"] for row in rows
    ]
    assert {claim.verdict for claim in found.claims} == {"supported"}


@pytest.mark.parametrize(
    "text",
    ["劝和14083对。", "劝和夫妻14083对。", "成功劝和1438对。", "妇女之家2497个。", "办微家367个。"],
)
def test_a_slip_of_the_pen_is_a_contradiction_however_few_the_words(tables, text):
    (claim,) = audit(text, tables).claims
    assert claim.verdict == "contradicted"


@pytest.mark.parametrize(
    "text", ["劝和邻里纠纷14083件。", "今年5月劝和14083对。", "慰问困难家庭14083户。"]
)
def test_a_number_like_a_figures_is_no_slip_where_the_words_are_of_something_else(tables, text):
    assert {claim.verdict for claim in audit(text, tables).claims} == {"not_data"}


@pytest.mark.parametrize(
    ("stated", "data", "expected"),
    [(14083, 14038, True), (1438, 14038, True), (17830, 17800, False), (458, 485, False),
     (15038, 14038, True), (2478, 2479, False), (2000, 200, False), (140380, 14038, False)],
)  # fmt: skip
def test_a_slip_is_told_from_another_number(stated, data, expected):
    assert slip(Decimal(stated), Decimal(data)) is expected


def test_units_of_one_kind():
    assert same_kind("人", "名")
    assert not same_kind("人", "人次")
    assert not same_kind("名", "户")
