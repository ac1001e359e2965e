"""Every table in one place; only the modules of storage may import from here."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage.tables.alerts import Alert, AlertStep
from storage.tables.briefings import Briefing, BriefingRead
from storage.tables.cases import Case, CaseToken, CaseUse, CaseWording, Cheer, Highlight
from storage.tables.coaching import DigestItem, Whisper
from storage.tables.conversations import Conversation, Finding, Happening, Message
from storage.tables.disclosures import Disclosure
from storage.tables.figures import Binding, FigureBlock, FigureCell, FigureDay, FigureTrail
from storage.tables.growth import Drill, Goal
from storage.tables.honours import Honour, HonourConsent, Nomination, Point
from storage.tables.inbox import Inbox, Quarantine, Seen
from storage.tables.learning import Lesson, Model, Opinion, OpinionStage
from storage.tables.orders import Order, Review
from storage.tables.outcomes import OutcomeDay
from storage.tables.polls import Ballot, BallotStep, Criterion, Decision, PollCase, PollSession, Wording, WordingVote
from storage.tables.posts import Call, Heard, Post, RoomBudget
from storage.tables.quiet import DutyChange, Gathered, Gathering, Mute, Silence, Trouble
from storage.tables.reviews import Appeal, Appealed, ReviewDay, ReviewSample
from storage.tables.rule_changes import RuleChange
from storage.tables.sandbox import SandboxPost
from storage.tables.sessions import LoginLink, Reveal, Session
from storage.tables.upkeep import Audit, Cursor, Occurrence

__all__ = [
    "ALERT",
    "ALERT_STEP",
    "AUDIT",
    "CALL",
    "CASE",
    "CONVERSATION",
    "CURSOR",
    "DIGEST_ITEM",
    "DISCLOSURE",
    "FIGURE_DAY",
    "FINDING",
    "HAPPENING",
    "HEARD",
    "INBOX",
    "LESSON",
    "LOGIN_LINK",
]
__all__ += ["APPEAL", "APPEALED", "REVIEW_DAY", "REVIEW_SAMPLE"]
__all__ += ["CASE_TOKEN", "CASE_USE", "CASE_WORDING", "CHEER", "HIGHLIGHT"]
__all__ += ["BALLOT", "BALLOT_STEP", "CRITERION", "DECISION", "POLL_CASE", "POLL_SESSION", "WORDING", "WORDING_VOTE"]
__all__ += ["BINDING", "FIGURE_BLOCK", "FIGURE_CELL", "FIGURE_TRAIL"]
__all__ += ["DRILL", "GOAL"]
__all__ += ["OUTCOME_DAY"]
__all__ += ["HONOUR", "HONOUR_CONSENT", "NOMINATION", "POINT"]
__all__ += ["BRIEFING", "BRIEFING_READ"]
__all__ += ["DUTY_CHANGE", "GATHERED", "GATHERING", "MUTE", "SILENCE", "TROUBLE"]
__all__ += [
    "MESSAGE",
    "MODEL",
    "OCCURRENCE",
    "OPINION",
    "OPINION_STAGE",
    "ORDER",
    "POST",
    "QUARANTINE",
    "REVEAL",
    "REVIEW",
    "ROOM_BUDGET",
    "RULE_CHANGE",
    "SANDBOX_POST",
    "SEEN",
    "SESSION",
    "WHISPER",
    "SQLModel",
]


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


ALERT = _table(Alert)
ALERT_STEP = _table(AlertStep)
AUDIT = _table(Audit)
BRIEFING = _table(Briefing)
BRIEFING_READ = _table(BriefingRead)
CALL = _table(Call)
CASE = _table(Case)
CASE_TOKEN = _table(CaseToken)
CASE_USE = _table(CaseUse)
CASE_WORDING = _table(CaseWording)
CHEER = _table(Cheer)
HIGHLIGHT = _table(Highlight)
CONVERSATION = _table(Conversation)
CURSOR = _table(Cursor)
DIGEST_ITEM = _table(DigestItem)
DISCLOSURE = _table(Disclosure)
FIGURE_DAY = _table(FigureDay)
FIGURE_CELL = _table(FigureCell)
FIGURE_TRAIL = _table(FigureTrail)
FIGURE_BLOCK = _table(FigureBlock)
BINDING = _table(Binding)
FINDING = _table(Finding)
HAPPENING = _table(Happening)
HEARD = _table(Heard)
INBOX = _table(Inbox)
LESSON = _table(Lesson)
LOGIN_LINK = _table(LoginLink)
MESSAGE = _table(Message)
MODEL = _table(Model)
OCCURRENCE = _table(Occurrence)
OPINION = _table(Opinion)
OPINION_STAGE = _table(OpinionStage)
ORDER = _table(Order)
POST = _table(Post)
QUARANTINE = _table(Quarantine)
REVEAL = _table(Reveal)
REVIEW = _table(Review)
ROOM_BUDGET = _table(RoomBudget)
RULE_CHANGE = _table(RuleChange)
SANDBOX_POST = _table(SandboxPost)
SEEN = _table(Seen)
SESSION = _table(Session)
WHISPER = _table(Whisper)
DUTY_CHANGE = _table(DutyChange)
GATHERED = _table(Gathered)
GATHERING = _table(Gathering)
MUTE = _table(Mute)
SILENCE = _table(Silence)
TROUBLE = _table(Trouble)
APPEAL = _table(Appeal)
APPEALED = _table(Appealed)
REVIEW_DAY = _table(ReviewDay)
REVIEW_SAMPLE = _table(ReviewSample)
BALLOT = _table(Ballot)
BALLOT_STEP = _table(BallotStep)
CRITERION = _table(Criterion)
DECISION = _table(Decision)
POLL_CASE = _table(PollCase)
POLL_SESSION = _table(PollSession)
WORDING = _table(Wording)
WORDING_VOTE = _table(WordingVote)
HONOUR = _table(Honour)
HONOUR_CONSENT = _table(HonourConsent)
NOMINATION = _table(Nomination)
POINT = _table(Point)
DRILL = _table(Drill)
GOAL = _table(Goal)
OUTCOME_DAY = _table(OutcomeDay)
