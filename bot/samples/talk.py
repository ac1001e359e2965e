"""One made-up conversation while it is being made: it walks a scene step by step and writes messages and events."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.samples import cast, habits, pace
from bot.samples.bank import Bank, Scene

_OPTIONAL = 0.55
_PINGS = 3  # people ask 在吗 a few times, then give up
_RESOLVED = {"happy": 0.95, "fine": 0.9, "unhappy": 0.6, "angry": 0.4}
_RATED = {"happy": 0.5, "fine": 0.3, "unhappy": 0.3, "angry": 0.4}
_SCORES = {"happy": (5, 5, 5, 5, 4), "fine": (5, 5, 4, 4, 3), "unhappy": (3, 2, 2, 1), "angry": (1, 1, 1, 2)}
_AFTER_SALES = "售后"
_THANKED = re.compile("谢|麻烦|辛苦|好人|人真好|赞|给力|耐心|负责|强多了|差不多|不好意思")


class Talk:
    def __init__(self, rng: Random, phrases: Bank, scene: Scene, at: datetime):
        self.rng, self.phrases, self.scene, self.item, self.at = rng, phrases, scene, scene.item, at
        self.service = scene.service
        self.facts = cast.facts(rng, scene.shop, scene.item, at)
        self.agent = self._someone(scene.team)
        self.typist = habits.typist(rng, scene.ends) if scene.channel == "chat" else habits.Typist("，")
        self.messages: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.orders: list[dict[str, Any]] = []
        self.said: set[str] = set()
        self.waiting = False

    def line(self, name: str) -> dict[str, Any]:
        """The finished line of the conversation file."""
        self._open()
        for step in self._steps():
            self._walk(step)
        signed = self.facts["cname"]
        shown = signed if self.scene.channel == "email" else cast.shown_name(self.rng, signed)
        line: dict[str, Any] = {"id": name, "channel": self.scene.channel, "shop": self.facts["shop"]}
        line |= {
            "team": self.scene.team,
            "customer": {"id": f"u-{name[2:]}", "name": shown},
            "reason": self.scene.reason,
        }
        line |= {"messages": self.messages, "events": self.events}
        if (
            self.scene.team == _AFTER_SALES
            or self.orders
            or any(self.facts["order"] in m["text"] for m in self.messages)
        ):
            line["order_id"] = self.facts["order"]
        for order in self.orders:
            line["orders"] = [order | {"customer": line["customer"]["id"]}]
        return line | self._end()

    def _steps(self) -> Sequence[str]:
        """The path with its optional parts, [a b] and a?, taken or left."""
        taken = re.sub(r"\[([^\]]*)\]", lambda m: m[1] if self.rng.random() < _OPTIONAL else "", self.scene.steps)
        taken = re.sub(r"(\S+)\?", lambda m: m[1] if self.rng.random() < _OPTIONAL else "", taken)
        return taken.split()

    def _walk(self, step: str) -> None:
        who, _, key = step.partition(":")
        match who:
            case "c":
                self._customer(self._pick(self.scene.say[key]))
            case "a":
                self._agent(self._pick(self.scene.say[self._fitting(key)]))
            case "p":
                self._pair(self._pick(self.scene.pairs[key]))
            case _:
                self._happen(who)

    def _happen(self, what: str) -> None:
        match what:
            case "wait":
                self.waiting = True
            case "soon":
                self._pass(pace.soon(self.rng))
            case "later":
                self._pass(pace.later(self.rng))
            case "transfer":
                self._transfer()
            case "note":
                self._add("note", self._pick(self.scene.say["note"]), self.rng.randint(20, 90))
            case "order":
                self._order()
            case _:
                raise ValueError(f"unknown step {what}")

    def _pick(self, phrases: Sequence[str]) -> str:
        """One not yet said here, if there is one."""
        fresh = [p for p in phrases if p not in self.said] or list(phrases)
        chosen = self.rng.choice(fresh)
        self.said.add(chosen)
        return chosen

    def _fitting(self, key: str) -> str:
        """不客气 only to somebody who has thanked."""
        last = next((m["text"] for m in reversed(self.messages) if m["from"] == "customer"), "")
        return "bye_ok" if key == "bye_good" and not _THANKED.search(last) else key

    def _someone(self, team: str) -> cast.Agent:
        agents = [a for a in cast.AGENTS if a.team == team]
        return self.rng.choices(agents, [a.care if self.service == "good" else 1 - a.care for a in agents])[0]

    def _pair(self, pair: str) -> None:
        questions, answers = pair.split(" => ")
        self._customer(self.rng.choice(questions.split(" / ")))
        self._agent(self.rng.choice(answers.split(" / ")))

    def _customer(self, phrase: str) -> None:
        for text in habits.typed(self.rng, self.typist, self._filled(phrase)):
            if text not in [m["text"] for m in self.messages[-4:]]:
                self._add("customer", text)

    def _agent(self, phrase: str) -> None:
        if self.waiting:
            self._neglect()
        tails = self.agent.tails if self.scene.channel == "chat" else ()
        for text in habits.worded(self.rng, tails, self._filled(phrase)):
            self._add("agent", text)

    def _filled(self, phrase: str) -> str:
        return phrase.format_map(self.facts | {"agent": self.agent.name})

    def _neglect(self) -> None:
        """The customer waits, and asks again."""
        self.waiting = False
        left = pace.neglect(self.rng, self.service)
        for asked in range(1, _PINGS + 1):
            if (gap := pace.patience(self.rng) * asked) >= left:
                break
            self._add("customer", self._pick(self.phrases.common["ping"]), gap)
            left -= gap
        self._pass(left)

    def _transfer(self) -> None:
        self._agent(self._pick(self.phrases.common["transfer_say"]))
        old = self.agent
        self.service = "good"
        while self.agent == old:
            self.agent = self._someone(_AFTER_SALES)
        self._add("system", f"会话已由 {old.name} 转接给 {self.agent.name}", 4)
        self._event({"type": "assigned", "agent": self.agent.account})
        self._agent(self._pick(self.phrases.common["transfer_hello"]))

    def _order(self) -> None:
        """The customer pays a while after the talk, for both things."""
        goods = ((self.item.name, self.item.price), (self.item.goes_with, self.item.beside))
        items = [{"sku": f"S-{title}", "title": title, "amount": float(price)} for title, price in goods]
        paid = self.at + timedelta(seconds=self.rng.randint(60, 1800))
        self.orders.append(
            {"id": self.facts["order"], "shop": self.facts["shop"], "paid_at": paid.isoformat(), "items": items}
        )

    def _open(self) -> None:
        """A robot may greet first; the agent gets the talk, and on the phone and by mail the customer's line waits."""
        if self.scene.channel == "chat" and self.rng.random() < 0.3:
            self._add("bot", self._filled(self._pick(self.phrases.common["bot_open"])), 0)
            if self.rng.random() < 0.4:
                self._customer(self._pick(self.phrases.common["bot_ask"]))
                self._add("system", self._filled(self._pick(self.phrases.common["moved"])), 3)
        self._pass(1)
        self._event({"type": "assigned", "agent": self.agent.account})

    def _add(self, who: str, text: str, gap: int | None = None) -> None:
        if gap is None:
            gap = self._gap(who, text)
        self._pass(gap)
        if self.scene.channel == "email":
            self.at = pace.by_day(self.at, who)
        message: dict[str, Any] = {"id": f"m{len(self.messages) + 1}", "at": self.at.isoformat(), "from": who}
        if who in ("agent", "note"):
            message["agent"] = self.agent.account
        self.messages.append(message | {"text": text})

    def _gap(self, who: str, text: str) -> int:
        if not self.messages:
            return 1
        if self.messages[-1]["from"] == who:
            return pace.typing(self.rng, text)
        return pace.answering(self.rng, who, text, self.scene.channel, self.service)

    def _pass(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    def _event(self, event: dict[str, Any]) -> None:
        self.events.append(event | {"at": self.at.isoformat()})

    def _end(self) -> dict[str, Any]:
        ends = self.scene.ends
        if self.rng.random() < _RESOLVED[ends]:
            self._pass(self.rng.randint(10, 600))
            self._event({"type": "status", "status": "resolved"})
        if self.scene.channel == "email" or self.rng.random() >= _RATED[ends]:
            return {}
        self._pass(self.rng.randint(20, 3600))
        comment = self._filled(self.rng.choice(self.phrases.comments[ends]))
        rating = {"score": self.rng.choice(_SCORES[ends]), "at": self.at.isoformat()}
        return {"rating": rating | ({"comment": comment} if comment else {})}
