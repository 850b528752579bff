"""A city's reports printed by Chromium and opened by LibreOffice; slow, where these are there."""

import io
import json
import re
import shutil
import subprocess

import docx
import pdfua
import pikepdf
import pytest

from helpers.cli import main
from helpers.reports.formats import pages
from helpers.reports.formats.pdf import as_pdf, find_chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_chromium(), reason="no Chromium"),
]
PLACE = "990100/2024"


@pytest.fixture(scope="module")
def out(tmp_path_factory, request):
    """Reports of the city in one place and time, in all formats."""
    folder = tmp_path_factory.mktemp("edition")
    city = request.config.rootpath / "tests" / "city"
    command = ["report", "--data", str(city), "--out", str(folder), "--region", "990100",
               "--period", "2024", "--lang", "zh", "--jobs", "2", "--quiet"]  # fmt: skip
    for kind in ("pdf", "docx"):
        command += ["--format", kind]
    assert main(command) == 0
    return folder


def opened(path):
    return pikepdf.open(io.BytesIO(path.read_bytes()))


def kinds(pdf):
    """The structure elements of a document: kind -> how many."""
    found = [str(one.S)[1:] for one in pdf.objects
             if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]  # fmt: skip
    return {kind: found.count(kind) for kind in found}


def test_a_report_is_printed_with_tags_title_language_and_bookmarks(out):
    page = pages.parsed((out / f"zh/{PLACE}/care.html").read_bytes())
    with opened(out / f"zh/{PLACE}/care.pdf") as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo["/Title"]) == pages.text(page.find(".//title"))
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_outline() as outline:
            told = [(one.title, [below.title for below in one.children]) for one in outline.root]
        h1, h2 = pages.text(page.find(".//h1")), [pages.text(h) for h in page.iter("h2")]
        assert told == [(h1, h2)]
        found = kinds(pdf)
        assert {"H1", "H2", "Table", "TH", "TD", "L", "LI"} <= set(found)


@pytest.mark.parametrize("name", [f"{PLACE}/care.pdf", f"{PLACE}.pdf"])
def test_no_rule_of_accessibility_is_broken_that_can_be_checked(out, name):
    """But the claim of PDF/UA itself (UA-28-004): not all its rules can be checked here."""
    found = pdfua.validate(out / "zh" / name).findings
    assert [one.message for one in found if one.rule_id != "UA-28-004"] == []


def test_every_chart_has_its_alt_text_(out):
    page = pages.parsed((out / f"zh/{PLACE}/care.html").read_bytes())
    with opened(out / f"zh/{PLACE}/care.pdf") as pdf:
        alts = {str(one.Alt) for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"}  # fmt: skip
    drawn = {svg.get("aria-label") for svg in page.xpath("//figure//svg[@aria-label]")}
    assert drawn
    assert drawn <= alts


def test_an_edition_has_cover_contents_and_a_bookmark_for_each_report_at_its_page(out):
    with opened(out / f"zh/{PLACE}.pdf") as pdf:
        at = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        with pdf.open_outline() as outline:
            marks = {one.title: at[one.destination[0].objgen] for one in outline.root}
        links = {str(link.Contents): at[pdf.Root.Dests[link.Dest][0].objgen]
                 for link in pdf.pages[1].Annots}  # fmt: skip
    titles = [pages.text(pages.parsed(path.read_bytes()).find(".//h1"))
              for path in (out / f"zh/{PLACE}").glob("*.html")]  # fmt: skip
    assert set(titles) == set(links)
    assert list(marks)[:2] == ["妇联工作数据报告", "目录"]
    assert {title: marks[title] for title in titles} == links
    printed = pdf_text(out / f"zh/{PLACE}.pdf")
    assert {title: int(number) for title, number in contents(printed[1], titles)} == links


def pdf_text(path):
    """The text of each page, by poppler."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext")
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return run.stdout.decode("utf-8").split("\f")[:-1]


def contents(text, titles):
    return [(title, re.search(rf"{title}\D*(\d+)", text)[1]) for title in titles]


def test_every_page_is_numbered_and_says_that_its_figures_are_simulated(out):
    for path in (out / f"zh/{PLACE}/care.pdf", out / f"zh/{PLACE}.pdf"):
        told = pdf_text(path)
        for number, text in enumerate(told, 1):
            assert "模拟数据" in text, (path.name, number)
            assert f"{number}/{len(told)}" in text.replace(" ", ""), (path.name, number)


def test_the_head_of_a_long_table_stands_on_each_of_its_pages(out):
    page = pages.parsed((out / f"zh/{PLACE}/overview.html").read_bytes())
    rows = "".join(f"<tr><td>第{n}行</td><td>{n}</td></tr>" for n in range(90))
    main_element = page.find(".//main")
    table = f"<table><thead><tr><th>表头甲</th><th>乙</th></tr></thead><tbody>{rows}</tbody></table>"
    main_element.append(pages.lxml_html.fragment_fromstring(f'<div class="scroll">{table}</div>'))
    made = out / "long.pdf"
    made.write_bytes(as_pdf(pages.lxml_html.tostring(page, encoding="utf-8"), find_chromium()))
    told = [text for text in pdf_text(made) if re.search(r"第\s*\d+\s*行", text)]
    assert len(told) > 1
    assert all("表头甲" in text.replace(" ", "") for text in told)


def test_a_word_file_states_every_number_of_its_page_and_opens_in_libreoffice(out, tmp_path):
    path = out / f"zh/{PLACE}/care.docx"
    document = docx.Document(path)
    said = "".join(text.text for text in document.element.iter(docx.oxml.ns.qn("w:t")))
    page = pages.parsed((out / f"zh/{PLACE}/care.html").read_bytes())
    stated = {pages.text(number) for number in page.find(".//main").iter("data")}
    assert stated
    assert {text for text in stated if text not in said} == set()
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir",
                    str(tmp_path), str(path)], check=True, capture_output=True, timeout=180)  # fmt: skip
    told = "".join(pdf_text(tmp_path / "care.pdf")).replace(" ", "")
    assert "图1" in told
    assert "来源：" in told
    assert "模拟数据" in told


def test_what_was_made_is_in_the_ledger_and_is_not_made_again(out, request, capsys):
    listed = json.loads((out / "ledger.json").read_text(encoding="utf-8"))["files"]
    assert f"zh/{PLACE}.pdf" in listed
    before = {path: (out / path).stat().st_mtime_ns for path in listed}
    command = ["report", "--data", str(request.config.rootpath / "tests" / "city"), "--out",
               str(out), "--region", "990100", "--period", "2024", "--lang", "zh",
               "--format", "pdf", "--format", "docx", "--json"]  # fmt: skip
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["files"]) == sorted(listed)
    assert {path: (out / path).stat().st_mtime_ns for path in listed} == before
