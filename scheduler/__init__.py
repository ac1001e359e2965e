"""When things happen by themselves: APScheduler says when, `handlers.tick` says what."""
