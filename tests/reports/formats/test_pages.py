"""Pages made ready for paper."""

from lxml import html

from helpers.reports.formats import pages

PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><title>题</title><style>a{{}}</style></head>
<body class="report{kind}"><a class="skip" href="#main">跳</a><header><div class="masthead">
<nav><a href="../../../index.html">全部</a></nav><p class="kicker">某市妇联</p><h1>{title}</h1>
<p class="where"><span>某市</span><span>2024年</span></p></div></header>
<main id="main"><h2 id="s1">概览</h2><p><data id="n" tabindex="0">12名</data>
<a href="../care.html#n">别页</a><a href="https://example.org">来源</a><a href="#n">数</a></p>
<svg aria-labelledby="n"><defs><clippath id="d1"></clippath></defs>
<g clip-path="url(#d1)"><use href="#d1"></use></g></svg>
<details class="method"><summary>算法</summary><p>除</p></details>
<details class="values"><p>值</p></details><ul class="evidence"><li>据</li></ul></main>
<footer class="foot">名单</footer><script id="figures">{{}}</script></body></html>"""


def page(title="关爱服务", kind=""):
    return PAGE.format(title=title, kind=kind).encode()


def test_what_only_a_screen_has_is_left_out_and_folded_text_is_open():
    tree = pages.parsed(page())
    assert not tree.xpath("//nav | //script | //footer | //a[@class='skip'] | //*[@tabindex]")
    assert [d.get("open") for d in tree.iter("details")] == ["open"]
    assert not tree.find_class("evidence")


def test_links_lead_to_the_web_or_into_the_page_never_to_a_folder():
    links = [a.get("href") for a in pages.parsed(page()).iter("a")]
    assert links == [None, "https://example.org", "#n"]


def test_a_report_keeps_its_own_style_and_gets_that_of_paper():
    style = html.fromstring(pages.single(page())).find("head/style").text
    assert style.startswith("a{}")
    assert "Page Sans" in style


def test_an_edition_names_the_parts_of_each_report_apart():
    made = html.fromstring(pages.edition({"care": page(), "rights": page("依法维权")}, {"rights": 7}))
    named = [element.get("id") for element in made.xpath("//*[@id]")]
    assert len(named) == len(set(named))
    assert {"care", "rights", "care.n", "rights.d1"} <= set(named)
    rights = made.get_element_by_id("rights")
    assert [rights.find(".//svg").get("aria-labelledby"), rights.find(".//use").get("href"),
            rights.xpath(".//g/@clip-path")[0]] == ["rights.n", "#rights.d1", "url(#rights.d1)"]  # fmt: skip
    assert [a.get("href") for a in rights.iter("a")][-1] == "#rights.n"


def test_an_edition_has_a_cover_and_contents_with_the_numbers_of_pages():
    made = html.fromstring(pages.edition({"care": page(), "rights": page("依法维权")}, {"rights": 7}))
    contents = [(a.get("href"), a.text_content()) for a in made.find_class("toc")[0].iter("a")]
    assert contents == [("#care", "关爱服务0"), ("#rights", "依法维权7")]
    cover = made.find_class("cover")[0].text_content()
    assert all(words in cover for words in ("某市妇联", "某市", "2024年"))
    assert not made.find_class("banner")


def test_simulated_figures_are_said_to_be_on_the_cover_and_in_every_margin():
    text = pages.edition({"care": page(kind=" simulated"), "rights": page(kind=" simulated")}, {})
    assert html.fromstring(text).find_class("banner")
    assert '@page {@top-left' in text.replace("@page  {", "@page {")
    assert "@top-right{content:" in text
    assert "@top-right{content:" not in pages.edition({"care": page(), "rights": page()}, {})
