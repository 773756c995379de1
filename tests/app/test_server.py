"""The app's doors: this machine's own pages, so many windows, and no arguments for trame."""

import asyncio
import sys

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ablasim.app import server as module
from ablasim.app.server import Front, _no_arguments, is_ours


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
    ],
)
def test_only_pages_of_this_server_may_use_it(headers, ours):
    assert is_ours(make_mocked_request("GET", "/ws", headers=headers), 8090) is ours


def test_no_more_windows_are_opened_than_there_may_be(monkeypatch):
    front = Front()
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
