"""Serves the app on this machine alone: every window gets a session of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from aiohttp import web
from trame.app.core import AVAILABLE_SERVERS, get_server
from trame_client.module.vue3 import www
from vtkmodules.vtkCommonCore import vtkLogger

from ablasim.app.closed import build_closed_page
from ablasim.app.computing import Desk
from ablasim.app.door import UNSEEN, Door
from ablasim.app.page import build_page
from ablasim.app.session import Session
from ablasim.app.token import kept_token
from ablasim.errors import OutputError

_logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
DEFAULT_PORT = 8090
MOST_SESSIONS = 8
MOST_COMPUTATIONS = 1
"""At a time over all sessions: one takes two cores."""

_IDLE_S = 120
"""How long a session outlives its window, s: a reload finds it again."""


class Front:
    """The address that a browser is given: it opens a session for every window and sends the window there.

    Parameters
    ----------
    door : Door
        Who may come in, here and in the sessions.
    """

    def __init__(self, door: Door) -> None:
        self.door = door
        self.desk = Desk(MOST_COMPUTATIONS)
        self._sessions: dict[str, tuple[Any, Session, asyncio.Task[None]]] = {}

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Open a session."""
        if len(self._sessions) >= MOST_SESSIONS:
            message = f"ablasim app: {MOST_SESSIONS} windows are open: close one, wait two minutes and try again\n"
            raise web.HTTPServiceUnavailable(text=message)
        address = f"http://{HOST}:{await self.start_session(request.url.port)}/index.html{self.door.query}"
        raise web.HTTPFound(address)

    async def start_session(self, front: int) -> int:
        """Start a session for a window that has asked for one at the port `front`; gives the session's port."""
        name = token_hex(8)
        server = get_server(name, client_type="vue3")
        session = Session(server, self.desk)
        build_page(server, session)
        build_closed_page(server, f"http://{HOST}:{front}/{self.door.query}", self.command(front))
        server.controller.on_server_bind.add(partial(_prepare, session, self.door))
        with _no_arguments():
            task = server.start(
                port=0,
                host=HOST,
                thread=True,
                open_browser=False,
                show_connection_info=False,
                disable_logging=True,
                exec_mode="task",
                timeout=_IDLE_S,
            )
        self._sessions[name] = server, session, task
        task.add_done_callback(lambda _: self._forget(name))
        await server.ready
        return int(server.port)

    def command(self, port: int) -> str:
        """What to type to have this app at a port again."""
        at = [] if port == DEFAULT_PORT else [f"--port {port}"]
        return " ".join(["ablasim app", *at, *([] if self.door.query else ["--no-token"])])

    def _forget(self, name: str) -> None:
        _, session, _ = self._sessions.pop(name)
        session.close()
        AVAILABLE_SERVERS.pop(name, None)

    async def close(self) -> None:
        """End all sessions and what they compute."""
        for server, session, _ in list(self._sessions.values()):
            session.close()
            await server.stop()
        self.desk.close()


def _prepare(session: Session, door: Door, bound: Any) -> None:
    """Make a session's server refuse others, and answer the page's question where its session is."""

    @web.middleware  # type: ignore[untyped-decorator]  # aiohttp comes with trame, and is not followed
    async def with_scene(request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path == "/ws":
            session.renew()
        answer: web.StreamResponse = await handler(request)
        return answer

    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text=page_with(door.query), content_type="text/html", headers=UNSEEN)

    async def where(_: web.Request) -> web.StreamResponse:
        return web.json_response({"sessionURL": f"ws://USE_HOST/ws{door.query}", "secret": "wslink-secret"})

    bound.app.middlewares.extend((door.guard(), with_scene))
    bound.app.router.add_get("/index.html", page)
    bound.app.router.add_post("/paraview/", where)


def page_with(query: str) -> str:
    """Trame's page, which asks with a query where its session is."""
    page = (Path(www) / "index.html").read_text(encoding="utf-8")
    return page.replace("<html ", f'<html data-session-manager-url="paraview/{query}" ', 1)


@contextmanager
def _no_arguments() -> Iterator[None]:
    """Hide the command line from trame, which reads it for options of its own."""
    said, sys.argv = sys.argv, sys.argv[:1]
    try:
        yield
    finally:
        sys.argv = said


def serve(port: int = DEFAULT_PORT, *, token: bool = True, open_browser: bool = True) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    port : int, optional
        Port on 127.0.0.1; 0 takes a free one.
    token : bool, optional
        Whether the address holds a token, without which nobody comes in; else any user of this machine does.
    open_browser : bool, optional
        Whether to open the page in the user's browser.

    Raises
    ------
    OutputError
        If the port is taken.
    """
    os.environ.setdefault("WSLINK_WS_COMPRESS", "0")  # packing costs more than it saves within a machine
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # nothing is drawn here, so no display is missed
    asyncio.run(_serve(port, Door(kept_token() if token else None), open_browser))


async def _serve(port: int, door: Door, open_browser: bool) -> None:
    logging.getLogger("aiohttp.access").disabled = True  # it would write addresses, which hold the token
    front = Front(door)
    app = web.Application(middlewares=[door.guard()])
    app.router.add_get("/", front.open, allow_head=False)  # asking whether it is there opens nothing
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno else str(error)
            message = f"port {port}: cannot be used ({reason}): choose another --port"
            raise OutputError(message) from error
        address = f"http://{HOST}:{runner.addresses[0][1]}/"
        sys.stdout.write(f"ablasim app: {address}{door.query} (Ctrl-C ends it)\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address + door.invite())
        asked_to_end = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
        await asked_to_end.wait()
    finally:
        await front.close()
        await runner.cleanup()
