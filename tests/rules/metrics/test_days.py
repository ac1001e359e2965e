"""Every figure of every pack on two days, as counted by hand; where a platform counts differently, it says how."""

import pytest

from tests.rules.metrics.by_hand import DAY_1, DAY_2
from tests.rules.metrics.days import ByHand, agree, names

WANGWANG_1: ByHand = {
    # an left a2 without a word, and nobody answered a4: both late; 07:50 lies before 8:00
    "reply_rate_3min": {"": (6 / 10, 10), "an": (2 / 5, 5), "bo": (4 / 5, 5)},
    # 80, 210, 600, 600, 15 (an); 25, 300, 20, 50, 31 (bo)
    "mean_reply": {"": (1931 / 10, 10), "an": (1505 / 5, 5), "bo": (426 / 5, 5)},
    "median_reply": {"": (65, 10), "an": (210, 5), "bo": (31, 5)},
    "p90_reply": {"": (600, 10), "an": (600, 5), "bo": (50 + 0.6 * 250, 5)},
}
WANGWANG_2: ByHand = {
    "reply_rate_3min": {"": (7 / 8, 8), "chen": (2 / 3, 3), "dan": (5 / 5, 5)},
    # 23:30 lies after 23:00, and 1205 counts as 600: 80, 600, 5 (chen); 180, 30, 20, 40 (dan)
    "mean_reply": {"": (955 / 7, 7), "chen": (685 / 3, 3), "dan": (270 / 4, 4)},
    "median_reply": {"": (40, 7), "chen": (80, 3), "dan": (35, 4)},
    "p90_reply": {"": (180 + 0.4 * 420, 7), "chen": (80 + 0.8 * 520, 3), "dan": (40 + 0.7 * 140, 4)},
}
# 07:50 lies before 9:00; a5 came back after 7 minutes (same session) and after 27 (a new one)
# 80, 300, 15 (an); 20, 31 (bo)
JD_1_MEAN = {"": (446 / 5, 5), "an": (395 / 3, 3), "bo": (51 / 2, 2)}
JD_1: ByHand = {
    "first_reply_rate_30s": {"": (2 / 5, 5), "an": (1 / 3, 3), "bo": (1 / 2, 2)},
    "mean_reply": JD_1_MEAN,
    "first_reply": JD_1_MEAN,
    "first_reply_median": {"": (31, 5), "an": (80, 3), "bo": (25.5, 2)},
    "first_reply_p90": {"": (80 + 0.6 * 220, 5), "an": (80 + 0.8 * 220, 3), "bo": (20 + 0.9 * 11, 2)},
}
# 23:30 lies after 23:00: 80, 1205, 5 (chen); 180, 30 (dan)
JD_2_MEAN = {"": (1500 / 5, 5), "chen": (1290 / 3, 3), "dan": (210 / 2, 2)}
JD_2: ByHand = {
    "first_reply_rate_30s": {"": (2 / 5, 5), "chen": (1 / 3, 3), "dan": (1 / 2, 2)},
    "mean_reply": JD_2_MEAN,
    "first_reply": JD_2_MEAN,
    "first_reply_median": {"": (80, 5), "chen": (80, 3), "dan": (105, 2)},
    "first_reply_p90": {"": (180 + 0.6 * 1025, 5), "chen": (80 + 0.8 * 1125, 3), "dan": (30 + 0.9 * 150, 2)},
}
# messages, 8:00 to 23:00: a1 80 210 180, a2 300 25, a3 300, a4 - -, a5 20 50 31, a7 15
DOUDIAN_1: ByHand = {"reply_rate_3min": {"": (7 / 12, 12), "an": (3 / 7, 7), "bo": (4 / 5, 5)}}
# b1 80, b3 180, b4 30, b7 1205 and 5, b8 5 20 40
DOUDIAN_2: ByHand = {"reply_rate_3min": {"": (7 / 8, 8), "chen": (3 / 4, 4), "dan": (4 / 4, 4)}}
# customers: u5 and u7 never waited 3 minutes; bo answered u2 and u5 in time
KUAISHOU_1: ByHand = {"reply_rate_3min": {"": (2 / 6, 6), "an": (1 / 4, 4), "bo": (2 / 3, 3)}}
KUAISHOU_2: ByHand = {"reply_rate_3min": {"": (3 / 4, 4), "chen": (2 / 3, 3), "dan": (2 / 2, 2)}}
# 300 s is still in time: only u4 was not answered
PDD_1: ByHand = {"effective_reply_rate": {"": (5 / 6, 6), "an": (3 / 4, 4), "bo": (3 / 3, 3)}}
PDD_2: ByHand = {"effective_reply_rate": {"": (3 / 4, 4), "chen": (2 / 3, 3), "dan": (2 / 2, 2)}}
QIYU_1: ByHand = {
    # from the question: 80, 300, 15 (an); 40, 20 (bo)
    "first_reply": {"": (455 / 5, 5), "an": (395 / 3, 3), "bo": (60 / 2, 2)},
    "first_reply_median": {"": (40, 5), "an": (80, 3), "bo": (30, 2)},
    "first_reply_p90": {"": (80 + 0.6 * 220, 5), "an": (80 + 0.8 * 220, 3), "bo": (20 + 0.9 * 20, 2)},
    "first_reply_rate_30s": {"": (2 / 5, 5), "an": (1 / 3, 3), "bo": (1 / 2, 2)},
    "first_reply_rate_60s": {"": (3 / 5, 5), "an": (1 / 3, 3), "bo": (2 / 2, 2)},
    "first_reply_rate_180s": {"": (4 / 5, 5), "an": (2 / 3, 3), "bo": (2 / 2, 2)},
}
QIYU_2: ByHand = {
    # 80, 1205, 5 (chen); 10, 180, 30 (dan)
    "first_reply": {"": (1510 / 6, 6), "chen": (1290 / 3, 3), "dan": (220 / 3, 3)},
    "first_reply_median": {"": (55, 6), "chen": (80, 3), "dan": (30, 3)},
    "first_reply_p90": {"": (180 + 0.5 * 1025, 6), "chen": (80 + 0.8 * 1125, 3), "dan": (30 + 0.8 * 150, 3)},
    "first_reply_rate_30s": {"": (3 / 6, 6), "chen": (1 / 3, 3), "dan": (2 / 3, 3)},
    "first_reply_rate_60s": {"": (3 / 6, 6), "chen": (1 / 3, 3), "dan": (2 / 3, 3)},
    "first_reply_rate_180s": {"": (5 / 6, 6), "chen": (2 / 3, 3), "dan": (3 / 3, 3)},
}
OWN: dict[str, tuple[ByHand, ByHand]] = {
    "generic": ({}, {}),
    "wangwang": (WANGWANG_1, WANGWANG_2),
    "jd": (JD_1, JD_2),
    "doudian": (DOUDIAN_1, DOUDIAN_2),
    "kuaishou": (KUAISHOU_1, KUAISHOU_2),
    "pdd": (PDD_1, PDD_2),
    "qiyu": (QIYU_1, QIYU_2),
}


@pytest.mark.parametrize("pack", OWN)
@pytest.mark.parametrize("day", ["day1", "day2"])
def test_every_figure_is_what_was_counted_by_hand(day: str, pack: str) -> None:
    common, own = (DAY_1, OWN[pack][0]) if day == "day1" else (DAY_2, OWN[pack][1])
    by_hand = {name: counted for name, counted in common.items() if name in names(pack)} | dict(own)
    assert by_hand.keys() == names(pack)
    agree(day, pack, by_hand)
