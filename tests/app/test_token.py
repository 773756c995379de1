"""The token in the app's address: who is let in, what is answered without it, and where it may not stand."""

import asyncio
import logging
import stat
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from ablasim.app import server as module
from ablasim.app import session
from ablasim.app.door import Door
from ablasim.app.modalities import MODALITIES
from ablasim.app.token import kept_token
from tests.app.made import made_library

TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def made(monkeypatch):
    libraries = {name: made_library(name) for name in MODALITIES}
    monkeypatch.setattr(session, "shipped", libraries.__getitem__)


@asynccontextmanager
async def served(capsys, token=TOKEN, *, open_browser=False):
    """The app in this process: the address it prints, and a client that follows no redirection by itself."""
    task = asyncio.create_task(module._serve(0, Door(token), open_browser))
    said = ""
    try:
        while "http://" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().out
            if task.done():
                await task
        async with aiohttp.ClientSession() as client:
            yield next(word for word in said.split() if word.startswith("http://")), client
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answer(client, method, address):
    async with client.request(method, address, allow_redirects=False) as got:
        return got.status, await got.text(), got.headers


@pytest.mark.parametrize(
    ("query", "is_let_in"),
    [
        (f"?token={TOKEN}", True),
        ("", False),
        ("?token=", False),
        (f"?token={TOKEN}0", False),
        ("?token=%C3%A9%FF", False),
        ("?once=", False),
    ],
)
def test_only_who_knows_the_token_is_let_in(query, is_let_in):
    assert Door(TOKEN).lets_in(make_mocked_request("GET", f"/{query}")) is is_let_in


def test_without_a_token_everybody_is_let_in():
    assert Door(None).lets_in(make_mocked_request("GET", "/"))
    assert (Door(None).query, Door(None).invite()) == ("", "")


def test_an_invitation_lets_in_once_and_does_not_hold_the_token():
    door = Door(TOKEN)
    request = make_mocked_request("GET", f"/{door.invite()}")
    assert TOKEN not in request.query_string
    assert [door.lets_in(request), door.lets_in(request)] == [True, False]


async def visit_everything(capsys):
    """Knock at every address of an app and of a window, without the token and with it."""
    async with served(capsys) as (address, client):
        assert address.endswith(f"/?token={TOKEN}")
        front = address.split("?")[0]
        status, text, _ = await answer(client, "GET", front)
        assert status == 403
        assert f"<code>ablasim app: {front}?token=…</code>" in text
        status, _, headers = await answer(client, "GET", address)
        assert status == 302
        place, query = headers["Location"].removesuffix(f"index.html?token={TOKEN}"), f"?token={TOKEN}"
        assert place.startswith("http://127.0.0.1:")
        assert place != front
        for method, path in (("GET", "index.html"), ("GET", ""), ("POST", "paraview/")):
            assert (await answer(client, method, place + path))[0] == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(place + "ws")
        assert refused.value.status == 403
        _, page, _ = await answer(client, "GET", place + "index.html" + query)
        assert f'data-session-manager-url="paraview/{query}"' in page
        _, where, _ = await answer(client, "POST", place + "paraview/" + query)
        assert f"ws://USE_HOST/ws{query}" in where
        async with client.ws_connect(place + "ws" + query) as socket:
            assert not socket.closed
        assert (await answer(client, "GET", place + "vue.global.js"))[0] == 200


def test_the_token_opens_page_and_web_socket_and_nothing_else_does(capsys, made):
    asyncio.run(visit_everything(capsys))


def test_the_token_is_in_no_log(capsys, made, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("aiohttp.access"), "disabled", False)  # as before the app is served
    with caplog.at_level(logging.DEBUG):
        asyncio.run(visit_everything(capsys))
    assert caplog.records
    assert TOKEN not in caplog.text


def test_the_browser_is_opened_by_a_link_that_works_once(capsys, made, monkeypatch):
    opened = []
    monkeypatch.setattr(module.webbrowser, "open", opened.append)

    async def visit():
        async with served(capsys, open_browser=True) as (_, client):
            assert TOKEN not in opened[0]
            assert [(await answer(client, "GET", opened[0]))[0] for _ in range(2)] == [302, 403]

    asyncio.run(visit())


def test_no_token_is_asked_for_where_none_is_wanted(capsys, made):
    async def visit():
        async with served(capsys, None) as (address, client):
            assert address.endswith("/")
            status, _, headers = await answer(client, "GET", address)
            assert status == 302
            assert headers["Location"].endswith("/index.html")
            assert (await answer(client, "GET", headers["Location"]))[0] == 200

    asyncio.run(visit())


def test_the_token_is_the_same_at_every_start_and_the_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    token = kept_token()
    assert kept_token() == token
    file = tmp_path / "ablasim" / "app_token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [item.name for item in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("damage", [lambda file: file.chmod(0o644), lambda file: file.write_bytes(b"\xff\x00")])
def test_a_token_that_others_could_read_or_that_is_none_is_replaced(tmp_path, damage):
    file = tmp_path / "app_token"
    token = kept_token(file)
    damage(file)
    again = kept_token(file)
    assert again != token
    assert kept_token(file) == again
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_where_no_file_can_be_kept_a_token_is_made_for_this_start(tmp_path):
    (tmp_path / "taken").write_text("")
    first, second = (kept_token(tmp_path / "taken" / "app_token") for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second
