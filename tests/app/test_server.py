"""The app's doors: this machine's own pages, so many windows, and no arguments for trame."""

import asyncio
import socket
import sys

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ablasim.app import server as module
from ablasim.app.door import Door, is_ours
from ablasim.app.server import Front, _no_arguments
from ablasim.errors import OutputError


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Host": "127.0.0.1:8090"}, True),
        ({"Host": "localhost:8090", "Origin": "http://localhost:8090"}, True),
        ({"Host": "127.0.0.1:8090", "Origin": "http://elsewhere.example"}, False),
        ({"Host": "127.0.0.1:8090", "Origin": "http://127.0.0.1:9999"}, False),
        ({"Host": "127.0.0.1:8090", "Origin": "null"}, False),
        ({"Host": "elsewhere.example:8090"}, False),
        ({"Host": "127.0.0.1"}, False),
        ({"Host": "127.0.0.1:8090", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, False),
        ({"Host": "127.0.0.1:8090", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}, False),
        ({"Host": "127.0.0.1:8090", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, True),
        ({"Host": "127.0.0.1:8090", "Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}, True),
    ],
)
def test_only_pages_of_this_server_may_use_it(headers, ours):
    assert is_ours(make_mocked_request("GET", "/ws", headers=headers), 8090) is ours


def test_a_browser_does_not_name_port_80():
    headers = {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}
    assert is_ours(make_mocked_request("GET", "/", headers=headers), 80)


def test_a_plain_request_for_the_web_socket_is_refused():
    """wslink would count it as a window that never closes."""

    async def never(_):
        raise AssertionError

    request = make_mocked_request("GET", "/ws", headers={"Host": "127.0.0.1:8090"})
    request.transport.get_extra_info = lambda _: ("127.0.0.1", 8090)
    with pytest.raises(web.HTTPBadRequest):
        asyncio.run(Door(None).guard()(request, never))


def test_a_port_that_is_taken_is_said_in_few_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            OutputError, match=rf"^port {port}: cannot be used \(address already in use\): choose another"
        ):
            module.serve(port, open_browser=False)


def test_no_more_windows_are_opened_than_there_may_be(monkeypatch):
    front = Front(Door(None))
    monkeypatch.setattr(front, "_sessions", dict.fromkeys(range(module.MOST_SESSIONS)))
    with pytest.raises(web.HTTPServiceUnavailable) as refused:
        asyncio.run(front.open(make_mocked_request("GET", "/")))
    assert "close one" in refused.value.text


def test_the_command_line_is_not_trames(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ablasim", "app", "--port", "1", "--host", "0.0.0.0"])
    with _no_arguments():
        assert sys.argv == ["ablasim"]
    assert sys.argv[-1] == "0.0.0.0"


def test_it_is_served_on_this_machine_alone():
    assert module.HOST == "127.0.0.1"
