"""How the program's own commands are explained, and how a mistyped one is answered: in Chinese, with the next step."""

import difflib
from collections.abc import Iterable
from typing import Any

import typer
from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

GAP = 3


class Command(TyperCommand):
    """One command, with a help page of ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_page(self, ctx, ""))


class Group(TyperGroup):
    """All commands, with a help page of ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        listed = [(name, (command.help or "").partition("\n")[0]) for name, command in self.commands.items()]
        formatter.write(_page(self, ctx, _section("命令", listed)))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args[0].startswith("-") and args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, n=1, cutoff=0.5)
            hint = f"，是不是想运行 {near[0]}" if near else ""
            raise typer.TyperException(f"没有 {args[0]} 这个命令{hint}")
        return super().resolve_command(ctx, args)


def _page(command: Any, ctx: Any, more: str) -> str:
    asked = [p for p in command.get_params(ctx) if not p.hidden]
    arguments = [p for p in asked if p.param_type_name == "argument"]
    options = [p for p in asked if p.param_type_name == "option"]
    named = [p.metavar for p in arguments] if arguments else ["命令"] if more else []
    usage = " ".join([f"用法：{ctx.command_path}", *named, "[选项]"])
    parts = [
        _section("参数", ((p.metavar, p.help or "") for p in arguments)),
        _section("选项", (_option(p, ctx) for p in options)),
    ]
    hint = "每个命令后面加 --help，看它自己的说明。\n" if more else ""
    return "\n".join(part for part in (f"{usage}\n", f"{command.help}\n", more, *parts, hint) if part)


def _option(option: Any, ctx: Any) -> tuple[str, str]:
    if "--help" in option.opts:
        return "--help", "显示这一页"
    value = "" if option.is_flag else f" {option.metavar or '值'}"
    default = option.get_default(ctx)
    shown = "" if option.is_flag or default is None else f"（默认 {default}）"
    return "、".join(option.opts) + value, f"{option.help or ''}{shown}"


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    listed = list(rows)
    width = max((cell_len(name) for name, _ in listed), default=0) + GAP
    lines = (f"  {name}{' ' * (width - cell_len(name))}{words}\n" for name, words in listed)
    return f"{title}：\n{''.join(lines)}" if listed else ""


def explain(error: typer.TyperException) -> str:
    """What was mistyped, as a sentence with the next step; the help page when nothing was typed."""
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    name = "" if param is None else param.metavar if param.param_type_name == "argument" else param.opts[0]
    match type(error).__name__:
        case "NoArgsIsHelpError":
            return str(ctx.get_help()).rstrip() if ctx else ""
        case "NoSuchOption":
            what = f"没有 {getattr(error, 'option_name', '')} 这个选项"
        case "MissingParameter":
            what = f"还缺少 {name}"
        case "BadParameter":
            what = f"{name} 的值不对（{param.help if param else error.message}）"
        case "UsageError":
            what = f"这里用不上：{error.message.rpartition('(')[2].rstrip(')')}"
        case _:
            what = error.message
    return f"{what}。运行 {ctx.command_path if ctx else 'python -m bot'} --help 看用法。"
