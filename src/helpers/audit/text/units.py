"""Measure words of official Chinese prose, and what must not follow them.

A measure word is often the first character of another word: 110家庭暴力 holds no 110家, 12项目标
is 12项 and 支持 no 支. Each word is therefore listed with the characters that may not follow it.
"""

from __future__ import annotations

import re

__all__ = ["BLOCKED", "COUNTED", "COUNTING", "STRUCTURAL", "THINGS", "UNIT", "plain_unit"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Measure words that never begin another word behind a number.
SAFE = """
个百分点 个多百分点 百分点 个基点 个点 % ‰ ‱ 人次 人天 人民币 件次 场次 户次 家次 台次
车次 架次 艘次 班次 批次 篇次 项次 条次 头次 例次 亩次 册次 期次 处次 课次 点次 节次 讲次 对次
辆次 航次 册件 台套 件套 人户 个小时 个工作日 个课时 工作日 课时 学时 秒 天 万千瓦时 千瓦时 千瓦
兆瓦时 兆瓦 吉瓦时 吉瓦 瓦 千伏安 吨公里 人公里 吨标准煤 吨标煤 标准箱 标箱 载重吨 平方公里
平方千米 平方米 立方米 标立方米 立方 公里 千米 厘米 毫米 微米 米 海里 公顷 亩 英亩 毫克 微克 千克
公斤 克 吨 斤 毫升 升 分贝 摄氏度 ℃ 美元 欧元 港元 港币 日元 英镑 澳元 新台币 篇 册 辆 艘 枚 株
棵 例 宗 桩 匹 羽 尾 幢 栋 则 大类 大项 大件 小类 中类 元 倍 岁 km kg GB TB MB TEU MW kW kWh m² ㎡
km² 朵 乡镇 县区 镇街 村居
"""

# Measure words and what may not follow, in brackets what may follow that after all: 家 is none
# in 家庭 and 家长, but is one in 家教育机构. A word may have more than one entry.
GUARDED = """
小时 生活 通勤 交通 服务 热线 值 在线 开放 经济 过境 不打烊 自助 制
分钟 生活 通勤 交通 服务 品质 便民 文化 健身 医 就业 养老 救 城市 圈 步行 阅读 社区
成 立 员 为 功 果 本 人 都 年 套 绩 效 品 份 分 就 交 片 群 长 团 型 渝 熟 因 书 才 事 语 势
家 庭 长(三期江) 属 园(区艺林) 政(府) 教(育) 暴 风(电险景) 训 乡(镇村) 校(外企办) 具(有备)
家 电(商力视子影信网) 纺 禽 畜 门(店诊) 访 里
名 录 单(亲身位) 额 称 牌 誉 胜 列前 列第 列全 师(生资范傅) 城(镇乡市) | 人 民币
个 半 体(育) 性化 百分点 别 月 季度 小时 工作日 年头 年度 年(级轻) 世纪 星期 周期(性) 旬 税 股(份)
户 籍 外(出来) 均 主(要) 口 型 数 | 口 岸 径 腔 号 粮 碑 袋 头 味 感 语 才 服 之
场 地 所 景 馆 面 合 域 站 均 内 外 | 次 年 日 月 要 数 序 生 级 元 于 高 贷 均 产业
期 间 末 限 待 望 刊 货 权 初 中 盼 许 满 房 工程 项目 建设 | 件 均 数 套
条 例 件 约 令 理 形 码 款 文 | 项 目(标) 链 数 | 所 有 以(上下内) 在(建校) 属 需 得 长 谓 能 示 列
处 理 置 罚 分 级 方 于 在(建) 长 女(性) 所 境
座 谈 位 右 椅 机 次 落 | 块 茎 状 | 间 接 隔 断 谍 距
笔 记 者 试 录 画 | 批 准 复 发 评 示 量 次 改
支 持 付 出 部(队) 撑 行 教(育师) 农(业村民) 委 书 配 援 线 流 点 架
本 地 市 省 级 科(普) 土 届 次 年 领 轮 身 人 区 县 着 金 月 周 村 社区 | 份 额 量 子
套 餐 取 现 路 种 利 牌 | 组 织 成 建 合 长 员 团 装 委 阁 | 台 湾 账 风 阶 北 前 式 胞 商
部 分 门 署 级 委 长(篇) 队 位 下 属 落 里 省 | 门 槛 诊 店 类 户 票 口 前 牌 卫 禁 窗
张 家(庭) 店 掖 江 | 轮 流 换 岗 训 胎 船 渡 廓 作 椅 番 值 | 班 子 级 主 组 长 车 列 线 会 底 次
节 能 约 目 日 水 点 省 俭 支 假 庆 气 电 育 律 奏 制 余 流 | 课 程 堂 题 后 外 间 本 件 改
位 于 居 列 置 次 数 一体 育 阶 | 只 有 能 要 是 需 为 争 用 | 头 部 条 号 脑 衔 领 雁
面 积 对 向 临 上 前 试 貌 粉 包 部 世 条 料 授 值 广 | 幅 度 员
双 学 语 向 创 减 拥 方 边 休 层 重 一流 月 日 周 选 招 评
起 来 步 草 诉 码 点 源 到 初 义 止 飞 航 伏 始 底
单 位 亲 身 独 一 元 价 项 个 车 日 月 次 品 体 列 产 打 县 | 票 据 价 房 务 证
层 面 级 次 层 高 出 | 集 体 中 团 聚 合 市 镇 资 群 成 约 结 训 散 装
首 次 批 位 个 先 届 府 都 创 家 例 问 席 要 | 款 项 式 待 额 物
种 植(物) 子 养 业 质 田 粮 猪 畜 苗 类 | 类 型 别 似 比 推 同 | 堂 食 | 届 时 满 中
顶 层 级 住 格 端 部 点 岗 | 把 握 关 手 控 脉 好 党 妇 | 箱 体
包 括 含 保 联 村 抓 片 装 容 办 干 扶 案 机 | 盒 饭 | 瓶 颈 | 袋 装 | 桶 装 | 床 位 边 上 | 颗 粒
粒 度 | 盏 | 盆 景 | 趟 | 封 闭 控 面 存 山 顶 | 通 过 报 知 道 车 信 畅 用
根 本 据 治 源 植 基 除 | 片 区 长 面 段 | 步 伐 骤 行 | 席 位 地 | 眼 前 睛 科 光 下 | 页 面
字 样 体 号 画 | 桌 面 | 餐 饮 厅 | 人份 | 剂次 | 剂 量 | 针 对 织 | 架 构 设 | 具 有 备 体
股 份 权 东 | 锭 | 吨级
分 别 布 类 析 工 管 配 享 会 期 局 支 散 解 担 层 级 批 行 公司 钟 段 头 赴 片 流 院 校 值 组
分 数 中心 之 | 队 伍 员 长 列 形 友 旗 名 | 平方 米 公里 千米 厘米 公尺
章 程 节 鱼 | 卷 烟 入 发 | 道 路 德 理 具 口 教 家 岔 | 束 缚 手
档 次 案 位 期 口 | 站 点 台 长 位 区 房 在 | 店 面 铺 员 主 长
县 城 级 道 域 委 长 处 直 | 镇 级 区 长 域 委 | 乡 级 村 贤 亲 愁
村 民 级 委 容 部 里 庄 支 | 省 级 道 内 外 委 长 份 直
"""

# What follows a number and shows that it is a date, a level or an ordinal.
BLOCKED = re.compile(
    "年|月|日(?!元)|号|时(?!速)|点|级|线|路|版|代|楼|季度|季(?!节)|旬|世纪|周|岁|维|型|届|后|期间|里|"
    "国|大(?!类|项|件|学)|佳|强|等奖|等功|等残|星|者|十|个月|个季|个年|个星期|个周|个世纪|中全会|"
    "半|些|位数"
)
# Measure words that a short Chinese numeral (两, 三 ... 十) counts with.
COUNTED = _words(
    "人 家 名 位 户 场 场次 所 处 座 辆 件 篇 册 笔 栋 间 亩 公里 吨 元 支 台 套 项 个 种 本 份 起 "
    "例 人次 件次 幢 幅 部 条 小时 个小时 天 倍 成 米 平方米 公斤 斤 口 只 头 块 宗 组 艘 枚 面 "
    "个百分点 %"
)
# With these a short Chinese numeral mostly names the parts of a programme (三项机制, 五条路径):
# they count only before a thing, or behind a verb of counting.
STRUCTURAL = _words("个 项 条 种 件 篇 套 部")
THINGS = re.compile(
    "人(?![民大文口生才均员们])|[^，。；、,;]{0,7}?(?:孩子|女儿|儿子|老人|姐妹|县|市|区|村|镇|乡|街道|社区|项目|基地|中心|站|室|家庭|单位|部门|班|队|集体|"
    "组织|园|企业|厂|店|省|学校|医院|协会|小组|支部|岗位|床位|品种|案件|课题|产品|剧目|作品|论文|提案|"
    "建议|线索|公路|线路)"
)
COUNTING = re.compile(
    "(?:新建|建成|新增|增设|设立|成立|获得?|荣获|创建|命名|表彰|举办|承办|办结|完成|出台|制定|印发|受理|"
    "查处|破获|征集|评选出?|培育|新设|落户|引进|共|共计|共有|总共|分为|涵盖|涉及|增至|达到?|等)了?$"
)

# Words that count under a condition.
CONDITIONAL = {
    # A pair is counted with 对, which is also the preposition: towards whom or what.
    "对": "对(?![于照标口应比外内手方话象策接抗此其这我他她待策]|上级|下级)",
    "年": "年(?![度级代份初底末中内来间前后报])",
    "列": "列(?=[、，。；,;（(）)]|增长|以上|$)",
    "P": "(?:P|PF|PFLOPS|EFLOPS)(?![A-Za-z])",
    "方": "(?<=[万亿])方(?![面位案式便向])",
    "度": "(?<=[万亿])度",  # electricity; a plain 度 is an angle or a year's
}


def _guard(word: str, followers: list[str]) -> str:
    parts = []
    for follower in followers:
        stem, _, allowed = follower.rstrip(")").partition("(")
        parts.append(f"{stem}(?![{allowed}])" if allowed else stem)
    return f"{word}(?!{'|'.join(parts)})" if parts else word


def _alternatives() -> str:
    patterns = {word: re.escape(word) for word in SAFE.split()}
    guarded: dict[str, list[str]] = {}
    for row in re.split(r"[|\n]", GUARDED.strip()):
        word, *followers = row.split()
        guarded.setdefault(word, []).extend(followers)
    patterns |= {word: _guard(word, followers) for word, followers in guarded.items()}
    patterns |= CONDITIONAL
    return "|".join(patterns[word] for word in sorted(patterns, key=len, reverse=True))


BASE = _alternatives()
UNIT = re.compile(
    rf"(?:{BASE})(?:[（(]次[）)]|次(?![日年要于]))?(?:/(?:{BASE}|[人户天日年月]))?|/10万|/(?:10)?万"
)


SAME = {"人民币": "元", "平方": "平方米", "㎡": "平方米", "m²": "平方米", "km²": "平方公里"}


def plain_unit(unit: str) -> str:
    """Return the unit without brackets, money as 元 and areas in words."""
    bare = re.sub(r"[（()）]", "", unit)
    return SAME.get(bare, bare)
