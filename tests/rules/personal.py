"""Made-up personal data in every way of writing it, and the order numbers that must not be taken for it."""

import random
import re
from collections.abc import Iterator

from hypothesis import strategies as st

SENTENCES = ("{}", "我的是{}，麻烦查一下", "电话{}收不到短信", "你记一下 {} 谢谢", "（{}）", "改成{}可以吗？快点")
WIDE = str.maketrans("0123456789Xx@.", "０１２３４５６７８９Ｘｘ＠．")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
BOLD = {ord("0") + i: 0x1D7CE + i for i in range(10)}
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
        written += [n.translate(FORMAL), "".join(rng.choice((c, c.translate(WIDE), c.translate(SPOKEN))) for c in n)]
        written += ["、".join(n), "，".join(n), f"({n[:3]}){n[3:]}", f"{n[:3]}，{n[3:7]}，{n[7:]}".translate(SPOKEN)]
        written += [grouped(n, 3, 4, by=by) for by in ("|", "~", "+", "：", "\u3000", "\n", "__")]
        written += [n.translate(table) for table in (CIRCLED, LOWERED, BOLD)] + [n[:2] + n[2:].replace("0", "O")]
        written += [f"＋８６{n.translate(WIDE)}", f"+86-{grouped(n, 3, 4, by='-')}", f"0{n}", f"{n}转801", f"{n}号"]
        yield from ((w, n) for w in written)


def identities(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(40):
        place = rng.choice(("110101", "330106", "440305", "510107", "650102", "810000"))
        born = f"{rng.randint(1950, 2012)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        n = with_check_digit(f"{place}{born}{rng.randrange(1000):03}")
        old = f"{place}{born[2:]}{rng.randrange(1000):03}"
        yield from ((w, n) for w in (n, n.lower(), n.translate(WIDE), grouped(n, 6, 8), grouped(n, 6, 4, 4, by="-")))
        yield from ((w, old) for w in (old, old.translate(WIDE), f"身份证号：{old}"))
        yield from ((w, n) for w in (n.translate(SPOKEN), n.translate(BOLD), " ".join(n), grouped(n, 6, 8, by="，")))


def with_check_digit(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first17, strict=True)) % 11]


def cards(rng: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(40):
        prefix, length = rng.choice((("622202", 19), ("621700", 19), ("622848", 19), ("625912", 16), ("451289", 16)))
        n = with_luhn_digit(prefix + "".join(rng.choices("0123456789", k=length - len(prefix) - 1)))
        yield from ((w, n) for w in (n, n.translate(WIDE), grouped(n, 4, 4, 4, 4), grouped(n, 4, 4, 4, 4, by="-")))
        yield from ((w, n) for w in (n.translate(SPOKEN), " ".join(n), grouped(n, 4, 4, 4, 4, by="，")))


def with_luhn_digit(digits: str) -> str:
    doubled = sum(sum(divmod(int(d) * 2, 10)) for d in digits[::-2])
    return digits + str(-(doubled + sum(int(d) for d in digits[-2::-2])) % 10)


def emails(rng: random.Random) -> Iterator[tuple[str, str]]:
    for name in ("wangxiaomei", "li.lei", "han_meimei88", "zhang-san+tb", "8812345"):
        for host in ("qq.com", "163.com", "vip.sina.com.cn", "example.org"):
            mail = f"{name}@{host}"
            written = (
                mail,
                mail.upper(),
                mail.translate(WIDE),
                f"{name} @ {host}",
                f"{name}(at){host}",
                f"{name}艾特{host}",
            )
            yield from ((w, name) for w in (*written, f"{name}[at]{host.replace('.', '[dot]')}", f"{name} at {host}"))


def leaks_from(shown: str, secret: str) -> bool:
    """Half of the secret in one piece, however it is written, is a leak."""
    plain = readable(shown)
    secret = re.sub(r"[\-.]", "", secret).lower()
    size = max(len(secret) // 2, 5)
    return any(secret[i : i + size] in plain for i in range(len(secret) - size + 1))


def readable(shown: str) -> str:
    """As somebody reads it: without blanks and dashes, in plain digits."""
    plain = re.sub(r"[\s\-—－.，、,|~+：()\u200b\ufe0f\u20e3_]", "", shown)
    plain = plain.translate({v: chr(k) for k, v in WIDE.items()})
    plain = re.sub("[〇幺]", lambda m: {"〇": "零", "幺": "一"}[m[0]], plain)
    return plain.translate({v: chr(k) for k, v in SPOKEN.items()}).lower()


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
        lambda: "37" + digits(rng, 17),
        lambda: "P7" + digits(rng, 17),
        lambda: "LP" + digits(rng, 14),
        lambda: f"20{day}22001{digits(rng, 15)}",
        lambda: rng.choice("123456789") + digits(rng, 15),
        lambda: rng.choice(("10", "11", "13", "18", "97")) + digits(rng, 11),
        lambda: rng.choice("23456789") + digits(rng, 11),
        lambda: grouped(rng.choice(("77", "78")) + digits(rng, 13), 4, 4, 4),
        lambda: grouped("SF" + digits(rng, 13), 6, 4, 4),
        lambda: grouped(rng.choice("1234") + digits(rng, 18), 4, 4, 4, 4),
        lambda: f"E{rng.choice('BZ')}{digits(rng, 9)}CN",
    )
    around = ("{}", "订单{}", "单号 {} 到哪了", "{} 这个怎么还没发", "运单号：{}", "我的单{}，麻烦催下")
    for _ in range(n):
        yield rng.choice(around).format(rng.choice(kinds)())


LETTERS = "1380013800062220210571-－ １３８一三八零路号栋室市区王微信VXqQ@.＠<at>*_[]()!:/\n\u200b\u202e\u3000急在到"
NASTY = st.text(st.sampled_from(LETTERS)) | st.text()
