"""Linking: fair paraphrases stay supported, strangers stay nobody's, places and times count."""

import pytest

from helpers.audit.match import audit
from helpers.data import load

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


@pytest.mark.parametrize(("text", "slug"), PARAPHRASES)
def test_a_fair_paraphrase_is_supported(tables, text, slug):
    claims = audit(text, tables).claims
    assert [(c.figure and c.figure.slug, c.verdict) for c in claims] == [(slug, "supported")]
