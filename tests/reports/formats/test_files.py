"""Files in other formats: made when asked for and out of date, taken back when their page moves on."""

import pytest
from tests.reports.conftest import REGIONS

from helpers.reports import ledger
from helpers.reports.formats import files
from helpers.reports.execute import Failure

HERE = REGIONS[0]
RIGHTS, CARE = (f"zh/{HERE}/2024/{area}" for area in ("rights", "care"))
ZH = {"langs": ("zh",), "regions": (HERE,)}


@pytest.fixture
def making(monkeypatch):
    """The paths that are made, in order, by a stand-in for what prints and writes them."""
    made = []

    def content(out, file):
        made.append(file.path)
        return b"|".join((out / page).read_bytes() for page in file.pages.values())

    monkeypatch.setattr(files, "_content", content)
    return made


def there(house):
    return {p.relative_to(house.out).as_posix() for s in ("pdf", "docx") for p in house.out.rglob(f"*.{s}")}


def test_a_format_is_made_beside_each_page_and_a_whole_edition_of_all_pages(house, making):
    edition = house.make(**ZH, formats=("html", "pdf"))
    pdfs = {path.replace(".html", ".pdf") for path in house.reports() if "index" not in path}
    assert there(house) == pdfs | {f"zh/{HERE}/2024.pdf"} == set(edition.files)
    assert set(ledger.read(house.out).files) == there(house)


def test_the_index_page_links_to_what_is_there(house, making):
    house.make("rights", **ZH)
    assert f'href="{RIGHTS}.pdf"' not in (house.out / "index.html").read_text(encoding="utf-8")
    house.make("rights", **ZH, formats=("pdf",))
    assert f'href="{RIGHTS}.pdf"' in (house.out / "index.html").read_text(encoding="utf-8")


def test_what_stands_is_not_made_again_and_another_format_alone_is_added(house, making):
    house.make("rights", **ZH, formats=("pdf",))
    assert making == [f"{RIGHTS}.pdf"]
    house.make("rights", **ZH, formats=("pdf",))
    assert making == [f"{RIGHTS}.pdf"]
    house.make("rights", **ZH, formats=("pdf", "docx"))
    assert making == [f"{RIGHTS}.pdf", f"{RIGHTS}.docx"]
    house.make("rights", **ZH, formats=("docx",), fresh=True)
    assert making[2:] == [f"{RIGHTS}.docx"]


def test_a_file_that_is_gone_or_altered_is_made_again(house, making):
    house.make("rights", **ZH, formats=("pdf",))
    for change in (lambda p: p.unlink(), lambda p: p.write_bytes(b"other")):
        making.clear()
        change(house.out / f"{RIGHTS}.pdf")
        house.make("rights", **ZH, formats=("pdf",))
        assert making == [f"{RIGHTS}.pdf"]


def test_a_file_of_an_earlier_page_is_taken_back_unless_it_is_asked_for(house, making):
    house.make(**ZH, formats=("pdf",))
    house.put("rights", "print('other')")
    house.make(**ZH)
    assert f"{RIGHTS}.pdf" not in there(house)
    assert f"zh/{HERE}/2024.pdf" not in there(house)
    assert f"{CARE}.pdf" in there(house)
    house.put("care", "print('other')")
    house.make(**ZH, formats=("pdf",))
    assert {f"{RIGHTS}.pdf", f"{CARE}.pdf", f"zh/{HERE}/2024.pdf"} <= there(house)


def test_a_file_that_someone_changed_is_not_taken_back(house, making):
    house.make("rights", **ZH, formats=("pdf",))
    (house.out / f"{RIGHTS}.pdf").write_bytes(b"with notes of a reader")
    house.put("rights", "print('other')")
    house.make("rights", **ZH)
    assert (house.out / f"{RIGHTS}.pdf").read_bytes() == b"with notes of a reader"


def test_files_of_a_report_that_is_no_longer_planned_go_with_it(house, making):
    house.make(**ZH, formats=("pdf", "docx"))
    at = house.rows("observations.csv")[0].index("region")
    house.edit("observations.csv", lambda head, rows: [row for row in rows if row[at] != HERE])
    house.make(regions=(REGIONS[1],), langs=("zh",))
    house.make(langs=("zh",))
    assert there(house) == set() == set(ledger.read(house.out).files)


def test_one_failure_leaves_the_other_files_and_the_page(house, monkeypatch):
    class Broken(Exception):
        failure = Failure("no ink", "没有墨")

    def content(out, file):
        if "rights" in file.path:
            raise Broken
        return b"%PDF"

    monkeypatch.setattr(files, "_content", content)
    edition = house.make("rights", "care", **ZH, formats=("pdf",))
    assert [(one.path, one.reason, one.reason_zh) for one in edition.unmade] == [
        (f"{RIGHTS}.pdf", "no ink", "没有墨")
    ]
    assert there(house) == {f"{CARE}.pdf"}
    assert {entry.status for entry in edition.entries} == {"built"}
    assert (house.out / f"{RIGHTS}.html").is_file()


def test_a_failed_report_has_no_file_and_its_last_one_stays(house, making):
    house.make("rights", **ZH, formats=("pdf",))
    house.put("rights", "FAIL")
    house.make("rights", **ZH, formats=("pdf",))
    assert making == [f"{RIGHTS}.pdf"]
    assert there(house) == {f"{RIGHTS}.pdf"}  # as its page does


def test_a_forged_ledger_cannot_have_a_file_outside_the_folder_removed(house, making):
    house.make("rights", **ZH, formats=("pdf",))
    path = house.out / "ledger.json"
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{RIGHTS}.pdf"', '"../a/b.pdf"'))
    assert ledger.read(house.out).files == {}
