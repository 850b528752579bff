"""What a run of the real command must have come to before it counts."""

import json

from helpers.bench.clock import Done
from helpers.bench.setting import Scale, Setting, figures_in, reports_command, told
from helpers.data.home import home


def done(statuses, code=0, lines=(), out=None):
    reports = [{"status": status, "path": f"{n}.html"} for n, status in enumerate(statuses)]
    text = json.dumps({"reports": reports}) if out is None else out
    return Done(9.0, 8.0, code, text, lines)


def setting(tmp_path, **scale):
    return Setting(home(), tmp_path, Scale(**scale))


def test_a_run_counts_when_the_expected_reports_were_built():
    sample, reports = told(done(["built", "built", "unchanged"]), 2)
    assert (sample.failure, sample.reports, sample.seconds, len(reports)) == ("", 2, 9.0, 3)


def test_a_run_with_one_report_too_few_does_not_count():
    sample, _ = told(done(["built", "unchanged"]), 2)
    assert sample.failure == "1 reports built, 2 expected"


def test_a_run_with_a_failed_report_does_not_count():
    assert told(done(["built", "failed"]), 1)[0].failure


def test_an_exit_code_fails_a_run_whatever_it_printed():
    sample, reports = told(done(["built"], code=1, lines=((1.0, "failed: no disk\n"),)), 1)
    assert sample.failure == "exit code 1: failed: no disk"
    assert reports == []


def test_a_refusal_is_told_by_its_rule_and_names_no_folder():
    problem = {"file": "/some/where/observations.csv", "rule": "file-too-large", "message": "?"}
    sample, _ = told(done([], code=3, out=json.dumps({"problems": [problem]})), 1)
    assert sample.failure == "exit code 3: observations.csv: file-too-large"


def test_start_up_ends_where_the_first_report_began_in_either_language():
    for words in ("[1/2] built a.html (0.5 s)\n", "[1/2] 已生成 a.html（0.5 秒）：首次生成(1)\n"):
        lines = ((0.1, "hello\n"), (3.0, words), (4.0, words.replace("1/2", "2/2")))
        sample, _ = told(done(["built", "built"], lines=lines), 2)
        assert (sample.start, sample.work) == (2.5, 1.5)


def test_a_run_that_tells_of_no_report_has_no_start_up():
    sample, _ = told(done(["unchanged"]), 1, "unchanged")
    assert (sample.start, sample.work) == (None, None)


def test_every_report_has_its_turn_within_the_rounds(tmp_path):
    here = setting(tmp_path, shell=7)
    seen = {job for turn in range(3) for job in here.jobs(7, turn)}
    assert len(here.jobs(7)) == 7
    assert len(seen) == 20


def test_areas_change_with_the_round_and_stay_in_the_contest(tmp_path):
    here = setting(tmp_path, areas=4)
    assert set(here.areas(2, 0)).isdisjoint(here.areas(2, 1))
    assert {area for turn in range(5) for area in here.areas(2, turn)} == set(here.known()[:4])


def test_other_figures_than_expected_are_told(tmp_path):
    here = setting(tmp_path)
    job = here.jobs(1)[0]
    here.figures[job.path] = frozenset({"a|b|c"})
    assert here.wrong_figures(job, '<data data-figure="a|b|c">') == ""
    assert "other figures" in here.wrong_figures(job, '<data data-figure="x|b|c">')


def test_figures_are_found_in_fragments():
    assert figures_in('<data data-figure="a|b|c">1</data> <p data-figure="d">') == {"a|b|c", "d"}


def test_options_become_words_of_the_command(tmp_path):
    command = reports_command("python", tmp_path, ["rights"], jobs=2, fresh=True, lang=("zh", "en"))
    assert command[:5] == ["python", "-m", "helpers", "report", "rights"]
    assert command[-7:] == ["--jobs", "2", "--fresh", "--lang", "zh", "--lang", "en"]
