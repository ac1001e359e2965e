"""No personal data and nothing pressable leaves through a quote, and order numbers stay readable."""

import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.privacy import defang, mask, mask_name, mask_together, quote

SENTENCES = ("{}", "我的是{}，麻烦查一下", "电话{}收不到短信", "你记一下 {} 谢谢", "（{}）", "改成{}可以吗？快点")
WIDE = str.maketrans("0123456789Xx@.", "０１２３４５６７８９Ｘｘ＠．")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
SPOKEN_ON_PHONE = str.maketrans("0123456789", "〇幺二三四五六七八九")


def grouped(number: str, *sizes: int, by: str = " ") -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return by.join([*parts, number[at:]] if at < len(number) else parts)


def phones(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(25):
        n = f"1{rng.choice('3456789')}{rng.randrange(10**9):09}"
        written = [n, f"+86{n}", f"86{n}", f"+86 {n}", f"0086-{n}", f"(+86){n}", n.translate(WIDE), f"tel{n}"]
        written += [grouped(n, 3, 4, by=by) for by in (" ", "-", "－", ".", " - ", "\u200b", "—")]
        written += [grouped(n, 4, 4), " ".join(n), "-".join(n), "\u200b".join(n), "\ufe0f\u20e3".join(n)]
        written += [n.translate(SPOKEN), n.translate(SPOKEN_ON_PHONE), n[:3].translate(SPOKEN) + n[3:]]
        yield from ((w, n) for w in written)


def identities(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(40):
        place = rng.choice(("110101", "330106", "440305", "510107", "650102", "810000"))
        born = f"{rng.randint(1950, 2012)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        n = with_check_digit(f"{place}{born}{rng.randrange(1000):03}")
        old = f"{place}{born[2:]}{rng.randrange(1000):03}"
        yield from ((w, n) for w in (n, n.lower(), n.translate(WIDE), grouped(n, 6, 8), grouped(n, 6, 4, 4, by="-")))
        yield from ((w, old) for w in (old, old.translate(WIDE), f"身份证号：{old}"))


def with_check_digit(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first17, strict=True)) % 11]


def cards(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(40):
        prefix, length = rng.choice((("622202", 19), ("621700", 19), ("622848", 19), ("625912", 16), ("451289", 16)))
        n = with_luhn_digit(prefix + "".join(rng.choices("0123456789", k=length - len(prefix) - 1)))
        yield from ((w, n) for w in (n, n.translate(WIDE), grouped(n, 4, 4, 4, 4), grouped(n, 4, 4, 4, 4, by="-")))


def with_luhn_digit(digits: str) -> str:
    doubled = sum(sum(divmod(int(d) * 2, 10)) for d in digits[::-2])
    return digits + str(-(doubled + sum(int(d) for d in digits[-2::-2])) % 10)


def emails(rng: random.Random) -> Iterator[tuple[str, str]]:
    for name in ("wangxiaomei", "li.lei", "han_meimei88", "zhang-san+tb", "8812345"):
        for host in ("qq.com", "163.com", "vip.sina.com.cn", "example.org"):
            mail = f"{name}@{host}"
            written = (mail, mail.upper(), mail.translate(WIDE), f"{name} @ {host}", f"{name}(at){host}")
            yield from ((w, name) for w in (*written, f"{name}[at]{host.replace('.', '[dot]')}", f"{name} at {host}"))


@pytest.mark.parametrize("canaries", [phones, identities, cards, emails])
def test_personal_numbers_are_hidden_in_every_way_of_writing_them(canaries: object) -> None:
    assert callable(canaries)
    cases = [(s.format(w), secret) for w, secret in canaries(random.Random(7)) for s in SENTENCES]
    leaks = [text for text, secret in cases if leaks_from(mask(text), secret)]
    assert len(leaks) <= 0.01 * len(cases), leaks[:10]


def leaks_from(shown: str, secret: str) -> bool:
    """Half of the secret in one piece, however it is written, is a leak."""
    plain = re.sub(r"[\s\-—－.\u200b\ufe0f\u20e3]", "", shown).translate({v: chr(k) for k, v in WIDE.items()})
    plain = re.sub("[〇幺]", lambda m: {"〇": "零", "幺": "一"}[m[0]], plain)
    plain = plain.translate({v: chr(k) for k, v in SPOKEN.items()}).lower()
    secret = re.sub(r"[\-.]", "", secret).lower()
    size = max(len(secret) // 2, 5)
    return any(secret[i : i + size] in plain for i in range(len(secret) - size + 1))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我电话13800138000", "我电话138****8000"),
        ("幺三八，零零幺三，八零零零，对", "138****8000，对"),
        ("座机0571-88886666", "座机0571-****6666"),
        ("微信号是wang_xm88", "微信号是w****"),
        ("加V：abc12345", "加V：a****"),
        ("vx13800138000", "vx138****8000"),
        ("QQ：123456789", "QQ：1****"),
        ("扣扣号 88123456", "扣扣号 8****"),
        ("车牌浙A·12345", "车牌浙A****"),
        ("绿牌粤BD12345停楼下", "绿牌粤B****停楼下"),
        ("我叫王小明，帮我查下", "我叫王**，帮我查下"),
        ("收货人：李雷", "收货人：李**"),
        ("13800138000一直打不通", "138****8000一直打不通"),
        ("浙江省杭州市西湖区文三路90号3栋501室", "浙江省杭州市****"),
    ],
)
def test_a_mask_keeps_what_helps_to_recognise(text: str, shown: str) -> None:
    assert mask(text) == shown


