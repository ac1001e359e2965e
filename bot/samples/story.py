"""The demo's story: what seven customers and three agents say within a minute and a half, second by second."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHOP = "云雀旗舰店"
HELPDESK = "demo"
AGENTS: Mapping[str, str] = {"xiaoli": "小李", "xiaozhou": "小周", "aming": "阿明"}  # sub-account -> name

# A minute of real waiting is ten seconds here; everything else keeps the defaults.
PACE: Mapping[str, int] = {"first_reply_seconds": 30, "reply_seconds": 30, "warn_before_seconds": 12}


@dataclass(frozen=True, slots=True)
class Beat:
    at: float  # seconds from the start; the sender stamps the time
    event: dict[str, Any]  # the generic webhook's form without times


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of the story."""

    id: str
    customer: str
    name: str
    team: str
    agent: str
    order: str = ""


def _about(talk: Talk) -> dict[str, Any]:
    about = {"id": talk.id, "channel": "chat", "shop": SHOP, "team": talk.team}
    order = {"order_id": talk.order} if talk.order else {}
    return about | {"customer": {"id": talk.customer, "name": talk.name}} | order


def _said(at: float, talk: Talk, who: str, text: str) -> Beat:
    message = {"id": f"{talk.id}-{round(at * 10):04}", "from": who, "text": text}
    agent = {"agent": talk.agent} if who in ("agent", "note") else {}
    return Beat(at, {"type": "message", "conversation": _about(talk), "message": message | agent})


def customer(at: float, talk: Talk, text: str) -> Beat:
    return _said(at, talk, "customer", text)


def agent(at: float, talk: Talk, text: str) -> Beat:
    return _said(at, talk, "agent", text)


def bot(at: float, talk: Talk, text: str) -> Beat:
    return _said(at, talk, "bot", text)


def assigned(at: float, talk: Talk) -> Beat:
    return Beat(at, {"type": "assigned", "conversation": _about(talk), "agent": talk.agent})


def resolved(at: float, talk: Talk) -> Beat:
    return Beat(at, {"type": "status", "conversation": _about(talk), "status": "resolved"})


def rated(at: float, talk: Talk, score: int, comment: str = "") -> Beat:
    return Beat(at, {"type": "rated", "conversation": _about(talk), "rating": {"score": score, "comment": comment}})


WANG = Talk("story-wang", "u-101", "王女士", "售后", "xiaoli", "2380611407725519001")
LIN = Talk("story-lin", "u-102", "林姐爱晒太阳", "售后", "xiaozhou", "2380611407725519002")
ZHAO = Talk("story-zhao", "u-103", "赵先生", "售前", "aming")
CHEN = Talk("story-chen", "u-104", "陈同学", "售后", "xiaozhou", "2380611407725519004")
HE = Talk("story-he", "u-105", "何先生", "售后", "aming", "2380611407725519005")
SUN = Talk("story-sun", "u-106", "孙小姐", "售后", "aming", "2380611407725519006")
TANG = Talk("story-tang", "u-107", "糖糖妈妈", "售前", "xiaozhou")

