"""Every command of the command line with its arguments and options, from the functions that are the commands."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from ablasim.cli.main import COMMANDS
from docsite.tables import plain, table

LEAD = """\
The command is `ablasim`; `ablasim COMMAND --help` prints what stands here.

Exit codes: 0 done, 1 failed, 2 bad input, 3 not converged, energy audit open or no ± found, 130 stopped by Ctrl-C."""
WORDS = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}


@dataclass(frozen=True)
class Parameter:
    """An argument or an option: how it is written, what it means, and whether it must be given."""

    written: str
    meaning: str
    is_option: bool
    is_required: bool


def commands_page() -> str:
    """The page of all commands, in the order of the help."""
    blocks = ["# Commands", LEAD]
    for panel, functions in COMMANDS.items():
        blocks.append(f"## {panel}")
        for function in functions:
            blocks += _command(function)
    return "\n\n".join(blocks) + "\n"


def _command(function: Callable[..., Any]) -> list[str]:
    name = function.__name__.replace("_", "-")
    found = list(parameters(function))
    arguments = [p.written if p.is_required else f"[{p.written}]" for p in found if not p.is_option]
    usage = " ".join(["ablasim", name, *arguments, *(["[OPTIONS]"] if any(p.is_option for p in found) else [])])
    blocks = [f"### ablasim {name} {{ #{name} }}", plain(inspect.getdoc(function) or ""), f"```text\n{usage}\n```"]
    rows = [(f"`{p.written}`", plain(p.meaning)) for p in found]
    return [*blocks, table(("argument or option", "meaning"), rows)] if rows else blocks


def parameters(function: Callable[..., Any]) -> Iterator[Parameter]:
    """Arguments and options of a command, in their order."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind, info = get_args(hints[name])[:2]
        required = parameter.default is inspect.Parameter.empty
        if isinstance(info, ArgumentInfo):
            yield Parameter(info.metavar or name.upper(), info.help or "", False, required)
        elif isinstance(info, OptionInfo):
            names = _names(info) or (f"--{name.replace('_', '-')}",)
            value = "" if _bare(kind) is bool else f" {info.metavar or WORDS.get(_bare(kind), 'TEXT')}"
            yield Parameter(", ".join(names) + value, info.help or "", True, required)


def _names(info: OptionInfo) -> tuple[str, ...]:
    """Names of an option; typer keeps the first where a default would stand."""
    first = (info.default,) if isinstance(info.default, str) and info.default.startswith("-") else ()
    return (*first, *(info.param_decls or ()))


def _bare(kind: Any) -> Any:
    """Type of one value: without None, and of what a list holds.

    Examples
    --------
    >>> _bare(list[str] | None) is str
    True
    """
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
    return get_args(kind)[0] if get_origin(kind) is list else kind
