"""An edition: what is built, what stays, what is taken back. A stand-in engine, no kernels."""

import csv
import io
import json
import os
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.reports.conftest import REGIONS, city, quick

from helpers.data.problems import DataRefused, Refused
from helpers.files import publish
from helpers.reports import ledger
from helpers.reports.execute import Outcome
from helpers.reports.run import Held, hold
from helpers.reports.execute import Failure
from helpers.reports.ledger import counts
from helpers.reports.plan import Extra

HERE, BESIDE = REGIONS
RIGHTS = f"zh/{HERE}/2024/rights.html"


def statuses(edition):
    found = counts(edition.entries)
    return found["built"], found["unchanged"], found["failed"], found["withheld"]


def built(edition):
    return sorted(entry.path for entry in edition.entries if entry.status == "built")


def paths(area, regions=REGIONS, langs=("zh", "en")):
    return sorted(f"{lang}/{region}/2024/{area}.html" for lang in langs for region in regions)


def rows_of_city(head):
    """The observations as they were."""
    rows = list(csv.reader(io.StringIO(city()["observations.csv"])))
    assert rows[0] == head
    return rows[1:]


def without(column, value):
    """A change of a table: its rows but those with the value."""
    return lambda head, rows: [row for row in rows if row[head.index(column)] != value]


def cell(column, value, at=0):
    """A change of a table: one cell of it."""

    def change(head, rows):
        rows[at][head.index(column)] = value
        return rows

    return change


def test_a_second_run_builds_nothing(house):
    assert statuses(house.make()) == (12, 0, 0, 0)
    before, book = house.reports(), (house.out / "ledger.json").read_bytes()
    assert statuses(house.make()) == (0, 12, 0, 0)
    assert house.reports() == before
    assert b'"built"' in book
    assert {e.status for e in ledger.read(house.out).entries.values()} == {"unchanged"}


def test_a_changed_notebook_rebuilds_its_own_reports_only(house):
    house.make()
    house.put("care", "print('changed')")
    assert built(house.make()) == paths("care")


def test_a_changed_row_rebuilds_the_reports_whose_slice_holds_it_and_says_its_table(house):
    house.make()
    os.utime(house.data / "observations.csv", (0, 0))
    assert statuses(house.make()) == (0, 12, 0, 0)
    house.edit("observations.csv", cell("locator", "p2"))  # of rights
    edition = house.make()
    assert built(edition) == sorted(paths("rights") + paths("overview"))
    assert {(e.reason, e.reason_zh) for e in edition.entries if e.status == "built"} == {
        ("observations.csv changed", "observations.csv 已改")
    }


def test_the_same_data_in_another_folder_give_the_same_bytes_and_build_nothing(house):
    house.make()
    before, book = house.reports(), ledger.read(house.out).entries
    house.data.rename(house.root / "elsewhere")
    assert statuses(house.make(data=house.root / "elsewhere")) == (0, 12, 0, 0)
    fresh = house.make(data=house.root / "elsewhere", fresh=True)
    assert house.reports() == before
    assert {e.inputs_sha256 for e in fresh.entries} == {e.inputs_sha256 for e in book.values()}


@pytest.mark.parametrize("place", ["city/map.geojson", "notebooks/lib/more.py"])
def test_another_file_beside_data_or_notebooks_counts_for_all_reports(house, place):
    (house.root / place).parent.mkdir(exist_ok=True)
    house.make()
    (house.root / place).write_text("1", encoding="utf-8")
    edition = house.make()
    assert statuses(edition) == (12, 0, 0, 0)
    assert edition.entries[0].reason == "a file beside the data or notebooks changed"
    assert statuses(house.make()) == (0, 12, 0, 0)


def test_fresh_builds_everything_once(house):
    house.make()
    assert statuses(house.make(fresh=True)) == (12, 0, 0, 0)


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
    assert {(entry.sha256, entry.inputs_sha256, entry.path) for entry in failed} == {("", "", "")}
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
    assert len(ledger.read(house.out).entries) == 12


def test_names_of_areas_regions_and_periods_are_taken_for_their_codes(house):
    asked = {"regions": ("东山区",), "periods": ("2024年",)}
    (one,) = house.make("Care", langs=("en",), **asked).entries
    assert one.path == f"en/{HERE}/2024/care.html"


def test_a_page_links_to_its_twin_once_there_is_one(house):
    house.make("rights", langs=("zh",), regions=(HERE,))
    assert b"'twin': None" in house.reports()[RIGHTS]
    house.make("rights")
    assert f"../../../en/{HERE}/2024/rights.html".encode() in house.reports()[RIGHTS]


