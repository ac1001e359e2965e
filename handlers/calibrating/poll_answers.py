"""Questions about calibrations: how much people agree, how far one is with the group, and the minutes."""

from collections.abc import Mapping

from handlers import permissions, posting
from handlers.calibrating import criteria, poll_show
from handlers.calibrating.poll_close import alignment, pooled
from handlers.cards import poll_results
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Answer, Request
from handlers.reviewing.ledger import title_of
from rules import subject
from storage import ballots, calibrations, decisions
from storage.db import Tx


def agreement(ctx: Context, tx: Tx, request: Request) -> Card:
    spoken = ballots.pooled(tx)
    rules = {name: criteria.agreed(said) for name, said in criteria.by_rule(tx, spoken).items()}
    known = decisions.criteria(tx)
    stages = {title_of(ctx, name): known[id_].stage for name in rules if (id_ := name.partition("@")[0]) in known}
    titled = {title_of(ctx, name): found for name, found in rules.items()}
    return poll_results.agreements(pooled(spoken), titled, stages)


def mine(ctx: Context, tx: Tx, request: Request) -> Card:
    if request.person is None:
        return sentence(permissions.STRANGER)
    return poll_results.alignment(*alignment(ballots.pooled(tx), request.person.name))


def _minutes(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Of the session that is named, else of the last one; to this person, who fills it in."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    target = ctx.people.direct(request.person, request.place) if request.person else None
    if refusal or target is None:
        return Reply(False, refusal or "我还不知道怎么私信你，请管理员补上你的账号。")
    number, _ = subject.read(request.subject or request.text, "poll")
    closed = [session for session in calibrations.latest(tx) if session.state == "closed"]
    wanted = [session for session in closed if number is None or session.id == number]
    if not wanted:
        return Reply(False, "还没有结束的共评，纪要要等结果出来。")
    card = poll_results.minutes(wanted[0], poll_show.all_ended(ctx, tx, wanted[0]), ctx.zone)
    link = posting.random_part(f"{wanted[0].link}/{target.id}/{ctx.now().isoformat()}")
    posting.want(ctx, tx, About(f"{wanted[0].code}.min", link), target, card)
    return Reply(True, "会议纪要的模板私信发给你了。", points=True)


ANSWERS: Mapping[str, Answer] = {"agreement": agreement, "my_alignment": mine}
ACTIONS: Mapping[str, Act] = {"minutes": _minutes}
