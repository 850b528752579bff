"""Answers: what every verb prints, returns and writes in the same way."""

import ast
import json
import subprocess
import sys

import pytest

from helpers import answers

PLACE = answers.usage("a.txt", ("不行", "换一个"), ("is wrong", "name another"))


def test_a_refusal_goes_to_stderr_and_returns_its_code(capsys):
    assert answers.refuse([PLACE], "en", code=answers.DATA_REFUSED) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("", "a.txt: is wrong; name another\n")


def test_a_refusal_as_json_is_one_document_on_stdout(capsys):
    assert answers.refuse([PLACE], "zh", as_json=True) == 2
    out, err = capsys.readouterr()
    (told,) = json.loads(out)["problems"]
    assert (told["file"], told["rule"], told["message"], err) == ("a.txt", "usage", "不行", "")


def test_languages_and_folders_are_judged_alike_for_every_verb(tmp_path):
    assert [*answers.wrong_lang(None), *answers.wrong_lang("en"), *answers.wrong_folder("")] == []
    assert [*answers.wrong_lang("fr")]
    assert [*answers.wrong_folder(tmp_path / "none")]


@pytest.mark.parametrize("name", ["", "none/a.html", "file/a.html"])
def test_no_file_can_be_written_to_a_folder_or_below_what_is_none(tmp_path, name):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert [*answers.wrong_out(tmp_path / name)]
    assert not [*answers.wrong_out(tmp_path / "new.html"), *answers.wrong_out(None)]


def test_a_folder_without_permission_is_told_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(answers.os, "access", lambda *_: False)
    (found,) = answers.wrong_out(tmp_path / "a.html")
    assert "may not be written to" in found.line("en")


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "a.html"
    for text in ("旧\r\n", "新\n"):
        answers.write_file(path, text)
        assert path.read_bytes() == text.encode()
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]


def test_a_failed_write_names_the_file_and_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    answers.write_file(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device", "a temporary name")

    monkeypatch.setattr(type(path), "replace", full)
    with pytest.raises(OSError, match=r"No space left.*a\.html'"):
        answers.write_file(path, "new")
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [
        ("a.html", "old")
    ]


def test_the_front_door_loads_no_room_but_its_own_words():
    code = "import sys, helpers.cli; print([m for m in sys.modules if m.startswith('helpers.')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.split(".")[1] for name in ast.literal_eval(told.stdout)}
    assert not rooms & {"quantity", "data", "analysis", "telling", "reports"}


def test_reading_a_long_table_for_the_first_time_is_told_on_stderr(tmp_path, monkeypatch, capsys):
    from helpers.cli import main
    from helpers.data.home import home
    from helpers.data.store import opening

    monkeypatch.setattr(opening, "LARGE", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    data = str(home() / "examples" / "districts")
    assert main(["check", "--data", data, "--lang", "en"]) == 0
    told = capsys.readouterr().err
    assert "observations.csv: 0 MB; reading and checking a long table takes a while, once" in told
    assert main(["check", "--data", data]) == 0
    assert "大表" not in capsys.readouterr().err