def only_in_chinese(work):
    """An engine that fails in English."""
    for task, handed in work:
        (made,) = quick([(task, handed)])
        failure = None if task.job.lang == "zh" else Failure("it failed", "失败了")
        yield Outcome(task.job, page=b"" if failure else made.page, failure=failure)


def test_no_page_links_to_a_twin_that_failed(house):
    edition = house.make("rights", hooks={"engine": only_in_chinese})
    assert statuses(edition) == (2, 0, 2, 0)
    assert b"'twin': None" in house.reports()[RIGHTS]
    again = house.make("rights", hooks={"engine": only_in_chinese})
    assert statuses(again) == (0, 2, 2, 0)  # and nothing is built to and fro
    assert statuses(house.make("rights")) == (4, 0, 0, 0)
    assert b"'twin': None" not in house.reports()[RIGHTS]


def test_withheld_reports_are_listed_with_their_reason(house):
    slugs = ("couples_counselled", "couples_reconciled", "helpline_calls", "legal_aid_cases")
    kept = lambda _, rows: [r for r in rows if r[0] not in slugs or r[1] != BESIDE]  # noqa: E731
    house.edit("observations.csv", kept)
    edition = house.make()
    assert statuses(edition) == (10, 0, 0, 2)
    withheld = [entry for entry in edition.entries if entry.status == "withheld"]
    assert {(e.area, e.region, e.reason) for e in withheld} == {("rights", BESIDE, "no figures")}


def forget_beside(house):
    house.edit("observations.csv", without("region", BESIDE))
    house.edit("programmes.csv", without("region", BESIDE))


def test_a_whole_run_takes_back_what_is_no_longer_planned(house):
    house.make()
    forget_beside(house)
    house.make("rights")
    assert f"zh/{BESIDE}/2024/care.html" in house.reports()
    edition = house.make()
    assert edition.left == ()
    assert not any(f"/{BESIDE}/" in path for path in house.reports())
    assert len(ledger.read(house.out).entries) == 6


def test_a_run_over_a_part_takes_back_what_is_gone_of_that_part(house):
    house.make()
    forget_beside(house)
    house.make("rights", langs=("zh",))
    left = {path for path in house.reports() if f"/{BESIDE}/" in path}
    there = {path for area in ("care", "overview", "rights") for path in paths(area, (BESIDE,))}
    assert left == there - {f"zh/{BESIDE}/2024/rights.html"}


def test_a_report_that_someone_changed_is_left_though_it_is_not_planned(house):
    house.make()
    path = house.out / "zh" / BESIDE / "2024" / "care.html"
    path.write_text("with a reader's remark", encoding="utf-8")
    forget_beside(house)
    assert house.make().left == (f"zh/{BESIDE}/2024/care.html",)
    assert path.exists()


@pytest.mark.parametrize("kind", ["audience", "simulated"])
def test_editions_of_another_kind_never_enter_a_folder(house, kind):
    house.make("care")
    before = house.reports()
    changed = {"audience": "internal"}
    if kind == "simulated":
        changed = {}
        path = house.data / "datapackage.json"
        value = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**value, "simulated": False}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        house.make("care", **changed)
    assert refused.value.problems[0].rule == "other-edition"
    assert house.reports() == before


def test_an_edition_of_another_kind_that_came_while_the_run_waited_is_not_entered(
    house, monkeypatch
):
    house.make("care")
    before = house.reports()

    @contextmanager
    def late(out):
        with hold(out):
            ledger.write(out, replace(ledger.read(out), audience="internal"))
            yield

    monkeypatch.setattr("helpers.reports.build.hold", late)
    with pytest.raises(Refused):
        house.make("care", fresh=True)
    assert house.reports() == before


def test_refused_data_write_nothing(house):
    for change in (cell("value", "many"), lambda _, rows: [*rows[1:], rows[1]]):
        house.edit("observations.csv", change)  # of form, and of what the rows mean
        with pytest.raises(DataRefused):
            house.make()
        assert not house.out.exists()
        house.edit("observations.csv", lambda head, _: rows_of_city(head))


def test_a_bad_notebook_or_parameter_starts_and_writes_nothing(house):
    house.put("rights", parameters="region = 1")
    (house.root / "notebooks" / "care.ipynb").unlink()
    with pytest.raises(Refused) as refused:
        house.make()
    rules = {found.rule for found in refused.value.problems}
    assert rules == {"parameter-undeclared", "notebook-missing"}
    with pytest.raises(Refused):
        house.make(regions=("10",))
    assert not house.out.exists()


def test_a_bad_notebook_of_another_area_is_no_concern(house):
    house.put("rights", parameters="region = 1")
    assert statuses(house.make("care")) == (4, 0, 0, 0)


