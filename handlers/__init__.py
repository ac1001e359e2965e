"""What happens: surfaces (intake, actions, commands) > one folder a feature > posting > cards and context.

No third-party I/O; time is `ctx.now()`.
"""
