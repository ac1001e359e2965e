"""Who may do what to an alert: one table, asked on every surface, answered with a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers.people import Person

FOR_LEADS = "这一类由本组主管来看。"
STRANGER = "我还不认识你。请管理员把你加进成员名单，再来找我就好。"


@dataclass(frozen=True, slots=True)
class Matter:
    """What an action is about, as far as permission is concerned."""

    team: str = ""
    agent: Person | None = None  # who holds the conversation
    claimed_by: str = ""
    spoke: frozenset[str] = frozenset()  # names of all who serve or served the customer in it
    of_colleague: bool = False  # a red line: it speaks of what a colleague said, and is the lead's to tell


Rule = Callable[[Person, Matter], str]  # "" when allowed, else the refusal


def refusal(person: Person | None, action: str, matter: Matter) -> str:
    """Empty when the person may; else a polite sentence for them alone."""
    if person is None:
        return STRANGER
    return RULES[action](person, matter)


def _anyone(person: Person, matter: Matter) -> str:
    return ""


def _only(*roles: str, says: str) -> Rule:
    def rule(person: Person, matter: Matter) -> str:
        return "" if person.role in roles else says

    return rule


_admin = _only("admin", says="这条命令只给管理员用。")
_keeper = _only("qa", "admin", says="这条命令给质检和管理员用。")
_ledger = _only("lead", "qa", "admin", says="规则账本给主管、质检和管理员看。")
_ruler = _only("qa", "admin", says="规则怎么提醒，由质检和管理员来定。")
_reader = _only("senior", "lead", "qa", "admin", says="告警清单给主管、质检和资深客服看。")
_reviewer = _only("qa", "lead", "admin", says="复核由质检和主管来做。")
_switcher = _only("lead", "admin", says="什么时候开始提醒、提醒到什么程度，由主管和管理员来定。")
_caller = _only("qa", "admin", says="共评的题目由质检来确认，你可以等着投票。")
_chair = _only("lead", "qa", "admin", says="这一步由主管和质检来做。")
_appeal_judge = _only("qa", "lead", "admin", says="申诉由质检和主管来复核。")
_binder = _only("lead", "admin", says="子账号是谁的，由主管和管理员来定。")
_keepers = _only(
    "senior", "lead", "qa", "admin", says="收入案例库由质检、主管和资深客服来按；你可以先「提名服务之星」。"
)
_decider = _only("lead", "admin", says="静音规则、店铺和同事由主管和管理员来定；一条告警可以说「静音 A12」。")
_shop = _only("lead", "qa", "admin", says="店铺的数据给主管、质检和管理员看；自己组的，可以说「团队」。")


def _minder(person: Person, matter: Matter) -> str:
    """A lead, an admin or a senior of the team; the conversation's own agent only who took it over."""
    if _holds(person, matter) and matter.claimed_by != person.name:
        return "这段聊天正由你接待，点「我来处理」或「需要帮助」就行。"
    if person.role in ("lead", "admin"):
        near = person.role == "admin" or not matter.team or person.team in ("", matter.team)
        return "" if near else _other_team(matter)
    if person.role == "senior":
        near = not matter.team or person.team == matter.team
        return FOR_LEADS if matter.of_colleague else "" if near else _other_team(matter)
    return "这一步由主管或同组资深客服来做，想帮忙的话可以先告诉他们。"


def _judge(person: Person, matter: Matter) -> str:
    if person.role == "qa":
        return ""
    return _minder(person, matter)


def _coach(person: Person, matter: Matter) -> str:
    """Nobody whispers to themselves, even if they took the conversation over."""
    if _holds(person, matter):
        return "这段聊天正由你接待，直接和客户说就好。"
    return _judge(person, matter)


def _own_agent(person: Person, matter: Matter) -> str:
    if _holds(person, matter):
        return ""
    return "这个按钮留给正在接待这位客户的同事。"


def _holds(person: Person, matter: Matter) -> bool:
    return matter.agent is not None and matter.agent.name == person.name


def _librarian(person: Person, matter: Matter) -> str:
    """QA and admins for all; leads and seniors what is their team's."""
    refused = _keepers(person, matter)
    near = person.role in ("qa", "admin") or not matter.team or person.team in ("", matter.team)
    return refused or ("" if near else f"这一段是{matter.team}组的，由他们的主管、资深客服或质检来收。")


def _reporter(person: Person, matter: Matter) -> str:
    """A team's week is for its leads, QA and the admins."""
    if person.role in ("qa", "admin") or (person.role == "lead" and person.team in ("", matter.team)):
        return ""
    return "周报给本组主管、质检和管理员看。"


def _host(person: Person, matter: Matter) -> str:
    """The morning belongs to the team's own lead."""
    near = not matter.team or person.team in ("", matter.team)
    if person.role == "admin" or (person.role == "lead" and near):
        return ""
    return "晨会由本组主管来准备，想说的话可以先告诉他们。"


def _shadow_judge(person: Person, matter: Matter) -> str:
    return _reviewer(person, matter) or ("" if person.role != "lead" else _minder(person, matter))


def _other_team(matter: Matter) -> str:
    return f"这是{matter.team}组的告警，由他们的主管来处理。"


