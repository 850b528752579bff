"""Pages to text: encodings as the page says, visible words once, cells between tabs."""

import pytest

from helpers.audit.text.manuscript import decode_page, page_text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ("<meta charset=gb2312>", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gbk"),
        ('<meta charset="big5">', "big5"),
        ('<?xml version="1.0" encoding="gb18030"?>', "gb18030"),
    ],
)
def test_the_encoding_is_the_one_that_the_page_names(head, encoding):
    html = f"{head}<p>舉辦講座44場</p>"
    assert page_text(decode_page(html.encode(encoding)))[0] == "舉辦講座44場"


def test_a_byte_order_mark_is_enough():
    for encoding in ("utf-8-sig", "utf-16"):
        assert page_text(decode_page("<p>44场</p>".encode(encoding)))[0] == "44场"


def test_a_page_that_names_no_encoding_names_none():
    assert decode_page("<p>44场</p>".encode()) is None


def test_bytes_that_do_not_fit_the_encoding_named_are_an_error():
    with pytest.raises(UnicodeDecodeError):
        decode_page(b'<meta charset="utf-8">\xff\x81')


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<title>1次</title><p>甲<b>2479</b>个<script>3</script><style>4</style>", "甲2479个"),
        ("<p>80<del>81</del><ins>82</ins>场", "8082场"),
        ("<p>甲<!--[if gte mso 9]><xml>83场</xml><![endif]-->", "甲"),
        ("<p style='display: none'>9个<p hidden>8个<p>7个", "7个"),
        ("<p><ruby>婦<rt>fù9</rt></ruby>", "婦"),
        ("<p>一<br>二", "一\n二"),
        ("<p>一\n  二", "一 二"),
        (
            "<table><tr><th>指标<th>数量（个）<tr><td>之家<td>49</table>",
            "指标\t数量（个）\n之家\t49",
        ),
        (
            "<table><tr><td rowspan=2>甲<td>1<tr><td>2<tr><td colspan=2>3</table>",
            "甲\t1\n\t2\n3\t",
        ),
        ("<table><tr><td>甲<p>15<p>20名<td>乙<tr><td>丙<td>丁</table>", "甲  15  20名\t乙\n丙\t丁"),
        ("<table><tr><td><p>一段</p><p>二段</p></td></tr></table>", "一段\n二段"),
        (
            "<table><tr><td>左<td><table><tr><td>甲<td>1</table></table>",
            "左\n甲\t1",
        ),
    ],
)
def test_what_is_visible_is_read_once(html, text):
    assert page_text(html)[0] == text


def test_what_is_left_out_is_said():
    _, notes = page_text("<p>甲<del>81场</del></p><p style='display:none'>乙</p>")
    assert [english for _, english in notes] == [
        "left out: text marked as deleted (1)",
        "left out: hidden text (1)",
    ]
