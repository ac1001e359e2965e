"""human_only, hybrid, auto: how far each rule is trusted, moved up by QA when agreement is proven, down by itself."""

from collections.abc import Mapping
from dataclasses import replace
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
from storage import audit, ballots, decisions, posts, rule_changes
from storage.ballots import Spoken
from storage.db import Tx
from storage.decisions import FIRST, Criterion

ITSELF = "八哥"
PAUSE = timedelta(days=28)  # after QA's answer nobody is asked again so soon


def look(ctx: Context, tx: Tx) -> int:
    """After every session: each rule that people voted about; how many moved or are asked about."""
    known = decisions.criteria(tx)
    voted = by_rule(tx, ballots.pooled(tx))
    return sum(_move(ctx, tx, name, spoken, known.get(name.partition("@")[0])) for name, spoken in voted.items())


def by_rule(tx: Tx, spoken: list[Spoken]) -> dict[str, list[Spoken]]:
    """Of each rule as it is now, slow_reply@3+R5: changed, it has to prove itself anew, so that nothing is mixed."""
    changed = rule_changes.epochs(tx)
    found: dict[str, list[Spoken]] = {}
    for one in sorted((one for one in spoken if one.rule), key=lambda one: (_version(one.rule), one.at, one.case)):
        found.setdefault(one.rule + ledger.epoch(one.at, changed.get(one.rule, ())), []).append(one)
    latest = {name.partition("@")[0]: name for name in found}
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
    if known and known.proposed and wanted in (stage, known.proposed):
        return _ask_again(ctx, tx, known, wanted, because)
    if wanted == stage:
        return 0
    up = stages.STAGES.index(wanted) > stages.STAGES.index(stage)
    if up and known and ctx.now() - known.at < PAUSE and known.by not in ("", ITSELF):
        return 0
    moved = Criterion(rule, stage if up else wanted, wanted if up else "", because, "" if up else ITSELF, ctx.now())
    _keep(ctx, tx, moved)
    return 1


def _ask_again(ctx: Context, tx: Tx, known: Criterion, wanted: str, because: str) -> int:
    """A question that still waits for QA, after more votes: as they stand now, or taken back."""
    if wanted == known.proposed and because == known.because:
        return 0
    still = wanted == known.proposed
    now = replace(known, proposed=wanted if still else "", because=because, by="" if still else ITSELF)
    _keep(ctx, tx, now, same=True)
    return 1


def _keep(ctx: Context, tx: Tx, criterion: Criterion, *, same: bool = False) -> None:
    """`same`: on the card of the question that was asked before."""
    decisions.set_criterion(tx, criterion)
    audit.write(tx, ctx.now(), criterion.by or ITSELF, "criterion", f"{criterion.rule} {criterion.stage}")
    card = cards.criterion(criterion, ledger.title_of(ctx, criterion.rule), subject_of(criterion.rule))
    standing = posts.about(tx, subject_of(criterion.rule)) if same else []
    link = posting.random_part(f"{criterion.rule}/{criterion.at.isoformat()}")
    for target in ledger.reviewers(ctx):
        about = About(subject_of(criterion.rule), standing[-1].key.split("-")[1] if standing else link)
        posting.want(ctx, tx, about, target, card)


def subject_of(rule: str) -> str:
    return f"K{blake2b(rule.encode(), digest_size=4).hexdigest()}"


def _answer(ctx: Context, tx: Tx, request: Request, *, accept: bool) -> Reply:
    refusal = permissions.refusal(request.person, request.action, Matter())
    code = request.subject or request.text.strip().lstrip("#")
    audit.write(tx, ctx.now(), request.speaker, request.action, code[:20], allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    asked = [one for one in decisions.criteria(tx).values() if one.proposed]
    if not code and len(asked) > 1:
        return Reply(False, "有几条规则在等，请带上卡片上的编号，比如「同意 K1a2b3c4d」。")
    found = [one for one in asked if not code or subject_of(one.rule) == code.capitalize()]
    if not found:
        return Reply(False, "这个问题已经有人定过了。")
    one = found[0]
    stage = one.proposed if accept else one.stage
    _keep(ctx, tx, Criterion(one.rule, stage, "", one.because, request.speaker, ctx.now()), same=True)
    return Reply(True, "好，记下了。看法变了会自动退回来。" if accept else "好，先不动。")


def _promote(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _answer(ctx, tx, request, accept=True)


def _stay(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _answer(ctx, tx, request, accept=False)


def _version(name: str) -> int:
    version = name.partition("@")[2]
    return int(version) if version.isdecimal() else 0


ACTIONS: Mapping[str, Act] = {"promote": _promote, "stay": _stay}
