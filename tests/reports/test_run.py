"""Old, new, or none: never half a file; one run at a time."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from helpers.files import deposit, write_atomic

from helpers.reports.publish import withdraw
from helpers.reports.run import Held, hold, sweep
from helpers.reports.ledger import PRIVATE

CALLS = ("os.open", "os.fsync", "pathlib.Path.open", "pathlib.Path.replace")


def test_a_file_is_replaced_by_the_whole_new_one(tmp_path):
    target = tmp_path / "zh" / "x.html"
    write_atomic(target, b"old")
    digest = write_atomic(target, b"new")
    assert target.read_bytes() == b"new"
    assert digest == hashlib.sha256(b"new").hexdigest()
    assert [path.name for path in target.parent.iterdir()] == ["x.html"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EACCES])
@pytest.mark.parametrize("call", CALLS)
def test_whatever_call_fails_the_old_file_or_the_new_one_is_whole(
    tmp_path, monkeypatch, call, number
):
    target = tmp_path / "x.html"
    write_atomic(target, b"old")

    def fail(*_args, **_settings):
        raise OSError(number, "injected")

    with monkeypatch.context() as patch:
        patch.setattr(call, fail)
        with pytest.raises(OSError, match="injected"):
            write_atomic(target, b"new")
    assert target.read_bytes() in (b"old", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


def test_a_page_is_on_the_disk_before_it_has_its_name_and_its_name_is_too(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, type(tmp_path).replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append("fsync") or fsync(handle))
    monkeypatch.setattr(
        type(tmp_path), "replace", lambda one, to: done.append("replace") or replace(one, to)
    )
    write_atomic(tmp_path / "x.html", b"page")
    assert done == ["fsync", "replace", "fsync"]


def test_leftovers_of_a_killed_run_are_swept_and_nothing_else(tmp_path):
    ours = ["zh/010/2023/care.html", "index.html", "ledger.json", ".halfsky/state.json"]
    parts = [deposit(tmp_path / name, b"half")[0] for name in ours]
    strangers = [
        "zh/010/2023/notes.part", "zh/010/2023/.notes.part", ".upload.part", "a/b/c/.film.mp4.part",
        "zh/010/2023/.care.html.part", "a/.x.html.0123456789ab.part", "zh/.notes.txt.0123.part",
    ]  # fmt: skip
    for name in strangers:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a reader's own", encoding="utf-8")
    sweep(tmp_path)
    assert [part for part in parts if part.exists()] == []
    assert [name for name in strangers if not (tmp_path / name).exists()] == []


def test_a_withdrawn_report_goes_with_the_folders_it_leaves_empty(tmp_path):
    target = tmp_path / "zh" / "010" / "2023" / "care.html"
    digest = write_atomic(target, b"page")
    assert withdraw(target, digest)
    assert list(tmp_path.iterdir()) == []
    assert withdraw(target, digest)


def test_a_report_that_someone_changed_is_not_removed(tmp_path):
    target = tmp_path / "zh" / "010" / "2023" / "care.html"
    digest = write_atomic(target, b"page")
    target.write_bytes(b"page, and a remark")
    assert not withdraw(target, digest)
    assert target.exists()


HOLDER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from helpers.reports.run import hold
    with hold(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(600)
""")


def holder(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_told_who_holds_the_folder(tmp_path):
    process = holder(tmp_path)
    try:
        with pytest.raises(Held) as caught, hold(tmp_path):
            pass
    finally:
        process.kill()
        process.wait()
    assert caught.value.owner["pid"] == str(process.pid)
    assert caught.value.owner["host"]
    assert caught.value.owner["start"]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
def test_the_lock_of_a_killed_run_is_taken_over(tmp_path):
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with hold(tmp_path):
        text = (tmp_path / PRIVATE / "lock").read_text(encoding="utf-8")
    assert str(os.getpid()) in text


def test_a_lock_file_with_nonsense_in_it_means_nothing(tmp_path):
    (tmp_path / PRIVATE).mkdir()
    (tmp_path / PRIVATE / "lock").write_bytes(b"\xff\x00 not ours")
    with hold(tmp_path):
        pass
