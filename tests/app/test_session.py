"""What a window does with what its browser sends; the library is one of fields in closed form."""

import asyncio

import numpy as np
import pytest

from ablasim.app import session as module
from ablasim.app.computing import Computed, Desk
from ablasim.app.courses import Course
from ablasim.app.modalities import MODALITIES
from ablasim.app.session import Session
from ablasim.app.settings import Setting
from tests.app.made import made_library


class State(dict):
    """The state of a trame server, without a server."""

    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def change(self, *_names):
        """Changes are told by the tests."""
        return lambda function: function


class Server:
    """A server that has a state and nothing else."""

    def __init__(self):
        self.state = State()


@pytest.fixture(autouse=True)
def made(monkeypatch):
    libraries = {name: made_library(name) for name in MODALITIES}
    monkeypatch.setattr(module, "shipped", libraries.__getitem__)


@pytest.fixture
def session():
    return Session(Server(), Desk(1))


def test_a_window_opens_with_numbers_and_a_scene(session):
    assert session.state.numbers["margin"].endswith(" mm")
    assert session.scene.body("zone").n_points > 100
    assert session.scene.body("applicator").n_points > 0


def test_a_vein_that_moves_away_leaves_more_margin(session):
    margins = []
    for gap in (11.0, 16.0, 23.0):
        session.state.gap_mm = gap
        session.refresh()
        margins.append(float(session.state.numbers["margin"].removesuffix(" mm")))
    assert margins[0] < margins[1] < margins[2]


def test_a_value_that_cannot_be_is_told_and_taken_back(session):
    session.state.gap_mm = "nearer"
    session.refresh()
    assert "gap_mm = nearer: must be a number" in session.state.message
    assert session.state.gap_mm == Setting().gap_mm


def test_a_vein_that_would_touch_the_tumour_is_moved_out(session):
    session.state.tumour_mm = 30
    session.refresh()
    assert session.state.gap_mm == 15.5
    assert "moved out" in session.state.message


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"gap_mm": "nearer"}, "must be a number"),
        ({"power": float("nan")}, "must be"),
        ({"tumour_mm": 30}, "moved out"),
    ],
)
def test_what_is_told_stays_when_the_page_says_what_it_was_told(session, sent, told):
    """trame reports what an answer has set as a change of its own."""

    async def send():
        session.state.update(sent)
        session._changed()
        await asyncio.sleep(0.01)
        session._changed()
        await asyncio.sleep(0.01)

    asyncio.run(send())
    assert told in session.state.message
    session.state.dark = True
    session.refresh()
    assert told in session.state.message
    session.state.diameter_mm = 7.0
    session.refresh()
    assert session.state.message == ""


def test_what_has_been_answered_is_not_answered_again(session):
    async def say_again():
        session._changed()
        await asyncio.sleep(0.01)

    answers = session.state.answer
    asyncio.run(say_again())
    assert session.state.answer == answers


def test_an_output_that_a_browser_overwrites_is_put_right(session):
    session.state.update({"answer": "x", "numbers": None, "gap_mm": 14.0})
    session.refresh()
    assert session.state.numbers["to_tumour"] == "4.0 mm"
    assert isinstance(session.state.answer, int)


def test_the_scene_is_light_until_the_browser_says_what_the_system_is(session):
    colours = []
    for dark in (None, True, False):
        session.state.dark = dark
        session.refresh()
        colours.append(session.scene.plotter.background_color.hex_rgb.upper())
    assert colours == [module.LIGHT, module.DARK, module.LIGHT]


def test_a_body_is_left_alone_while_it_stays_what_it_is(session):
    def places():
        return {name: session.scene.body(name).points.copy() for name in ("tumour", "vessel", "plane", "ghost", "zone")}

    def made():
        return {name: session.scene.body(name).GetPoints().GetMTime() for name in places()}

    first, then = made(), places()
    session.state.gap_mm = 14.0
    session.refresh()
    moved = {name for name, time in made().items() if time != first[name]}
    assert moved == {"vessel", "zone"}
    assert (session.scene.body("vessel").points[:, 0] - then["vessel"][:, 0]) == pytest.approx(2.0, abs=1e-5)
    session.state.tumour_mm = 10
    session.refresh()
    assert np.linalg.norm(session.scene.body("tumour").points, axis=1) == pytest.approx(5.0, abs=1e-5)


def test_another_modality_brings_its_own_power_and_time(session):
    async def choose():
        session.state.modality = "ire"
        session._changed()
        await asyncio.sleep(0.01)

    asyncio.run(choose())
    assert session.state.power == 2700.0
    assert session.state.time_s == 360.0
    assert session.state.numbers["clock"] == "6 of 6 pairs"


def test_values_that_come_while_an_answer_is_made_are_answered_once(session):
    async def drag():
        for step in range(20):
            session.state.gap_mm = 12.0 + 0.5 * step
            session._changed()
        await asyncio.sleep(0.01)

    answers = session.state.answer
    asyncio.run(drag())
    assert session.state.answer == answers + 1
    assert session.state.numbers["to_tumour"] == "11.5 mm"


