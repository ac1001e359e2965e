"""The errors of Starling, named by what the caller must do."""


class Refused(Exception):
    """The person may not do this; the sentence is for them, in private."""


class Unreadable(Exception):
    """A body we cannot read: answer 400 and keep it for inspection."""


class UserError(Exception):
    """The person can mend it; the sentence says how."""


class DeliveryFailed(Exception):
    """A chat platform did not take a card.

    `permanent`: sending again will not help. `uncertain`: it may have arrived all the same (a lost answer).
    `retry_after`: seconds the platform asks us to wait.
    """

    def __init__(self, why: str, *, permanent: bool = False, uncertain: bool = False, retry_after: float | None = None):
        super().__init__(why)
        self.permanent = permanent
        self.uncertain = uncertain
        self.retry_after = retry_after
