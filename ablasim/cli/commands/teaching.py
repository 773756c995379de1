"""Commands for teaching: the app."""

from __future__ import annotations

from typing import Annotated

import typer


def app(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
    ] = 8090,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page in the browser.")] = False,
    no_token: Annotated[
        bool, typer.Option("--no-token", help="Let every user of this machine in, for a class on a shared computer.")
    ] = False,
) -> None:
    """Open a page in which a vein is dragged towards the applicator, on this machine alone."""
    from ablasim.cli.teaching import open_app

    open_app(port, token=not no_token, open_browser=not no_browser)
