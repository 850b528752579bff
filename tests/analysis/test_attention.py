"""What deserves attention is told in order, and nothing is told where there is nothing."""

from decimal import Decimal

from helpers.data import Tables
from helpers.telling.report import AreaReport


def report(tables, area, region, period, lang="zh"):
    return AreaReport(tables, area, region, period, lang, "public")


def kinds(tables, area, region, period):
    return [item.kind for item in report(tables, area, region, period).items]


def test_one_period_of_one_place_that_agrees_with_itself_has_nothing(tables):
    own = tables.observations.query("period == 'congress-9' and region == '370400'")
    alone = Tables(tables.folder, {**tables.frames, "observations": own}, {}, False)
    assert kinds(alone, "rights", "370400", "congress-9") == []


def test_targets_come_before_sums(city_tables):
    assert kinds(city_tables, "overview", "990100", "2024")[:2] == ["target", "sum"]


def test_a_large_change_is_told_with_the_way_there_as_evidence(examples):
    found = [i for i in report(examples, "overview", "370400", "2024").items if i.kind == "change"]
    assert found
    assert all(len(item.evidence) > 1 for item in found)


def test_a_place_out_of_line_is_told_with_all_places_beside_it(examples):
    items = report(examples, "care", "370400", "2024").items
    (found,) = [item for item in items if item.kind == "place"]
    assert {figure.region for figure in found.evidence} >= {"370402", "370406", "370481"}
    assert "370406" in found.zh


def test_a_district_that_stops_reporting_is_told_from_its_citys_point_of_view(examples):
    items = report(examples, "care", "370400", "2024").items
    assert [item.zh for item in items if item.kind == "missing"] == [
        "{region@370405}上一期有数，本期一项也没有报送。"
    ]


def test_figures_of_the_period_before_that_are_not_there_now_are_told(city_tables):
    from helpers.data import Tables

    rows = city_tables.observations
    gone = rows[(rows["indicator"] != "helpline_calls") | (rows["period"] != "2024")]
    own = Tables(city_tables.folder, {**city_tables.frames, "observations": gone}, {}, True)
    told = [
        item for item in report(own, "rights", "990100", "2024").items if item.kind == "missing"
    ]
    assert [item.zh for item in told] == ["上一期有、本期未报送：{helpline_calls:label}。"]


def test_at_most_three_of_a_kind_are_told(examples):
    found = kinds(examples, "overview", "370400", "2024")
    assert max(found.count(kind) for kind in found) <= 3


def test_a_failed_check_comes_first_and_an_oddity_is_not_told_here(city_tables):
    rules = city_tables.frames["rules"].assign(severity="warning", expression="cases_found == 1")
    from helpers.data import Tables

    own = Tables(city_tables.folder, {**city_tables.frames, "rules": rules}, {}, True)
    assert kinds(own, "screening", "990100", "2024")[0] == "rule"
    odd = Tables(own.folder, {**own.frames, "rules": rules.assign(severity="note")}, {}, True)
    assert "rule" not in kinds(odd, "screening", "990100", "2024")


def test_every_sentence_can_be_said_in_both_languages_and_is_traced(examples):
    for lang in ("zh", "en"):
        opened = report(examples, "overview", "370400", "2024", lang)
        told = opened.attention(most=50)
        assert told.html.count("<details>") == len(opened.items)
        assert "{" not in told.plain


def test_a_change_that_rounding_may_keep_below_the_line_is_not_called_large(city_tables):
    from helpers.data import Tables

    def told(now):
        rows = city_tables.observations
        at = (rows["indicator"] == "carers_trained") & (rows["region"] == "990100")
        later = at & (rows["period"] == "2024")
        rows = rows.assign(
            as_written=rows["as_written"].mask(later, f"{now}余人次"),
            value=rows["value"].mask(later, Decimal(now)),
        )
        own = Tables(city_tables.folder, {**city_tables.frames, "observations": rows}, {}, True)
        return any(
            "carers_trained" in item.zh
            for item in report(own, "care", "990100", "2024").items
            if item.kind == "change"
        )

    assert told(9000)  # from 4000余: by 80 to 150 percent
    assert not told(6000)  # by 20 to 75


def test_a_districts_page_tells_of_itself_alone_what_is_out_of_line(examples):
    items = report(examples, "care", "370406", "2024").items
    assert [item.zh[:20] for item in items if item.kind == "place"]
    beside = report(examples, "care", "370402", "2024").items
    assert not [item for item in beside if item.kind == "place"]


def test_a_limit_is_exceeded_and_a_target_missed(examples):
    items = report(examples, "economy", "370402", "2024").items
    (found,) = [item for item in items if item.kind == "target"]
    assert "超过目标上限" in found.zh
    (found,) = [i for i in report(examples, "rights", "370402", "2024").items if i.kind == "target"]
    assert "没有达到目标" in found.zh


def test_a_large_change_is_told_in_the_direction_it_went(examples):
    here = AreaReport(examples, "overview", "370400", "2021", "zh", "public")
    seen = set()
    for place in examples.regions["region"]:
        for period in ("2021", "2022", "2023", "2024"):
            there = here.at(region=place, period=period)
            for item in there.items:
                if item.kind == "change":
                    slug = item.zh[1:].partition(":")[0]
                    up = there.figure(slug).value > there.figure(f"{slug}.before").value
                    assert ("增长" in item.zh or "上升" in item.zh) == up
                    seen.add(up)
    assert seen == {True, False}
