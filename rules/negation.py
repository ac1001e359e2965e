"""Whether a term is taken back by the words around it: 不会投诉 is not a threat, 不太满意 is not praise."""

import re

REACH = 10  # characters looked at before the term
FILLER = (
    "会|想|要|是|能|打|找|走|提供|透露|泄露|告诉|支持|接受|存在|允许|参与|敢|"
    "愿意?|打算|准备|需要?|必要?|可能|至于|有|再|去|来|太|很|怎么|那么|这么|多么?|够|算|觉得|感觉|觉着|说|让|给|用|"
    "我们?|你们?|您|他们?|真的|真|非|故意|曾|过|在|为了|因为|特别|十分|非常|怎样"
)
NEGATED = re.compile(f"(?:没有?|不|别|未|无需|无须|勿|甭|从没|并非|木有)(?:{FILLER}|\\s){{0,3}}$")
# What only looks like a negation in front: A-not-A questions, double negations, conditions.
AFFIRMED = re.compile(
    "(?:不得不|不能不|不会不|没有不|不是不|要不|再不|会不会|要不要|是不是|能不能|想不想|有没有|用不用|可不可以|忍不住|禁不住|"
    f"恨不得|巴不得|何不|差不多|难道不|还不|不仅|不但|不光|不只|不止|非不)(?:{FILLER}){{0,2}}$"
)
TAKEN_UP = re.compile("(?:都?不行|不可|才怪|不成|都不)")  # 不投诉不行
ASKED = re.compile("[^,。!?;]{0,8}(?:吗|么|嘛|\\?)")  # 这不是骗人吗


def negated(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - REACH) : start]
    if not NEGATED.search(before) or AFFIRMED.search(before):
        return False
    if before.endswith("不是") and ASKED.match(text, end):
        return False
    return not TAKEN_UP.match(text, end)