def test_windows_do_not_disturb_each_other():
    desk = Desk(1)
    one, other = Session(Server(), desk), Session(Server(), desk)
    before = dict(other.state.numbers)
    one.state.power = 14.0
    one.refresh()
    assert one.state.numbers != before
    assert other.state.numbers == before
    other.refresh()
    assert other.state.numbers == before


def test_hidden_bodies_are_not_drawn(session):
    assert session.scene.is_shown("ghost")
    session.state.show = ["zone", "plane", "nothing we know", 3]
    session.refresh()
    assert session.scene.is_shown("zone")
    assert not session.scene.is_shown("ghost")
    assert not session.scene.is_shown("tumour")


def test_playing_goes_to_the_end_and_stops(session, monkeypatch):
    monkeypatch.setattr(module, "_FRAME_S", 0.0)
    session.state.time_s = 600.0
    session.refresh()
    session.state.playing = True
    asyncio.run(session._play())
    assert session.state.time_s == 660.0
    assert session.state.playing is False


def test_playing_goes_on_from_where_time_was_moved_to_and_once_only(session, monkeypatch):
    monkeypatch.setattr(module, "_FRAME_S", 0.01)
    session.state.time_s = 0.0
    session.refresh()

    async def play():
        session.state.playing = True
        session._played(True)
        session._played(True)
        await asyncio.sleep(0.015)
        session.state.time_s = 500.0
        session.refresh()
        await asyncio.sleep(0.02)
        time = session.state.time_s
        session.state.playing = False
        await asyncio.sleep(0.03)
        return time, len(session._tasks)

    time, left = asyncio.run(play())
    assert 500.0 < time < 660.0
    assert left == 0


class Done:
    """A computation that is over as soon as it is asked."""

    def __init__(self, setting, result=None, error=None):
        self.setting, self.result, self.error = setting, result, error
        self.share, self.seconds = 1.0, 3.0

    def poll(self):
        """It is over."""
        return True


class Hands:
    """A desk that hands out one computation."""

    def __init__(self, computation):
        self.computation, self.ended = computation, 0

    def start(self, setting):
        """The one."""
        if self.computation is not None:
            self.computation.setting = setting
        return self.computation

    def end(self, _):
        """It was given back."""
        self.ended += 1


def computed(setting):
    """A run that is what the library says, but for its numbers."""
    modality = MODALITIES[setting.modality]
    between = made_library(setting.modality).at(setting)
    times = range(len(modality.times_s))
    free = np.array([between.free(t) for t in times])
    difference = np.array([between.difference(t) for t in times])
    plane = np.array([between.free_plane(t) for t in times])
    change = np.array([between.plane_difference(t) for t in times])
    ones = np.ones(len(modality.times_s))
    none = np.empty((len(ones), 0))
    twin = Course(free, 0.0 * difference, plane, 0.0 * change, 30.0 * ones, 25.0 * ones, 0.0 * ones, 90.0 * ones)
    actual = Course(none, difference, none, change, 20.0 * ones, 25.0 * ones, 2.5 * ones, 90.0 * ones)
    return Computed(setting, actual, twin)


def test_a_computed_case_is_shown_in_place_of_what_was_interpolated():
    hands = Hands(Done(None, computed(Setting())))
    session = Session(Server(), hands)

    async def compute():
        session.compute()
        await asyncio.sleep(0.05)

    asyncio.run(compute())
    assert session.state.is_computed is True
    assert session.state.numbers["volume"] == "20.0 ml"
    assert session.state.message == "Computed in 3 s."
    assert hands.ended == 1
    session.state.gap_mm = 14.0
    session.refresh()
    assert session.state.is_computed is False
    assert session.state.origin.startswith("Interpolated")


def test_a_solver_that_fails_is_told():
    session = Session(Server(), Hands(Done(None, error="tissue at (0, 0, 0) mm reached 301 °C")))

    async def compute():
        session.compute()
        await asyncio.sleep(0.05)

    asyncio.run(compute())
    assert session.state.message == "The solver could not: tissue at (0, 0, 0) mm reached 301 °C"
    assert session.state.computing is False


def test_no_more_is_computed_than_the_desk_allows():
    session = Session(Server(), Hands(None))
    session.compute()
    assert "try again" in session.state.message
    assert session.state.computing is False


def test_what_is_cancelled_is_given_back():
    class Running(Done):
        def poll(self):
            return False

    hands = Hands(Running(None))
    session = Session(Server(), hands)

    async def cancel():
        session.compute()
        await asyncio.sleep(0.01)
        session.cancel()
        await asyncio.sleep(0.3)

    asyncio.run(cancel())
    assert hands.ended >= 1
    assert session.state.message == "Cancelled."
    assert session.state.is_computed is False
