"""What was counted by hand on the two days, by the common definitions; "" is the total, then each agent.

Day 1, Friday 20 November (q = from the question, h = from the hand-over, where that is later):
  a1 u1  bot first; an takes over 10:01:00 and answers the question of 10:00:00 at 10:01:20    q 80, h 20   an
         asked 10:02:00 and again 10:02:30, answered 10:05:30                                  q 210        an
         resolved 10:10 (540 s after the hand-over), invited 10:11, rated 5
  a2 u2  an has it, asked 14:00:10, passed to bo 14:04:10, who answers 14:05:10                q 300        an
         asked 14:06:00, answered 14:06:25                                                     q 25         bo
         resolved 14:20:00 (1200 s after the hand-over at 14:00:00), invited 14:21, rated 2
  a3 u3  asked 07:50:00, bo takes over 07:50:05, answers 07:50:40                              q 40, h 35   bo
         asked 08:56:00, answered 09:01:00; never resolved                                     q 300        bo
  a4 u4  asked 21:30:00 and 21:31:00; only a private note: pending                             -            an
  a5 u5  20 s; resolved 15:05; back 15:12:00, 50 s; resolved 15:13; back 15:40:00, 31 s        q 20, 50, 31 bo
         resolved 15:45, 300 s after the last reopening; rated 4, but more than 24 h later
  a6 u6  only the bot: nobody's
  a7 u7  asked 16:00:00, answered 16:00:15; resolved 16:10 (600 s); bought for 59 + 41 at 17:00  q 15       an
Known until midnight after the last event, the rating of 21 November 16:00: no 72 hours have passed.

Day 2, Tuesday 24 November:
  b1 u1  with the bot until 22:59:00; asked 22:58:30, answered 22:59:50; resolved 23:05        q 80, h 50   chen
  b2 u1  asked 23:30:00, answered 23:30:10; resolved 23:40 (600 s)                             q 10         dan
  b3 u3  order E3: asked 12:00:00, answered 12:03:00; resolved 12:10; rated 1                  q 180        dan
  b4 u3  order E4: asked 13:00:00, answered 13:00:30; resolved 13:30; rated 5                  q 30         dan
  b5 u5  phone: 09:00 to 09:30; no speed of chat                                               -            chen
  b6 u6  no times at all                                                                       -            chen
  b7 u7  asked 10:00:00 and 10:20:00, answered 10:20:05; never resolved                        q 1205       chen
         paid 100 the next day, and 30 after more than three days
  b8 u8  asked 11:00:00, answered 11:00:05; passed to dan 11:10:00                             q 5          chen
         asked 11:11:00, answered in 20 s; asked 11:12:00, answered in 40 s                    q 20, 40     dan
         resolved 11:30 (1800 s after 11:00:00); paid 50 two days later
Known until 28 November: 72 hours have passed for everything.
"""

from tests.rules.metrics.days import ByHand

DAY_1: ByHand = {
    # from the hand-over: a1 20, a2 300, a7 15 (an); a3 35, a5 20 (bo); a4 is pending
    "first_reply": {"": (390 / 5, 5), "an": (335 / 3, 3), "bo": (55 / 2, 2)},
    "first_reply_median": {"": (20, 5), "an": (20, 3), "bo": (27.5, 2)},
    "first_reply_p90": {"": (35 + 0.6 * 265, 5), "an": (20 + 0.8 * 280, 3), "bo": (20 + 0.9 * 15, 2)},
    # turns: 80, 210, 300, 15 (an); 25, 40, 300, 20, 50, 31 (bo)
    "mean_reply": {"": (1071 / 10, 10), "an": (605 / 4, 4), "bo": (466 / 6, 6)},
    "median_reply": {"": (45, 10), "an": (145, 4), "bo": (35.5, 6)},
    "p90_reply": {"": (300, 10), "an": (210 + 0.7 * 90, 4), "bo": (50 + 0.5 * 250, 6)},
    "reply_rate_30s": {"": (3 / 10, 10), "an": (1 / 4, 4), "bo": (2 / 6, 6)},
    "reply_rate_60s": {"": (6 / 10, 10), "an": (1 / 4, 4), "bo": (5 / 6, 6)},
    "reply_rate_180s": {"": (7 / 10, 10), "an": (2 / 4, 4), "bo": (5 / 6, 6)},
    "first_reply_rate_30s": {"": (3 / 5, 5), "an": (2 / 3, 3), "bo": (1 / 2, 2)},
    "first_reply_rate_60s": {"": (4 / 5, 5), "an": (2 / 3, 3), "bo": (2 / 2, 2)},
    "first_reply_rate_180s": {"": (4 / 5, 5), "an": (2 / 3, 3), "bo": (2 / 2, 2)},
    # a4 was never answered; an had a1 a2 a4 a7 and spoke in a1 a7
    "session_reply_rate": {"": (5 / 6, 6), "an": (2 / 4, 4), "bo": (3 / 3, 3)},
    # an wrote 2 + 0 + 0 + 1 to 3 + 1 + 2 + 1; bo wrote 2 + 2 + 3 to 1 + 2 + 3
    "answer_ratio": {"": (10 / 13, 6), "an": (3 / 7, 4), "bo": (7 / 6, 3)},
    # a1 540, a7 600 (an); a2 1200, a5 300 (bo); a3 and a4 are pending
    "resolution_time": {"": (2640 / 4, 4), "an": (1140 / 2, 2), "bo": (1500 / 2, 2)},
    "resolution_time_median": {"": (570, 4), "an": (570, 2), "bo": (750, 2)},
    "transfer_rate": {"": (1 / 6, 6), "an": (1 / 4, 4), "bo": (0 / 3, 3)},
    "first_contact_resolution": {"": (None, 0), "an": (None, 0), "bo": (None, 0)},
    # a1 5 stars, a2 2 stars; a5 came too late
    "csat": {"": (1 / 2, 2), "an": (1 / 1, 1), "bo": (0 / 1, 1)},
    "invite_rate": {"": (2 / 6, 6), "an": (1 / 3, 3), "bo": (1 / 3, 3)},
    "rating_rate": {"": (2 / 2, 2), "an": (1 / 1, 1), "bo": (1 / 1, 1)},
    "rated_share": {"": (2 / 6, 6), "an": (1 / 3, 3), "bo": (1 / 3, 3)},
    # u1 u7 (an), u2 u3 u5 (bo) inquired; u4 spoke with nobody
    "conversion_1d": {"": (1 / 5, 5), "an": (1 / 2, 2), "bo": (0 / 3, 3)},
    "conversion_3d": {"": (None, 0), "an": (None, 0), "bo": (None, 0)},
    "average_order": {"": (100, 1), "an": (100, 1)},
}

