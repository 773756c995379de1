"""Who may come in: pages of this machine itself, in the hands of someone who knows the app's token."""

from __future__ import annotations

from html import escape
from pathlib import Path
from secrets import compare_digest, token_hex
from typing import Any

from aiohttp import web

NAMES = ("127.0.0.1", "localhost")
_PORT_OF_HTTP = 80
"""The port that a browser does not name."""

UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""Headers of pages whose address or text holds the token."""

_NO_TOKEN = (Path(__file__).parent / "no_token.html").read_text(encoding="utf-8")


def is_ours(request: web.Request, port: int) -> bool:
    """Whether a request was meant for this server: by its own name, and from no other site's page.

    A link on another site may lead here; a picture, frame or script of it may not.
    """
    hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == _PORT_OF_HTTP else set())
    said = request.headers
    origin = said.get("Origin")
    is_foreign = said.get("Sec-Fetch-Site") == "cross-site" and said.get("Sec-Fetch-Dest") != "document"
    return said.get("Host") in hosts and (origin is None or origin.removeprefix("http://") in hosts) and not is_foreign


class Door:
    """What the servers of an app ask of a request before they answer it.

    Parameters
    ----------
    token : str or None
        What its address must hold, as ``?token=…``; None asks for none.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._invitation: str | None = None

    @property
    def query(self) -> str:
        """What belongs behind an address; empty without a token."""
        return "" if self._token is None else f"?token={self._token}"

    def invite(self) -> str:
        """A query that lets in once, for the browser's command line, which other users of the machine can see."""
        if self._token is None:
            return ""
        self._invitation = token_hex(16)
        return f"?once={self._invitation}"

    def lets_in(self, request: web.Request) -> bool:
        """Whether a request knows the token, or the invitation, which is then used up."""
        if self._token is None or _is_said(request, "token", self._token):
            return True
        if self._invitation is None or not _is_said(request, "once", self._invitation):
            return False
        self._invitation = None
        return True

    def guard(self) -> Any:
        """The middleware that refuses all others; shipped files that every page loads are free to all."""

        @web.middleware  # type: ignore[untyped-decorator]  # aiohttp comes with trame, and is not followed
        async def refuse_others(request: web.Request, handler: Any) -> web.StreamResponse:
            port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
            if not is_ours(request, port):
                raise web.HTTPForbidden(text="ablasim app: only pages of this machine may use it\n")
            if not (_is_shipped(request) or self.lets_in(request)):
                page = _NO_TOKEN.replace("ADDRESS", escape(f"http://{NAMES[0]}:{port}/"))
                return web.Response(text=page, status=403, content_type="text/html", headers=UNSEEN)
            if request.path == "/ws" and request.headers.get("Upgrade", "").lower() != "websocket":
                message = "ablasim app: a web socket is expected here\n"  # wslink would never forget it
                raise web.HTTPBadRequest(text=message)
            answer: web.StreamResponse = await handler(request)
            return answer

        return refuse_others


def _is_said(request: web.Request, name: str, secret: str) -> bool:
    return compare_digest(request.query.get(name, "").encode("utf-8", "replace"), secret.encode())


def _is_shipped(request: web.Request) -> bool:
    return isinstance(request.match_info.route.resource, web.StaticResource)
