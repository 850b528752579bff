"""The words of a form, in both languages. The instructions and the messages that refuse a form
are made of the same sentences: whoever does as told is never refused for it.
"""

from __future__ import annotations

__all__ = ["COUNTS", "INSTRUCTIONS", "WORDS", "told"]

# what a person is asked to do → (Chinese, English); refusals use these as their remedy
INSTRUCTIONS = {
    "number": (
        "“本期数”填数字，不带单位、逗号和文字；以“单位”列的单位计，如 1.78万 填 17800",
        "Enter plain numbers in the unit shown, without unit, commas or words: 17800",
    ),
    "qualifier": (
        "确数选“精确”；数字本身是约数的，选“余”“近”等约数词，填约数词所跟的数",
        "Choose 精确 (exact), or the rounding word that goes with the number",
    ),
    "blank": (
        "没有数据的留空，在“备注”写明原因；零就填 0",
        "Leave blank what there is no figure for and say why in the remark; enter 0 for zero",
    ),
    "unit": (
        "“人”按人头计，一人只计一次；“人次”按次数计，二者不能混填",
        "人 counts heads, each once; 人次 counts visits: do not mix them",
    ),
    "range": (
        "数字变黄是与上期相差较大，核对无误可不改，在“备注”说明",
        "Yellow: far from last time; if it is right, keep it and say why in the remark",
    ),
    "check": (
        "“核对”表变绿后再上报；变红的，先改正或说明",
        "Submit when the sheet of checks is green; correct or explain what is red",
    ),
    "signed": (
        "填表人、审核人和填报日期写在本页",
        "Write who filled it in, who checked it, and the date on this page",
    ),
    "whole": (
        "不要增删行列和工作表，不要改名；其余单元格是锁定的",
        "Do not add, delete or rename rows, columns or sheets; other cells are locked",
    ),
}
WORDS = {
    "cover": ("填报说明", "Instructions"),
    "checks": ("核对", "Checks"),
    "title": ("妇联工作数据填报表", "Form for figures of the women’s federation’s work"),
    "simulated": ("模拟数据，非真实数字", "Simulated: no figure is true"),
    "region": ("填报地区", "Region"),
    "period": ("数据时期", "Period"),
    "form": ("表号", "Form"),
    "version": ("模板版本", "Template version"),
    "filled_by": ("填表人", "Filled in by"),
    "checked_by": ("审核人", "Checked by"),
    "filled_on": ("填报日期", "Date"),
    "how": ("怎样填", "How to fill it in"),
    "number": ("序号", "No."),
    "indicator": ("指标", "Indicator"),
    "unit": ("单位", "Unit"),
    "counts": ("计数口径", "What is counted"),
    "value": ("本期数", "This period"),
    "qualifier": ("约数词", "Rounding word"),
    "remark": ("备注", "Remark"),
    "last": ("上期数", "Last time"),
    "plausible": ("合理范围", "Plausible range"),
    "definition": ("指标含义", "Definition"),
    "exact": ("精确", "精确"),
    "filled": ("已填", "Filled in"),
    "state": ("状态", "State"),
    "what": ("核对内容", "What is checked"),
    "complete": ("{area}：填报项数", "{area}: figures filled in"),
    "signed": ("填表人、审核人、日期", "Who filled it in, who checked it, the date"),
    "holds": ("通过", "holds"),
    "broken": ("不符", "does not hold"),
    "open": ("待填", "to be filled in"),
    "hint": ("填数字", "A number"),
    "least": ("不小于 {value}", "at least {value}"),
    "most": ("不大于 {value}", "at most {value}"),
    "whole_number": ("整数", "a whole number"),
}
COUNTS = {
    "person": ("人头", "heads"),
    "visit": ("人次", "visits"),
    "unspecified": ("人或人次，请在备注注明", "heads or visits: say which in the remark"),
    "couple": ("对（夫妻）", "couples"),
    "household": ("户", "households"),
    "event": ("场次", "events"),
    "class": ("班次", "classes"),
    "venue": ("场所", "venues"),
    "team": ("队伍", "teams"),
    "organization": ("组织", "organizations"),
    "article": ("篇次", "articles"),
    "post": ("岗位", "posts"),
    "platform": ("平台", "platforms"),
    "indicator": ("指标", "indicators"),
    "money": ("金额", "money"),
    "share": ("比例", "share"),
}


def told(words: dict[str, tuple[str, str]], name: str, lang: str, **values: object) -> str:
    """A word or instruction in the language ``lang``, its braces filled."""
    return words[name][lang == "en"].format(**values)