# (address, the parts that must not be readable)
ADDRESSES = """\
浙江省杭州市西湖区文三路90号东部软件园3号楼502|文三路 502
浙江省 杭州市 余杭区 仓前街道 良睦路1399号 8幢2单元1601室|良睦路 1399 1601
杭州市滨江区长河路351号4号楼|长河路 351
上海市浦东新区张杨路500弄12号302室|张杨路 500 302
上海徐汇区龙华中路88弄6号1203|龙华中路 1203
上海市闵行区七莘路1809弄3号楼401|七莘路 401
北京市朝阳区建国路93号院5号楼2单元1802|建国路 1802
北京海淀区中关村大街27号1101室|中关村大街 1101
北京市丰台区方庄芳城园一区12号楼3单元602|芳城园 602
广东省深圳市南山区粤海街道科苑路15号科兴科学园B栋1204|科苑路 1204
深圳市福田区福华一路1号|福华一路
广州市天河区天河路385号太古汇一座2803|天河路 2803
广州番禺区大石街道群贤路99号锦绣花园7栋1503房|群贤路 1503
东莞市长安镇锦厦社区河东三路12号|锦厦 河东三路
佛山市顺德区容桂街道文海西路18号2楼|文海西路
江苏省苏州市吴中区木渎镇金枫南路216号|金枫南路 216
苏州工业园区星湖街328号创意产业园5栋201|星湖街 201
南京市江宁区秣陵街道双龙大道1698号12幢405|双龙大道 405
无锡市滨湖区蠡湖大道2009号|蠡湖大道 2009
江苏省南通市海门区三厂镇厂洪路33号|厂洪路 33
成都市武侯区天府大道中段530号1栋2604|天府大道 2604
四川省成都市郫都区团结镇学院街65号|学院街 65
成都市锦江区春熙路西段8号|春熙路
重庆市渝北区龙溪街道红锦大道77号3幢18-2|红锦大道 18-2
重庆市江北区建新北路一支路5号2-3-1|建新北路 5号
武汉市洪山区珞喻路1037号华中科技大学韵苑12栋305|珞喻路 305
湖北省武汉市江夏区藏龙岛栗庙路6号|栗庙路
长沙市岳麓区麓山南路932号|麓山南路 932
湖南省长沙市雨花区万家丽中路二段68号|万家丽中路 68
西安市雁塔区科技二路65号清华科技园C座1702|科技二路 1702
陕西省西安市未央区凤城五路海璟国际3栋1单元2001|凤城五路 2001
郑州市金水区花园路39号|花园路 39
河南省郑州市二七区大学路街道桃源路18号院2号楼7号|桃源路
天津市和平区南京路189号|南京路 189
天津南开区卫津路94号南开大学西区公寓5号楼412|卫津路 412
沈阳市和平区三好街35号|三好街 35
大连市甘井子区凌工路2号|凌工路
哈尔滨市南岗区西大直街92号|西大直街 92
长春市朝阳区前进大街2699号|前进大街 2699
济南市历下区山大南路27号|山大南路 27
青岛市崂山区松岭路238号|松岭路 238
山东省临沂市兰山区义堂镇朱保村三组15号|朱保村 15号
石家庄市裕华区东岗路206号|东岗路 206
河北省保定市清苑区臧村镇李庄村58号|李庄村 58
太原市小店区坞城路92号|坞城路 92
昆明市五华区一二一大街298号|一二一大街 298
云南省大理白族自治州大理市下关镇苍山路12号|苍山路
贵阳市花溪区甲秀南路5号|甲秀南路
南宁市青秀区民族大道100号|民族大道 100
广西壮族自治区桂林市七星区金鸡路1号|金鸡路
海口市美兰区人民大道58号|人民大道 58
福建省福州市闽侯县上街镇大学城学府南路33号|学府南路 33
厦门市思明区思明南路422号|思明南路 422
泉州市晋江市陈埭镇岸兜村前进路6号|岸兜村 前进路
合肥市包河区金寨路96号|金寨路 96
安徽省阜阳市颍上县江口镇双庙村|双庙村
南昌市红谷滩区学府大道999号|学府大道 999
乌鲁木齐市天山区解放南路666号|解放南路 666
新疆维吾尔自治区乌鲁木齐市沙依巴克区西北路458号|西北路 458
兰州市城关区天水南路222号|天水南路 222
内蒙古自治区呼和浩特市赛罕区大学西街235号|大学西街 235
银川市西夏区贺兰山西路489号|贺兰山西路 489
人民路12号3栋502室|人民路 502
阳光花园3栋2单元501|阳光花园 501
翠苑小区12幢3单元602|翠苑 602
5栋302|302
3号楼2单元501室|501
碧桂园凤凰城8栋1901|1901
万科金域华府二期6栋2单元1204|1204
绿地中心A座1803室|1803
大学城北区宿舍6栋417|417
幸福里小区3-2-501|幸福里 501
城西银泰城写字楼B幢2205|2205
中山北路二段三十六号|中山北路 三十六
解放路一百二十号四楼|解放路 一百二十
和平村五组23号|和平村 23
永丰镇新民村委会旁边|新民村
义乌市北苑街道柳青二区18栋3单元|柳青 18栋
宁波市鄞州区首南街道泰康中路456号|泰康中路 456
赣州章贡区水南镇长征大道18号金融中心A2栋1806|长征大道 1806
南山科技园科兴路11号深南花园裙楼B区401|科兴路 401
四季青镇西山村南区12排3号|西山村 12排
北京市西城区 宣武门外大街 甲1号 环球财讯中心D座|宣武门 甲1
我家翡翠城梅苑11幢1单元702|702
温州市鹿城区锦绣路1067号置信广场B幢1606|锦绣路 1606
""".splitlines()
AROUND = ("{}", "麻烦帮我改成{}，谢谢", "地址：{} 王女士", "寄到{}", "我搬家了，现在住{}，能改吗")


