"""An edition: what is built, what stays, what is taken back. A stand-in engine, no kernels."""

import json
import os
import sys

import pytest

from helpers.data.problems import DataRefused, problem
from helpers.reports import ledger
from helpers.reports.ledger import counts
from helpers.data.problems import Refused
from helpers.reports.publish import Held, hold
from helpers.reports.texts import Text

pytestmark = pytest.mark.usefixtures("quick_engine")

RIGHTS = "zh/010/2023/rights.html"


def statuses(edition):
    found = counts(edition.entries)
    return found["built"], found["unchanged"], found["failed"], found["withheld"]


def built(edition):
    return sorted(entry.path for entry in edition.entries if entry.status == "built")


def test_a_second_run_builds_nothing_and_reads_no_table(house):
    assert statuses(house.make()) == (12, 0, 0, 0)
    loads, before = house.loads, house.reports()
    assert statuses(house.make()) == (0, 12, 0, 0)
    assert (house.loads, house.reports()) == (loads, before)


def test_a_changed_notebook_rebuilds_its_own_reports_only(house):
    house.make()
    house.put("care", "print('changed')")
    assert built(house.make()) == sorted(
        f"{lang}/{region}/2023/care.html" for lang in ("zh", "en") for region in ("010", "020")
    )


def test_changed_data_rebuild_and_changed_times_do_not(house):
    house.make()
    table = house.root / "data" / "observations.csv"
    os.utime(table, (0, 0))
    assert statuses(house.make()) == (0, 12, 0, 0)
    table.write_text("a\n2\n", encoding="utf-8")
    assert statuses(house.make()) == (12, 0, 0, 0)


def test_fresh_builds_everything(house):
    house.make()
    assert statuses(house.make(fresh=True)) == (12, 0, 0, 0)


@pytest.mark.parametrize("harm", ["alter", "empty", "delete"])
def test_an_altered_or_deleted_report_is_built_again(house, harm):
    house.make()
    before = house.reports()
    path = house.root / "reports" / RIGHTS
    if harm == "delete":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"x" if harm == "alter" else b"")
    assert built(house.make()) == [RIGHTS]
    assert house.reports() == before


def test_an_altered_way_in_is_written_again(house):
    house.make()
    before = house.reports()
    (house.root / "reports" / "index.html").write_text("altered", encoding="utf-8")
    house.make()
    assert house.reports() == before


def test_a_corrupt_ledger_means_everything_anew_with_the_same_result(house):
    house.make()
    before = house.reports()
    (house.root / "reports" / "ledger.json").write_text('{"reports": [', encoding="utf-8")
    assert statuses(house.make()) == (12, 0, 0, 0)
    assert house.reports() == before


def test_a_corrupt_or_foreign_plan_is_not_believed(house):
    house.make()
    path = house.root / "reports" / ".halfsky" / "plan.json"
    value = json.loads(path.read_text(encoding="utf-8"))
    value["plan"]["told"] = []
    path.write_text(json.dumps(value), encoding="utf-8")
    loads = house.loads
    assert statuses(house.make()) == (0, 12, 0, 0)
    assert house.loads == loads + 1


def test_a_failure_leaves_the_last_good_report_and_the_others_are_built(house):
    house.make()
    before = house.reports()
    house.put("rights", "FAIL")
    house.put("care", "print('changed')")
    edition = house.make()
    assert statuses(edition) == (4, 4, 4, 0)
    assert house.reports()[RIGHTS] == before[RIGHTS]
    failed = next(entry for entry in edition.entries if entry.path == RIGHTS)
    assert (failed.status, failed.reason, failed.reason_zh) == ("failed", "it failed", "失败了")
    assert failed.sha256


def test_a_failure_without_an_earlier_report_vouches_for_nothing(house):
    house.put("rights", "FAIL")
    edition = house.make()
    failed = [entry for entry in edition.entries if entry.status == "failed"]
    assert {(entry.sha256, entry.path) for entry in failed} == {("", "")}
    assert RIGHTS not in house.reports()


def test_a_failure_is_tried_again_and_forgotten_once_mended(house):
    house.put("rights", "FAIL")
    house.make()
    assert statuses(house.make()) == (0, 8, 4, 0)
    house.put("rights", "print('mended')")
    assert statuses(house.make()) == (4, 8, 0, 0)


def test_going_back_to_the_inputs_of_the_last_good_report_builds_nothing(house):
    house.make()
    good = (house.root / "notebooks" / "rights.ipynb").read_bytes()
    house.put("rights", "FAIL")
    house.make()
    (house.root / "notebooks" / "rights.ipynb").write_bytes(good)
    assert statuses(house.make()) == (0, 12, 0, 0)


