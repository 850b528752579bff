"""PDF: the command that prints, what is mended of what it prints."""

import io

import pikepdf
import pytest

from helpers.cli import main
from helpers.reports.formats import pdf


def command(folder, name="chromium"):
    path = folder / name
    path.write_text("#!/bin/sh\necho 'no ink' >&2\nexit 3\n")
    path.chmod(0o755)
    return path


def test_a_chromium_is_found_by_name_or_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "NAMES", ("chromium", "msedge"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.find_chromium({}) == ""
    edge = command(tmp_path, "msedge")
    assert pdf.find_chromium({}) == str(edge)
    other = command(tmp_path, "other")
    assert pdf.find_chromium({"HALFSKY_CHROMIUM": str(other)}) == str(other)
    assert pdf.find_chromium({"HALFSKY_CHROMIUM": str(tmp_path / "gone")}) == ""


@pytest.mark.parametrize(("lang", "said"), [("zh", "无法生成 PDF"), ("en", "no Chromium")])
def test_without_a_chromium_nothing_is_started(tmp_path, monkeypatch, capsys, lang, said):
    monkeypatch.setenv("HALFSKY_CHROMIUM", str(tmp_path / "gone"))
    out = tmp_path / "out"
    assert main(["report", "rights", "--format", "pdf", "--lang", lang, "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "HALFSKY_CHROMIUM" in told
    assert not out.exists()


def test_a_format_that_is_none_is_refused(tmp_path, capsys):
    assert main(["report", "rights", "--format", "odt", "--out", str(tmp_path / "out")]) == 2
    assert "'odt'" in capsys.readouterr().err


def test_what_a_failing_chromium_says_is_the_reason(tmp_path):
    with pytest.raises(pdf.NotPrinted) as told:
        pdf._printed("<p>", str(command(tmp_path)))
    assert "no ink" in told.value.failure.reason


def document(content, **root):
    """A PDF of one page as Chromium leaves it."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    page.Contents = made.make_stream(content)
    made.Root.Lang = "zh-CN"
    made.docinfo["/Title"] = "题"
    made.docinfo["/CreationDate"] = "D:20240101000000Z"
    for name, value in root.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_what_is_painted_outside_of_the_structure_is_marked_as_an_artifact():
    content = (b"q /P <</MCID 0>> BDC BT (in) Tj ET 0 0 m 1 1 l S EMC "
               b"BT (head) Tj ET 0 0 9 9 re W n 0 0 m 1 1 l S Q")  # fmt: skip
    with pikepdf.open(io.BytesIO(pdf._finished(document(content), ()))) as made:
        names = [str(i.operator) for i in pikepdf.parse_content_stream(made.pages[0])]
    assert " ".join(names) == (
        "q BDC BT Tj ET m l S EMC BT BMC Tj EMC ET BMC re W n EMC BMC m l S EMC Q"
    )


def test_structure_is_told_in_terms_that_readers_know():
    def element(kind, **more):
        return pikepdf.Dictionary(S=pikepdf.Name(kind), P=pikepdf.Dictionary(), **more)

    kinds = pikepdf.Array([element("/Figure"), element("/Figure", Alt="图"), element("/Strong")])
    tree = pikepdf.Dictionary(K=kinds)
    with pikepdf.open(io.BytesIO(document(b"", StructTreeRoot=tree))) as made:
        for at in range(3):
            made.Root.StructTreeRoot.K[at] = made.make_indirect(made.Root.StructTreeRoot.K[at])
        pdf._mend_structure(made)
        root = made.Root.StructTreeRoot
        assert [str(one.S) for one in root.K] == ["/Div", "/Figure", "/Strong"]
        assert dict(root.RoleMap) == {"/Strong": pikepdf.Name.Span}


def test_the_same_document_gives_the_same_bytes_and_tells_no_time():
    made = pdf._finished(document(b"BT (x) Tj ET"), ())
    assert made == pdf._finished(document(b"BT (x) Tj ET"), ())
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert set(opened.docinfo) == {"/Title"}
        with opened.open_metadata() as about:
            assert (about["dc:title"], about["dc:language"]) == ("题", {"zh-CN"})


def test_a_bookmark_that_says_a_heading_twice_says_it_once():
    from pikepdf import OutlineItem

    marks = [OutlineItem(title, 0) for title in ("概览概览", "妈妈", "另一一", "人人")]
    marks[2].children.append(OutlineItem("算法算法", 0))
    pdf._mend_bookmarks(marks, {"概览", "妈妈", "另一一", "算法", "人", "人人"})
    assert [mark.title for mark in marks] == ["概览", "妈妈", "另一一", "人人"]
    assert marks[2].children[0].title == "算法"