STORY: tuple[Beat, ...] = (
    bot(0.4, WANG, "亲，欢迎来到云雀旗舰店，人工客服马上就来～"),
    assigned(0.7, WANG),
    customer(1.2, WANG, "我那件羽绒服的退款怎么还没到"),
    customer(2.6, WANG, "上周三寄回去的，你们签收都五天了"),
    customer(4.0, WANG, "我问了三遍了，每次都说在处理，到现在没人管"),
    customer(5.4, WANG, "你们是不是根本不想退啊？？"),
    customer(6.6, WANG, "再不解决我就投诉到12315"),
    # 林姐 comes in angry as well, and leaves with praise: the star.
    assigned(7.8, LIN),
    customer(8.2, LIN, "你们是骗子吧，说好的红色发了件酒红过来"),
    agent(10.2, LIN, "姐，这事搁我身上我也急，先别生气，您发张照片我看看"),
    customer(11.6, LIN, "[图片]"),
    agent(13.0, LIN, "看到了，是仓库拿错了，这是我们的错，不用您跑一趟"),
    agent(14.8, LIN, "正红的我给您加急补发，今天18点前出单号；错的那件快递上门取，运费我们出"),
    customer(16.2, LIN, "这么快就弄好了？我还以为要扯半天"),
    agent(17.8, LIN, "我盯到底，18点前不管有没有结果都给您回个话"),
    customer(19.6, LIN, "姐姐你人真好，太感谢了，刚才语气冲了不好意思"),
    customer(20.8, LIN, "下次还找你买，给你点个大大的赞👍"),
    agent(22.0, LIN, "您快别这么说，换我也着急。围巾收到了拍给我看看呀"),
    resolved(22.8, LIN),
    rated(23.6, LIN, 5, "小周处理得特别快，态度好"),
    # The shop goes on: a size, a parcel.
    assigned(8.0, ZHAO),
    customer(8.4, ZHAO, "在吗 175 140斤这款卫衣穿多大"),
    agent(12.0, ZHAO, "在的～L码刚好，想宽松点就选XL。您平时裤子穿多大腰？"),
    customer(16.8, ZHAO, "32的，喜欢宽松一点"),
    agent(21.0, ZHAO, "那就XL，长度到胯，不会拖。今天16点前拍下今天就发"),
    customer(26.0, ZHAO, "行 那我拍黑色"),
    agent(29.5, ZHAO, "好嘞，黑色XL给您备注上了"),
    customer(32.0, ZHAO, "好的谢谢"),
    resolved(36.0, ZHAO),
    assigned(13.0, CHEN),
    customer(13.4, CHEN, "我的包裹在转运中心停两天了"),
    agent(18.4, CHEN, "同学别急，我查一下物流，一分钟"),
    agent(26.4, CHEN, "问到了，昨天分拣积压，今早已经装车，预计明天下午到"),
    customer(31.0, CHEN, "那就好 我周五要穿，能赶上吗"),
    agent(36.2, CHEN, "能的，我设了提醒，明天中午我再帮您看一眼，没派送我直接催网点"),
    customer(40.8, CHEN, "好滴 麻烦啦"),
    resolved(45.0, CHEN),
    # Somebody waits: yellow, then an answer with an apology.
    assigned(26.5, SUN),
    customer(27.0, SUN, "前天刚买的大衣今天降了80，能退差价吗"),
    customer(33.0, SUN, "在吗？"),
    agent(50.0, SUN, "让您久等了，抱歉！降价我懂您的心疼，您这单还在价保期里"),
    agent(54.0, SUN, "80元差价我已经帮您申请了，今天内原路退回，不用您操作"),
    customer(58.5, SUN, "哦哦可以 那没事了"),
    resolved(63.0, SUN),
    # 小李 calms 王女士, while whoever claimed her alert looks on.
    agent(17.0, WANG, "王女士，对不起让您等了这么久，也让您白问了三遍，这事我来负责到底"),
    agent(20.0, WANG, "我查到了：仓库17号就签收了，卡在质检没点通过，是我们的疏忽"),
    customer(24.0, WANG, "所以呢，到底什么时候能退"),
    agent(28.0, WANG, "我刚刚已经手动通过，459元原路退回支付宝，现在就在退"),
    agent(31.0, WANG, "您打开账单看一下，5分钟内到，没到我一直在线等您"),
    customer(36.0, WANG, "到了 459"),
    agent(38.5, WANG, "耽误您这么多天真的抱歉，运费险不够的7元我也一起补给您了"),
    customer(42.0, WANG, "好的谢谢，你人真好"),
    customer(44.0, WANG, "早点遇到你就好了"),
    resolved(46.5, WANG),
    rated(49.0, WANG, 5, "最后处理得很好"),
    # An abusive customer, and an agent who stays calm.
    assigned(38.0, HE),
    customer(38.5, HE, "什么垃圾店 穿一次就起球"),
    agent(42.5, HE, "何先生您好，起球确实影响心情，您拍张照片，我马上给您看怎么处理"),
    customer(46.0, HE, "拍你妈 你们都是傻逼吗"),
    agent(51.5, HE, "我理解您很生气，我是想尽快把问题解决。有照片我现在就能申请换新或者退款"),
    customer(57.0, HE, "滚 没用的东西"),
    agent(63.0, HE, "退货通道我给您开好了，运费我们承担。您方便的时候点一下就行，我这边都在"),
    customer(71.0, HE, "……行吧"),
    agent(75.0, HE, "好的，收到货当天就给您退，我盯着"),
    resolved(82.0, HE),
    # And one who buys a little more, gladly.
    assigned(52.0, TANG),
    customer(52.5, TANG, "宝宝三岁 身高98 那个小熊马甲选几码呀"),
    agent(57.0, TANG, "98的宝贝选100码，里面能套一件薄毛衣～"),
    agent(60.0, TANG, "要是出门多，同色的小帽子可以一起看看，今天两件减20，不需要也完全没关系哈"),
    customer(66.5, TANG, "帽子好可爱！一起拍了"),
    agent(70.0, TANG, "眼光真好，一起给您包在一个盒子里"),
    customer(75.0, TANG, "谢谢 你好有耐心呀 上次也是你"),
    resolved(86.0, TANG),
    rated(88.0, TANG, 5, "推荐得很贴心"),
)


def beats() -> tuple[Beat, ...]:
    """The story in the order of time."""
    return tuple(sorted(STORY, key=lambda beat: beat.at))
