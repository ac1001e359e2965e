"""Which encoding a text from elsewhere is in, by its first bytes."""

import codecs

HEAD = 256 * 1024  # bytes looked at
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def of(head: bytes) -> str:
    """What is no UTF-8 is taken as GB18030, which holds GBK and GB2312; a few broken bytes are still UTF-8."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    first = head[:4000]
    if first.count(0) > len(first) // 8:  # UTF-16 without a mark: every Latin letter brings a zero byte
        return "utf-16-le" if first[1::2].count(0) >= first[::2].count(0) else "utf-16-be"
    read = head.decode("utf-8", "replace")
    broken, wide = read.count("\ufffd"), sum(not c.isascii() for c in read)
    return "utf-8" if broken <= 1 + wide // 20 else "gb18030"
