"""Every verb that reads a user's file refuses a pipe, a device and a link, and waits for none."""

import json
import os
import shutil
import subprocess
import sys

import pytest

KINDS = ("pipe", "device", "link")
FOLDER_VERBS = {  # verb -> its words, {data} being a folder whose observations are no plain file
    "report": ["report", "--data", "{data}", "--out", "{out}/reports"],
    "check": ["check", "--data", "{data}"],
    "draft": ["draft", "--data", "{data}"],
    "diff": ["diff", "{city}", "{data}"],
    "verify": ["verify", "{page}", "--data", "{data}"],
    "audit": ["audit", "{text}", "--data", "{data}"],
    "form": ["form", "990101", "--data", "{data}", "--out", "{out}/form.xlsx"],
    "collect": ["collect", "{inbox}", "--data", "{data}", "--out", "{out}/collected"],
    "export": ["export", "--data", "{data}", "--out", "{out}/export"],
}
FILE_VERBS = {  # verb -> its words, {odd} being the user's file itself
    "report --text": ["report", "--text", "{odd}.txt", "--out", "{out}/reports"],
    "report --notebook": ["report", "--notebook", "{odd}.ipynb", "--out", "{out}/reports"],
    "verify a page": ["verify", "{odd}.html"],
    "audit a text": ["audit", "{odd}.txt"],
    "audit a Word file": ["audit", "{odd}.docx"],
    "collect a delivery": ["collect", "{deliveries}", "--data", "{city}", "--out", "{out}/new"],
}
RUN = """
import contextlib, io, json, sys
from helpers.cli import main
for name, words in json.load(sys.stdin):
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        code = main(["--lang", "en", *words])
    print(json.dumps([name, code, told.getvalue()]), flush=True)
"""


def put(path, kind):
    """Puts at a path what is no plain file; a link leads to the file that stood there."""
    kept = path.with_name(f"{path.name}.kept")
    if path.exists():
        path.rename(kept)
    else:
        kept.write_text("妇女之家3个。", encoding="utf-8")
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else kept)


@pytest.fixture(scope="module")
def outcomes(city, tmp_path_factory):
    """What each verb made of each kind: (kind, verb) -> exit code and what it told.

    One process for all: a verb that waits ends it, and its own outcome and all later ones lack.
    """
    cases = []
    for kind in KINDS:
        home = tmp_path_factory.mktemp(kind)
        names = {name: home / name for name in ("data", "out", "inbox", "deliveries", "odd")}
        names |= {"city": city, "page": home / "page.html", "text": home / "text.txt"}
        names["page"].write_text('<script id="figures">{}</script>', encoding="utf-8")
        names["text"].write_text("妇女之家3个。", encoding="utf-8")
        for name in ("out", "inbox", "deliveries"):
            names[name].mkdir()
        shutil.copytree(city, names["data"])
        put(names["data"] / "observations.csv", kind)
        for suffix in (".txt", ".html", ".docx", ".ipynb"):
            put(home / f"odd{suffix}", kind)
        put(names["deliveries"] / "a.xlsx", kind)
        for verb, words in {**FOLDER_VERBS, **FILE_VERBS}.items():
            cases.append((f"{kind} {verb}", [word.format(**names) for word in words]))
    script = [sys.executable, "-c", RUN]
    with subprocess.Popen(script, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        try:
            told, _ = process.communicate(json.dumps(cases), timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            told, _ = process.communicate()
    return {name: (code, words) for name, code, words in map(json.loads, told.splitlines())}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("verb", [*FOLDER_VERBS, *FILE_VERBS])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_plain_file_is_refused_at_once(outcomes, kind, verb):
    code, told = outcomes[f"{kind} {verb}"]
    assert code == (3 if verb in FOLDER_VERBS or verb.startswith("collect") else 2)
    assert told.strip()
    assert "a.xlsx" in told or not verb.startswith("collect a")
    assert "Traceback" not in told
