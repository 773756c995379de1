"""The command that serves the teaching app."""

from __future__ import annotations

import typer

from ablasim.errors import OutputError


def open_app(port: int, *, token: bool, open_browser: bool) -> None:
    """Serve the app until it is interrupted.

    Raises
    ------
    OutputError
        If the packages of the extra `app` are missing, or the port is taken.
    """
    typer.echo("ablasim app: for research and teaching only, not for clinical decisions; starting …")
    try:
        from ablasim.app.server import serve
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("trame", "wslink", "aiohttp")):
            raise
        message = f"the app needs the package {error.name}: pip install -e '.[app]' in the checkout"
        raise OutputError(message) from error
    serve(port, token=token, open_browser=open_browser)
