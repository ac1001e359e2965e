"""The commands of the program: `python -m bot …`; every word they print is for people, in Chinese."""

import sys
from collections.abc import Callable, Mapping

import typer

from bot.command_line import Command, Group, explain
from bot.commands import importing, keeping, looking, running
from handlers.errors import UserError
from storage.errors import CannotOpen, InUse, NewerSchema, Unavailable

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Starling（八哥）：把客服质检变成当场的帮助。",
)
# In the order of a newcomer's first week.
COMMANDS: Mapping[str, Callable[..., None]] = {
    "demo": running.demo,
    "serve": running.serve,
    "check-config": running.check_config,
    "doctor": running.doctor,
    "checkup": looking.checkup,
    "screen": looking.screen,
    "replay": looking.replay,
    "backtest": looking.backtest,
    "figures": looking.figures,
    "export": looking.export,
    "import": importing.import_,
    "simulate": looking.simulate,
    "learn": running.learn,
    "login-link": running.login_link,
    "backup": keeping.backup,
    "erase": keeping.erase,
    "audit": keeping.audit,
    "migrate": running.migrate,
}
for _name, _run in COMMANDS.items():
    app.command(_name, cls=Command)(_run)


def main() -> None:
    """Errors that people can mend are sentences on standard error: exit status 1, and 2 for a mistyped command."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        print(explain(error), file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except (UserError, CannotOpen, InUse, NewerSchema, Unavailable) as error:
        sys.exit(f"{error}")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
