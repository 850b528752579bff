"""Rules hold, do not hold, or are left open by rounding."""

from helpers.analysis.coherence import BROKEN, HOLDS, OPEN, UNTESTED


def test_the_oddities_of_the_report_are_found(here):
    verdicts = {j.rule: j.verdict for j in here("overview").judgements}
    assert verdicts["one_home_per_village"] == BROKEN
    assert verdicts["trained_within_executives"] == OPEN
    assert verdicts["posts_and_teams_differ"] == BROKEN
    assert verdicts["reconciled_within_counselled"] == HOLDS
    assert verdicts["platforms_add_up"] == HOLDS


def test_no_rule_of_severity_error_fails_on_the_shipped_data(here):
    judged = here("overview").judgements
    assert not [j.rule for j in judged if j.severity == "error" and j.verdict == BROKEN]


def test_a_rule_without_figures_is_not_tested(here):
    judged = here("rights", region="370481").judgements
    assert {j.verdict for j in judged} == {UNTESTED}