def _watcher(person: Person, matter: Matter) -> str:
    """Who may read a conversation: those who serve it, their team's lead and seniors, QA and admins."""
    if matter.of_colleague and (person.role not in ("lead", "qa", "admin") or _serves(person, matter)):
        return FOR_LEADS  # and whom it is about hears it from the lead, not from a page
    if _serves(person, matter) or person.role in ("qa", "admin"):
        return ""
    if person.role in ("lead", "senior"):
        here = not matter.team or person.team == matter.team or (person.role == "lead" and not person.team)
        return "" if here else f"这是{matter.team}组的聊天，由他们的主管和资深客服来看。"
    return "聊天只有接待它的同事、本组主管和资深客服、质检看得到。"


def _revealer(person: Person, matter: Matter) -> str:
    """Originals without masks: for QA and the team's lead, never one's own."""
    if person.role in ("lead", "qa") and not _serves(person, matter) and not _watcher(person, matter):
        return ""
    return "打码的内容只有本组主管和质检写明原因后才能看。"


def _serves(person: Person, matter: Matter) -> bool:
    return person.name in matter.spoke or (matter.agent is not None and matter.agent.name == person.name)


def _portrait(person: Person, matter: Matter) -> str:
    """One's own; another's is for their lead and QA, and for nobody else."""
    if matter.agent is None or matter.agent.name == person.name:
        return ""
    return _members(person, matter)


def _members(person: Person, matter: Matter) -> str:
    """The rows of people on a team's page."""
    if person.role == "qa" or (person.role == "lead" and person.team in ("", matter.team)):
        return ""
    return "同事的画像、成长和成交只有本人、本组主管和质检看得到。"


def _team(person: Person, matter: Matter) -> str:
    near = not matter.team or person.team in ("", matter.team)
    return "" if near or person.role in ("lead", "qa", "admin") else "可以看自己组的，别的组的数据给主管和质检看。"


def _honours(person: Person, matter: Matter) -> str:
    """Their team's lead confirms, or an admin."""
    near = person.role == "lead" and (not matter.team or person.team in ("", matter.team))
    return "" if near or person.role == "admin" else "荣誉由本组主管来确认；看见谁做得好，可以发「提名 名字 为什么」。"


RULES: Mapping[str, Rule] = {
    "see_all": _reader,
    "claim_all": _minder,
    "duty": _anyone,
    "quiet": _decider,
    "restore": _decider,
    "mutes": _reader,
    "why": _reader,
    "claim": _minder,
    "resolve": _minder,
    "mute": _minder,
    "false_alarm": _judge,
    "mine": _own_agent,
    "help": _own_agent,
    "whisper": _coach,
    "take_over": _minder,
    "hand_to": _minder,
    "got_it": _own_agent,
    "alerts": _reader,
    "status": _admin,
    "try": _anyone,
    "ledger": _ledger,
    "accept_change": _ruler,
    "decline_change": _ruler,
    "undo_change": _ruler,
    "learn": _keeper,
    "roll_back": _keeper,
    "guide": _anyone,
    "view": _watcher,
    "reveal": _revealer,
    "looks": _watcher,
    "who_looked": _anyone,  # it is asked again for the conversation that is meant
    "known": _anyone,
    "my_figures": _anyone,
    "portrait": _portrait,
    "team_portrait": _team,
    "shop_portrait": _shop,
    "members": _members,
    "intervals": _anyone,  # asked again for the portrait that is meant
    "bind": _binder,
    "accounts": _binder,
    "cause": _judge,
    "my_reviews": _anyone,
    "review": _reviewer,
    "shadow": _reviewer,
    "shadow_verdict": _shadow_judge,
    "go_live": _switcher,
    "go_dark": _switcher,
    "adopt": _switcher,
    "appeal": _anyone,  # asked again for the finding that is meant
    "appeal_accept": _appeal_judge,
    "appeal_partly": _appeal_judge,
    "appeal_reject": _appeal_judge,
    "vote": _anyone,
    "better": _anyone,
    "pick": _anyone,
    "own_word": _anyone,
    "polls": _anyone,
    "my_alignment": _anyone,
    "confirm_poll": _caller,
    "drop_question": _caller,
    "accept_rule": _ruler,
    "keep_rule": _ruler,
    "exclude_words": _ruler,
    "promote": _ruler,
    "stay": _ruler,
    "talked": _chair,
    "minutes": _chair,
    "agreement": _chair,
    "praise_open": _anyone,  # asked again for whose it is
    "praise_anonymous": _anyone,
    "praise_private": _anyone,
    "like": _anyone,
    "nominate": _anyone,
    "honours": _anyone,
    "growth": _anyone,  # asked again for whose it is
    "goal_decline": _anyone,
    "goal_set": _anyone,
    "drill": _anyone,
    "outcomes": _anyone,  # asked again for whose they are
    "talk_tracks": _anyone,
    "briefing_read": _anyone,
    "report": _reporter,
    "report_all": _ruler,
    "briefing_words": _host,
    "briefing_plain": _host,
    "briefing_now": _host,
    "points": _anyone,  # one's own
    "honour_confirm": _honours,
    "honour_swap": _honours,
    "honour_skip": _honours,
    "honour_undo": _honours,
    "honour_public": _anyone,  # asked again for whose it is
    "honour_quiet": _anyone,
    "not_fitting": _anyone,  # asked again
    "collect": _librarian,
    "cases": _anyone,
    "case_used": _anyone,
    "case_write": _librarian,
    "case_approve": _keeper,
}
