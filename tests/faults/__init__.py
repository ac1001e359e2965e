"""The real program under faults: killed, stopped, doubled; what it promised is then looked up in its database.

`shop` makes the events, `sender` is the helpdesk that sends until it is answered, `oracle` compares. Sizes:

    STARLING_KILLS=20 STARLING_EVENTS=2000 pytest tests/faults/test_killed.py

An oracle that cannot fail proves nothing: `broken` starts the program with one promise taken out of it, and
`test_oracle.py` shows that each such program is caught:

    python -m tests.faults.broken no_deduplication serve --config FILE
"""
