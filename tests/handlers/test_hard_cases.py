"""What goes wrong in real shops: poison, transfers, red lines, second thoughts, and names full of personal data."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.context import Engine
from handlers.errors import DeliveryFailed
from handlers.people import Person, Room
from rules.model import Conversation, Screening, Signals, Speaker
from rules.packs import Packs, Versions
from rules.policy import Policy
from rules.screen import Rate
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, Stage, engine, facts, text_of
from tests.handlers.test_deliver import OneRoom, Platform, quietly_angry

PHONE = "13812345678"


@dataclass
class Allergic:
    """The real engine, but one conversation makes it fail."""

    real: Engine
    bad: str

    @property
    def packs(self) -> Packs:
        return self.real.packs

    @property
    def model(self) -> str:
        return self.real.model

    def held(self) -> "Allergic":
        return self

    def signals(self, text: str, speaker: Speaker) -> Signals:
        return self.real.signals(text, speaker)

    def stored(self, text: str, speaker: Speaker) -> str:
        return self.real.stored(text, speaker)

    def recalled(self, stored: str, text: str, speaker: Speaker) -> Signals:
        return self.real.recalled(stored, text, speaker)

    def reread(self, old: Signals, was: Versions, text: str, speaker: Speaker) -> Signals:
        return self.real.reread(old, was, text, speaker)

    @property
    def rate(self) -> Rate:
        return self.real.rate

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening:
        if conversation.id == self.bad:
            raise RuntimeError("poison")
        return self.real.screen(conversation, policy, now)


def test_a_conversation_that_cannot_be_screened_stops_nobody_elses_timer(store: Store) -> None:
    stage = Stage(store)
    for conversation in ("bad", "good"):
        stage.assigned("xiaoli", conversation)
        stage.customer("退款到哪一步了", conversation)
    stage.ctx = replace(stage.ctx, engine=Allergic(engine(), "shop:bad"))
    stage.passes(minutes=4)
    assert "客户已等" in stage.card()["title"]


def test_a_red_line_is_told_to_leads_only(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("能便宜点吗")
    stage.agent("加我微信给您便宜，给好评返现5元")
    assert "加我微信" in text_of(stage.card("leads"))
    assert stage.cards("team") == []
    assert stage.cards("@小李") == []


def test_without_a_leads_room_a_red_line_goes_to_the_leads_alone(store: Store) -> None:
    stage = Stage(store, rooms=ROOMS[1:])
    stage.customer("能便宜点吗")
    stage.agent("加我微信给您便宜，给好评返现5元")
    assert stage.cards("team") == []
    assert stage.card("@张主管")["buttons"]
    assert stage.press("张主管", "claim", "@张主管").ok


def test_an_alert_follows_its_conversation_to_another_team(store: Store) -> None:
    rooms = (replace(ROOMS[0], teams=("售前",)), replace(ROOMS[1], teams=("售后",), audience="leads"))
    stage = Stage(store, rooms=rooms)
    for text in ("问了三遍了，你们到底管不管", "再不解决我就投诉到12315"):
        told = stage.message("customer", text)
        stage.hears(told | {"conversation": told["conversation"] | {"team": "售前"}})
    assert stage.press("王主管", "claim").ok
    stage.passes(seconds=20)
    stage.customer("人呢")
    assert stage.card("team")["state"] == "已认领"
    assert not stage.press("王主管", "resolve", "team").ok
    assert stage.press("张主管", "resolve", "team").ok
    assert stage.card("leads")["state"] == "已解决"


def test_what_comes_late_does_not_rename_the_customer(stage: Stage) -> None:
    late = stage.message("customer", "在吗")
    stage.passes(minutes=1)
    stage.angry()
    stage.hears(late | {"conversation": late["conversation"] | {"team": "售前", "customer": {"name": "赵先生"}}})
    assert "王**" in text_of(stage.card())


def test_a_claimed_alert_that_was_muted_wakes_with_its_owner(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "claim")
    stage.say("张主管", "静音 A1 5")
    stage.passes(minutes=12)
    assert [c["state"] for c in stage.cards() if c["kind"] == "alert"] == ["已认领"]


def test_what_gets_worse_after_everybody_was_called_calls_again(store: Store) -> None:
    stage = Stage(store, Policy(escalate_minutes=5, first_reply_seconds=9000, reply_seconds=9000))
    stage.customer("你们是骗子吧")
    stage.passes(minutes=11)
    assert len(stage.cards()) == 3
    stage.customer("再不解决我就投诉到12315")
    stage.passes(minutes=1)
    assert stage.cards()[-1]["mentions"] == ["张主管"]
    assert len(stage.cards()) == 4


def test_asking_for_help_twice_calls_once(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    for _ in range(3):
        assert stage.press("小李", "help", "@小李").ok
    assert len([c for c in stage.cards() if c["kind"] == "alert"]) == 2


def test_names_that_hold_personal_data_are_masked_everywhere(store: Store) -> None:
    stage = Stage(store, people=(*PEOPLE, Person("老黄", "lead", ids={"sandbox": "老黄"})))
    for text in ("你们是骗子吧", "再不解决我就投诉到12315"):
        told: dict[str, Any] = stage.message("customer", text)
        about = told["conversation"] | {"shop": f"旗舰店{PHONE}", "customer": {"name": f"王女士{PHONE}"}}
        stage.hears(told | {"conversation": about})
    stage.hears(stage.message("agent", "您好", agent="13912345678"))
    stage.hears(
        {"type": "rated", "conversation": {"id": "c1"},
         "rating": {"score": 1, "comment": f"太差了 {PHONE} @all http://evil.example/a", "at": stage.at.isoformat()}}
    )  # fmt: skip
    stage.say("老黄", "告警")
    told_all = text_of({"cards": [*stage.cards("leads"), *stage.cards("team")]})
    for secret in (PHONE, "13912345678", "http://", "@all"):
        assert secret not in told_all, secret
    assert "接待" in facts(stage.cards()[0])


def test_a_card_that_was_given_up_lives_again_with_the_next_change(store: Store) -> None:
    stage = OneRoom(store, rooms=(Room("飞书群", "feishu", "oc_1"),))
    stage.at += timedelta(minutes=10)  # away from the whole hour
    platform = Platform(failures=[DeliveryFailed("机器人不在群里", permanent=True)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(minutes=1)
    stage.say("张主管", "认领 A1")
    stage.play(platform)
    assert [card.state for _, card in platform.sent] == ["已认领"]
