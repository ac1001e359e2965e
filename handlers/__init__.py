"""What happens: intake, actions, commands > features > cards and context. No third-party I/O; `now` comes from the context."""