def test_a_run_over_one_area_keeps_the_others_in_the_ledger(house):
    house.make()
    house.put("care", "print('changed')")
    assert statuses(house.make("care", langs=("en",))) == (2, 0, 0, 0)
    assert len(ledger.read(house.root / "reports").entries) == 12


def test_a_page_links_to_its_twin_once_there_is_one(house):
    house.make("rights", langs=("zh",), regions=("010",))
    assert b"None</html>" in house.reports()[RIGHTS]
    house.make("rights")
    assert b"../../../en/010/2023/rights.html</html>" in house.reports()[RIGHTS]


def test_withheld_reports_are_listed_with_their_reason(house):
    house.tables["observations"].pop()  # rights in 020
    edition = house.make()
    assert statuses(edition) == (10, 0, 0, 2)
    withheld = [entry for entry in edition.entries if entry.status == "withheld"]
    assert {(e.area, e.region, e.reason) for e in withheld} == {("rights", "020", "no figures")}


def test_a_whole_run_takes_back_what_is_no_longer_planned(house):
    house.make()
    for name in ("regions", "observations"):
        house.tables[name] = [row for row in house.tables[name] if row["region"] != "020"]
    (house.root / "data" / "observations.csv").write_text("changed", encoding="utf-8")
    house.make("rights")
    assert "zh/020/2023/care.html" in house.reports()
    edition = house.make()
    assert edition.left == ()
    assert not any("/020/" in path for path in house.reports())
    assert len(ledger.read(house.root / "reports").entries) == 6


def test_a_run_over_a_part_takes_back_what_is_gone_of_that_part(house):
    house.make()
    for name in ("observations", "programmes"):
        house.tables[name] = [row for row in house.tables[name] if row["region"] != "020"]
    (house.root / "data" / "observations.csv").write_text("a\n2\n", encoding="utf-8")
    house.make("rights", langs=("zh",))
    left = {path for path in house.reports() if "/020/" in path}
    assert left == {
        "en/020/2023/care.html", "en/020/2023/overview.html", "en/020/2023/rights.html",
        "zh/020/2023/care.html", "zh/020/2023/overview.html",
    }  # fmt: skip
    house.make("rights", "care", "overview")
    assert not any("/020/" in path for path in house.reports())


def test_a_report_that_someone_changed_is_left_though_it_is_not_planned(house):
    house.make()
    path = house.root / "reports" / "zh" / "020" / "2023" / "care.html"
    path.write_text("with a reader's remark", encoding="utf-8")
    house.tables["observations"] = house.tables["observations"][::2]  # 010 only
    (house.root / "data" / "observations.csv").write_text("changed", encoding="utf-8")
    assert house.make().left == ("zh/020/2023/care.html",)
    assert path.exists()


def test_an_internal_edition_never_enters_a_public_folder(house):
    house.make()
    before = house.reports()
    with pytest.raises(Refused) as refused:
        house.make(audience="internal")
    assert refused.value.problems[0].rule == "other-edition"
    assert house.reports() == before


def test_simulated_reports_never_enter_a_folder_of_true_ones(house):
    house.make()
    house.simulated = True
    (house.root / "data" / "observations.csv").write_text("changed", encoding="utf-8")
    with pytest.raises(Refused):
        house.make("rights")


def test_refused_data_write_nothing(house):
    fault = problem(("a.csv", 2, "x", "?"), "rule", ("坏", "改"), ("bad", "mend"))

    def refuse(*_):
        raise DataRefused([fault])

    with pytest.raises(DataRefused):
        house.make(desk={"read": refuse})
    assert not (house.root / "reports").exists()


def test_a_bad_notebook_or_parameter_starts_and_writes_nothing(house):
    house.put("rights", parameters="region = 1")
    (house.root / "notebooks" / "care.ipynb").unlink()
    with pytest.raises(Refused) as refused:
        house.make()
    rules = {found.rule for found in refused.value.problems}
    assert rules == {"parameter-undeclared", "notebook-missing"}
    with pytest.raises(Refused):
        house.make(regions=("10",))
    assert not (house.root / "reports").exists()


def test_a_bad_notebook_of_another_area_is_no_concern(house):
    house.put("rights", parameters="region = 1")
    assert statuses(house.make("care")) == (4, 0, 0, 0)


def test_a_second_run_at_the_same_time_is_refused(house):
    (house.root / "reports").mkdir()
    with hold(house.root / "reports"), pytest.raises(Held):
        house.make()


def test_a_stopped_run_is_continued(house):
    seen = []
    edition = house.make(
        desk={"finished": lambda *_: seen.append(1), "stop": lambda: len(seen) == 5}
    )
    assert edition.stopped
    assert statuses(edition) == (5, 0, 0, 0)
    assert statuses(house.make()) == (7, 5, 0, 0)


