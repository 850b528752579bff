"""The search of an index page: names by any part or by pinyin, figures with their address."""

import pytest

from helpers.reports.index.search import initials, searchable

import json

import pytest

from helpers.reports.index.search import elements, stated_by
from helpers.reports.plan import Job

AREAS = [{"code": "overview", "zh": "总览", "en": "Overview"},
         {"code": "care", "zh": "关爱服务", "en": "Care"},
         {"code": "family", "zh": "家庭建设", "en": "Families"}]  # fmt: skip
REGIONS = [{"code": "1", "zh": "枣庄市", "en": "Zaozhuang"},
           {"code": "2", "zh": "薛城区", "en": "Xuecheng", "page": "index-1.html"}]  # fmt: skip
PERIODS = [{"code": p, "zh": f"{p}年", "en": p} for p in ("2023", "2024")]
LABELS = {"mothers": {"area": "care", "label_zh": "爱心妈妈", "label_en": "Loving Mothers"}}
ZH, EN = {"mothers": ["17800", "1.78万余名"]}, {"mothers": ["17800", "over 17,800"]}


def search(stated, **more):
    given = {"areas": AREAS, "regions": REGIONS, "periods": PERIODS, "labels": LABELS, **more}
    return searchable(stated, **given)


@pytest.mark.parametrize(
    ("name", "letters"),
    [line.split() for line in """枣庄市 zzs;薛城区 xcq;峄城区 ycq;台儿庄区 tezq;滕州市 tzs
        山亭区 stq;市中区 szq;六安市 las;蚌埠市 bbs;乐清市 yqs;番禺区 pyq;亳州市 bzs;厦门市 xms
        重庆市 cqs;长治市 czs;长清区 cqq;长岛县 cdx;长垣市 cys;长子县 zzx;朝阳市 cys;朝阳区 cyq
        涡阳县 gyx;单县 sx;洪洞县 htx;浚县 xx;解州镇 hzz;宕昌县 tcx;覃塘区 qtq;荥经县 yjx
        筠连县 jlx;繁峙县 fsx;蔚县 yx;莘县 sx;铅山县 ysx;尉犁县 ylx;台州市 tzs;东阿县 dex
        吐鲁番市 tlfs;盱眙县 xyx;甪直镇 lzz;郫县 px;成都市 cds;都匀市 dys;大埔县 dbx;黄埔区 hpq
        东莞市 dgs;会理市 hls;会稽山 kjs;犍为县 qwx;六盘水市 lpss;珲春市 hcs;牟平区 mpq
        芝罘区 zfq;乐陵市 lls;曲阜市 qfs;兖州区 yzq;儋州市 dzs;鄱阳县 pyx;歙县 sx;黟县 yx
        砀山县 dsx;耒阳市 lys;郴州市 czs;秭归县 zgx;什邡市 sfs;嵊州市 szs;百色市 bss
        爱心妈妈 axmm;留守儿童之家 lsetzj;两癌救助 lajz;重点项目 zdxm;2024年 2024n
        Care""".replace("\n", ";").split(";") if len(line.split()) == 2],
)  # fmt: skip
def test_places_and_labels_are_found_by_the_first_letters_of_how_they_are_read(name, letters):
    assert initials(name) == letters


def test_a_latin_name_has_no_initials_beside_itself():
    assert initials("Loving Mothers") == ""


def test_a_figure_leads_to_the_page_of_its_own_area_where_it_stands_there():
    places = [(area, "1", "2024") for area in ("overview", "care", "family")]
    found = search({(*p, lang): of for p in places for lang, of in (("zh", ZH), ("en", EN))})
    assert found["figures"] == [[0, 1, 1, 0, "17800", "1.78万余名", "over 17,800"]]
    assert found["labels"] == [["mothers", "爱心妈妈", "Loving Mothers", "axmm"]]
    later = {"mothers": {**LABELS["mothers"], "area": "family"}}
    found = search({(*p, "zh"): ZH for p in places}, labels=later)
    assert found["figures"][0][2] == 2  # though another area comes first
    elsewhere = search({("overview", "1", "2024", "zh"): ZH, ("family", "1", "2024", "zh"): ZH})
    assert elsewhere["figures"] == [[0, 1, 2, 0, "17800", "1.78万余名", ""]]


def test_reports_are_told_by_language_the_latest_period_first():
    found = search({("care", "1", "2023", "zh"): {}, ("care", "2", "2024", "en"): {}})
    assert found["reports"] == [[1, 1, [], [1]], [0, 0, [1], []]]
    assert found["figures"] == []
    assert [region[4] for region in found["regions"]] == ["", "index-1.html"]


def test_of_more_figures_than_a_page_can_search_the_latest_stay(monkeypatch):
    monkeypatch.setattr("helpers.reports.index.search.MOST", 1)
    found = search({("care", "1", p, "zh"): ZH for p in ("2023", "2024")})
    assert [row[1] for row in found["figures"]] == [1]
    assert len(found["reports"]) == 2


def test_what_has_no_name_is_no_figure_to_look_for():
    assert search({("care", "1", "2024", "zh"): {"care_rules": ["3", "3条"]}})["figures"] == []


JOB = Job("care", "010", "2024", "zh")
HERE, OTHER = "mothers|010|2024", "mothers|010|2023"


def page(figures, *numbers):
    listed = json.dumps(figures)
    body = "".join(numbers)
    return f'<p>{body}</p><script type="application/json" id="figures">{listed}</script>'


def number(key, text, name=""):
    address = f' id="{name}"' if name else ""
    return f'<data class="fig" value="1" data-figure="{key}"{address}>{text}</data>'


def test_what_has_an_address_here_and_now_is_stated_as_it_is_first_written():
    numbers = [number(OTHER, "2", "mothers.010.2023"), number(HERE, "<b>1</b> &lt;名&gt;", "mothers"),
               number(HERE, "一")]  # fmt: skip
    html = page({HERE: {"value": 1}, OTHER: {"value": 2}}, *numbers)
    assert stated_by(html, JOB)["stated"] == {"mothers": ["1", "1 <名>"]}


def test_leading_figures_are_told_as_first_written():
    html = page({HERE: {"value": 1}}, number(HERE, "1名", "mothers"), number(HERE, "一"))
    found = elements(html, [HERE, OTHER])
    assert found == {HERE: {"figure": {"value": 1}, "html": number(HERE, "1名", "mothers")}}


@pytest.mark.parametrize(
    ("values", "count"),
    [([1, 2.5, "3"], 3), ([0, "0.0", None, ""], 0), ([-1, {}, True], 1), ([], 0)],
)
def test_figures_count_where_they_are_there_and_not_zero(values, count):
    figures = {f"a{n}|010|2024": {"value": value} for n, value in enumerate(values)}
    assert stated_by(page(figures), JOB)["figures"] == count


def test_a_page_without_a_figure_list_states_none():
    for html in ("", "<html></html>", '<script type="application/json" id="figures">{</script>'):
        assert stated_by(html, JOB) == {"figures": 0, "stated": {}}
