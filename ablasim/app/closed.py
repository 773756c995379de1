"""What a window shows when its server no longer answers, and its way back."""

from __future__ import annotations

from typing import Any

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vuetify3 as v3

from ablasim.app.page import STYLE

WHAT_HAPPENED = "The program behind this page has ended, or this computer was asleep and the connection was lost."
WHERE = "Look at the terminal in which the app was started. If it is closed, or waits for a command, type:"
HOW_IT_COMES_BACK = (
    "If the program is still running and less than two minutes have passed, the page comes back as you left it; else "
    "the sliders begin anew."
)


def build_closed_page(server: Any, front: str, command: str) -> None:
    """Lay out what stands in for the page of a window once its connection is lost.

    Parameters
    ----------
    server : trame Server
        The window's.
    front : str
        Address that opens a window.
    command : str
        What to type in a terminal to have the app there again.
    """
    with VAppLayout(server, template_name="error", theme=("dark ? 'dark' : 'light'",)) as layout:  # trame's name for it
        client.Style(STYLE)  # that of the page has gone with it
        with html.Main(classes="closed", raw_attrs=['role="alert"', 'data-test="closed"']):
            html.H1("The app no longer answers")
            html.P(WHAT_HAPPENED)
            with html.Ol():
                with html.Li():
                    html.Span(WHERE)
                    html.Pre(command)
                html.Li("Then press this button.")
            attributes = [f"onclick=\"findAgain('{front}')\"", 'data-test="again"']
            v3.VBtn("Open the page again", color="primary", raw_attrs=attributes)
            html.P(raw_attrs=['role="status"', 'id="not-found"', 'data-test="not-found"'])
            html.P(HOW_IT_COMES_BACK, classes="hint")
    layout.flush_content()
