"""What happens: intake, actions, commands > features > cards and context. No third-party I/O; time is `ctx.now()`."""
