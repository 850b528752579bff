"""The group of verbs: what becomes of errors, and of streams that are not there."""

import errno
import json
import subprocess
import sys

import pytest

from helpers.cli import main


@pytest.fixture
def broken(monkeypatch):
    """``broken(error)``: lets `halfsky check` meet this error."""

    def put(error):
        def check(_folder):
            raise error

        monkeypatch.setattr("helpers.data.check", check)

    return put


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满", "the disk is full"),
        (ConnectionResetError(104, "Connection reset by peer"), "连接中断", "connection broke"),
        (PermissionError(13, "Permission denied", "a.csv"), "a.csv: 没有权限", "a.csv: not perm"),
        (OSError("fork failed"), "fork failed", "fork failed"),
        (FileNotFoundError(2, "No such file or directory", "inner"), "inner: ", "inner: "),
    ],
)
def test_what_the_system_refuses_is_one_line_with_its_real_cause(broken, capsys, error, zh, en):
    broken(error)
    for lang, words in (("zh", zh), ("en", en)):
        assert main(["check", "--lang", lang]) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert words in err
        assert "None" not in err


def test_a_full_disk_is_told_as_json_too(broken, capsys):
    broken(OSError(errno.ENOSPC, "No space left on device"))
    assert main(["check", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert (found["rule"], found["file"]) == ("system", "halfsky")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes streams otherwise there")
def test_a_closed_stderr_changes_neither_the_work_nor_the_code():
    line = f'"{sys.executable}" -m helpers report --region 1 --lang en'
    closed = " >&- 2>&-"
    assert subprocess.run(["sh", "-c", line + closed], capture_output=True).returncode == 2


@pytest.mark.parametrize(("verb", "name"), [("audit", "TEXT"), ("init", "DIR"), ("diff", "OLD")])
def test_what_must_be_named_and_is_not_is_said_by_name(capsys, verb, name):
    for lang, words in (("zh", f"缺少 {name}"), ("en", f"{name} is missing")):
        assert main([verb, "--lang", lang]) == 2
        assert words in capsys.readouterr().err
