"""What every verb prints, returns and writes in the same way."""

import ast
import json
import subprocess
import sys

import pytest

from helpers.cli import output
from helpers.data.problems import Refused

PLACE = output.usage("no_report", "a.txt")


def test_a_refusal_goes_to_stderr_and_returns_its_code(capsys):
    assert output.refuse([PLACE], "en", code=output.DATA_REFUSED) == 3
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "a.txt: is no report of this project; name an .html file of reports/\n",
    )


def test_a_refusal_as_json_is_one_document_on_stdout(capsys):
    assert output.refuse([PLACE], "zh", as_json=True) == 2
    out, err = capsys.readouterr()
    (told,) = json.loads(out)["problems"]
    assert (told["file"], told["rule"], told["message"], err) == (
        "a.txt", "usage", "不是本项目生成的报告", "",
    )  # fmt: skip


def test_languages_and_folders_are_judged_alike_for_every_verb_and_told_together(tmp_path):
    output.refuse_wrong({"lang": "en", "data": str(tmp_path)})
    output.refuse_wrong({"lang": None, "data": None})
    with pytest.raises(Refused) as refused:
        output.refuse_wrong({"lang": "fr", "data": str(tmp_path / "none")}, PLACE)
    told = [problem.file for problem in refused.value.problems]
    assert told == ["--lang fr", "a.txt", str(tmp_path / "none")]


@pytest.mark.parametrize("name", ["", "none/a.html", "file/a.html"])
def test_no_file_can_be_written_to_a_folder_or_below_what_is_none(tmp_path, name):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert [*output.wrong_out(tmp_path / name)]
    assert not [*output.wrong_out(tmp_path / "new.html"), *output.wrong_out(None)]


def test_a_folder_without_permission_is_told_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(output.os, "access", lambda *_: False)
    (found,) = output.wrong_out(tmp_path / "a.html")
    assert "may not be written to" in found.line("en")


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "a.html"
    for text in ("旧\r\n", "新\n"):
        output.write_file(path, text)
        assert path.read_bytes() == text.encode()
    assert [one.name for one in tmp_path.iterdir()] == ["a.html"]


def test_a_failed_write_names_the_file_and_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    output.write_file(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device", "a temporary name")

    monkeypatch.setattr(type(path), "replace", full)
    with pytest.raises(OSError, match=r"No space left.*a\.html'"):
        output.write_file(path, "new")
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [
        ("a.html", "old")
    ]


def test_the_front_door_loads_no_room_but_its_own_words():
    code = "import sys, helpers.cli; print([m for m in sys.modules if m.startswith('helpers.')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rooms = {name.split(".")[1] for name in ast.literal_eval(told.stdout)}
    assert not rooms & {"quantity", "data", "analysis", "telling", "reports"}
