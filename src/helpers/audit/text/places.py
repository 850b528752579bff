"""The place and the time that a quantity of a text is said of.

A place named before a number in its sentence, or at the head of its paragraph or of the text,
is the number's own; 全市 and the like bring back the text's. The same holds for years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["ELSEWHERE", "HOME", "Mark", "Marks", "stem"]

HOME, ELSEWHERE = "home", "elsewhere"
CITIES = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南
广东 海南 四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 石家庄 唐山 秦皇岛 邯郸
邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦
铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山
大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州
镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南
马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州
南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 东营
烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 莱芜 郑州 开封 洛阳 平顶山 安阳 鹤壁
新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门
孝感 荆州 黄冈 咸宁 随州 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底
广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山
潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口
三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中
资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 大理 拉萨 西安
铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉
庆阳 定西 陇南 西宁 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依
"""
ENDING = "(?:市|省|州|地区|自治区|县|区|妇联|妇女联合会)"
# A province or the nation in the name of an award or of an office is no place of counting.
HONOUR = (
    "(?!妇联|妇女联合会|三八|“|委|政府|级|巾帼|先进|关心|妇女儿童|五一|维护|文明|最美|五好|模范|"
    "优秀|总工会|两会)"
)
OWN = re.compile("[全我本](?P<rank>[市县区])(?!域)|各级妇联|[市县区]妇联")
WIDE = "全国(?=平均|城镇|村委|就业|人大|政协|，|妇女|共|累计)|全省"
OTHER = re.compile(r"(?<![一-鿿])([一-鿿]{2,4}?[市县区旗])(?:妇联|妇女联合会)")
NOT_NAMES = re.compile("[全我本各该市两某每区县]|社区|园区|城区|地区|基层|乡镇")
YEARS = re.compile(r"((?:19|20)[0-9]{2})年?[—\-~至到]+((?:19|20)[0-9]{2})年")
YEAR = re.compile(
    r"(?<![0-9比较同—\-~])(?P<by>截[至止]到?|到|至)?(?P<year>(?:19|20)[0-9]{2})年"
    r"(?!以来|起|版|后|前|—|至|-|相比|比|同期|[末底](?:相比|比))"
)
FORMER = re.compile(
    "(?<![比较同与])(?:上一?年度?|去年)(?!同期|相比|以来|比|[末底](?:相比|比))|"
    "(?<![比较与])上一?(?:时期|报告期|届)|(?<=\t)上一?[年期](?:[数值]|末)?(?=[\t\n]|$)"
)
NOW = re.compile(
    "今年|本年|当前|目前|截[至止]|本届|妇代会以来|五年来|几年来|近年来|"
    "(?:增加|提高|上升|下降|减少|扩大|增|降|升)[到至]"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place or a time named at a position: the name as the data have it, or HOME, ELSEWHERE."""

    at: int
    name: str
    words: str = ""


class Marks:
    """Where a text names a place (or a time), asked for by position."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.marks = sorted(marks, key=lambda mark: (mark.at, mark.name == HOME))
        self.spots = [mark.at for mark in self.marks]

    def last(self, begin: int, end: int) -> Mark | None:
        """Return the last mark between two positions."""
        number = bisect_right(self.spots, end - 1)
        return self.marks[number - 1] if number and self.spots[number - 1] >= begin else None


def stem(name: str) -> str:
    """Return the name of a place without its rank (滕州市 is 滕州) where two characters stay."""
    short = re.sub("(?:市|省|区|县|自治区)$", "", name)
    return short if len(short) >= 2 and short != "市中" else name


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    cities = "|".join(sorted(CITIES.split(), key=len, reverse=True))
    return re.compile(
        rf"(?P<own>{listed}){HONOUR}|(?P<city>{cities}){ENDING}{HONOUR}|(?P<all>{WIDE})"
    )


def place_marks(plain: str, regions: Mapping[str, str], places: Sequence[str]) -> list[Mark]:
    """Return the places that a text names.

    `regions` has the regions of the data by every name and short name, `places` the stems of
    places that comparables are of: named as they are, others as ELSEWHERE.
    """
    marks = [Mark(match.start(), HOME, match["rank"] or "") for match in OWN.finditer(plain)]
    names = tuple(sorted({*regions, *places} - {"全国"}))
    for match in _pattern(names).finditer(plain):
        word = match["own"] or match["city"] or match["all"]
        marks.append(Mark(match.start(), regions.get(word, ELSEWHERE), word))
    for match in OTHER.finditer(plain):
        if not NOT_NAMES.match(match[1]) and stem(match[1]) not in names:
            marks.append(Mark(match.start(), ELSEWHERE, stem(match[1])))
    return marks


def time_marks(plain: str) -> list[Mark]:
    """Return what a text says of time: years, a span of years ("2016-2020"), the former period
    ("-"), the present (HOME). The words of a year are those that make it an end (截至).
    """
    marks = [Mark(match.start(), HOME) for match in NOW.finditer(plain)]
    for match in YEARS.finditer(plain):
        marks.append(Mark(match.start(), f"{match[1]}-{match[2]}"))
    for match in YEAR.finditer(plain):
        marks.append(Mark(match.start("year"), match["year"], match["by"] or ""))
    return marks + [Mark(match.start(), "-", match.group()) for match in FORMER.finditer(plain)]
