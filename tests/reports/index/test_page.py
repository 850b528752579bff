"""The way in: what there is to read, what is missing, and why."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from helpers.reports.index import page as index
from helpers.reports.page import figurelist
from helpers.reports.page import render as page

HONOURS = {"zh": "获得了什么？", "en": "What was received?"}
RIGHTS = {"zh": "多少人？", "en": "How many?"}
AREAS = [
    {"code": "honours", "zh": "荣誉", "en": "Honours", "question": HONOURS},
    {"code": "rights", "zh": "维权", "en": "Rights", "question": RIGHTS},
]
REGIONS = [
    {"code": "370400", "zh": "枣庄市", "en": "Zaozhuang"},
    {"code": "370402", "zh": "市中区", "en": "Shizhong"},
]
PERIODS = [
    {"code": "2023", "zh": "2023年", "en": "2023"},
    {"code": "2024", "zh": "2024年", "en": "2024"},
]
FIGURE = {
    "value": 14038, "lower": 14038, "upper": 14038, "unit": "对", "as_written": "14038对",
    "label_zh": "劝和夫妻", "label_en": "couples", "table": "observations.csv", "row": 31,
}  # fmt: skip


def entry(area="rights", region="370400", period="2024", lang="zh", status="built", **more):
    path = f"{lang}/{region}/{period}/{area}.html" if status in ("built", "unchanged") else ""
    return {
        "area": area,
        "region": region,
        "period": period,
        "lang": lang,
        "status": status,
        "reason": "",
        "reason_zh": "",
        "path": path,
        **more,
    }


LABELS = {
    "couples_reconciled": {
        "area": "rights", "label_zh": "劝和夫妻", "label_en": "Couples reconciled",
    }
}  # fmt: skip


def shown(region="370400", period="2024", figure=FIGURE):
    key = f"couples_reconciled|{region}|{period}"
    number = f'<data class="fig" value="14038" data-figure="{key}">14038</data>'
    record = {"key": key, "figure": figure, "html": {"zh": number, "en": number}}
    return {("rights", region, period): [record]}


def compose(*entries, **changes) -> str:
    there = [entry for entry in entries if entry["path"]]
    stated = {(e["area"], e["region"], e["period"], e["lang"]): {} for e in there}
    given = {
        "areas": AREAS,
        "regions": REGIONS,
        "periods": PERIODS,
        "labels": LABELS,
        "leading": shown(),
        "stated": stated,
        "sources": [{"zh": "工作报告", "en": "Work report", "rest": "枣庄新闻网 · 2023-05-10"}],
        "hashes": {"observations.csv": "ab12"},
        "simulated": False,
        **changes,
    }
    return index.compose(list(entries), **given)


class Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.levels: list[str] = []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's protocol
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(tag)


def test_every_report_is_linked_in_its_own_language():
    html = compose(entry(), entry(lang="en"))
    assert '<h3><a href="zh/370400/2024/rights.html">维权</a></h3>' in html
    assert '<h3><a href="en/370400/2024/rights.html">Rights</a></h3>' in html


def test_other_formats_of_a_report_and_of_the_edition_are_linked_where_they_are():
    files = ["zh/370400/2024.pdf", "zh/370400/2024/rights.docx"]
    html = compose(entry(), entry(lang="en"), files=files)
    links = re.findall(r'<a class="format" href="([^"]*)" aria-label="([^"]*)">([^<]*)</a>', html)
    assert links == [
        ("zh/370400/2024.pdf", "全册 · 枣庄市 · 2024年 · PDF", "PDF"),
        ("zh/370400/2024/rights.docx", "维权 · Word", "Word"),
    ]
    assert 'class="format"' not in compose(entry(), entry(lang="en"))


def test_the_overview_comes_first_and_areas_keep_their_order():
    html = compose(entry("rights"), entry("honours"), entry("overview"))
    titles = re.findall(r"<h3><a [^>]*>([^<]*)</a></h3>", html.split('class="tongue en"')[0])
    assert titles == ["总览", "荣誉", "维权"]


def test_a_card_asks_its_question_and_shows_traced_figures():
    html = compose(entry(), entry(lang="en"))
    assert "多少人？" in html
    assert "How many?" in html
    assert figurelist.read(html) == {"couples_reconciled|370400|2024": FIGURE}
    figurelist.check_numbers(html, figurelist.read(html))


def test_a_number_that_is_not_its_figures_is_refused():
    with pytest.raises(page.UntracedNumberError):
        compose(entry(), leading=shown(figure={**FIGURE, "value": 1}))


def test_there_is_one_first_heading_and_none_is_skipped():
    parser = Headings()
    parser.feed(compose(entry(), entry(status="failed", area="honours")))
    assert parser.levels.count("h1") == 1
    assert all(
        int(b[1]) <= int(a[1]) + 1 for a, b in zip(parser.levels, parser.levels[1:], strict=False)
    )


def test_the_one_script_is_listed_by_its_hash_in_the_policy():
    html = compose(entry(), entry(lang="en"))
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert html.count("<script") == 3  # the figures, what is searched, and the search
    assert re.search(r'<search class="find" hidden>', html)


def test_the_latest_of_many_places_is_shown_and_the_others_are_listed_by_region():
    places = [(r, p) for r in ("370400", "370402") for p in ("2023", "2024")]
    html = compose(*[entry(region=r, period=p) for r, p in places])
    first = html.split('class="tongue en"')[0]
    assert re.findall(r'data-region="(\d+)" data-period="(\d+)"', first) == [("370400", "2024")]
    assert re.findall(r"<summary><h3>(.*?)</h3>", first) == ["枣庄市", "市中区"]
    listed = first.split('class="all"')[1]
    for region, period in places:
        assert f'<a href="zh/{region}/{period}/rights.html">维权</a>' in listed


def test_the_history_says_what_changed_with_the_address_of_each_figure():
    key = "couples_reconciled|370400|2024"
    history = {
        "number": 2, "date": "2025-01-31",
        "tally": {"zh": "共 1 处变化：修订 1", "en": "1 change: revised 1"},
        "changes": [{"key": key, "zh": "修订 · 劝和夫妻", "en": "revised · couples"}],
        "before": [{"number": 1, "date": "2024-12-01", "tally": {"zh": "无", "en": "none"}}],
    }  # fmt: skip
    stated = {("rights", "370400", "2024", "zh"): {"couples_reconciled": ["14038", "14038对"]}}
    html = compose(entry(), stated=stated, history=history)
    assert "<strong>第 2 版</strong> · 2025-01-31" in html
    address = "zh/370400/2024/rights.html#couples_reconciled"
    assert f'<li><a href="{address}">修订 · 劝和夫妻</a></li>' in html
    assert "<li>revised · couples</li>" in html  # there is no English page to lead to
    assert "第 1 版 · 2024-12-01" in html


def test_a_failure_and_its_reason_are_named_in_both_languages():
    html = compose(
        entry(lang="en"),
        entry(status="failed", reason="the kernel died", reason_zh="内核意外终止"),
    )
    assert "枣庄市 · 2024年 · 中文版：内核意外终止" in html
    assert "Zaozhuang · 2024 · Chinese: the kernel died" in html


def test_after_a_failure_the_last_good_report_stays_linked_and_is_marked():
    html = compose(entry(status="failed", path="zh/370400/2024/rights.html"))
    assert '<a href="zh/370400/2024/rights.html">维权</a>' in html
    assert "此处为上一次成功的报告" in html


def test_withheld_reports_are_a_line_a_place():
    reasons = {"reason": "no figures", "reason_zh": "没有数字"}
    withheld = [
        entry(area, lang=lang, period="2023", status="withheld", **reasons)
        for area in ("rights", "honours")
        for lang in ("zh", "en")
    ]
    html = compose(entry(), *withheld)
    assert "<li><strong>枣庄市 · 2023年</strong>：荣誉、维权（没有数字）</li>" in html
    assert "<li><strong>Zaozhuang · 2023</strong>: Honours, Rights (no figures)</li>" in html
    assert 'data-period="2023"' not in html


def test_sources_and_hashes_tell_which_data_it_is():
    html = compose(entry())
    assert "工作报告" in html
    assert "2023-05-10" in html
    assert "ab12" in html


def test_simulated_data_is_marked():
    assert "SIMULATED DATA" in compose(entry(), simulated=True)
    assert 'class="banner"' not in compose(entry())


def test_names_are_escaped():
    nasty = '"><script>alert(1)</script>'
    area = {"code": "rights", "zh": nasty, "en": nasty, "question": {"zh": nasty, "en": nasty}}
    place = {"zh": nasty, "en": nasty}
    html = compose(
        entry(),
        entry(lang="en", status="failed", reason=nasty),
        areas=[area],
        regions=[{"code": "370400", **place}],
        periods=[{"code": "2024", **place}],
        sources=[{**place, "rest": nasty}],
        hashes={nasty: nasty},
    )
    assert "<script>alert" not in html


def test_an_empty_ledger_still_gives_a_page():
    assert "<h1>" in compose(leading={})


def test_the_same_ledger_gives_the_same_bytes():
    entries = [entry(), entry(lang="en"), entry(region="370402")]
    assert compose(*entries) == compose(*entries)


def test_an_analyst_s_own_report_is_listed_by_its_name_and_an_audit_by_its_text():
    own = entry(area="mine", notebook="mine.ipynb")
    html = compose(own, entry(area="audit", text="letter.txt"))
    assert '<h3><a href="zh/370400/2024/mine.html">mine</a></h3>' in html
    assert "letter.txt" in html


def test_a_page_held_back_keeps_the_link_to_the_last_one():
    held = entry(status="withheld", reason="3 of 4 figures are gone")
    assert 'href="zh/370400/2024/rights.html"' not in compose(held, leading={})
    held["path"] = "zh/370400/2024/rights.html"
    assert 'href="zh/370400/2024/rights.html"' in compose(held, leading={})
