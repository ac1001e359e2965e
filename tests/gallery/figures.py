"""Cards with figures: portraits of a person, a team and a shop, what came after service, and talk-tracks."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from handlers.cards import outcomes, portrait
from handlers.cards.card import Card
from rules.compare import Compared
from rules.metrics.definition import Pack
from rules.metrics.figures import Figure
from rules.outcomes import Options
from rules.talk_tracks import Track
from tests.gallery.pieces import PAGE, PORTRAIT, SPAN, standing

TRACK = Track("own_first", "先认领问题", "这事搁我身上我也急，我盯到底。", "calmed")
PROVEN: Any = SimpleNamespace(
    track=TRACK,
    compared=Compared(0.11, (0.04, 0.18), (0.87, 0.76), (131, 402), "确有差别", 0),
    n=131,
    examples=(("shop:c1", "我盯到底，18 点前给您回个话"),),
)
CAME: Any = SimpleNamespace(name="conversion", title="询单转化", standing=standing("solved", 0.31, 0.27, 0.8, 88))
TOGETHER: Any = SimpleNamespace(
    name="conversion", title="询单转化", share=0.29, interval=(0.25, 0.33), n=312, against=PROVEN.compared
)

CARDS: Mapping[str, Card] = {
    "outcomes.mine": outcomes.mine("小李", SPAN, [CAME], Options()),
    "outcomes.ranking": outcomes.ranking([PROVEN], 60, f"{PAGE}/talk-tracks"),
    "outcomes.one": outcomes.one(PROVEN, 60),
    "outcomes.versus": outcomes.versus(PROVEN, PROVEN, PROVEN.compared),
    "portrait.mine": portrait.mine(
        PORTRAIT,
        [(Figure("generic.csat", None, 0.93, 12, (0.7, 0.98), "generic@1", ()), "满意度", "rate")],
        Pack("generic", "通用口径", 1, "Asia/Shanghai", "", ()),
    ),
    "portrait.whole": portrait.whole(PORTRAIT, f"{PAGE}/me"),
    "portrait.team": portrait.team(replace(PORTRAIT, name="售后"), f"{PAGE}/team/售后"),
    "portrait.intervals": portrait.intervals(PORTRAIT),
    "portrait.shop": portrait.shop(replace(PORTRAIT, name="云雀旗舰店"), f"{PAGE}/shop/云雀旗舰店"),
    "outcomes.team": outcomes.team("售后", SPAN, [TOGETHER], [PROVEN], Options()),
}