def test_a_second_run_at_the_same_time_is_refused(house):
    house.out.mkdir()
    with hold(house.out), pytest.raises(Held):
        house.make()


def stopping_after(number):
    """An engine that is interrupted."""

    def work(given):
        for count, outcome in enumerate(quick(given)):
            if count == number:
                raise KeyboardInterrupt
            yield outcome

    return work


def test_an_interrupted_run_says_so_and_is_continued(house):
    edition = house.make(hooks={"engine": stopping_after(5)})
    assert edition.stopped
    assert statuses(edition) == (5, 0, 0, 0)
    assert len(ledger.read(house.out).entries) == 5
    assert statuses(house.make()) == (7, 5, 0, 0)


EARLY = ["helpers.data.folder.read_folder", "helpers.reports.build.approve"]


@pytest.mark.parametrize("where", EARLY)
def test_an_interrupt_before_anything_is_built_is_obeyed_at_once(house, monkeypatch, where):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        house.make()
    assert not house.out.exists()


def test_reports_built_while_someone_changed_a_file_beside_are_built_again(house):
    seen, beside = [], house.data / "map.geojson"
    beside.write_text("1", encoding="utf-8")

    def meddle(*_):
        seen.append(1)
        if len(seen) == 5:
            beside.write_text("2", encoding="utf-8")
            beside.write_text("1", encoding="utf-8")  # what was read between, nobody knows

    edition = house.make(hooks={"finished": meddle})
    assert (statuses(edition), edition.moved) == ((12, 0, 0, 0), True)
    again = house.make()
    assert (statuses(again), again.moved) == ((12, 0, 0, 0), False)


def test_an_index_that_cannot_be_made_is_told_and_the_reports_stand(house, monkeypatch):
    def broken(*_, **__):
        raise ValueError("no leading figure")

    with monkeypatch.context() as patch:
        patch.setattr("helpers.reports.index.page.compose", broken)
        edition = house.make()
    assert edition.index_failure == "ValueError: no leading figure"
    assert statuses(edition) == (12, 0, 0, 0)
    assert house.make().index_failure == ""
    assert (house.out / "index.html").is_file()


def test_the_index_shows_leading_figures_in_both_languages_and_heals(house):
    house.make()
    index = house.out / "index.html"
    before = index.read_bytes()
    _, rows = house.rows("observations.csv")
    value = next(row[3] for row in rows if row[:2] == ["couples_counselled", HERE])
    for lang in ("zh", "en"):
        assert f">{lang} {value}</data>".encode() in before
    for harm in ("index.html", ".halfsky/state.json"):
        (house.out / harm).write_text("altered", encoding="utf-8")
        index.write_text("altered", encoding="utf-8")
        assert statuses(house.make()) == (0, 12, 0, 0)
        assert index.read_bytes() == before


def test_a_full_disk_fails_one_report_by_that_reason_and_keeps_its_old_file(house, monkeypatch):
    house.make()
    before = house.reports()
    house.put("rights", "print('new')")

    def full(part, target):
        if target == house.out / RIGHTS:
            part.unlink()
            raise OSError(28, "No space left on device")
        publish(part, target)

    monkeypatch.setattr("helpers.reports.publish.publish", full)
    edition = house.make()
    assert statuses(edition) == (3, 8, 1, 0)
    (failed,) = (e for e in edition.entries if e.status == "failed")
    assert failed.reason == "the page could not be written (No space left on device)"
    assert house.reports()[RIGHTS] == before[RIGHTS]


def test_a_table_that_lost_rows_is_refused_until_that_is_said_to_be_meant(house):
    house.make()
    before = house.reports()
    house.edit("observations.csv", lambda _, rows: rows[:-1])
    with pytest.raises(DataRefused) as refused:
        house.make(accept_shrink=False)
    (found,) = (p for p in refused.value.problems if p.severity == "error")
    assert (found.file, found.rule) == ("observations.csv", "rows-lost")
    assert "--accept-shrink" in found.remedy("zh")
    assert house.reports() == before
    house.make(accept_shrink=True)
    assert statuses(house.make(accept_shrink=False)) == (0, 12, 0, 0)


