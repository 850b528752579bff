"""Files to texts: what can be read, what is refused, and where a text's characters stood."""

import os

import pytest

from helpers.audit.text.manuscript import NoManuscript, manuscript, read_manuscript

TEXT = "全区建成示范站128个，培训妇女1.78万余名。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_decoded(tmp_path, encoding):
    file = tmp_path / "a.txt"
    file.write_bytes((TEXT * 3 + "ok").encode(encoding))
    assert read_manuscript(file).text == TEXT * 3 + "ok"


def test_positions_count_in_the_text_as_decoded():
    text = manuscript("a.txt", "甲\r\n乙\r\n丙\n丁")
    assert text.text == "甲\n乙\n丙\n丁"
    assert [text.decoded[text.place(text.text.index(c))] for c in "甲乙丙丁"] == list("甲乙丙丁")


def test_a_name_is_shown_with_its_invisible_characters_spelt_out():
    assert manuscript("稿\u202etxt.exe", "甲").name == "稿\\u202etxt.exe"


@pytest.mark.parametrize("suffix", [".md", ".mht", ".doc", ".pdf", ".csv", ".xlsx", ".wps"])
def test_another_format_is_refused_by_its_suffix(tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    file.write_text(TEXT, encoding="utf-8")
    with pytest.raises(NoManuscript, match="no format that can be read"):
        read_manuscript(file)


def test_an_archived_page_called_html_is_refused(tmp_path):
    file = tmp_path / "a.html"
    file.write_text("From: <Saved by>\nMIME-Version: 1.0\n\n<p>=E5=9C=BA", encoding="utf-8")
    with pytest.raises(NoManuscript):
        read_manuscript(file)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "device"])
def test_only_a_regular_file_is_opened(tmp_path, kind):
    file = tmp_path / "a.txt"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "link":
        (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
        file.symlink_to(tmp_path / "b.txt")
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(NoManuscript) as refusal:
        read_manuscript(file)
    assert refusal.value.zh[1]
    assert refusal.value.en[1]
