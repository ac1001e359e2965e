"""Honours proposed to the leads of each team once a week and a month; they confirm or choose otherwise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers import posting
from handlers.cards import honours as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.counting import bindings, portraits
from handlers.due import is_news, once, waits
from handlers.growing import honour_deeds
from handlers.people import Person
from handlers.posting import About
from handlers.protocols import Target
from rules import honours
from rules.honours import Award, Candidate, Deed
from storage import highlights, posts
from storage import honours as records
from storage.db import Tx
from storage.honours import Honour, Nomination, Proposal
from storage.posts import Post

WEEKLY, MONTHLY = time(10, 13), time(10, 19)  # never on the whole or half hour
EVENING = time(20)  # what is late comes at a decent hour
SETTLED = 4  # days after the last one: 一次解决 is known then
STILL_NEWS = timedelta(days=2)
NEW = 180  # days at work: a newcomer
EVERYBODY = 21  # in the first days that are known everybody is seen for the first time
KEPT = 8  # candidates remembered


@dataclass(frozen=True, slots=True)
class Due:
    span: str  # week | month
    since: date
    until: date
    at: datetime

    @property
    def job(self) -> str:
        return f"honours_{self.span}"

    @property
    def before(self) -> tuple[date, date]:
        """As long, just before."""
        length = self.until - self.since
        return self.since - length - timedelta(days=1), self.since - timedelta(days=1)


def look(ctx: Context) -> int:
    """Propose what is due and was not proposed; the number of cards."""
    done = 0
    for due in dues(ctx):
        if waits(ctx, due.job, due.at):
            with ctx.store.read() as tx:
                wanted = [*proposals(ctx, tx, due)]
            done += once(ctx, due.job, due.at, lambda tx, wanted=wanted: _propose(ctx, tx, wanted))  # type: ignore[misc]
    return done


def dues(ctx: Context) -> Iterator[Due]:
    """The last week and the last month, once they are settled and while they are still news."""
    local = ctx.now().astimezone(ctx.zone)
    thursday = local.date() - timedelta(days=(local.weekday() - 3) % 7)
    sunday = thursday - timedelta(days=SETTLED)
    last = local.date().replace(day=1) - timedelta(days=1)
    for due in (
        Due("week", sunday - timedelta(days=6), sunday, datetime.combine(thursday, WEEKLY, ctx.zone)),
        Due("month", last.replace(day=1), last, datetime.combine(last + timedelta(days=SETTLED), MONTHLY, ctx.zone)),
    ):
        if is_news(ctx, due.at, STILL_NEWS) and WEEKLY <= local.time() < EVENING:
            yield due


def proposals(ctx: Context, tx: Tx, due: Due) -> Iterator[Proposal]:
    now = honour_deeds.proof(ctx, tx, due.since, due.until)
    earlier = honour_deeds.proof(ctx, tx, *due.before)
    for team in portraits.teams(ctx) or [""]:
        names = portraits.serving(ctx, team)
        deeds = honour_deeds.of(ctx, tx, names, due.since, due.until, now)
        past = honour_deeds.of(ctx, tx, names, *due.before, earlier)
        new = _newcomers(ctx, tx, names, due)
        for award in (a for a in ctx.awards if due.span in a.every):
            yield _proposal(award, team, due, ranked(award, deeds, past, new))


def ranked(award: Award, deeds: Sequence[Deed], past: Sequence[Deed], new: Sequence[str]) -> list[Candidate]:
    if not award.improved:
        return honours.rank(award, deeds)
    mine = [[d for d in some if d.person in new] for some in (deeds, past)]
    return honours.rank_improved(award, mine[0], mine[1])


def _proposal(award: Award, team: str, due: Due, found: Sequence[Candidate]) -> Proposal:
    rows = tuple((c.person, c.n, c.good, c.expected, c.value, c.chance) for c in found[:KEPT])
    names = tuple(c.person for c in honours.winners(found))
    formula = honours.formula(award)
    return Proposal(
        award.name, team, due.since, due.until, due.span, rows, honours.clear(found), names, formula, award.points
    )


def _newcomers(ctx: Context, tx: Tx, names: Sequence[str], due: Due) -> list[str]:
    """Agents whose first day at work is not long ago, and not just where our own memory begins."""
    known, names = bindings.of(ctx, tx), [name for name in names if _is_agent(ctx, name)]
    keys = {key: name for name in names for key in known.keys(name)}
    first: dict[str, str] = {}
    for key, day in records.first_days(tx, [*keys]).items():
        first[keys[key]] = min(day, first.get(keys[key], day))
    begins = date.fromisoformat(records.first_day(tx) or due.until.isoformat()) + timedelta(days=EVERYBODY)
    since = max(due.until - timedelta(days=NEW), begins).isoformat()
    return [name for name, day in first.items() if day >= since]


def _is_agent(ctx: Context, name: str) -> bool:
    person = ctx.people.named(name)
    return person is not None and person.role == "agent"


def _propose(ctx: Context, tx: Tx, wanted: Sequence[Proposal]) -> int:
    done = 0
    for proposal in wanted:
        chosen = nominated(ctx, tx, proposal) if proposal.award == ctx.awards[0].name else []
        if not proposal.winners and not chosen:
            continue  # too little to compare, and nobody was nominated: nothing is said
        honour = records.propose(tx, proposal, ctx.now())
        done += ask(ctx, tx, honour) if honour else 0
    return done


def ask(ctx: Context, tx: Tx, honour: Honour) -> int:
    """To each lead of the team alone; the card is redrawn when it is decided."""
    targets = [t for p in deciders(ctx, honour.team) if (t := ctx.people.direct(p))]
    for target in targets:
        posting.want(ctx, tx, About(honour.code, link(honour)), target, proposal_card(ctx, tx, honour))
    return len(targets)


def proposal_card(ctx: Context, tx: Tx, honour: Honour) -> Card:
    return cards.proposal(honour, nominated(ctx, tx, honour), ctx.zone)


def nominated(ctx: Context, tx: Tx, about: Honour | Proposal) -> list[Nomination]:
    """Colleagues' words of the span: for a person, or for a conversation that was shown."""
    begins = datetime.combine(about.since, time(), ctx.zone)
    ends = datetime.combine(about.until + timedelta(days=1), time(), ctx.zone)
    team = set(portraits.serving(ctx, about.team))
    shown = [
        Nomination(n.person, "、".join(n.by), f"因为 S{n.case} 那一段", ends)
        for n in highlights.nominations(tx, begins, ends)
        if n.person in team
    ]
    return [*records.nominations(tx, about.team, about.since, about.until), *shown]