@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("slip", ["another period", "zeros"])
def test_a_page_that_loses_most_of_its_figures_is_withheld_and_says_so(house, slip, state):
    house.make()
    before = house.reports()

    def emptied(head, rows):
        for row in rows:
            if row[0] in ("couples_counselled", "couples_reconciled", "helpline_calls"):
                if slip == "zeros":
                    written = head.index("as_written")
                    row[written] = "0" + row[written].lstrip("0123456789")
                    row[head.index("value")] = "0"
                else:
                    row[head.index("period")] = "2023"
        return rows

    house.edit("observations.csv", emptied)
    if state == "lost":
        (house.out / ".halfsky" / "state.json").unlink()
    asked = {"periods": ("2024",), "accept_shrink": False}
    edition = house.make("rights", **asked)
    assert statuses(edition) == (0, 0, 0, 4)
    assert {e.reason for e in edition.entries} == {
        "3 of 4 figures are gone; --accept-shrink if that is meant"
    }
    assert house.reports()[RIGHTS] == before[RIGHTS]
    assert statuses(house.make("rights", **asked)) == (0, 0, 0, 4)
    assert statuses(house.make("rights", **{**asked, "accept_shrink": True})) == (4, 0, 0, 0)


AUDIT = f"zh/{HERE}/2024/audit.html"


def letter(house, words="abc", name="letter.txt"):
    """A text as the command hands it over, its file in the house."""
    path = house.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return Extra("audit", path.name, words, text=path)


def audits(edition):
    return {e.lang: (e.status, e.text, e.reason) for e in edition.entries if e.area == "audit"}


def test_a_text_is_audited_beside_the_other_reports_in_both_languages(house):
    assert statuses(house.make(extra=letter(house))) == (14, 0, 0, 0)
    assert statuses(house.make(extra=letter(house))) == (0, 14, 0, 0)


def test_one_character_changed_in_a_text_rebuilds_its_audit_only(house):
    house.make(extra=letter(house))
    assert built(house.make(extra=letter(house, "abd"))) == paths("audit", (HERE,))


def test_a_text_moved_elsewhere_is_the_same_text_under_another_name_it_is_not(house):
    house.make("audit", extra=letter(house))
    moved = letter(house, name="elsewhere/letter.txt")
    assert statuses(house.make("audit", extra=moved)) == (0, 2, 0, 0)
    assert statuses(house.make("audit", extra=letter(house, name="b.txt"))) == (2, 0, 0, 0)


def test_an_audit_stays_in_runs_that_were_given_no_text(house):
    house.make(extra=letter(house))
    before = house.reports()
    edition = house.make()
    assert audits(edition) == dict.fromkeys(("zh", "en"), ("unchanged", "letter.txt", ""))
    assert house.reports() == before
    assert len(house.make("care").entries) == 4


def test_an_audit_says_that_the_data_have_changed_since_and_is_made_anew_with_its_text(house):
    house.make(extra=letter(house))
    before = house.reports()[AUDIT]
    house.edit("observations.csv", cell("locator", "p2"))
    edition = house.make()
    assert {told[2][:17] for told in audits(edition).values()} == {"made from earlier"}
    assert house.reports()[AUDIT] == before
    told = ("built", "letter.txt", "observations.csv changed")
    assert audits(house.make(extra=letter(house))) == dict.fromkeys(("zh", "en"), told)


def test_an_audit_goes_with_its_region(house):
    house.make(regions=(BESIDE,), extra=letter(house))
    forget_beside(house)
    house.make()
    assert all(f"/{BESIDE}/" not in path for path in house.reports())
    assert all(job.region == HERE for job in ledger.read(house.out).entries)


def test_no_ledger_names_the_place_of_a_text(house):
    house.make(extra=letter(house))
    told = (house.out / "ledger.json").read_text(encoding="utf-8")
    assert str(house.root) not in told
    assert '"text": "letter.txt"' in told


def own(house, *sources):
    path = house.put("mine", *sources)
    elsewhere = house.root / "desk" / path.name
    elsewhere.parent.mkdir(exist_ok=True)
    path.replace(elsewhere)
    return Extra("mine", "mine.ipynb", "abc", notebook=elsewhere)


def test_an_analyst_s_own_notebook_is_a_report_and_nothing_else_is_built(house):
    edition = house.make(extra=own(house))
    assert built(edition) == paths("mine", (HERE,))
    assert statuses(house.make(extra=own(house))) == (0, 2, 0, 0)
    assert built(house.make(extra=own(house, "print('more')"))) == paths("mine", (HERE,))
    assert statuses(house.make()) == (12, 2, 0, 0)  # it stays, and is linked
    assert f"zh/{HERE}/2024/mine.html" in (house.out / "index.html").read_text(encoding="utf-8")


def test_an_own_notebook_never_takes_the_place_of_an_area_s_report(house):
    house.put("rights")
    extra = Extra("rights", "rights.ipynb", "abc", notebook=house.root / "notebooks/rights.ipynb")
    with pytest.raises(Refused) as refused:
        house.make(extra=extra)
    assert [found.rule for found in refused.value.problems] == ["name-taken"]
