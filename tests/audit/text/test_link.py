"""Linking: fair paraphrases stay supported, strangers stay nobody's, places and times count."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.changes import changes
from helpers.audit.text.audit import audit
from helpers.data import Tables, load

PARAPHRASES = [
    ("市妇联建起妇女之家2479个。", "womens_homes"),
    ("全市现有2479个妇女之家。", "womens_homes"),
    ("妇女微家已发展到763个。", "micro_homes"),
    ("各级妇联建成106个妇女儿童家园。", "women_children_homes"),
    ("共有38784对准备离婚的夫妻接受了辅导。", "couples_counselled"),
    ("接受婚姻家庭辅导的夫妻达38784对。", "couples_counselled"),
    ("经过辅导，14038对夫妻被劝和。", "couples_reconciled"),
    ("成功劝和夫妻14038对。", "couples_reconciled"),
    ("爱心妈妈队伍累计达到1.78万余名。", "loving_mothers"),
    ("全市有1.78万余名爱心妈妈参与关爱。", "loving_mothers"),
    ("与爱心妈妈结对的留守困境儿童有1.56万余名。", "paired_children"),
    ("1.56万余名留守困境儿童有了爱心妈妈。", "paired_children"),
    ("争取扶持资金近2000万元，用于阵地和救助。", "support_funds_secured"),
    ("市妇联争取到的扶持资金近2000万元。", "support_funds_secured"),
    ("建成101277户美丽庭院。", "beautiful_courtyards"),
    ("全市美丽庭院总数达101277户。", "beautiful_courtyards"),
    ("评选出6900余户优秀家庭。", "outstanding_families"),
    ("先后有6900余个家庭被评为各类优秀家庭。", "outstanding_families"),
    ("巾帼志愿者已有1万余名。", "jinguo_volunteers"),
    ("1万余名巾帼志愿者活跃在城乡。", "jinguo_volunteers"),
    ("选出村（社区）妇联主席2477名。", "village_chairs"),
    ("选举产生5396名村妇联副主席。", "village_vice_chairs"),
    ("村（社区）妇联执委共17700名。", "village_executives"),
    ("在“两新”组织中成立妇联139个。", "new_sector_federations"),
    ("举办各类培训班139期。", "training_classes"),
    ("累计办培训班139期，覆盖各镇街。", "training_classes"),
    ("培训基层妇联主席和执委2万名。", "cadres_trained"),
    ("志愿服务活动开展了1369场。", "volunteer_activities"),
    ("11917人参与志愿服务活动。", "volunteer_participants"),
    ("注册成立190个巾帼志愿服务队。", "new_volunteer_teams"),
    ("新媒体平台发文逾万篇。", "new_media_posts"),
    ("累计为1663人发放两癌救助。", "two_cancer_relief_women"),
    ("发放两癌救助资金868万元。", "two_cancer_relief_funds"),
    ("两癌保险的保额达3.9亿元。", "sum_insured"),
    ("1.3万余名低收入妇女有了两癌保险。", "insured_women"),
    ("留守儿童活动站485所遍布镇村。", "leftbehind_children_stations"),
    ("485所留守儿童活动站陆续建成。", "leftbehind_children_stations"),
    ("普法宣传活动先后办了2190余场。", "law_popularisation_events"),
    ("市政协委员中，女性占33.51%。", "women_share_city_cppcc_members"),
    ("女性在市人大代表中的比例为27.92%。", "women_share_city_npc_deputies"),
    ("三八红旗手共321名受到表彰。", "sanba_red_banner_holders"),
    ("表彰巾帼建功标兵458名。", "jinguo_merit_pacesetters"),
    ("扶持大姐工坊54家。", "dajie_workshops"),
    ("3000名建档立卡贫困妇女发展起庭院经济。", "poor_women_courtyard_economy"),
]


@pytest.fixture(scope="module")
def tables():
    """Returns the project's own tables."""
    return load()


@pytest.fixture(scope="module")
def districts():
    """Returns the simulated example: six districts and their city over three years."""
    return load("examples/districts")