def deciders(ctx: Context, team: str) -> list[Person]:
    leads = [p for p in ctx.people.people if p.role == "lead" and p.team in ("", team)]
    return leads or [p for p in ctx.people.people if p.role == "admin"]


def show(ctx: Context, tx: Tx, honour: Honour) -> None:
    """Where it was asked, what was decided; where honours are heard, those who like to be named."""
    for post in posts.about(tx, honour.code):
        posting.renew(ctx, tx, post, proposal_card(ctx, tx, honour))
    named = public(ctx, tx, honour) if honour.state == "confirmed" else []
    if not named:
        for post in told(tx, honour):
            posting.renew(ctx, tx, post, cards.quiet(honour))
        return
    for target in _rooms(ctx, honour.team):
        posting.want(ctx, tx, About(_out(honour), link(honour)), target, cards.announced(honour, named, ctx.zone))


def told(tx: Tx, honour: Honour) -> list[Post]:
    """Where a name was told."""
    return posts.about(tx, _out(honour))


def _out(honour: Honour) -> str:
    return f"{honour.code}.out"


def public(ctx: Context, tx: Tx, honour: Honour) -> list[str]:
    """Winners who like to be named: by what they said about this one, else by what they always like."""
    said = records.consents(tx, honour.id)
    return [who for who in honour.winners if said.get(who, _open(ctx, who))]


def _open(ctx: Context, who: str) -> bool:
    person = ctx.people.named(who)
    return person is not None and person.praise == "open"


def _rooms(ctx: Context, team: str) -> list[Target]:
    return [room.target for room in ctx.people.rooms_for("honours", team)]


def link(honour: Honour) -> str:
    return posting.random_part(f"honour/{honour.id}/{honour.award}/{honour.since}")
