"""A small sound folder in code, and what tests do to it."""
# ruff: noqa: E501 - a row of a table stays on one line

import json
import re
from pathlib import Path

from helpers.data import check

TABLES = {
    "areas.csv": """\
area,position,title_zh,title_en,question_zh,question_en,leading
rights,1,依法维权,Rights,做了什么?,What was done?,couples_counselled;reconciled_share
care,2,情系妇儿,Care,帮了谁?,Who was helped?,loving_mothers;relief_funds
""",
    "indicators.csv": """\
indicator,area,position,label_zh,label_en,unit,unit_en,unit_en_one,measure_type,counts,additive,sensitivity,minimum,maximum,definition_zh,definition_en
couples_counselled,rights,1,辅导夫妻,Couples counselled,对,couples,couple,flow,couple,true,people,0,,辅导的夫妻,Couples
couples_reconciled,rights,2,劝和夫妻,Couples reconciled,对,couples,couple,flow,couple,true,people,0,,劝和的夫妻,Couples
women_share,rights,3,女性比例,Share of women,%,%,%,ratio,share,false,none,0,100,女性比例,Share
loving_mothers,care,1,爱心妈妈,Loving mothers,名,mothers,mother,stock,person,true,people,0,99999,累计人数,Mothers
relief_funds,care,2,救助资金,Relief funds,元,CNY,CNY,flow,money,true,none,0,,资金,Money
""",
    "regions.csv": """\
region,position,name_zh,name_en,parent,level
370000,1,山东省,Shandong,,province
370400,2,枣庄市,Zaozhuang,370000,city
370402,3,市中区,Shizhong,370400,county
""",
    "periods.csv": """\
period,position,start,end,label_zh,label_en
congress-9,1,,2023-05-10,九次妇代会以来,Since the ninth congress
2022,2,2022-01-01,2022-12-31,2022年,2022
2023,3,2023-01-01,2023-12-31,2023年,2023
""",
    "observations.csv": """\
indicator,region,period,value,qualifier,as_written,status,source,locator,note_zh,note_en
couples_counselled,370400,congress-9,38784,,38784对,A,report_2023,p7,,
couples_reconciled,370400,congress-9,14038,,14038对,A,report_2023,p7,,
women_share,370400,congress-9,27.92,,27.92%,A,report_2023,p3,,
loving_mothers,370400,congress-9,17800,余,1.78万余名,A,report_2023,p8,累计数,Cumulative
relief_funds,370400,congress-9,8680000,,868万元,A,report_2023,p8,"含逗号,与“引号”","a comma, a ""mark"" here"
loving_mothers,370402,2022,130,,130名,A,report_2023,p8,,
""",
    "programmes.csv": """\
programme,area,kind,name_zh,name_en,level,parts,parts_en,indicators,region,period,source,locator,note_zh,note_en
four_in_one,care,system,四位一体,Four in one,municipal,筛查;救助;保险;关爱,screening;relief;cover;care,relief_funds,370400,congress-9,report_2023,p8,,
safe_home,rights,award,平安家庭,Safe home,national,,,,370400,congress-9,report_2023,p1,,
""",
    "measures.csv": """\
measure,area,position,kind,label_zh,label_en,numerator,denominator,scale,unit,unit_en,unit_en_one,definition_zh,definition_en
reconciled_share,rights,1,share,劝和率,Share reconciled,couples_reconciled,couples_counselled,100,%,%,%,占比,Share
couples_left,rights,2,difference,其余夫妻,Other couples,couples_counselled - couples_reconciled,,1,对,couples,couple,其余,The rest
awards_named,rights,3,count,荣誉,Honours,"programmes(kind=award, level=national)",,1,项,honours,honour,荣誉,Honours
""",
    "rules.csv": """\
rule,area,expression,severity,kind,title_zh,title_en,message_zh,message_en
four_parts,care,parts(four_in_one) == 4,error,check,四个部分,Four parts,部分不是四个,Not four parts
mothers_below_residents,care,loving_mothers <= residents,error,check,不超过人口,Within residents,{loving_mothers}超过{residents},{loving_mothers} exceed {residents}
share_in_range,rights,0 <= reconciled_share <= 100,note,check,比例,Share,{reconciled_share}不对,{reconciled_share} is wrong
""",
    "qualifiers.csv": """\
qualifier,position,lower,upper,word_en,note
,exact,[v,v],,精确
,rounded,[v-r/2,v+r/2),,四舍五入
余,after,[v,v+s),over,余
余,inside,[v,v+s),over,余
近,before,[v-s/10,v),nearly,近
""",
    "comparables.csv": """\
comparable,indicator,region,place_zh,place_en,level,period,value,unit,unit_en,qualifier,as_written,label_zh,label_en,definition,definition_zh,definition_en,source
residents@zaozhuang@2020,residents,370400,枣庄市,Zaozhuang,city,2020,3855601,人,persons,,3855601人,常住人口,Residents,base,普查,Census,report_2023
reconciled_share@lanzhou@2019,reconciled_share,,兰州市,Lanzhou,city,2019,31.65,%,%,,31.65%,劝和率,Share reconciled,differs,口径不同,Another definition,report_2023
""",
    "sources.csv": """\
source,title_zh,title_en,publisher,date,address,mirror,note
report_2023,工作报告,Work report,枣庄新闻网,2023-05-10,http://www.632news.com/x,false,
""",
}
TYPES = {
    "position": "integer",
    "additive": "boolean",
    "mirror": "boolean",
    "value": "number",
    "minimum": "number",
    "maximum": "number",
    "scale": "number",
    "start": "date",
    "end": "date",
}
OPTIONAL = [
    "qualifier",
    "note_zh",
    "note_en",
    "parent",
    "start",
    "end",
    "minimum",
    "maximum",
    "parts",
    "parts_en",
    "indicators",
    "leading",
    "denominator",
    "region",
    "level",
    "locator",
    "address",
    "note",
    "word_en",
    "as_written",
]
ENUMS = {
    "severity": ["error", "warning", "note"],
    "sensitivity": ["none", "people", "sensitive"],
    "measure_type": ["stock", "flow", "ratio", "target"],
    "definition": ["same", "differs", "base"],
}
CONGRESS, PLACE = "congress-9", ("observations.csv", 2, "value")


