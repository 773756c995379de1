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
from secrets import token_hex
from typing import Any

from aiohttp import web
from trame.app.core import AVAILABLE_SERVERS, get_server
from vtkmodules.vtkCommonCore import vtkLogger

from ablasim.app.computing import Desk
from ablasim.app.page import build_page
from ablasim.app.session import Session
from ablasim.errors import OutputError

_logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
DEFAULT_PORT = 8090
MOST_SESSIONS = 8
MOST_COMPUTATIONS = 1
"""At a time over all sessions: one takes two cores."""

_IDLE_S = 120
"""How long a session outlives its window, s: a reload finds it again."""

NAMES = ("127.0.0.1", "localhost")
_PORT_OF_HTTP = 80
"""The port that a browser does not name."""


def is_ours(request: web.Request, port: int) -> bool:
    """Whether a request was meant for this server: by its own name, and from no other site's page.

    A link on another site may lead here; a picture, frame or script of it may not.
    """
    hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == _PORT_OF_HTTP else set())
    said = request.headers
    origin = said.get("Origin")
    is_foreign = said.get("Sec-Fetch-Site") == "cross-site" and said.get("Sec-Fetch-Dest") != "document"
    return said.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts) and not is_foreign


@web.middleware  # type: ignore[untyped-decorator]  # aiohttp comes with trame, and is not followed
async def refuse_others(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse requests that another site has sent through the user's browser."""
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    if not is_ours(request, port):
        raise web.HTTPForbidden(text="ablasim app: only pages of this machine may use it\n")
    if request.path == "/ws" and request.headers.get("Upgrade", "").lower() != "websocket":
        raise web.HTTPBadRequest(text="ablasim app: a web socket is expected here\n")  # wslink would never forget it
    answer: web.StreamResponse = await handler(request)
    return answer


class Front:
    """The address that a browser is given: it opens a session for every window and sends the window there."""

    def __init__(self) -> None:
        self.desk = Desk(MOST_COMPUTATIONS)
        self._sessions: dict[str, tuple[Any, Session, asyncio.Task[None]]] = {}

    async def open(self, _: web.Request) -> web.StreamResponse:
        """Open a session."""
        if len(self._sessions) >= MOST_SESSIONS:
            message = f"ablasim app: {MOST_SESSIONS} windows are open: close one, wait two minutes and try again\n"
            raise web.HTTPServiceUnavailable(text=message)
        address = f"http://{HOST}:{await self.start_session()}/index.html"
        raise web.HTTPFound(address)

    async def start_session(self) -> int:
        """Start a session; gives its port."""
        name = token_hex(8)
        server = get_server(name, client_type="vue3")
        session = Session(server, self.desk)
        build_page(server, session)
        server.controller.on_server_bind.add(partial(_prepare, session))
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


def _prepare(session: Session, bound: Any) -> None:
    """Make a session's server refuse others, and answer the page's question where its session is."""

    @web.middleware  # type: ignore[untyped-decorator]  # aiohttp again
    async def with_scene(request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path == "/ws":
            session.renew()
        answer: web.StreamResponse = await handler(request)
        return answer

    bound.app.middlewares.extend((refuse_others, with_scene))

    async def where(_: web.Request) -> web.StreamResponse:
        return web.json_response({"sessionURL": "ws://USE_HOST/ws", "secret": "wslink-secret"})

    bound.app.router.add_post("/paraview/", where)


@contextmanager
def _no_arguments() -> Iterator[None]:
    """Hide the command line from trame, which reads it for options of its own."""
    said, sys.argv = sys.argv, sys.argv[:1]
    try:
        yield
    finally:
        sys.argv = said


def serve(port: int = DEFAULT_PORT, *, open_browser: bool = True) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    port : int, optional
        Port on 127.0.0.1; 0 takes a free one.
    open_browser : bool, optional
        Whether to open the page in the user's browser.

    Raises
    ------
    OutputError
        If the port is taken.
    """
    os.environ.setdefault("WSLINK_WS_COMPRESS", "0")  # packing costs more than it saves within a machine
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # nothing is drawn here, so no display is missed
    asyncio.run(_serve(port, open_browser))


async def _serve(port: int, open_browser: bool) -> None:
    front = Front()
    app = web.Application(middlewares=[refuse_others])
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
        sys.stdout.write(f"ablasim app: {address} (Ctrl-C ends it)\n")
        sys.stdout.flush()
        if open_browser:
            webbrowser.open(address)
        asked_to_end = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
        await asked_to_end.wait()
    finally:
        await front.close()
        await runner.cleanup()
