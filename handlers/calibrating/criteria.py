"""human_only, hybrid, auto: how far each rule is trusted, moved up by QA when agreement is proven, down by itself."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2b

from handlers import permissions, posting
from handlers.cards import criteria as cards
from handlers.context import Context
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.reviewing import ledger
from rules import stages
from rules.agreement import Agreement, agreement
from rules.poll import DEDUCT, KEEP
from storage import audit, ballots, decisions, posts
from storage.ballots import Spoken
from storage.db import Tx
from storage.decisions import FIRST, Criterion

ITSELF = "八哥"
PAUSE = timedelta(days=28)  # after QA's answer nobody is asked again so soon


def look(ctx: Context, tx: Tx) -> int:
    """After every session: each rule that people voted about; how many moved or are asked about."""
    known = decisions.criteria(tx)
    voted = by_rule(ballots.pooled(tx))
    return sum(_move(ctx, tx, name, spoken, known.get(name.partition("@")[0])) for name, spoken in voted.items())


def by_rule(spoken: list[Spoken]) -> dict[str, list[Spoken]]:
    """By name@version: another version has to prove itself anew, so that figures are not mixed."""
    found: dict[str, list[Spoken]] = {}
    for one in spoken:
        if one.rule:
            found.setdefault(one.rule, []).append(one)
    latest = {name.partition("@")[0]: name for name in sorted(found, key=_version)}
    return {name: found[name] for name in latest.values()}


def agreed(spoken: list[Spoken]) -> Agreement:
    units: dict[int, list[str]] = {}
    for one in spoken:
        units.setdefault(one.case, []).append(one.choice)
    return agreement(list(units.values()))


def _move(ctx: Context, tx: Tx, name: str, spoken: list[Spoken], known: Criterion | None) -> int:
    rule = name.partition("@")[0]
    stage = known.stage if known else FIRST
    outcomes = {one.case: one.outcome == DEDUCT for one in spoken if one.outcome in (DEDUCT, KEEP)}
    wanted, because = stages.wanted(stage, agreed(spoken), list(outcomes.values()))
    if wanted == stage or (known and known.proposed == wanted):
        return 0
    up = stages.STAGES.index(wanted) > stages.STAGES.index(stage)
    if up and known and ctx.now() - known.at < PAUSE and known.by not in ("", ITSELF):
        return 0
    moved = Criterion(rule, stage if up else wanted, wanted if up else "", because, "" if up else ITSELF, ctx.now())
    _keep(ctx, tx, moved)
    return 1


def _keep(ctx: Context, tx: Tx, criterion: Criterion) -> None:
    decisions.set_criterion(tx, criterion)
    audit.write(tx, ctx.now(), criterion.by or ITSELF, "criterion", f"{criterion.rule} {criterion.stage}")
    card = cards.criterion(criterion, ledger.title_of(ctx, criterion.rule), subject_of(criterion.rule))
    places = ledger.reviewers(ctx)
    for target in places:
        posting.want(ctx, tx, About(subject_of(criterion.rule), _link(tx, criterion)), target, card)


def subject_of(rule: str) -> str:
    return f"K{blake2b(rule.encode(), digest_size=4).hexdigest()}"


def _link(tx: Tx, criterion: Criterion) -> str:
    """The same card as long as one question is open; the next one is a new card."""
    standing = posts.about(tx, subject_of(criterion.rule))
    if not criterion.proposed and standing and criterion.by != ITSELF:
        return standing[-1].key.split("-")[1]
    return posting.random_part(f"{criterion.rule}/{criterion.at.isoformat()}")


def _answer(ctx: Context, tx: Tx, request: Request, *, accept: bool) -> Reply:
    refusal = permissions.refusal(request.person, request.action, Matter())
    audit.write(tx, ctx.now(), request.speaker, request.action, request.subject, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    found = [one for one in decisions.criteria(tx).values() if subject_of(one.rule) == request.subject and one.proposed]
    if not found:
        return Reply(False, "这个问题已经有人定过了。")
    one = found[0]
    stage = one.proposed if accept else one.stage
    _keep(ctx, tx, Criterion(one.rule, stage, "", one.because, request.speaker, ctx.now()))
    return Reply(True, "好，记下了。看法变了会自动退回来。" if accept else "好，先不动。")


def _promote(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _answer(ctx, tx, request, accept=True)


def _stay(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _answer(ctx, tx, request, accept=False)


def _version(name: str) -> int:
    version = name.partition("@")[2]
    return int(version) if version.isdecimal() else 0


ACTIONS: Mapping[str, Act] = {"promote": _promote, "stay": _stay}
