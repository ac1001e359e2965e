"""Which words about a colleague a room may hear: praise with a name, never a fault with one."""

import re

PRAISE = re.compile("恭喜|祝|谢谢|感谢|辛苦|点赞|表扬|鼓掌|掌声|厉害|棒|服务之星|欢迎|生日|学习|请教")
FAULT = re.compile("慢|错|差|漏|忘|迟|晚|扣|投诉|态度|别再|不要再|不准|批评|检讨|最后一名|垫底|拖|怼|敷衍")


def praises(words: str) -> bool:
    return bool(PRAISE.search(words)) and not FAULT.search(words)
