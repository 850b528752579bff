"""Another city, from `halfsky init` to pages that verify: nothing of the shipped city on any."""

import re
import shutil

import pytest
from lxml import html

from helpers.cli import main

FOREIGN = ("枣庄", "Zaozhuang", "第九次", "ninth congress", "370400")
OWN = ("areas", "indicators", "measures", "rules", "sentences", "observations", "programmes",
       "comparables", "targets", "notes", "sources")  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory, request):
    """A project made by `init`, filled with the invented city's figures, with two notebooks: of
    an area that the program has too, and of the office's own area.
    """
    folder = tmp_path_factory.mktemp("office") / "yunhe"
    city = request.config.rootpath / "tests" / "city"
    districts = ("990102:东山区:Dongshan", "990103:西湖区:Xihu", "990121:北岭县:Beiling")
    options = [word for place in districts for word in ("--district", place)]
    assert main(["init", str(folder), "--name", "云河市", "--name-en", "Yunhe", "--code", "990100",
                 *options, "--years", "2023-2024,2024-h1", "--simulated"]) == 0  # fmt: skip
    for table in OWN:
        shutil.copy(city / f"{table}.csv", folder / "data")
    data = str(folder / "data")
    assert main(["check", "--data", data]) == 0
    for area in ("care", "screening"):
        assert main(["new", area, "--data", data]) == 0
    return folder


@pytest.fixture(scope="module")
def edition(project):
    """The project with its pages."""
    folder, data = project, str(project / "data")
    code = main(["report", "--data", data, "--out", str(folder / "reports"), "--region", "990100",
                 "--region", "990121", "--period", "2024", "--jobs", "2"])  # fmt: skip
    assert code == 0
    return folder


@pytest.fixture(scope="module")
def pages(edition):
    found = sorted((edition / "reports").glob("*/*/*/*.html"))
    return {path: path.read_text(encoding="utf-8") for path in found}


def test_what_needs_no_page_works_in_the_project_and_speaks_of_it_alone(project, capsys):
    data = ("--data", str(project / "data"))
    text, form, out = (str(project / name) for name in ("draft.txt", "form.xlsx", "export"))
    assert main(["check", *data]) == 0
    assert main(["draft", *data, "--region", "990121", "--period", "2024", "--out", text]) == 0
    assert main(["audit", text, *data, "--region", "990121", "--period", "2024"]) == 0
    assert main(["form", "990121", *data, "--period", "2024", "--out", form]) == 0
    assert main(["export", *data, "--out", out]) == 0
    assert main(["diff", data[1], data[1]]) == 0
    told = (project / "draft.txt").read_text(encoding="utf-8") + capsys.readouterr().out
    assert "北岭县" in told
    assert not [word for word in FOREIGN if word in told]


@pytest.mark.slow
def test_every_area_has_its_page_in_both_languages(pages):
    told = {"/".join(path.with_suffix("").parts[-4:]) for path in pages}
    areas = ("overview", "rights", "care", "screening")
    assert told == {
        f"{lang}/{region}/2024/{area}"
        for lang in ("zh", "en")
        for region in ("990100", "990121")
        for area in areas
    }


@pytest.mark.slow
def test_no_page_has_a_word_of_the_shipped_city(pages, edition):
    front = (edition / "reports" / "index.html").read_text(encoding="utf-8")
    for path, text in [*pages.items(), ("index", front)]:
        assert not [word for word in FOREIGN if word in text], path


@pytest.mark.slow
def test_pages_speak_one_language_and_have_no_empty_heading(pages):
    for path, text in pages.items():
        tree = html.fromstring(text)
        assert len(tree.findall(".//h1")) == 1, path
        heads = [head.text_content().strip() for head in tree.iterfind(".//main//h2")]
        assert heads, path
        in_chinese = [head for head in heads if re.search("[一-鿿]", head)]
        assert in_chinese == (heads if path.parts[-4] == "zh" else []), path


@pytest.mark.slow
def test_every_page_verifies(pages, edition, capsys):
    for path in pages:
        code = main(["verify", str(path), "--data", str(edition / "data"), "--lang", "en"])
        assert code == 0, (path, capsys.readouterr().out)
