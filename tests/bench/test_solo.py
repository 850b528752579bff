"""A notebook's cells as plain code: statements run, the last expression is shown."""

import json

from helpers.bench.solo import as_plain_code, pieces


def notebook(path, *cells):
    made = [
        {"cell_type": kind, "metadata": {"tags": tags}, "source": source}
        for kind, tags, source in cells
    ]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    return path


SHOWN = """
class Shown:
    def _repr_mimebundle_(self):
        return {"text/html": "<b>bundle</b>"}, {}
"""


def test_a_last_expression_is_told_from_statements(tmp_path):
    path = notebook(tmp_path / "n.ipynb", ("markdown", [], "# x"), ("code", ["setup"], "a = 1\na"))
    [(tags, _, last)] = pieces(path)
    assert tags == ("setup",)
    assert last is not None
    path = notebook(tmp_path / "m.ipynb", ("code", [], "a = 1"))
    assert pieces(path)[0][2] is None


def test_parameters_replace_the_defaults_and_what_is_shown_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = notebook(
        tmp_path / "n.ipynb",
        ("code", ["parameters"], "lang = 'zh'"),
        ("code", [], f"{SHOWN}\nlang"),
        ("code", [], "Shown()"),
    )
    order = {"notebook": str(path), "parameters": {"lang": "en"}, "out": str(tmp_path / "o.html")}
    as_plain_code([order])(order)
    assert (tmp_path / "o.html").read_text(encoding="utf-8") == "'en'\n<b>bundle</b>"
