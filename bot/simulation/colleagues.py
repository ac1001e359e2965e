"""The people of the made-up shop: they read cards and press buttons, some soon, some late, some not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from handlers import actions
from handlers.cards.card import Card, Choices, from_json
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Pressed, Target
from storage import posts
from storage.db import Tx

ALERTS = ("alert", "gathering")
LATEST = 40 * 60  # seconds until somebody presses, at most
ALERTED = (30, 270)  # seconds until a lead claims, or says that it is solved
KEENEST = 3  # people of a team who press a button under a card for all
CLAIMED = 0.9  # the share of alerts that a lead takes before the next is called
VOTERS = 0.6  # the share of a team that votes
LIKELY = ("claim", "resolve", "confirm_poll", "honour_confirm")  # before any other
UNLIKELY = ("whisper", "take_over", "hand_to", "mute", "false_alarm", "briefing_now", "briefing_plain")
READERS = 0.6  # of cards for one person, the share that is answered


@dataclass(slots=True)
class Colleagues:
    ctx: Context
    rng: Random
    plans: list[tuple[datetime, int, Person, Target, str]] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)  # (key, what it offered then)
    numbers: Iterator[int] = field(default_factory=count)

    def see(self, target: Target, card: Card, key: str) -> None:
        """Whoever may want to press something there plans to, once for each set of buttons."""
        offered = (key, ",".join(button.action for button in card.buttons))
        if offered in self.met:
            return
        self.met.add(offered)
        for person in self._keen(target, card):
            soon, late = ALERTED if card.kind in ALERTS else (40, LATEST)
            at = self.ctx.now() + timedelta(seconds=self.rng.randint(soon, late))
            heappush(self.plans, (at, next(self.numbers), person, target, key))

    def next_at(self) -> datetime | None:
        return self.plans[0][0] if self.plans else None

    def act(self) -> int:
        """Everybody whose time has come presses what the card offers now; how many did."""
        done = 0
        while self.plans and self.plans[0][0] <= self.ctx.now():
            _, number, person, target, key = heappop(self.plans)
            done += self.ctx.store.transact(
                lambda tx, n=number, p=person, t=target, k=key: self._press(tx, n, p, t, k)  # type: ignore[misc]
            )
        return done

    def _keen(self, target: Target, card: Card) -> Sequence[Person]:
        if target.direct:
            person = self.ctx.people.who(target.chat, target.id)
            return [person] if person and self.rng.random() < READERS else []
        team = self._team(target)
        if card.kind in ALERTS:
            leads = [p for p in team if p.role == "lead"]
            return leads[:1] if self.rng.random() < CLAIMED else []
        if any(isinstance(block, Choices) for block in card.blocks):
            return [person for person in team if self.rng.random() < VOTERS]
        if not any(button.action for button in card.buttons):
            return []
        return self.rng.sample(team, min(KEENEST, len(team)))

    def _team(self, target: Target) -> list[Person]:
        """Who sits in the room: its teams' leads and agents; among leads no agents, and in QA's room only QA."""
        room = self.ctx.people.room(target.chat, target.id)
        if room is None:
            return []
        near = [p for p in self.ctx.people.people if p.team and p.team in room.teams]
        if room.audience == "leads":
            return [p for p in near if p.role == "lead"] or [*self.ctx.people.with_role("qa")]
        return [*near, *self.ctx.people.with_role("qa")]

    def _press(self, tx: Tx, number: int, person: Person, target: Target, key: str) -> int:
        post = posts.get(tx, key)
        if post is None:
            return 0
        card = from_json(post.card)
        wish = self._wish(card)
        if wish is None:
            return 0
        press = Pressed(
            target.chat, f"press-{number}", target.id, key, person.ids[target.chat], *wish, {}, target.direct
        )
        reply = actions.pressed(self.ctx, tx, press)
        now = posts.get(tx, key)
        if reply.card is not None and now is not None:  # it came back with the answer, which costs nothing
            posts.shown_in_answer(tx, key, now.wanted, self.ctx.now())
        return 1

    def _wish(self, card: Card) -> tuple[str, str] | None:
        """What is most likely, else an answer to the question, else the first button."""
        offered = [button for button in card.buttons if button.action not in UNLIKELY and button.action]
        likely = [button for button in offered if button.action in LIKELY]
        asked = next((block for block in card.blocks if isinstance(block, Choices)), None)
        if asked is not None and not likely:
            return asked.action, self.rng.choice(asked.options)[1]
        first = next(iter((*likely, *offered)), None)
        return (first.action, first.value) if first else None
