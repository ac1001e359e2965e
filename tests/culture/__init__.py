"""Coach, not police: what the bot may never say, and every sentence that it can say."""
