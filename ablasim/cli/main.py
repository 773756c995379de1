"""The command ``ablasim``."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from ablasim.cli.commands import analysis, book, fits, handout, library, masks, simulations, studies, teaching
from ablasim.cli.interrupt import STOPPED, ended_by_ctrl_c, every_ctrl_c_heard, ignore_ctrl_c
from ablasim.errors import AblasimError

COMMANDS = {
    "Simulate": (simulations.new, simulations.check, simulations.run, simulations.compare, simulations.sink_reach),
    "Show": (handout.report, handout.animate),
    "Study": (studies.sweep, studies.worker, studies.results),
    "Ask a study": (analysis.sensitivity, analysis.probability, analysis.least),
    "Fit": (fits.fit,),
    "Measure": (masks.margin, masks.overlap),
    "Teach": (teaching.app,),
    "Look up": (library.materials, library.devices, library.antenna, simulations.schema),
    "Verify": (book.validate,),
}
"""What the command line offers, in the order of its help."""


class _Commands(TyperGroup):
    """The commands; Ctrl-C in one that has nothing to say of it ends in `main`, not silently in typer."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error


app = typer.Typer(
    name="ablasim",
    cls=_Commands,
    help="Simulate a tumour ablation beside vessels: what dies, what the vessel steals, how wide the margin is.\n\n"
    "For research and teaching only, not for clinical decisions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _panel, _commands in COMMANDS.items():
    for _command in _commands:
        app.command(rich_help_panel=_panel)(_command)


def main() -> None:
    """Run the command line; errors become one message and an exit code (2 bad input, 3 not converged)."""
    try:
        with every_ctrl_c_heard():
            code = app(standalone_mode=False)  # hands back the code of typer.Exit instead of raising it
    except AblasimError as error:
        _say(f"error: {error}")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _stopped()
    except Exception as error:
        if ended_by_ctrl_c(error):
            _stopped()
        if not hasattr(error, "format_message"):  # typer's own usage errors know how to say themselves
            raise
        if message := error.format_message():  # empty where the help was shown instead
            _say(f"error: {message}")
        sys.exit(2)
    if code == STOPPED:
        ignore_ctrl_c()
    sys.exit(code if isinstance(code, int) else 0)


def _stopped() -> NoReturn:
    ignore_ctrl_c()
    _say("stopped")
    sys.exit(STOPPED)


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
