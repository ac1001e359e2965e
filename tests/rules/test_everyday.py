"""What people say every day in many trades calls nobody, though it holds words that elsewhere do."""

from datetime import timedelta

import pytest

from rules import decide, screen, signals
from rules.decide import Verb
from rules.model import Conversation, Kind, Message, Speaker
from rules.policy import Policy
from tests.rules.conversations import TEN
from tests.rules.shipped import shipped

CUSTOMERS = """
    亲，这件衣服起球吗 / 我165 50kg穿M还是L / 能帮我改一下收货地址吗，单位搬家了 / 可以开发票吗，抬头是公司
    孩子对芒果过敏，这个里面有没有芒果 / 药盒上写的一天三次，是饭前还是饭后吃 / 机票可以改签到下周一吗
    贷款可以提前还吗，有没有违约金 / 空调安装要收费吗，打孔多少钱 / 师傅大概几点上门 / 螺丝少了一颗，能补发吗
    快递放门口了吗，我不在家 / 我先考虑一下，晚点再拍 / 晚点付款优惠还在吗 / 飞机晚点了，接机能改时间吗
    律师函模板在哪里下载 / 法院附近有门店吗 / 记者节有优惠吗 / 骗子酒馆的桌游有吗 / 套路玩法怎么参加
    气死我了哈哈，手慢没抢到 / 有没有抓狂表情包贴纸 / 好吃到离谱，回购 / 这个价格离谱的便宜
    笑死，这表情包太可爱了 / 吓死我了还以为没付款成功 / 累死我了，终于装好了，谢谢 / 没事，不着急
    怎么注销旧手机号 / 账号登录不上去，提示密码错误 / 会员过期了怎么续 / 验证码过期了再发一个
    你们家有没有二手书 / 有翻新机卖吗 / 旧沙发翻新用哪款漆 / 包装拆过还能七天无理由吗 / 我用过的都说好
    临期特价专区还有吗 / 请问蟑螂药怎么用 / 苍蝇拍有货吗 / 这个杀虫剂对人有害吗 / 大米会不会长虫 / 木板会发霉吗
    隐形眼镜会有异物感吗 / 水烧了二十分钟还没开正常吗 / 烟雾报警器低电报警怎么关 / 手机没电关机会自动报警吗
    被子里的棉花有没有黑心棉 / 高仿绿植有吗 / 昨天电视台采访了我们村，想买锦旗 / 黑猫警长的玩具有吗 / 作品怎么投稿
    我是小红书博主想合作 / 我在抖音看到你们的 / 工商银行的卡可以付吗 / 垃圾桶多大容量的 / 炸弹造型的浴球还有吗
    假发有几种颜色 / 坑位还有吗，我想报名 / 差评率怎么看 / 狗粮适合三个月的小狗吗 / 家里停电了，扫地机断电会丢地图吗
"""
AGENTS = """
    这款是正品，支持专柜验货 / 满299减50，是平台活动价 / 全国联保，七天无理由 / 最晚明天发出 / 亲是第一次购买吗
    请您留意查收短信验证码，不要告诉任何人哦 / 身份证号请在官方入口填写 / 微信里不要转账，请在平台下单
    收到货满意的话，欢迎给我们评价 / 返现活动是平台红包，和评价无关 / 不开发票的话也是这个价 / 刷单是违规的，我们不做
    您先验货再确认收货 / 这个不治病的，就是普通食品 / 最高温度可以到220度
    绝对湿度传感器是选配的 / 100%纯棉，吊牌上有成分
    您的快递员电话是尾号3321，您可以打给他 / 您可以去工商局官网查询 / 特价商品也支持七天无理由
"""


def told(block: str) -> list[str]:
    return [one.strip() for line in block.strip().splitlines() for one in line.split(" / ")]


def called(*said: tuple[Speaker, str]) -> list[str]:
    """The rules for which somebody would be called; yellow words alone need a score, which is not asked here."""
    lines = tuple(Message(f"m{i}", who, text, TEN + timedelta(seconds=20 * i)) for i, (who, text) in enumerate(said))
    read = tuple(signals.read(m.text, shipped(), m.speaker) for m in lines)
    talk, now, policy = Conversation("c1", lines, read), TEN + timedelta(minutes=1), Policy(yellow_risk=0.9)
    screening = screen.screen(talk, shipped(), policy, now)
    decisions = decide.decide({}, screening, talk, policy, now)
    return [f.rule for d in decisions if d.verb is Verb.SPEAK and d.kind is not Kind.STAR for f in d.findings]


@pytest.mark.parametrize(
    "said",
    [
        "大米里有虫子", "收到的是临期的", "插头烧了", "被子是黑心棉", "我要找律师",
        "发到电视台曝光你们", "真的气死我了", "不是说今天到吗，你们就是骗子", "罐头里有异物",
    ],
)  # fmt: skip
def test_the_same_words_in_earnest_still_call_somebody(said: str) -> None:
    assert called((Speaker.CUSTOMER, said))


@pytest.mark.parametrize("said", told(CUSTOMERS))
def test_a_customers_everyday_word_calls_nobody(said: str) -> None:
    assert called((Speaker.CUSTOMER, said), (Speaker.AGENT, "好的，我帮您看一下")) == []


@pytest.mark.parametrize("said", told(AGENTS))
def test_an_agents_everyday_word_is_no_red_line(said: str) -> None:
    assert called((Speaker.CUSTOMER, "你好，咨询一下"), (Speaker.AGENT, said)) == []
