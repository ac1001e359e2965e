"""What came after service: who bought, bought again, took what was recommended or reviewed; not because of it.

Every figure is [n, good] by sub-account. What cannot be known yet is not counted at all. An order is credited once, to
the last human who spoke before it was paid, to the first, or in equal parts to all of them. One that was refunded is
credited to nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.events import Reviewed
from rules.model import Conversation, Order, OrderItem, Speaker

VERSION = 1  # of these definitions
AGAIN = (30, 60, 90)  # days of 回购率
GOOD = 4  # stars
FIGURES: Mapping[str, str] = {
    "converted": "询单转化",
    "crossed": "交叉销售成功",
    **{f"again_{days}": f"{days} 天回购率" for days in AGAIN},
    "good_review": "好评率",
    "pictured": "晒单率",
    "invited": "礼貌邀请评价",
}
SHOWN_ONLY = frozenset({"invited"})  # never ranked, never rewarded
REWARDED = frozenset({"cash_for_review", "change_review"})  # keyword sets: good reviews for something
INVITING = frozenset({"ask_review"})
SHORTEST, SHORTEST_PART = 2, 3  # letters of a title, or of a part of it, that say which item is meant
ANY = re.compile(
    r".*(?:[装版款号色码]|礼盒|小样|赠品|正品|新品|包邮|现货|官方)|\d[\d.]*(?:ml|g|kg|[片包支盒件瓶袋只双])?",
    re.I,
)
CREDITS: Mapping[str, str] = {"last": "最后接待的人", "first": "第一位接待的人", "shared": "接待过的人平分"}
Counts = dict[str, dict[str, list[float]]]  # figure -> account -> [n, good]


@dataclass(frozen=True, slots=True)
class Options:
    credit: str = "last"  # last | first | shared
    conversion_days: int = 1
    cross_days: int = 7
    review_days: int = 15
    invitations: bool = True


@dataclass(frozen=True, slots=True)
class Customer:
    """What is known of the customer of a conversation beside it."""

    talks: Sequence[Conversation]  # all of about that time, this one too
    orders: Sequence[Order]  # with a time, the earliest first
    reviews: Sequence[Reviewed]  # with a time


def counts(c: Conversation, known: Customer, o: Options, as_of: datetime) -> Counts:
    """What became of one conversation; figures that are not known yet are left out."""
    spoke = spoken(c)
    if not spoke or not c.customer_id:
        return {}
    found: Counts = {}
    begins, ends = spoke[0][0], spoke[-1][0]
    if as_of >= begins + timedelta(days=o.conversion_days) and not about_old_order(c, known, begins):
        found["converted"] = _converted(c, known, o)
    if as_of >= ends + timedelta(days=o.cross_days):
        found["crossed"] = _sale(c, crossed(c, known, o), o)
    found |= _again(c, known, o, as_of)
    if as_of >= ends + timedelta(days=o.review_days) and not says(c, REWARDED):
        found |= _reviewed(c, known, o)
    if o.invitations:
        found["invited"] = _whole(c, o, float(says(c, INVITING) and not says(c, REWARDED)))
    return found


def spoken(c: Conversation) -> list[tuple[datetime, str]]:
    """What humans said to the customer, by whom."""
    return sorted((m.at, m.agent) for m in c.messages if m.speaker is Speaker.AGENT and m.agent and m.at)


def says(c: Conversation, sets: frozenset[str]) -> bool:
    told = zip(c.messages, c.signals, strict=False)
    return any(term in sets for m, s in told if m.speaker is Speaker.AGENT for term, _, _ in s.terms)


def about_old_order(c: Conversation, known: Customer, begins: datetime) -> bool:
    """After-sales: they came about an order, or had one that was paid shortly before."""
    paid = {order.id: order.paid_at for order in known.orders}
    at = paid.get(c.order_id)
    return bool(c.order_id) and (at is None or at <= begins)


def credited(order: Order, talks: Sequence[Conversation], o: Options, days: int) -> list[tuple[str, str]]:
    """(conversation, account) that spoke in time before it was paid, as the shop credits them."""
    if order.paid_at is None or order.refunded_at:
        return []
    since = order.paid_at - timedelta(days=days)
    said = sorted((at, a, talk.id) for talk in talks for at, a in spoken(talk) if since <= at < order.paid_at)
    if o.credit == "shared":
        return [*{account: (talk, account) for _, account, talk in said}.values()]
    return [(talk, account) for _, account, talk in (said[-1:] if o.credit == "last" else said[:1])]


def _converted(c: Conversation, known: Customer, o: Options) -> dict[str, list[float]]:
    mine: dict[str, float] = {}
    for order in known.orders:
        among = credited(order, [t for t in known.talks if not _old(t, known)], o, o.conversion_days)
        for talk, account in among:
            if talk == c.id:
                mine[account] = max(mine.get(account, 0.0), 1 / len(among))
    return _sale(c, mine, o)


def _old(talk: Conversation, known: Customer) -> bool:
    said = spoken(talk)
    return not said or about_old_order(talk, known, said[0][0])


def _sale(c: Conversation, mine: Mapping[str, float], o: Options) -> dict[str, list[float]]:
    """Those who are credited; where nothing was sold, whoever held the conversation."""
    if mine:
        return {account: [part, part] for account, part in mine.items()}
    return _whole(c, o, 0.0)


def _whole(c: Conversation, o: Options, good: float) -> dict[str, list[float]]:
    agents = [account for _, account in spoken(c)]
    told = {"last": agents[-1:], "first": agents[:1], "shared": [*dict.fromkeys(agents)]}[o.credit]
    return {account: [1 / len(told), good / len(told)] for account in told}


def crossed(c: Conversation, known: Customer, o: Options) -> dict[str, float]:
    """Accounts that first spoke of something the customer then paid for in time."""
    found: dict[str, float] = {}
    for i, order in enumerate(known.orders):
        for item in () if order.refunded_at else order.items:
            had = any(_same(item, other) for before in known.orders[:i] for other in before.items)
            told = [] if had else [one for talk in known.talks if (one := _recommended(talk, item, order, o))]
            if told:
                _, account, talk = min(told) if o.credit == "first" else max(told)
                if talk == c.id:
                    found[account] = 1.0
    return found


def _recommended(talk: Conversation, item: OrderItem, order: Order, o: Options) -> tuple[datetime, str, str] | None:
    """When an agent was the first in this talk to speak of the item, in time before it was paid."""
    first = next((m for m in talk.messages if m.at and mentions(m.text, item)), None)
    if first is None or first.speaker is not Speaker.AGENT or not first.agent or order.paid_at is None:
        return None
    if first.at is None or not first.at < order.paid_at <= first.at + timedelta(days=o.cross_days):
        return None
    return first.at, first.agent, talk.id


def mentions(text: str, item: OrderItem) -> bool:
    """By its whole title, or by a part of it that says which item is meant, not just 体验装 or 500ml."""
    title = item.title.strip()
    apart = title.replace("/", " ").replace("·", " ").split()
    parts = [part for part in apart if len(part) >= SHORTEST_PART and not ANY.fullmatch(part)]
    return any(part in text for part in [*([title] if len(title) >= SHORTEST else []), *parts])


def _same(one: OrderItem, other: OrderItem) -> bool:
    return one.sku == other.sku if one.sku and other.sku else one.title == other.title


def _again(c: Conversation, known: Customer, o: Options, as_of: datetime) -> Counts:
    """Of customers who had bought before, those who did again; the order they came about does not count."""
    ends = spoken(c)[-1][0]
    paid = [(order.paid_at, order.id) for order in known.orders if order.paid_at]
    if not any(at <= ends for at, _ in paid):
        return {}
    refunded = {order.id for order in known.orders if order.refunded_at}
    after = [at for at, id_ in paid if at > ends and id_ != c.order_id and id_ not in refunded]
    return {
        f"again_{days}": _whole(c, o, float(any(at <= ends + timedelta(days=days) for at in after)))
        for days in AGAIN
        if as_of >= ends + timedelta(days=days)
    }


def _reviewed(c: Conversation, known: Customer, o: Options) -> Counts:
    """Reviews after this service and before the next one."""
    found: Counts = {}
    for review in _later(c, known, o):
        for name, good in (("good_review", review.score >= GOOD), ("pictured", review.has_picture)):
            for account, (n, yes) in _whole(c, o, float(good)).items():
                cell = found.setdefault(name, {}).setdefault(account, [0.0, 0.0])
                cell[0], cell[1] = cell[0] + n, cell[1] + yes
    return found


def _later(c: Conversation, known: Customer, o: Options) -> Iterator[Reviewed]:
    ends = spoken(c)[-1][0]
    later = [said[-1][0] for talk in known.talks if talk.id != c.id and (said := spoken(talk)) and said[-1][0] > ends]
    until = min([ends + timedelta(days=o.review_days), *later])
    bought = {order.id: order.paid_at for order in known.orders}
    for review in known.reviews:
        paid = bought.get(review.order)
        about = review.order == c.order_id if c.order_id else paid is None or paid <= ends
        if review.at and ends < review.at <= until and about:
            yield review
