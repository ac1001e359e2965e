"""One thing we look for per file; each is `check(conversation, policy, now)` and yields what it saw."""
