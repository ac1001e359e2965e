"""What the longer commands do: `bot/commands/` names them, here is their work."""
