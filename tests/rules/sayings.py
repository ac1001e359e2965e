"""Made-up texts for comparing with snownlp: words, single characters, marks and noise in any order, from a seed."""

from random import Random

from rules.lexicon.customer import CUSTOMER

ODD = [
    "\u3000",
    " ",
    "\t",
    "\n",
    "\u200b",
    "😡",
    "👍🏻",
    "é",
    "ß",
    "\u0301",
    "\ufeff",
    "１２３",
    "ＡＢＣ",
    "𠮷",
    "㐀",
    "龥",
    "龦",
    "〇",
    "\x00",
]
PLAIN = [
    "，",
    "。",
    "？",
    "！",
    "...",
    "~",
    "ok",
    "iPhone 15",
    "12315",
    "3天",
    "http://a.b/c?d=1",
    "@小二",
    "[图片]",
    "後來",
    "發貨",
    "嗯嗯",
    "哒",
]
EDGES = [
    " ", "\n", "。", "?", "a", "0", "的", "龥", "〇", "嗯", "嗯嗯嗯嗯", "的的的的的的", "哈哈哈哈哈哈哈哈",
    "这个", "丂丂", "丂好丂好", "好丂", "你好吗你好吗你好吗", "不不不不是是是是", "abc 123", "a好b好c", "，好，",
    "好 好", "好\n坏", "一", "一一", "一二一二一二一二", "退款！" * 40, "这家店的客服真的很有耐心，" * 30, "😡" * 20,
    "null", "鷄犬不寧", "𠮷野家",
]  # fmt: skip


def words() -> list[str]:
    return sorted({word for words in CUSTOMER.values() for word in words.split()})


def text(random: Random, known: list[str], longest: int = 6) -> str:
    """One text; now and then a long one."""
    pieces = random.randint(1, longest if random.random() < 0.97 else 10 * longest)
    return "".join(_piece(random, known) for _ in range(pieces))


def _piece(random: Random, known: list[str]) -> str:
    kind = random.random()
    if kind < 0.5:
        return random.choice(known)
    if kind < 0.7:  # the first few thousand characters of the block are a mix of common and rare
        return chr(random.randint(0x4E00, 0x9FA5))
    if kind < 0.85:
        return random.choice(
            "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长"
        ) * random.randint(1, 2)
    return random.choice(PLAIN if kind < 0.95 else ODD)
