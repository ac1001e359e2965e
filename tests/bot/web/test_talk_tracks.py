"""The page of talk-tracks: for whoever is logged in, links only to conversations they may read."""

from dataclasses import replace
from datetime import timedelta

from bot.files import talk_files
from handlers.counting import outcomes
from storage.db import Store
from tests.bot.web.door import Door, words_of
from tests.handlers.stage import Stage


def test_the_page_ranks_tells_that_it_is_no_cause_and_links_for_those_who_may(store: Store) -> None:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, talk_tracks=talk_files.tracks())
    stage.assigned("xiaoli")
    stage.customer("到底管不管，我要投诉，打我13812345678")
    stage.agent("这事交给我，我盯到底，打 13812345678 找我")
    stage.customer("好的谢谢你")
    day = stage.at.date()
    stage.at += timedelta(days=1)
    outcomes.roll_up(stage.ctx, day)
    door = Door(stage)
    door.tell_everybody()
    lead, other = (door.browser(name).get("/talk-tracks") for name in ("张主管", "小周"))
    assert "相关，不等于因果" in words_of(lead)
    assert "先认领问题" in words_of(lead)
    assert "1. " not in words_of(lead)  # nothing was said without it, so there is nothing to rank
    assert "我盯到底" in words_of(other)
    assert "13812345678" not in lead.text
    assert ("看这段" in lead.text, "看这段" in other.text) == (True, False)
