"""What the team shares: highlights, the case library, the morning briefing and the reports."""
