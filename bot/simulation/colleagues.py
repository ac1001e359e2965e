"""The people of the made-up shop: they read cards and press buttons, some soon, some late, some not at all."""

from collections import Counter
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
LIKELY = ("claim", "resolve")  # before any other
ASKS_FOR_WORDS = ("whisper", "take_over", "hand_to", "mute", "false_alarm")
READERS = 0.8  # of cards for one person, the share that is answered


@dataclass(slots=True)
class Colleagues:
    ctx: Context
    rng: Random
    plans: list[tuple[datetime, int, Person, Target, str]] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)  # (key, what it offered then)
    votes: Counter[str] = field(default_factory=Counter)
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
        room = self.ctx.people.room(target.chat, target.id)
        teams = room.teams if room else ()
        return [p for p in self.ctx.people.people if p.role != "admin" and (not teams or p.team in ("", *teams))]

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
        if reply.ok and self._votes(card, wish):
            self.votes[post.subject] += 1
        now = posts.get(tx, key)
        if reply.card is not None and now is not None:  # it came back with the answer, which costs nothing
            posts.shown_in_answer(tx, key, now.wanted, self.ctx.now())
        return 1

    def _wish(self, card: Card) -> tuple[str, str] | None:
        """An answer to a question, else the first button."""
        for block in card.blocks:
            if isinstance(block, Choices):
                return block.action, self.rng.choice(block.options)[1]
        offered = [button for button in card.buttons if button.action not in ASKS_FOR_WORDS and button.action]
        likely = [button for button in offered if button.action in LIKELY] or offered
        return (likely[0].action, likely[0].value) if likely else None

    def _votes(self, card: Card, wish: tuple[str, str]) -> bool:
        return any(isinstance(block, Choices) and block.action == wish[0] for block in card.blocks)