def test_nine_of_ten_street_addresses_lose_their_street_and_door() -> None:
    assert len(ADDRESSES) >= 60
    leaks = []
    for line in ADDRESSES:
        address, secrets = line.split("|")
        shown = [mask(around.format(address)) for around in AROUND]
        leaks += [s for s in shown if any(secret in s for secret in secrets.split())]
    assert len(leaks) <= 0.1 * len(ADDRESSES) * len(AROUND), leaks


@pytest.mark.parametrize("around", AROUND[1:2])
def test_the_words_around_an_address_stay(around: str) -> None:
    for line in ADDRESSES:
        assert mask(around.format(line.split("|")[0])).endswith("，谢谢")


READABLE = """\
知道了，12号能到吗
第3号链接还有货吗
我170 120斤穿多大
170/92A 160-165 115斤 可以吗
满300减50，券后269.9
12月3号下单的，3天了
一共拍了3件，2件不合适
快递停在杭州转运中心了
从广州市发到北京市要几天
这个小区可以送上门吗
走哪条路都行，你们快点
在路上了，15号前到
三楼的灯什么牌子
有没有1.8米的 200*230
早上9点30到10点15都在
5个装的和10个装的哪个划算
一二三四五都可以
给我一个说法
一直没人回一个字
超市3楼也有卖
5号电池要几节
售后电话400-123-4567打不通
第二单元测试卷有吗
2026-11-20 10:00:15
编号20261120001
尺寸 1200*600*750
""".splitlines()


@pytest.mark.parametrize("text", READABLE)
def test_ordinary_talk_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


def digits(rng: random.Random, n: int) -> str:
    return "".join(rng.choices("0123456789", k=n))


def order_numbers(rng: random.Random, n: int) -> Iterator[str]:
    """Order, refund and waybill numbers as the large platforms and carriers write them."""
    day = f"2{rng.randint(4, 6)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    kinds = (
        lambda: rng.choice("1234") + digits(rng, 18),
        lambda: rng.choice("12") + digits(rng, 17),
        lambda: f"{day}-{digits(rng, 15)}",
        lambda: rng.choice("23") + digits(rng, 11),
        lambda: "69" + digits(rng, 17),
        lambda: f"20{day}{digits(rng, 8)}",
        lambda: "SF" + digits(rng, 13),
        lambda: "SF1" + digits(rng, 12),
        lambda: "YT" + digits(rng, 13),
        lambda: "JT" + digits(rng, 13),
        lambda: "JDVA" + digits(rng, 11),
        lambda: "JD0" + digits(rng, 12),
        lambda: "78" + digits(rng, 12),
        lambda: "77" + digits(rng, 13),
        lambda: "46" + digits(rng, 11),
        lambda: "31" + digits(rng, 13),
        lambda: "98" + digits(rng, 11),
        lambda: "DPK" + digits(rng, 12),
        lambda: f"E{rng.choice('BZ')}{digits(rng, 9)}CN",
    )
    around = ("{}", "订单{}", "单号 {} 到哪了", "{} 这个怎么还没发", "运单号：{}", "我的单{}，麻烦催下")
    for _ in range(n):
        yield rng.choice(around).format(rng.choice(kinds)())