DAY_2: ByHand = {
    # b1 50, b7 1205, b8 5 (chen); b2 10, b3 180, b4 30 (dan)
    "first_reply": {"": (1480 / 6, 6), "chen": (1260 / 3, 3), "dan": (220 / 3, 3)},
    "first_reply_median": {"": (40, 6), "chen": (50, 3), "dan": (30, 3)},
    "first_reply_p90": {"": (180 + 0.5 * 1025, 6), "chen": (50 + 0.8 * 1155, 3), "dan": (30 + 0.8 * 150, 3)},
    # turns: 80, 1205, 5 (chen); 10, 180, 30, 20, 40 (dan)
    "mean_reply": {"": (1570 / 8, 8), "chen": (1290 / 3, 3), "dan": (280 / 5, 5)},
    "median_reply": {"": (35, 8), "chen": (80, 3), "dan": (30, 5)},
    "p90_reply": {"": (180 + 0.3 * 1025, 8), "chen": (80 + 0.8 * 1125, 3), "dan": (40 + 0.6 * 140, 5)},
    "reply_rate_30s": {"": (4 / 8, 8), "chen": (1 / 3, 3), "dan": (3 / 5, 5)},
    "reply_rate_60s": {"": (5 / 8, 8), "chen": (1 / 3, 3), "dan": (4 / 5, 5)},
    "reply_rate_180s": {"": (7 / 8, 8), "chen": (2 / 3, 3), "dan": (5 / 5, 5)},
    "first_reply_rate_30s": {"": (3 / 6, 6), "chen": (1 / 3, 3), "dan": (2 / 3, 3)},
    "first_reply_rate_60s": {"": (4 / 6, 6), "chen": (2 / 3, 3), "dan": (2 / 3, 3)},
    "first_reply_rate_180s": {"": (5 / 6, 6), "chen": (2 / 3, 3), "dan": (3 / 3, 3)},
    "session_reply_rate": {"": (8 / 8, 8), "chen": (5 / 5, 5), "dan": (4 / 4, 4)},
    # chen wrote 1 + 1 + 2 + 1 + 1 to 1 + 1 + 2 + 2 + 1; dan wrote 1 + 1 + 2 + 2 to 1 + 1 + 1 + 2
    "answer_ratio": {"": (12 / 12, 8), "chen": (6 / 7, 5), "dan": (6 / 5, 4)},
    # b1 360, b5 1800 (chen); b2 600, b3 600, b4 1800, b8 1800 (dan); b7 is pending, b6 has no time
    "resolution_time": {"": (6960 / 6, 6), "chen": (2160 / 2, 2), "dan": (4800 / 4, 4)},
    "resolution_time_median": {"": (1200, 6), "chen": (1080, 2), "dan": (1200, 4)},
    "transfer_rate": {"": (1 / 8, 8), "chen": (1 / 5, 5), "dan": (0 / 4, 4)},
    # u1 came back after b1; u3 came back after b3 about another order
    "first_contact_resolution": {"": (5 / 6, 6), "chen": (1 / 2, 2), "dan": (4 / 4, 4)},
    # b1 3 stars (chen); b2 5 stars; of u3's two for dan on one day only the last, 5 stars
    "csat": {"": (2 / 3, 3), "chen": (0 / 1, 1), "dan": (2 / 2, 2)},
    "invite_rate": {"": (None, 0)},  # nobody tells of invitations
    "rating_rate": {"": (None, 0)},
    "rated_share": {"": (4 / 8, 8), "chen": (1 / 4, 4), "dan": (3 / 4, 4)},
    # u1 u5 u7 u8 inquired (chen spoke with all, dan with u1 and u8); b3 and b4 are after-sales
    "conversion_1d": {"": (1 / 4, 4), "chen": (1 / 4, 4), "dan": (0 / 2, 2)},
    "conversion_3d": {"": (2 / 4, 4), "chen": (1 / 4, 4), "dan": (1 / 2, 2)},
    "average_order": {"": (150 / 2, 2), "chen": (100, 1), "dan": (50, 1)},
}