@pytest.mark.parametrize(("text", "slug"), PARAPHRASES)
def test_a_fair_paraphrase_is_supported(tables, text, slug):
    claims = audit(text, tables).claims
    assert [(c.figure and c.figure.slug, c.verdict) for c in claims] == [(slug, "supported")]


def wrong(quote):
    """Returns written numbers that a slip makes of one: a digit, two swapped, a factor of ten."""
    digits = re.search("[0-9.]+", quote)
    if not digits:
        return [quote.replace("万", word) for word in ("千", "十万")]
    number = digits[0]
    first, last = str((int(number[0]) + 4) % 9 + 1), str((int(number[-1]) + 3) % 10)
    slips = [first + number[1:], number[:-1] + last, number[1:2] + number[0] + number[2:]]
    slips += [number + "0" if "." not in number else number.replace(".", "")]
    fits = [slip for slip in slips if slip != number and slip[0] not in "0."]
    return [quote.replace(number, slip) for slip in fits if slip.count(".") == number.count(".")]


@pytest.mark.parametrize(("text", "slug"), PARAPHRASES)
def test_a_wrong_number_in_a_paraphrase_is_contradicted_by_its_figure(tables, text, slug):
    (claim,) = audit(text, tables).claims
    start, end = claim.found.start, claim.found.end
    for quote in wrong(claim.found.quote)[len(slug) % 2 :: 2]:
        (other,) = audit(text[:start] + quote + text[end:], tables).claims
        if not other.found.quantity.interval.meets(claim.figure.interval):
            assert (other.figure and other.figure.slug, other.verdict) == (slug, "contradicted")


@pytest.mark.parametrize(
    ("text", "old", "new", "slug"),
    [
        ("争取救助资金868万元，救助患病妇女1663人。", "1663", "1963", "two_cancer_relief_women"),
        ("辅导拟离婚夫妻38784对，其中劝和14038对。", "14038", "14830", "couples_reconciled"),
        ("组建宣讲团200余人，宣讲1500余场。", "200余", "300余", "lecture_team_members"),
        ("组建宣讲团200余人，宣讲1500余场。", "1500余", "1600余", "lectures_held"),
        ("办好培训班139期，培训主席、执委2万名。", "2万", "3万", "cadres_trained"),
        ("救助患病妇女1663人，发放救助金868万元。", "868", "886", "two_cancer_relief_funds"),
        ("村妇联执委17700名，其中主席2477名。", "2477", "2747", "village_chairs"),
        (
            "家庭教育活动开展3400余场，15.8万人受益。",
            "15.8",
            "18.5",
            "family_activity_beneficiaries",
        ),
    ],
)
def test_a_wrong_number_is_told_by_the_figure_beside_it(tables, text, old, new, slug):
    claims = audit(text.replace(old, new), tables).claims
    odd = [(c.figure.slug, c.verdict) for c in claims if c.verdict != "supported"]
    assert odd == [(slug, "contradicted")]


@pytest.mark.parametrize(
    "text",
    [
        "争取救助资金868万元，今年再救助患病妇女60人。",
        "辅导拟离婚夫妻38784对，调解邻里纠纷320件，化解286件。",
        "组建宣讲团200余人，下一步将培训宣讲员400人。",
        "妇女之家2479个，其中示范妇女之家60个，配备图书3200册。",
    ],
)
def test_a_stranger_beside_a_figure_stays_nobodys(tables, text):
    first, *others = (claim.verdict for claim in audit(text, tables).claims)
    assert first == "supported"
    assert set(others) == {"not_data"}


def test_a_clause_that_goes_on_about_the_last_needs_no_noun(tables):
    claims = audit("志愿服务活动开展1369场，11917人参与其中。", tables).claims
    assert [claim.verdict for claim in claims] == ["supported", "supported"]


AREAS = ["渔家", "山林", "社区食堂", "非遗手艺", "乡村戏台", "夜校", "邻里互助", "科普"]
THINGS = ["学员", "摊位", "合作社", "讲座", "获奖作品", "帮扶资金", "参演人员", "示范点", "带头人"]
UNITS = {"学员": "名", "摊位": "个", "合作社": "家", "讲座": "场", "获奖作品": "件"}
UNITS |= {"帮扶资金": "元", "参演人员": "人", "示范点": "个", "带头人": "名"}
LABELS = [f"{area}{thing}" for area in AREAS for thing in THINGS]
WORDS = ["{}", "{}余", "近{}", "约{}", "逾{}"]