def test_reports_built_while_someone_changed_the_data_are_built_again(house):
    table = house.root / "data" / "observations.csv"
    content, seen = table.read_bytes(), []

    def meddle(*_):
        seen.append(1)
        if len(seen) == 5:
            table.write_text("changed and put back", encoding="utf-8")
            table.write_bytes(content)

    edition = house.make(desk={"finished": meddle})
    assert edition.moved
    assert statuses(edition) == (12, 0, 0, 0)
    again = house.make()
    assert (statuses(again), again.moved) == ((7, 5, 0, 0), False)


def test_a_way_in_that_cannot_be_made_is_told_and_the_reports_stand(house):
    def broken(*_):
        raise ValueError("no leading figure")

    edition = house.make(desk={"portal": broken})
    assert edition.portal_failure == "ValueError: no leading figure"
    assert statuses(edition) == (12, 0, 0, 0)
    assert house.make().portal_failure == ""


def test_a_full_disk_fails_one_report_and_keeps_its_old_file(house, monkeypatch):
    house.make()
    before = house.reports()
    house.put("rights", "print('new')")
    publish = sys.modules["helpers.reports.reports"].publish

    def full(part, target):
        if target.name == "rights.html" and "/zh/010/" in target.as_posix():
            part.unlink()
            raise OSError(28, "No space left on device")
        publish(part, target)

    monkeypatch.setattr("helpers.reports.reports.publish", full)
    assert statuses(house.make()) == (3, 8, 1, 0)
    assert house.reports()[RIGHTS] == before[RIGHTS]


AUDIT = "zh/010/2023/audit.html"


def letter(house, words="abc", name="letter.txt"):
    """A text as the front door hands it over, its file in the house."""
    path = house.root / name
    path.write_text(words, encoding="utf-8")
    return Text(str(path), name, words)


def audits(edition):
    return {e.lang: (e.status, e.text, e.reason) for e in edition.entries if e.area == "audit"}


def test_a_text_is_audited_beside_the_other_reports_in_both_languages(house):
    assert statuses(house.make(text=letter(house))) == (14, 0, 0, 0)
    assert statuses(house.make(text=letter(house))) == (0, 14, 0, 0)
    assert b"../../../en/010/2023/audit.html</html>" in house.reports()[AUDIT]


def test_one_character_changed_in_a_text_rebuilds_its_audit_only(house):
    house.make(text=letter(house))
    assert built(house.make(text=letter(house, "abd"))) == [AUDIT.replace("zh", "en", 1), AUDIT]


def test_a_text_moved_elsewhere_is_the_same_text_under_another_name_it_is_not(house):
    house.make("audit", text=letter(house))
    (house.root / "elsewhere").mkdir()
    moved = Text(str(house.root / "elsewhere" / "letter.txt"), "letter.txt", "abc")
    assert statuses(house.make("audit", text=moved)) == (0, 2, 0, 0)
    assert statuses(house.make("audit", text=letter(house, name="b.txt"))) == (2, 0, 0, 0)


def test_an_audit_stays_in_runs_that_were_given_no_text(house):
    house.make(text=letter(house))
    before = house.reports()
    edition = house.make()
    assert audits(edition) == dict.fromkeys(("zh", "en"), ("unchanged", "letter.txt", ""))
    assert house.reports() == before
    assert len(house.make("care").entries) == 4


def test_an_audit_says_that_the_data_have_changed_since_and_is_made_anew_with_its_text(house):
    house.make(text=letter(house))
    before = house.reports()[AUDIT]
    (house.root / "data" / "observations.csv").write_text("a\n2\n", encoding="utf-8")
    edition = house.make()
    assert {told[2][:15] for told in audits(edition).values()} == {"audited against"}
    assert house.reports()[AUDIT] == before
    edition = house.make(text=letter(house))
    told = ("built", "letter.txt", "observations.csv changed")
    assert audits(edition) == dict.fromkeys(("zh", "en"), told)


def test_an_audit_goes_with_its_region(house):
    house.make(regions=("020",), text=letter(house))
    for table in ("regions", "observations"):
        house.tables[table] = [row for row in house.tables[table] if row["region"] == "010"]
    (house.root / "data" / "observations.csv").write_text("a\n2\n", encoding="utf-8")
    house.make()
    assert all("/020/" not in path for path in house.reports())
    assert all(job.region == "010" for job in ledger.read(house.root / "reports").entries)


def test_no_ledger_names_the_place_of_a_text(house):
    house.make(text=letter(house))
    told = (house.root / "reports" / "ledger.json").read_text(encoding="utf-8")
    assert str(house.root) not in told
    assert '"text": "letter.txt"' in told