def test_order_and_waybill_numbers_stay_readable() -> None:
    texts = list(order_numbers(random.Random(2026), 10_000))
    hidden = [t for t in texts if mask(t) != t]
    assert len(hidden) <= 50, hidden[:20]


def test_a_number_split_over_two_messages_is_hidden() -> None:
    shown = mask_together(["我电话1380013", "8000", "打这个"])
    assert len(shown) == 3
    assert "8000" not in shown[1]
    assert shown[2] == "打这个"


@pytest.mark.parametrize(
    ("name", "shown"), [("王女士", "王**"), ("张三", "张**"), ("王**", "王**"), ("<at id=all>", "a**"), ("", "客户")]
)
def test_a_name_keeps_only_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


ATTACKS = (
    '<at user_id="all">所有人</at>',
    "<at id=all></at>",
    "@所有人 快看",
    "@all",
    "@13800138000 在吗",
    "[点击](http://evil.cn/a)",
    "![](https://evil.cn/t.png)",
    '<font color="red">急</font>',
    '<a href="x">x</a>',
    "|a|b|\n|-|-|\n|1|2|",
    "```\ncode\n```",
    "**粗体** _斜_ ~~删~~",
    "${env.SECRET} {{ 7*7 }}",
    "dingtalk://dingtalkclient/page/link?url=x",
    "lark://applink",
    "# 标题",
    "dtmd://dingtalkclient/sendMessage?content=认领",
    "JavaScript:alert(1)",
    "看这个 www.evil.com 便宜",
    "HTTPS://EVIL.CN",
    "- [ ] 做",
    "a\u202eb\u2066c",
    "\u200b@\u200ball",
    "<\u200bat id=all>",
    "急\x00急\x1b[31m",
    "\n" * 50 + "在吗",
    '"}],"tag":"at"',
    "&lt;at&gt;",
)
PRESSABLE = re.compile(
    r"<|>|@|://|\]\(|\*\*[^*]+\*\*|`|~~|\$\{|\{\{|\||\bjavascript:|\bhttps?\b|[a-z]\.(?:com|cn)\b|^#"
    r"|[\x00-\x08\x0b-\x1f]|[\u202a-\u202e\u2066-\u2069\u200b]|\n\n|&",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_in_a_customers_words_can_be_pressed_or_call_anybody(text: str) -> None:
    assert not PRESSABLE.search(defang(text)), defang(text)
    assert not PRESSABLE.search(quote(text)), quote(text)


def test_defanged_words_still_read_the_same() -> None:
    assert defang("能便宜点吗？我看隔壁 https://x.example.com/a 只要 3.5 元，12:30 前有效~") == (
        "能便宜点吗？我看隔壁 hxxps：//x［.］example［.］com/a 只要 3.5 元，12:30 前有效～"
    )
    assert defang("快递三天没动了！！！😭") == "快递三天没动了！！！😭"


def test_two_masks_in_one_line_cannot_pair_up_as_bold() -> None:
    assert quote("13800138000") == "138****8000"
    assert "*" not in quote("13800138000 或 13900139000")


def test_a_quote_is_one_line_and_short() -> None:
    shown = quote("我要投诉\n\n\n你们" + "啊" * 300)
    assert "\n" not in shown
    assert len(shown) == 80
    assert shown.endswith("…")


def test_a_cut_never_shows_the_head_of_a_phone_number() -> None:
    for before in range(60, 90):
        shown = quote("一" * before + "13800138000")
        assert not re.search(r"1380013", shown)


LETTERS = "1380013800062220210571-－ １３８一三八零路号栋室市区王微信VXqQ@.＠<at>*_[]()!:/\n\u200b\u202e\u3000急在到"
NASTY = st.text(st.sampled_from(LETTERS)) | st.text()


@given(NASTY)
def test_masking_never_fails_and_twice_is_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(NASTY)
def test_defanging_never_fails_and_twice_is_once(text: str) -> None:
    shown = defang(text)
    assert defang(shown) == shown
    assert "<at" not in shown
    assert "://" not in shown
    shown.encode()


@given(NASTY, st.integers(8, 90))
def test_a_quote_never_fails_and_twice_is_once(text: str, limit: int) -> None:
    shown = quote(text, limit)
    assert quote(shown, limit) == shown
    assert len(shown) <= limit
    assert not PRESSABLE.search(shown)


@given(st.lists(NASTY, min_size=1, max_size=5))
def test_masking_together_keeps_the_number_of_messages(texts: list[str]) -> None:
    assert len(mask_together(texts)) == len(texts)
