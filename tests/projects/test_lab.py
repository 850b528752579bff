"""JupyterLab's furniture: trusted notebooks, our extension, a kernel that is warm."""

import json

import nbformat
import pytest

from helpers.data.problems import Refused
from helpers.projects import lab


def test_what_lab_needs_lies_in_one_folder(tmp_path):
    lab.furnish(tmp_path, "zh")
    overrides = json.loads((tmp_path / "settings/overrides.json").read_text(encoding="utf-8"))
    assert overrides["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    extension = tmp_path / "labextensions" / lab.EXTENSION
    package = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    assert (extension / package["jupyterlab"]["_build"]["load"]).is_file()
    assert (extension / "static" / "page.ttf").stat().st_size > 1_000_000


def test_in_english_the_menus_are_left_as_they_are(tmp_path):
    lab.furnish(tmp_path, "en")
    overrides = json.loads((tmp_path / "settings/overrides.json").read_text(encoding="utf-8"))
    assert "@jupyterlab/translation-extension:plugin" not in overrides


def test_the_kernel_of_the_notebooks_is_the_warm_one_with_the_panel(tmp_path):
    lab.furnish(tmp_path, "zh")
    spec = json.loads((tmp_path / "share/kernels/python3/kernel.json").read_text(encoding="utf-8"))
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "halfsky-warm"
    assert any("helpers.projects.panel" in word for word in spec["argv"])


def test_notebooks_are_signed_and_what_cannot_be_read_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    output = nbformat.v4.new_output("display_data", {"text/html": "<svg></svg>"})
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), good)
    bad.write_text("no notebook")
    lab.trust([good, bad])
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    assert notary.check_signature(nbformat.read(good, as_version=4))
    notary.store.close()


def test_a_lab_that_is_not_installed_is_a_clear_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Refused) as refused:
        lab.open_lab("zh", (), tmp_path)
    assert refused.value.problems[0].rule == "not-installed"
