"""The registry of measures: what is counted, and how points of one unit become one."""

from collections.abc import Callable, Iterator, Mapping

from rules.metrics import ratings, replies, sales, service
from rules.metrics.definition import Options
from rules.metrics.point import Fold, Point, added, best, latest, worst
from rules.metrics.scene import Scene

Points = Callable[[Scene, Options], Iterator[Point]]

MEASURES: Mapping[str, tuple[Points, Fold]] = {
    "reply": (replies.replies, worst),
    "first_reply": (replies.first_replies, worst),
    "replied": (service.replied, best),
    "talk": (service.talk, added),
    "resolved": (service.resolved, best),
    "transferred": (service.transferred, best),
    "solved_first": (service.solved_first, worst),
    "satisfied": (ratings.satisfied, latest),
    "invited": (ratings.invited, best),
    "answered": (ratings.answered, best),
    "rated": (ratings.rated, best),
    "converted": (sales.converted, best),
    "spent": (sales.spent, added),
}