def invented(tables, labels):
    """Returns tables with an area of invented indicators, none of them reported yet."""
    row = tables.indicators.iloc[0].to_dict()
    rows = [
        row
        | {"indicator": f"made_{at}", "label_zh": label, "definition_zh": "", "area": "made"}
        | {"unit": UNITS[next(t for t in THINGS if label.endswith(t))], "measure_type": "flow"}
        for at, label in enumerate(labels)
    ]
    return type(tables.indicators)(rows)


@st.composite
def told(draw):
    """Returns (labels, numbers as written or "", order, separators) of a random text."""
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=2, max_size=12, unique=True))
    size = len(labels)
    numbers = [
        draw(st.one_of(st.just(""), st.tuples(st.integers(2, 99999), st.sampled_from(WORDS))))
        for _ in labels
    ]
    marks = draw(st.lists(st.sampled_from("、，。,；"), min_size=size, max_size=size))
    return labels, numbers, draw(st.permutations(range(size))), marks


@settings(max_examples=8, deadline=None)
@given(told())
def test_labels_beside_their_numbers_are_supported_and_nothing_else(tables, case):
    labels, numbers, order, marks = case
    frame = invented(tables, labels)
    first = tables.observations.iloc[0].to_dict()
    written = {
        row["indicator"]: word[1].format(word[0]) + row["unit"] if word else ""
        for row, word in zip(frame.to_dict("records"), numbers, strict=True)
    }
    seen = [
        first
        | {"indicator": slug, "period": "congress-9", "as_written": words, "qualifier": ""}
        | {"value": Decimal("".join(filter(str.isdigit, words)))}
        | {"qualifier": next((q for q in "余近约逾" if q in words), "")}
        for slug, words in written.items()
        if words
    ]
    if not seen:
        return
    frames = dict(tables.frames) | {
        "indicators": frame,
        "observations": type(tables.observations)(seen),
        "measures": tables.measures.iloc[:0],
        "rules": tables.rules.iloc[:0],
        "programmes": tables.programmes.iloc[:0],
        "comparables": tables.comparables.iloc[:0],
    }
    made = Tables(tables.folder, frames, {}, True)
    said = [(labels[at], f"made_{at}") for at in order if written[f"made_{at}"]]
    text = "".join(f"{label}{written[slug]}{marks[int(slug[5:])]}" for label, slug in said)
    claims = audit(text, made).claims
    assert [(c.figure and c.figure.slug, c.verdict) for c in claims] == [
        (slug, "supported") for _, slug in said
    ], text
    assert not audit(text, made).unmentioned


STRANGERS = [
    "一年来，接待群众来访213件次，办结率98.6%，发放宣传册2.3万份，举办招聘会36场，提供岗位5400个。",
    "全市生产总值完成2190亿元，增长5.3%，一般公共预算收入145.6亿元，城镇新增就业3.4万人。",
    "共建成高标准农田101.2万亩，改造老旧小区106个，新增养老床位1680张，惠及居民5.6万户。",
    "临沂市妇联2024年工作总结\n全市建成妇女之家4120个，妇女微家2310个，培育巾帼志愿者3.2万名。",
    "2024年，厦门市巾帼志愿者达到45万名，开展志愿服务活动8200场。",
    "潍坊市妇女联合会聚焦主责主业，举办各类培训班75期，培训妇女3600人次，评选优秀家庭420户。",
    "德州市德城区妇联组建宣讲团12支，开展宣讲230场，受众1.2万人。",
    "滕州市妇联慰问困难妇女儿童320人，发放慰问金16万元，走访企业54家。",
    "力争到2025年建成妇女之家3000个，巾帼志愿者达到3万名。",
    "新增妇女之家120个，妇女微家35个，其中示范妇女之家60个。",
    "今年5月，举办培训班2期，培训执委120名。",
    "2022年，全市开展宣讲400余场，举办培训班30期。",
    "上年妇女之家为2300个。",
    "留守儿童1.2万名、困境儿童3400名全部建立档案。",
    "下一步，力争爱心妈妈达到2万名，结对儿童1.8万名。",
    "全市离婚登记5120对，冷静期后撤回1633对。",
    "市人大代表中女代表98名，市政协委员中女委员105名。",
    "新当选的村妇联主席中，35岁以下的占26%，大专以上学历占58%。",
    "每个妇女之家配备图书不少于200册，平均每村有执委7名。",
]


