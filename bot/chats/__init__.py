"""Chat platforms: each adapter draws a Card, sends and edits it, and listens; adapters do not know each other."""
