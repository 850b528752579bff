"""Every number is a <data> element that names its figure and its origin."""

from html.parser import HTMLParser

from helpers.telling import lists
from helpers.telling.tracing import Fragment, Quote, joined, origin, traced


class Elements(HTMLParser):
    """Collects the attributes of <data> elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "data":
            self.found.append(dict(attrs))


def test_the_element_holds_value_key_and_origin(here):
    study = here()
    figure = study.book["couples_reconciled"]
    (element,) = Elements(traced(figure, "zh", study.words)).found
    assert element["value"] == "14038"
    assert element["data-figure"] == figure.key
    assert element["class"] == "fig"
    assert element["tabindex"] == "0"


def test_rounded_and_derived_figures_are_told_apart(here):
    study = here("care")
    (rounded,) = Elements(traced(study.book["loving_mothers"], "zh", study.words)).found
    (derived,) = Elements(traced(study.book["relief_per_woman"], "zh", study.words)).found
    assert rounded["class"] == "fig approx"
    assert derived["class"] == "fig approx derived"


def test_the_origin_of_a_published_figure_names_writing_source_and_row(here):
    study = here("care")
    told = origin(study.book["loving_mothers"], "zh", study.words)
    assert "1.78万余名" in told
    assert "第8段" in told
    assert "observations.csv" in told


def test_the_origin_of_a_derived_figure_names_its_formula_and_operands(here):
    study = here("care", "en")
    told = origin(study.book["relief_per_woman"], "en", study.words)
    assert "Two-cancer relief funds ÷ Women given two-cancer relief" in told
    assert "1,663 women" in told


def test_a_missing_figure_is_not_a_number(here):
    study = here(region="370481")
    html = traced(study.book["couples_reconciled"], "zh", study.words)
    assert html == '<span class="missing">未报送</span>'


def test_text_is_escaped(here):
    study = here()
    html = traced(study.book["couples_reconciled"], "zh", study.words, '<script>"')
    assert "<script>" not in html


def test_a_fragment_shows_html_and_carries_its_figures():
    data, metadata = Fragment("<p>x</p>", "x", {"k": {"value": 1}})._repr_mimebundle_()
    assert data == {"text/html": "<p>x</p>", "text/plain": "x"}
    assert metadata == {"halfsky": {"figures": {"k": {"value": 1}}}}


def test_an_empty_fragment_and_what_is_missing_are_marked_for_the_page():
    _, metadata = Fragment("", "", is_empty=True, missing=("x",))._repr_mimebundle_()
    assert metadata["halfsky"] == {"figures": {}, "empty": True, "missing": ["x"]}


def test_only_the_last_fragment_ends_a_report():
    _, metadata = Fragment("", "", ends_report=True)._repr_mimebundle_()
    assert metadata["halfsky"]["end"] is True


def test_joined_fragments_keep_all_figures():
    both = joined([Fragment("a", "a", {"x": {}}), Fragment("b", "b", {"y": {}})], "<ul>{}</ul>")
    assert both.html == "<ul>a\nb</ul>"
    assert set(both.figures) == {"x", "y"}


def test_what_is_counted_over_many_rows_names_its_table_and_no_row(here):
    study = here("rights")
    tally = lists.tally(study, "rules_held")
    for lang in ("zh", "en"):
        assert origin(tally, lang, study.words).endswith("rules.csv")


def test_a_quotation_is_escaped_and_is_no_figure():
    assert Quote("3个<b>").html == '<q class="quote" lang="zh-CN">3个&lt;b&gt;</q>'
    assert str(Quote("3个")) == "“3个”"