@pytest.mark.parametrize("text", STRANGERS)
def test_another_place_year_or_matter_is_nobodys(tables, text):
    assert {claim.verdict for claim in audit(text, tables).claims} == {"not_data"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("劝和率36.2%。", [("reconciled_share|370400|congress-9", "supported")]),
        ("劝和率35.2%。", [("reconciled_share|370400|congress-9", "contradicted")]),
        ("场均受众333人。", [("audience_per_lecture|370400|congress-9", "supported")]),
        (
            "两个规划合计达标率96.39%。",
            [("plans_met_share|370400|2016-2020", "contradicted")],
        ),
        (
            "2021年，厦门市登记注册巾帼志愿者42.75万名。",
            [("jinguo_volunteers|Xiamen|2021", "supported")],
        ),
        ("聊城市2024年招募爱心妈妈829名。", [("loving_mothers|Liaocheng|2024", "contradicted")]),
        ("2020年，全市参加过的爱心妈妈2万余名。", [("loving_mothers|370400|2020", "supported")]),
    ],
)
def test_measures_and_comparables_are_known_by_their_words(tables, text, expected):
    claims = audit(text, tables).claims
    assert [(claim.figure and claim.figure.key, claim.verdict) for claim in claims] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全市妇女之家{womens_homes|370400|2024}，其中滕州市{womens_homes|370481|2024}、"
            "薛城区{womens_homes|370403|2024}。",
            "supported",
        ),
        ("2022年，滕州市巾帼志愿者{jinguo_volunteers|370481|2022}。", "supported"),
        ("上年巾帼志愿者{jinguo_volunteers|370400|2023}。", "supported"),
        ("上一时期妇女微家{micro_homes|370400|2023}。", "supported"),
        ("滕州市妇联2024年工作情况\n全市巾帼志愿者{jinguo_volunteers|370481|2024}。", "supported"),
    ],
)
def test_regions_and_periods_of_the_data_are_held_against_their_own_figures(
    districts, text, expected
):
    rows = districts.observations.to_dict("records")
    known = {f"{r['indicator']}|{r['region']}|{r['period']}": r["as_written"] for r in rows}
    keys = re.findall(r"\{(.*?)\}", text)
    claims = audit(re.sub(r"\{(.*?)\}", lambda m: known[m[1]], text), districts).claims
    assert [(claim.figure and claim.figure.key, claim.verdict) for claim in claims] == [
        (key, expected) for key in keys
    ]


def test_rises_and_falls_are_held_against_the_changes_of_the_data(districts):
    known = changes(districts, "370400", "2024")
    row = known["jinguo_volunteers.growth"]
    figure = row.inputs[0]
    text = "巾帼志愿者{}，比上年增长{}%。"
    right = f"{row.quantity.value:.1f}"
    for percent, verdict in ((right, "supported"), ("77.7", "contradicted")):
        claims = audit(text.format(figure.as_written, percent), districts).claims
        assert [(c.figure.key, c.verdict) for c in claims] == [
            (figure.key, "supported"),
            (row.key, verdict),
        ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("评选家庭100户，其中示范户200户。", "part-over-whole"),
        ("建成驿站12个，培训学员30名，其中女学员45名。", "part-over-whole"),
        ("建成驿站12个、书屋8个、超市5个，三类合计28个。", "sum-differs"),
        ("城区、薛城、滕州分别建成驿站12个、8个。", "counts-differ"),
        ("市人大代表女性比例127.9%。", "share-over-100"),
    ],
)
def test_numbers_that_cannot_both_be_are_a_finding(tables, text, rule):
    found = audit(text, tables).findings
    assert rule in {item["rule"] for item in found}
    assert all(
        set(item) == {"rule", "message_zh", "message_en", "figures", "spans"} for item in found
    )


