"""What kind of thing a conversation is about, by the words for it: shop-neutral, for the tags of cases."""

import re
from collections.abc import Iterable, Mapping

WORDS: Mapping[str, str] = {
    "服饰": "衣服|外套|裤|裙|衬衫|毛衣|卫衣|羽绒|内衣|睡衣|帽|围巾|袜|T恤|大衣|西装",
    "鞋包": "鞋|靴|拖鞋|背包|书包|行李箱|钱包|手提包|双肩包",
    "美妆个护": "洁面|面霜|口红|粉底|精华|面膜|防晒|洗发|沐浴|牙膏|香水|护肤|乳液|眼影",
    "食品生鲜": "水果|车厘子|牛奶|零食|坚果|茶叶|咖啡|海鲜|大闸蟹|虾|牛排|月饼|糕点|大米|酒",
    "数码": "手机|耳机|充电|电脑|键盘|鼠标|平板|手表|相机|音箱|数据线|路由",
    "家电": "冰箱|洗衣机|空调|电饭煲|吹风机|扫地机|加湿器|净水|电视|风扇|烤箱|热水|破壁|吸尘",
    "家居": "沙发|床|柜|桌|椅|窗帘|被子|枕头|四件套|锅|碗|杯|灯|地毯|收纳",
    "母婴": "宝宝|婴儿|奶粉|纸尿裤|奶瓶|童装|玩具|推车|孕妇",
    "宠物": "猫粮|狗粮|猫砂|宠物|猫|狗",
}
_READERS = {name: re.compile(words) for name, words in WORDS.items()}


def kind(texts: Iterable[str]) -> str:
    """The kind most spoken of; empty when none is."""
    said = "\n".join(texts)
    found = {name: len(reader.findall(said)) for name, reader in _READERS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else ""
