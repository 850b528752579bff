"""A cell that should be a plain number: the reason why it is none, and what to write instead."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

__all__ = ["FULL_WIDTH", "PLAIN", "Fault", "number_fault"]

Fault = tuple[str, tuple[str, str], tuple[str, str]]
PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# Full-width digits and point only: wider folding would turn 13² into 132.
FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
LONGEST = 60
POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12, "百万": 6, "千万": 7}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
N = r"[0-9]+(?:\.[0-9]+)?"


def number_fault(text: str) -> Fault:
    """Why `text` is not a plain number: (rule, (what zh, remedy zh), (what en, remedy en))."""
    for pattern, explain in PATTERNS if len(text) <= LONGEST else ():
        match = pattern.fullmatch(text)
        if match:
            return explain(match)
    if any(unicodedata.category(c) == "Nd" and not c.isascii() for c in text):
        plain = "".join(
            str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text
        )
        return _fault("digits", "用了别的文字的数字", "digits of another script", plain)
    return _fault("", "不是数字", "not a number")


def _fault(rule: str, zh: str, en: str, write: str = "") -> Fault:
    """A fault whose remedy is to write the number `write`, or an example where there is none."""
    if write and PLAIN.fullmatch(write):
        remedy = (f"写成 {write}", f"write {write}")
    else:
        remedy = ("只写阿拉伯数字,如 13000", "write plain digits, such as 13000")
    return f"not-a-number-{rule}".rstrip("-"), (zh, remedy[0]), (en, remedy[1])


def _ask(rule: str, zh: str, en: str, do_zh: str, do_en: str) -> Callable[[re.Match[str]], Fault]:
    return lambda _: (f"not-a-number-{rule}", (zh, do_zh), (en, do_en))


def _say(rule: str, zh: str, en: str, write: Callable[[re.Match[str]], str]):
    return lambda match: _fault(rule, zh, en, write(match))


def _magnitude(match: re.Match[str]) -> str:
    shift = POWERS[match["power"]]
    return f"{Decimal(match['n'] or 1).scaleb(shift):f}".replace("E", "e")


def _tidy(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _joined(match: re.Match[str]) -> str:
    return re.sub(r"[^0-9.-]", "", match[0])


def _letters(match: re.Match[str]) -> str:
    return match[0].translate(str.maketrans("OoQlI|", "000111"))


def _scientific(match: re.Match[str]) -> str:
    value = Decimal(match[0])
    return _tidy(f"{value:f}") if abs(value.adjusted()) <= 14 else ""


def _unzeroed(match: re.Match[str]) -> str:
    return match[1] + match[2]


def _same(group: int | str) -> Callable[[re.Match[str]], str]:
    return lambda match: match[group]


LOOK = ("向来源核对原数", "look the figure up at its source")
EMPTY = ("没有上报就整行不写,不要用符号代替", "leave the row out where nothing was reported")
QUALIFIED = (
    "取整用词写在 qualifier 列,这里只写数",
    "put the rounding word into the column qualifier, the bare number here",
)

PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Fault]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), explain)
    for pattern, explain in (
        (
            r"#",
            _ask(
                "of-which",
                "“#”在统计年鉴里表示其中项,不是数",
                "'#' marks a part of the line above in yearbooks; it is no number",
                *(
                    "这里只写数;其中项另立指标",
                    "write the number; a part is an indicator of its own",
                ),
            ),
        ),
        (
            r"#(?:n/a|ref!|value!|div/0!|name\?|num!|null!|spill!|calc!|getting_data|#+)",
            _ask(
                "excel-error",
                "表格公式的错误值",
                "a spreadsheet error",
                *("改正公式后重新导出", "mend the formula and export again"),
            ),
        ),
        (
            r"=.*",
            _ask(
                "formula",
                "是公式,不是数",
                "a formula, not a number",
                *("粘贴为数值后再导出", "paste it as a value and export again"),
            ),
        ),
        (
            r"na|n/a|nan|none|null|nil|-nan",
            _ask("missing", "缺失值的代号不是数", *("a code for missing is not a number", *EMPTY)),
        ),
        (
            r"[-—–−/\\…·.?？*×]+|无|未统计|未上报|缺|不详|暂无|没有|空",
            _ask(
                "missing",
                "表示没有的符号不是数,更不是 0",
                *("a sign for nothing reported is not a number, least of all 0", *EMPTY),
            ),
        ),
        (r"[-+]?inf(?:inity)?|∞", _ask("infinite", "无穷大不是数", "infinity is no figure", *LOOK)),
        (
            rf"[-+]?{N}e[-+]?[0-9]{{3,}}|[-+]?{N}e[-+]?[2-9][0-9]",
            _ask(
                "scientific",
                "科学记数法,而且大得不可能",
                *("scientific notation, and far too large", *LOOK),
            ),
        ),
        (
            rf"[-+]?{N}e[-+]?[0-9]+",
            _say(
                "scientific",
                "科学记数法,末位数字可能已丢失",
                "scientific notation: digits may be lost",
                _scientific,
            ),
        ),
        (
            r"0x[0-9a-f]+|0b[01]+|0o[0-7]+",
            _ask("program", "是程序里的写法", *("a programmer's notation", *LOOK)),
        ),
        (r"[0-9]+(?:_[0-9]+)+", _say("grouped", "下划线分组", "grouped by underscores", _joined)),
        (
            r"-?[0-9]{1,3}(?:[,，'’ \u00a0\u2009\u202f\u3000][0-9]{3})+(?:\.[0-9]+)?",
            _say("grouped", "有千位分隔", "grouped thousands", _joined),
        ),
        (
            r"[0-9]{1,3}(?:\.[0-9]{3}){2,}",
            _say("grouped", "有千位分隔", "grouped thousands", lambda m: m[0].replace(".", "")),
        ),
        (
            r"([0-9]+)[,，]([0-9]+)",
            _say(
                "comma",
                "小数点写成了逗号",
                *("a comma for the decimal point", lambda m: f"{m[1]}.{m[2]}"),
            ),
        ),
        (
            rf"(?:[约近逾超]|将近|接近|大约|超过|突破|至少|不足|不到|[<>≥≤~≈]=?).*|{N}\+"
            rf"|{N}(?:[十百千万亿]*)(?:[余多来几]|左右|上下|以上|以下|以内).*",
            _ask("qualified", "带有取整的用词", "has a rounding word", *QUALIFIED),
        ),
        (
            rf"(?P<n>{N})?(?P<power>万亿|百万|千万|[十百千万亿])(?:元|名|人|户|个|次|场|对|人次)?",
            _say(
                "magnitude",
                "用了万、亿等单位",
                "uses a magnitude word",
                lambda m: _tidy(_magnitude(m)),
            ),
        ),
        (rf"(?P<n>{N})[%％‰]", _say("percent", "带有百分号", "has a percent sign", _same("n"))),
        (
            r"(?:[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{1,2}月[0-9]{1,2}日"
            r"|[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{2,4}"
            rf"|(?:{'|'.join(MONTHS)})[a-z]*-[0-9]{{1,4}}|[0-9]{{1,2}}-(?:{'|'.join(MONTHS)})[a-z]*)"
            r"(?:[ T].*)?",
            _ask("date", "被表格软件改成了日期", "turned into a date by a spreadsheet", *LOOK),
        ),
        (
            rf"{N}\s*[-–—－~～至到]+\s*{N}\D*",
            _ask(
                "range",
                "是区间,不是一个数",
                "a range",
                *("一格只写一个数;区间写在 as_written 和说明里", "one number a cell"),
            ),
        ),
        (
            r"[0-9]+\s*/\s*[0-9]+",
            _ask(
                "fraction",
                "是分数",
                "a fraction",
                *("分子、分母各写一行", "give numerator and denominator a row each"),
            ),
        ),
        (
            r"[0-9]+\s*[:：]\s*[0-9]+",
            _ask("ratio", "是比例", "a ratio", *("两个数各写一行", "give each number a row")),
        ),
        (
            rf"[－–—−]\s*({N})",
            _say(
                "minus",
                "负号不是半角“-”",
                "the minus sign is not a plain '-'",
                *(lambda m: f"-{m[1]}",),
            ),
        ),
        (
            rf"\(({N})\)|（({N})）",
            _say(
                "accounting",
                "会计写法的负数",
                *("a negative in accounting style", lambda m: f"-{m[1] or m[2]}"),
            ),
        ),
        (rf"\+({N})", _say("plus", "带有正号", "has a plus sign", _same(1))),
        (r"['’]([0-9.]+)", _say("apostrophe", "数字前有撇号", "an apostrophe before it", _same(1))),
        (
            r"[¥￥$]\s*([0-9.]+)|(?:rmb|cny)\s*([0-9.]+)",
            _say("unit", "带有货币符号", "has a currency sign", lambda m: m[1] or m[2]),
        ),
        (
            r"true|false|yes|no|y|n|是|否|有|对|错",
            _ask("boolean", "是“是/否”,不是数", *("a yes or no, not a number", *LOOK)),
        ),
        (
            r"(-?)0+([0-9]+(?:\.[0-9]+)?)",
            _say("leading-zero", "数字前有多余的 0", "has leading zeros", _unzeroed),
        ),
        (
            r"[0-9OoQlI|]*[0-9][0-9OoQlI|]*",
            _say("letters", "混入了字母 O 或 l", "letters O or l among the digits", _letters),
        ),
        (
            r"[〇零一二三四五六七八九十百千万亿两点]+",
            _ask(
                "chinese",
                "是汉字数字",
                *("a number in Chinese characters", "改用阿拉伯数字", "write it in digits"),
            ),
        ),
        (rf"(-?{N})\s*[A-Za-z\u3400-\u9fff]+", _say("unit", "带有单位", "has a unit", _same(1))),
        (
            r"-?\.[0-9]+|-?[0-9]+\.",
            _say(
                "point",
                "小数点前后缺数字",
                *("digits missing beside the decimal point", lambda m: _pointed(m[0])),
            ),
        ),
    )
)


def _pointed(text: str) -> str:
    return text[:-1] if text.endswith(".") else text.replace(".", "0.", 1)