def codebook(tables=TABLES, **more):
    resources = []
    for file, text in tables.items():
        fields = []
        for name in text.splitlines()[0].split(","):
            kind = "string" if (file, name) == ("qualifiers.csv", "position") else TYPES.get(name)
            optional = name in OPTIONAL and not (file == "observations.csv" and name == "region")
            rules = {"required": not optional}
            rules |= {"enum": ENUMS[name]} if name in ENUMS else {}
            fields.append({"name": name, "type": kind or "string", "constraints": rules})
        schema = {"fields": fields}
        resources.append({"name": file.removesuffix(".csv"), "path": file, "schema": schema})
    return json.dumps({"name": "small", "resources": resources, **more}, ensure_ascii=False)


def write(folder: Path, tables, package='{"name": "small", "simulated": false}') -> None:
    for file, text in tables.items():
        (folder / file).write_text(text, encoding="utf-8", newline="")
    (folder / "datapackage.json").write_text(package, encoding="utf-8")


def replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def found(folder: Path, severity: str = "error", base: Path | None = None):
    return [problem for problem in check(folder, base) if problem.severity == severity]


def tells(problem) -> None:
    """Both languages say what is wrong and what to do, on one line each."""
    assert re.search(r"[\u4e00-\u9fff]", problem.message_zh)
    assert re.search(r"[\u4e00-\u9fff]", problem.remedy_zh)
    assert re.search(r"[a-z]{2}", problem.message_en)
    assert re.search(r"[a-z]{2}", problem.remedy_en)
    for lang in ("zh", "en"):
        assert problem.line(lang).startswith(problem.file)
        assert "\n" not in problem.line(lang)


def one(folder, rule, place, value=None, severity="error"):
    """The problem of that rule at that place; nothing else of its severity."""
    problems = found(folder, severity)
    lines = "\n".join(problem.line("en") for problem in problems)
    assert [(p.rule, p.file, p.row, p.column) for p in problems] == [(rule, *place)], lines
    tells(problems[0])
    if value is not None:
        assert problems[0].value == value
    return problems[0]