@pytest.mark.parametrize(
    "text",
    [
        "评选家庭300户，其中示范户200户。",
        "建成驿站12个、书屋8个、超市5个，三类合计25个。",
        "投入12.3万元和4.5万元，合计16.8万元。",
        "城区、薛城分别建成驿站12个、8个。",
        "完成年度任务的105%，产值增长120%。",
        "全年销售额增长8.7%，其中网上销售增长12.6%。",
        "快递行业两家、商圈楼宇97家。",
    ],
)
def test_numbers_that_agree_or_say_nothing_of_one_another_are_none(tables, text):
    assert not audit(text, tables).findings


def test_a_share_of_two_numbers_told_is_their_measure(tables):
    for share, verdict in (("36.2%", "supported"), ("40.1%", "contradicted")):
        text = f"辅导拟离婚夫妻38784对，劝和夫妻14038对，占{share}。"
        claim = audit(text, tables).claims[-1]
        assert (claim.figure.slug, claim.verdict) == ("reconciled_share", verdict)


TRUE = (
    "换届后，村（社区）妇联执委有17700名，副主席5396名。爱心妈妈结对1.56万余名留守困境儿童。"
    "为1.3万余名低收入适龄妇女办理两癌保险。市政协委员中女性比例33.51%。"
    "累计开展宣讲1500余场，建立妇女维权站等阵地2921个。联合11家单位制定家庭教育规划。"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("执委", "委员"),
        ("执委", "代表"),
        ("副主席", "村民"),
        ("留守困境儿童", "残疾儿童"),
        ("留守困境儿童", "留守老人"),
        ("低收入适龄妇女", "低收入适龄女童"),
        ("低收入适龄妇女", "农村适龄妇女"),
        ("政协委员", "政协代表"),
        ("女性", "男性"),
        ("宣讲", "班次"),
        ("阵地", "基地"),
        ("单位", "企业"),
    ],
)
def test_another_noun_beside_a_number_is_reported(tables, old, new):
    assert old in TRUE
    true, changed = (audit(text, tables).claims for text in (TRUE, TRUE.replace(old, new)))
    assert {claim.verdict for claim in true} == {"supported"}
    assert sum(claim.verdict == "supported" for claim in changed) == len(true) - 1


@pytest.mark.parametrize(
    "text",
    [
        "各区（市）妇联共开展普法宣传320场。",
        "各县区妇联累计开展普法宣传活动320场。",
        "6个区（市）妇联共开展普法宣传活动320场。",
        "各镇街妇联举办培训班86期。",
        "某社区妇联开展普法宣传40场。",
        "部分乡镇开展普法宣传40场。",
    ],
)
def test_a_number_of_some_of_the_places_below_does_not_contradict_the_whole(tables, text):
    assert {claim.verdict for claim in audit(text, tables).claims} == {"not_data"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("全市各区（市）共建成妇女之家2480个。", "contradicted"),
        ("各区（市）建成妇女之家，全市共2480个妇女之家。", "contradicted"),
        ("各区（市）共建成妇女之家2479个。", "supported"),
        ("各级妇联开展普法宣传320场。", "contradicted"),
        ("枣庄市妇联开展普法宣传40场。", "contradicted"),
    ],
)
def test_all_of_the_places_below_are_the_whole(tables, text, verdict):
    assert audit(text, tables).claims[-1].verdict == verdict


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("滕州市妇联劝和夫妻1399对，薛城区妇联劝和夫妻544对。", "couples_reconciled|370403|2024"),
        (
            "枣庄市妇联2024年工作总结\n滕州市妇联发展巾帼志愿者8079名。",
            "jinguo_volunteers|370481|2024",
        ),
        (
            "滕州市妇联2024年工作总结\n枣庄市妇联表彰巾帼志愿者8079名。",
            "jinguo_volunteers|370481|2024",
        ),
    ],
)
def test_the_federation_of_a_place_counts_in_that_place(districts, text, figure):
    claim = audit(text, districts).claims[-1]
    assert (claim.figure.key, claim.verdict) == (figure, "supported")
