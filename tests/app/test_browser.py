"""The page in headless Chromium."""

import time
from urllib.parse import urlsplit

import pytest

from benchmarks.app_window import Window, missing, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"no {missing()} on this machine: apt install chromium chromium-driver"),
]

LEFT, RIGHT, END = "\ue012", "\ue014", "\ue010"


@pytest.fixture(scope="module", autouse=True)
def own_token(tmp_path_factory):
    """The token of these tests lies beside no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="module")
def address(own_token):
    with serving() as where:
        yield where


@pytest.fixture(scope="module")
def window(address):
    opened = Window(address)
    yield opened
    opened.close()


def test_the_page_loads_from_this_machine_alone_and_without_errors(window):
    assert window.complaints() == []
    assert all(name.startswith("http://127.0.0.1:") for name in window.requested())
    assert "not for clinical decisions" in window.driver.find_element("css selector", "footer").text


@pytest.mark.parametrize("slider", ["gap_mm", "diameter_mm", "power", "tumour_mm", "time_s"])
def test_every_slider_changes_numbers_and_scene_by_keyboard(window, slider):
    def numbers():
        return [window.text(name) for name in ("margin", "volume", "removed", "to_tumour")]

    before, picture = numbers(), window.picture()
    window.press(f"slider-{slider}", *([LEFT] * 8))
    window.wait(lambda: numbers() != before)
    window.wait(lambda: window.picture() != picture)


def test_a_slider_that_gets_the_focus_moves_nothing(window):
    """Where there is no graphics card, an animation takes the processor from the answer to the first key."""
    thumb = 'document.querySelector(\'[data-test="slider-power"] [role="slider"]\')'
    moving = "document.getAnimations().filter(one => one.effect.target.closest('.v-slider')).length"
    soon = "(then) => requestAnimationFrame(() => requestAnimationFrame(then))"  # the page marks it a little later
    script = f"const done = arguments[0]; {thumb}.blur(); {thumb}.focus(); ({soon})(() => done({moving}))"
    assert window.driver.execute_async_script(script) == 0


def test_a_screen_reader_is_told_the_name_of_every_slider(window):
    thumbs = window.driver.find_elements("css selector", '[role="slider"]')
    assert [thumb.get_attribute("aria-label") for thumb in thumbs] == [
        "Vein: wall to applicator's axis, mm",
        "Vein: diameter, mm",
        "Vein: speed of the blood, mm/s",
        "Power, W",
        "Tumour: diameter, mm",
        "Time since the treatment began, s",
    ]


def test_a_vein_that_is_moved_out_of_the_tumour_is_told(window):
    window.press("slider-tumour_mm", END)
    window.wait(lambda: window.text("value-gap_mm") == "15.5 mm")
    window.wait(lambda: "moved out" in window.text("message"))
    time.sleep(0.5)
    assert "moved out" in window.text("message")  # no later answer takes it away
    window.press("slider-tumour_mm", LEFT)
    window.wait(lambda: not window.text("message"))


def test_the_page_is_as_dark_as_the_system_until_the_user_chooses(window):
    watch = "matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { window.told = true; })"
    window.driver.execute_script(watch)  # after the page's own watcher, so that it is told later

    def prefer(colour):
        feature = {"name": "prefers-color-scheme", "value": colour}
        window.driver.execute_script("window.told = false;")
        window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        window.wait(lambda: window.driver.execute_script("return window.told;"))

    assert window.text("theme") == "Dark"
    prefer("dark")
    window.wait(lambda: window.text("theme") == "Light")
    window.click("theme")
    window.wait(lambda: window.text("theme") == "Dark")
    prefer("light")
    assert window.text("theme") == "Dark"
    prefer("dark")
    window.wait(lambda: window.text("theme") == "Light")
    prefer("light")
    window.wait(lambda: window.text("theme") == "Dark")


def test_the_page_is_there_again_after_the_button_for_the_page_before(window):
    window.driver.get("about:blank")
    window.driver.back()
    window.wait(lambda: window.text("margin"))


def test_a_window_whose_server_has_ended_says_how_to_go_on_and_finds_it_again():
    with serving() as address:
        window = Window(address)
    try:
        window.wait(lambda: window.text("closed"))
        port = urlsplit(address).port
        assert f"ablasim app --port {port}" in window.text("closed")
        window.click("again")
        window.wait(lambda: window.text("not-found").startswith("Not found"))
        with serving(port):
            window.click("again")
            window.wait(lambda: window.text("margin"))
    finally:
        window.close()


def test_a_window_that_has_lost_its_connection_finds_its_settings_again(window):
    seen = "window.WebSocket = class extends WebSocket { constructor(...all) { super(...all); window.socket = this; } }"
    window.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": seen})
    window.driver.refresh()
    window.wait(lambda: window.text("margin"))
    window.press("slider-tumour_mm", LEFT)
    tumour = window.text("value-tumour_mm")
    window.driver.execute_script("window.socket.close()")
    window.wait(lambda: window.text("closed"))
    window.click("again")
    window.wait(lambda: window.text("margin"))
    assert window.text("value-tumour_mm") == tumour


def test_without_webgl_the_page_says_so_and_still_has_numbers(address):
    blind = Window(address, (900, 900), ("--disable-3d-apis",))
    try:
        blind.wait(lambda: "WebGL" in blind.text("cannot-draw"))
        margin = blind.text("margin")
        blind.press("slider-gap_mm", RIGHT)
        assert blind.text("margin") != margin
    finally:
        blind.close()


def test_bodies_can_be_hidden_and_views_changed(window):
    pictures = [window.picture()]
    for name in ("show-plane", "view-oblique", "theme", "show-plane", "view-front"):
        window.click(name)
        window.wait(lambda: window.picture() not in pictures)
        pictures.append(window.picture())


def test_two_windows_have_settings_of_their_own(address, window):
    other = Window(address, (820, 1100))
    try:
        mine = window.text("value-power"), window.text("margin")
        other.click("modality-microwave")
        other.wait(lambda: "50" in other.text("value-power"))
        other.press("slider-gap_mm", RIGHT)
        assert (window.text("value-power"), window.text("margin")) == mine
        assert other.complaints() == []
    finally:
        other.close()


def test_a_lesson_sets_the_sliders(window):
    window.click("lesson-3")
    window.wait(lambda: "IRE" in window.text("lesson") or "electroporation" in window.text("lesson"))
    window.wait(lambda: "pairs" in window.text("clock"))


def test_a_case_is_computed_and_another_is_cancelled(window):
    window.complaints()  # of pages that were left before their connection was open
    window.click("modality-rf")
    window.wait(lambda: window.text("value-power").endswith("W"))
    window.press("slider-gap_mm", LEFT)
    window.click("compute")
    window.wait(lambda: window.text("cancel"))
    window.click("cancel")
    window.wait(lambda: "Cancelled" in window.text("message"))
    window.click("compute")
    window.wait(lambda: "Computed in" in window.text("message"), 240.0)
    assert window.text("origin").startswith("Computed by the solver")
    assert window.complaints() == []
