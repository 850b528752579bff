"""The verb: what is wrong with it is said in both languages before anything starts."""

import subprocess
import sys

import pytest

from helpers.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rounds", "0"], "whole number"),
        (["--rounds", "many"], "whole number"),
        (["--profile", "rihgts"], "rights"),
        (["--lang", "fr"], "zh or en"),
        (["--out", __file__], "a file, not a folder"),
        (["--out", f"{__file__}/deeper/still"], "a file, not a folder"),
    ],
)
def test_a_wrong_parameter_is_refused_at_once(arguments, said, capsys):
    lang = [] if "--lang" in arguments else ["--lang", "en"]
    assert main(["bench", *arguments, *lang]) == 2
    if lang:
        assert said in capsys.readouterr().err


def test_help_is_there_in_both_languages(capsys):
    assert main(["bench", "--help"]) == 0
    chinese = capsys.readouterr().out
    assert main(["bench", "--help", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "两分钟" in chinese
    assert "two minutes" in english


def test_the_verb_costs_the_others_nothing():
    code = "import sys, helpers.cli; print('numpy' in sys.modules, 'psutil' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
