"""The verb audit: what it prints, writes and returns."""

import json
import re

import pytest

from helpers.cli import main

TEXT = "妇女之家有2479个，妇女微家有764个。<br>"


@pytest.fixture
def text(tmp_path):
    """Returns the path of a text with one planted error."""
    file = tmp_path / "稿.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def run(*arguments, lang="en"):
    """Runs the verb; returns its exit code."""
    return main(["--lang", lang, "audit", *(str(one) for one in arguments)])


def test_a_planted_error_is_told_with_both_numbers(text, capsys):
    assert run(text) == 1
    told = capsys.readouterr().out
    assert "the text says 764个, the data 763个" in told


def test_the_json_document_stands_alone(text, capsys):
    assert run(text, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["text"] == "稿.txt"
    assert [claim["verdict"] for claim in document["claims"]] == ["supported", "contradicted"]


def test_a_character_that_nobody_sees_is_a_finding_and_hides_no_number(tmp_path, capsys):
    file, out = tmp_path / "a.txt", tmp_path / "a.html"
    file.write_text("妇女之家有24\u202e79个。", encoding="utf-8")
    assert run(file, "--json", "--out", out) == 1
    document = json.loads(capsys.readouterr().out)
    assert [claim["verdict"] for claim in document["claims"]] == ["supported"]
    (found,) = document["findings"]
    assert (found["rule"], found["spans"]) == ("invisible-characters", [[7, 8]])
    assert "U+202E" in found["message"]
    page = out.read_text(encoding="utf-8")
    assert "\u202e" not in page
    assert '24<span class="invisible">U+202E</span>79个' in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_marks_every_claim_and_escapes_the_text(text, tmp_path, lang):
    out = tmp_path / "a.html"
    run(text, "--out", out, lang=lang)
    page = out.read_text(encoding="utf-8")
    assert page.count('<mark class="claim') == 2
    assert "&lt;br&gt;" in page
    assert "✗" in page


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_is_fit_to_send(text, tmp_path, lang, tag):
    out = tmp_path / "a.html"
    run(text, "--out", out, lang=lang)
    page = out.read_text(encoding="utf-8")
    assert f'<html lang="{tag}">' in page
    assert page.count("<h1>") == 1
    assert page.count(text.name) == 3  # in the window's title, under the heading, at the text
    assert "src:url(data:font/woff;base64," in page
    assert re.findall(r'(?:src|href)="([^"#]+)"', page) == ["data:,"]
    assert "<script" not in page
    counts = re.findall(r'<td class="number">(\d+)</td>', page)
    assert counts == ["1", "0", "1", "0", "0"]


def test_a_figure_that_the_source_wrote_without_a_number_is_shown_with_its_number(text, tmp_path):
    out = tmp_path / "a.html"
    run(text, "--out", out, lang="zh")
    cells = re.findall(r"<tr><th[^>]*>([^<]+)</th><td>([^<]*)</td></tr>", out.read_text("utf-8"))
    assert ("儿童发展规划达标指标数", "60项") in cells
    assert all(number for _, number in cells)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--region", "010"],
        ["--period", "never"],
        ["--lang", "fr"],
        ["--data", "nowhere"],
        ["--out", "nowhere/a.html"],
    ],
)
def test_a_wrong_option_is_refused(text, wrong, capsys):
    assert run(text, *wrong) == 2
    assert capsys.readouterr().out == ""


def test_a_missing_text_is_refused(tmp_path, capsys):
    assert run(tmp_path / "none.txt") == 2
    assert "none.txt" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"%PDF-1.4 text", b" \n", b"PK\x03\x04", None])
def test_a_file_that_holds_no_text_is_refused(tmp_path, capsys, content):
    file = tmp_path / "a.txt"
    if content is not None:
        file.write_bytes(content)
    assert run(file) == 2
    assert capsys.readouterr().err.startswith(str(file))


@pytest.mark.parametrize("region", ["370400", "枣庄市", "zaozhuang"])
def test_a_region_is_named_by_its_code_or_its_name(text, capsys, region):
    assert run(text, "--region", region, "--json") == 1
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert claims[0]["figure"] == "womens_homes|370400|congress-9"
