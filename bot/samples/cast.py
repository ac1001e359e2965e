"""Who and what the made-up conversations are about: shops, goods, agents, customers, and the facts of one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    price: int
    kind: str  # wear | shoe | gear | appliance
    goes_with: str  # what an agent may offer beside it
    beside: int  # the price of that


@dataclass(frozen=True, slots=True)
class Shop:
    name: str
    items: tuple[Item, ...]


SHOPS = (
    Shop(
        "云雀旗舰店",
        (
            Item("羽绒服", 459, "wear", "羊毛围巾", 79),
            Item("卫衣", 129, "wear", "束脚裤", 119),
            Item("针织衫", 159, "wear", "打底衫", 59),
            Item("大衣", 599, "wear", "羊毛围巾", 79),
            Item("牛仔裤", 139, "wear", "皮带", 49),
            Item("保暖内衣", 99, "wear", "羊毛袜", 29),
            Item("小白鞋", 199, "shoe", "鞋垫", 19),
            Item("马丁靴", 289, "shoe", "羊毛袜", 29),
        ),
    ),
    Shop(
        "山野户外专营店",
        (
            Item("冲锋衣", 499, "wear", "抓绒内胆", 169),
            Item("速干裤", 139, "wear", "速干袜", 29),
            Item("登山鞋", 369, "shoe", "徒步袜", 39),
            Item("徒步鞋", 299, "shoe", "徒步袜", 39),
            Item("帐篷", 539, "gear", "防潮垫", 69),
            Item("睡袋", 259, "gear", "充气枕", 39),
            Item("登山包", 329, "gear", "防雨罩", 35),
            Item("折叠椅", 119, "gear", "折叠桌", 139),
        ),
    ),
    Shop(
        "暖厨小家电旗舰店",
        (
            Item("电饭煲", 299, "appliance", "蒸架", 29),
            Item("空气炸锅", 329, "appliance", "硅胶垫", 13),
            Item("养生壶", 129, "appliance", "炖盅", 25),
            Item("破壁机", 459, "appliance", "清洁刷", 12),
            Item("豆浆机", 259, "appliance", "滤网", 15),
            Item("足浴盆", 199, "appliance", "泡脚包", 29),
            Item("电热水壶", 89, "appliance", "保温杯", 59),
            Item("加湿器", 119, "appliance", "滤芯", 19),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Agent:
    account: str
    name: str
    team: str
    care: float  # 0..1, how often this agent serves well
    tails: tuple[str, ...] = ()  # how this agent likes to end a sentence


AGENTS = (
    Agent("xiaoli", "小李", "售后", 0.95, ("哈", "～")),
    Agent("xiaozhou", "小周", "售后", 0.95, ("哈", "😊", "～")),
    Agent("aming", "阿明", "售后", 0.9),
    Agent("xiaotang", "小唐", "售后", 0.4, ("哦", "呢")),
    Agent("xiaohe", "小何", "售后", 0.3, ("呢", "～")),
    Agent("laowu", "老吴", "售后", 0.2),
    Agent("dapeng", "大鹏", "售后", 0.75, ("哈",)),
    Agent("xiaoqi", "小七", "售前", 0.9, ("～", "呀")),
    Agent("yaya", "丫丫", "售前", 0.8, ("呀", "~", "😄")),
    Agent("xiaolu", "小陆", "售前", 0.5),
    Agent("aqiao", "阿乔", "售前", 0.7, ("哈", "呢")),
    Agent("azhen", "阿珍", "售前", 0.25, ("～", "哦")),
)

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "晓梅", "志强", "雨桐", "建国", "丽娟", "浩然", "思琪", "海燕", "文博", "秀英",
    "子涵", "春华", "明远", "佳怡", "国栋", "若曦", "小满", "一诺", "立群", "玉兰",
)  # fmt: skip
_TITLES = ("女士", "先生", "小姐", "阿姨", "同学")
_NICKNAMES = (
    "糖糖妈妈", "tb_冬天的风", "橘子汽水", "一只猫", "山里人家", "奶茶续命", "小葵花", "阿宅",
    "momo", "落日飞车", "今天不加班", "豆豆爸", "咸鱼翻身", "tb7788_小雨", "晒太阳的狗", "半糖去冰",
    "李家老三", "春风十里", "芝麻汤圆", "快乐星球", "鹿小姐", "旺仔", "西瓜味的夏天", "老张头",
    "不吃香菜",
)  # fmt: skip
_COLOURS = {
    "wear": ("黑色", "米白", "藏青", "浅灰", "卡其", "酒红", "雾蓝", "墨绿"),
    "shoe": ("黑色", "米白", "卡其", "浅灰"),
    "gear": ("军绿", "卡其", "橘色", "黑色"),
    "appliance": ("白色", "薄荷绿", "奶油色", "黑色"),
}
_CARRIERS = (("中通", "78", 12), ("圆通", "YT", 13), ("申通", "77", 13), ("韵达", "46", 11), ("顺丰", "SF", 13))
_HUBS = ("武汉转运中心", "郑州分拨", "杭州萧山分拨中心", "东莞虎门转运", "成都转运中心", "南京分拨", "长沙星沙分拨")
_CITIES = ("石家庄", "苏州", "绵阳", "泉州", "洛阳", "襄阳", "南宁", "大连", "兰州", "佛山", "合肥", "宁波")
_STREETS = ("人民路", "解放东路", "建设大道", "滨河路", "学府街", "新华路", "长宁中路", "花园路")
_ESTATES = ("阳光花园", "翠湖小区", "锦绣家园", "东方雅苑", "康乐新村", "书香公寓")
_PEOPLE = ("我妈", "我老公", "我爸", "女朋友", "婆婆", "儿子", "闺蜜", "室友")
_COMPANIES = ("杭州青果文化创意有限公司", "苏州木桥设计有限公司", "成都半山贸易有限公司", "武汉云帆教育科技有限公司")
_DUES = ("后天", "周五", "周六", "这周末", "下周一", "大后天")
_PAID = ("周一", "前天", "上周三", "11号", "上周末", "13号")
_GIFTS = ("小毛巾", "钥匙扣", "一双袜子", "帆布袋", "便签本")
_SIZES = ("S", "M", "L", "XL", "2XL", "3XL")
_SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")


def shown_name(rng: Random, name: str) -> str:
    """What the helpdesk shows of a customer: a nickname, or 王女士."""
    return rng.choice(_NICKNAMES) if rng.random() < 0.35 else name[0] + rng.choice(_TITLES)


def facts(rng: Random, shop: Shop, item: Item, at: datetime) -> dict[str, str]:
    """What the phrases of one conversation may mention, one value each, so that nobody contradicts themselves."""
    carrier, head, length = rng.choice(_CARRIERS)
    phone = f"1{rng.choice(('39', '58', '86', '77'))}0000{rng.randrange(10_000):04}"
    return {
        **_figures(rng, item),
        "shop": shop.name,
        "item": item.name,
        "other": item.goes_with,
        "price": str(item.price),
        "diff": str(rng.choice((10, 15, 20, 30, 40, 50, 60))) if item.price > 100 else str(rng.choice((5, 8, 10))),
        "fee": str(rng.choice((8, 10, 12, 15))),
        "colour": rng.choice(_COLOURS[item.kind]),
        "order": f"238{_digits(rng, 16)}",
        "carrier": carrier,
        "wb": head + _digits(rng, length),
        "hub": rng.choice(_HUBS),
        "city": rng.choice(_CITIES),
        "addr": _address(rng),
        "phone": phone,
        "spoken": f"{phone[:3]}，{phone[3:7]}，{phone[7:]}".translate(_SPOKEN),
        "cname": rng.choice(_FAMILY) + rng.choice(_GIVEN),
        "person": rng.choice(_PEOPLE),
        "company": rng.choice(_COMPANIES),
        "tax": f"91330{_digits(rng, 3)}MA2{_digits(rng, 6)}X",
        "email": f"{rng.choice(('caiwu', 'fapiao', 'mm', 'xiaoyu'))}{rng.randrange(10, 999)}@mail.example",
        "wx": f"wx_{rng.choice(('yy', 'dz', 'kf', 'sy'))}{_digits(rng, 4)}",
        "days": str(rng.randint(2, 6)),
        "due": rng.choice(_DUES),
        "paid": rng.choice(_PAID),
        "gift": rng.choice(_GIFTS),
        "soon": _soon(rng, at),
    }


def _figures(rng: Random, item: Item) -> Mapping[str, str]:
    woman = rng.random() < 0.6
    height = rng.randint(155, 170) if woman else rng.randint(168, 186)
    weight = rng.randint(88, 138) if woman else rng.randint(118, 182)
    if item.kind == "shoe":
        size = rng.randint(36, 39) if woman else rng.randint(40, 44)
        return {"h": str(height), "w": str(weight), "size": f"{size}码", "up": f"{size + 1}码"}
    rung = sum(weight >= limit for limit in ((100, 115, 130) if woman else (115, 130, 150, 168)))
    return {"h": str(height), "w": str(weight), "size": _SIZES[rung], "up": _SIZES[rung + 1]}


def _address(rng: Random) -> str:
    door = f"{rng.randint(1, 18)}栋{rng.randint(1, 3)}单元{rng.randint(1, 24)}0{rng.randint(1, 4)}"
    street = f"{rng.choice(_STREETS)}{rng.randint(1, 300)}号"
    return f"{street}{rng.choice(_ESTATES)}{door}" if rng.random() < 0.6 else f"{rng.choice(_ESTATES)}{door}"


def _soon(rng: Random, at: datetime) -> str:
    if at.hour < 12:
        return rng.choice(("今天下午3点", "下午2点", "今天17点"))
    if at.hour < 16:
        return rng.choice(("今天18点", "今晚8点", "今晚9点"))
    return rng.choice(("明天中午12点", "明早10点", "明天上午11点"))


def _digits(rng: Random, n: int) -> str:
    return "".join(rng.choices("0123456789", k=n))
