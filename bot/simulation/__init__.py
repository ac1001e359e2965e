"""`simulate`: a made-up shop lives a quarter in minutes, through the real handlers; its parts, none of which waits.

May import everything below `bot`, and `bot.app` for the context; nobody but `bot.commands` imports it.
"""
