"""The nouns of official reports that can stand beside a number, same things on one line.

Words on one line name the same thing for an audit (妇女, 女性); words on different lines do not,
so that 残疾儿童 is no 困境儿童 and 委员 is no 执委. What is on no line is judged by its
characters alone (see `naming`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["GENERIC", "Noun", "nouns_of"]

LINES = """
妇女 女性 女同胞 姐妹 妇女群众 女同志
男性 男子
女
儿童 孩子 少年儿童 小朋友
女童 女孩 女娃
未成年人 青少年 少年
学生 小学生 中学生 女大学生 大学生
青年
婴幼儿 幼儿
家长 父母
妈妈 母亲 爱心妈妈 妈妈们
爱心爸爸 爸爸
兵妈妈
军嫂 好军嫂
夫妻 夫妇
当事人
老人 老年人 老年 老年妇女
孤儿 孤残
残疾 残疾人 残障
留守
困境 困难
贫困 特困 建档立卡 贫困户 脱贫 扶贫
低收入
适龄
流动
单亲
失独
农村 乡村
城镇 城市
基层
村民 居民 村居民
群众 百姓
农民 农户 农民工
职工 女职工 员工
干部 妇联干部 女干部
党员 女党员
委员
常委
执委 执行委员 执委会委员
主席
副主席
代表 妇女代表
人大代表 女代表
政协委员 女委员
人大
政协
教师 老师 女教师
医生 医务人员
律师
法官
调解员
讲师 宣讲员 宣讲团成员
巾帼宣讲团 宣讲团 百千万宣讲团
专家
企业家 女企业家
创业者 女创客
人才 女性人才 科技人才 女科技
带头人 致富带头人
能手
患者 病人 患病妇女
贫困妇女 贫困母亲
志愿者 巾帼志愿者 志愿服务者 义工
受众 听众 听讲
观众
受益 受益人 受益人数 受益群众 惠及 受惠
成员 队员
会员
工作者 社工 社会工作者
从业者
就业人员 从业人员 就业者
就业 就业创业
创业
失业
红旗手
红旗集体
集体
文明岗
岗位
标兵 建功标兵
模范
楷模 榜样 典型
站点 服务站点
活动站 活动站点 成长站
工作站
服务站
维权站
驿站
调解室 调解中心
庇护所
中心 报警中心
指导服务中心
基地
亲子阅读基地 阅读基地
教育基地 实践基地
阵地 服务阵地 阵地建设
家园
妇女之家
儿童之家
妇女儿童家园
妇女微家 微家
巾帼家美积分超市 超市
工坊 大姐工坊
车间 扶贫车间
合作社
企业 公司 女企业
民宿 农家乐
学校 家长学校 幼儿园
医院
社区
村 村居 行政村 村庄
乡镇 镇街 街道
园区
机关
庭院 美丽庭院 小院
家庭 家庭户 优秀家庭 文明家庭
最美家庭
示范户
五好家庭
平台 新媒体平台
网站
公众号
账号
课堂
书屋
图书 书籍
场所
活动
特色活动
宣讲
讲座 讲堂
报告会
培训
培训班
班次
课程
座谈会 会议
招聘会
大赛 比赛 竞赛
演出 展演
展览
走访 慰问
筛查 检查 体检
普法 普法宣传 法治宣传 法律宣传
宣传
辅导 咨询
调解
纠纷 矛盾纠纷
案件 信访 来访 投诉
热线
妇联 妇联组织 市妇联 妇女组织
妇委会
两新
三新
两委
两癌
单位
部门
组织
团体 社会组织
队伍 服务队 服务队伍 团队 志愿服务队
志愿服务
协会
联盟
委员会
资金 经费 善款 款项 专项资金
扶持资金
救助资金 救助金 专项救助资金
贷款
保额 保险金额 保障额度
保险
保费
保单
救助
补贴 补助
奖金
捐款 捐赠
投资
收入
产值
物资
发文 推文 文章 图文
稿件
信息
宣传册 宣传资料 资料 手册 宣传品
建议 提案 议案
指标
目标
项目
规划
计划
制度
品牌
作品
论文
比例 占比 比重
达标率
覆盖率
满意度
劝和率
率
教育
家教
家风
"""
# Nouns that say nothing about which figure is meant.
GENERIC = frozenset({"妇联", "女", "村", "组织", "部门", "基层", "社区", "乡镇", "机关"})


class Noun(NamedTuple):
    """A noun at a place of a text; `thing` is the first word of its line."""

    start: int
    end: int
    thing: str


def _things() -> dict[str, str]:
    return {word: line.split()[0] for line in LINES.strip().splitlines() for word in line.split()}


THINGS = _things()
PATTERN = re.compile("|".join(sorted(map(re.escape, THINGS), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def nouns_of(text: str) -> tuple[Noun, ...]:
    """Return the nouns of a text without quotes and brackets, the longest words first."""
    return tuple(Noun(*match.span(), THINGS[match.group()]) for match in PATTERN.finditer(text))
