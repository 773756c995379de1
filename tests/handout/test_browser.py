"""The page in headless Chromium, its WebGL drawn by the processor, without a network."""

import json
import shutil
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from ablasim.views.handout.page import render_page

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PATIENCE_S = 30
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--window-size=1100,850",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="chromium or chromedriver (Debian: chromium-driver) is missing",
    ),
]


@pytest.fixture(scope="module")
def page(replay, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    render_page(path, replay)
    return path


def start(*more):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*ARGUMENTS, *more):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


@pytest.fixture(scope="module")
def browser():
    driver = start()
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser, page):
    """The page as it is first seen."""
    browser.get(page.as_uri())
    WebDriverWait(browser, PATIENCE_S).until(
        lambda driver: driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    )
    return browser


def seen(browser):
    """What the canvas shows once it is drawn."""
    browser.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
    picture = browser.find_element(By.ID, "canvas").screenshot_as_png
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"), dtype=int)


def differ(one, other):
    """Share of the pixels that differ visibly."""
    return float((np.abs(one - other).max(axis=2) > 20).mean())


def go_to(browser, index):
    browser.execute_script(
        "const t = document.getElementById('time'); t.value = arguments[0]; t.dispatchEvent(new Event('input'))", index
    )


def requests(browser):
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def test_the_page_asks_for_nothing_and_says_nothing_on_the_console(browser, page):
    browser.get_log("performance")
    browser.get(page.as_uri())
    WebDriverWait(browser, PATIENCE_S).until(
        lambda driver: driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    )
    assert [url for url in requests(browser) if not url.startswith("data:")] == [page.as_uri()]
    assert browser.get_log("browser") == []


def test_the_slider_changes_time_and_picture(opened):
    clock = opened.find_element(By.ID, "clock")
    end = seen(opened)
    assert clock.text == "0:25 min, end of the run"
    go_to(opened, 0)
    assert clock.text == "0:00 min"
    assert "zone 0.0 ml" in opened.find_element(By.ID, "readings").text
    assert differ(seen(opened), end) > 0.01
    go_to(opened, 6)
    assert differ(seen(opened), end) < 1e-4


def test_the_arrow_keys_move_the_slider(opened):
    slider = opened.find_element(By.ID, "time")
    slider.send_keys(Keys.HOME)
    slider.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert opened.find_element(By.ID, "clock").text == "0:10 min"


def test_it_plays_to_the_end_and_stops(opened):
    play = opened.find_element(By.ID, "play")
    play.click()
    assert "Pause" in play.text
    WebDriverWait(opened, PATIENCE_S).until(lambda _: "Play" in play.text)
    assert "end of the run" in opened.find_element(By.ID, "clock").text


def test_every_switch_changes_the_picture_and_back(opened):
    before = seen(opened)
    boxes = opened.find_elements(By.CSS_SELECTOR, "#switches input")
    assert len(boxes) == 8
    for box in boxes:
        box.click()
        assert differ(seen(opened), before) > 0.0003, box.get_attribute("data-group")
        box.click()
        assert differ(seen(opened), before) < 1e-4, box.get_attribute("data-group")


def test_the_views_differ_and_the_margin_is_seen_without_the_zone(opened):
    pictures = []
    for button in opened.find_elements(By.CSS_SELECTOR, "#views button"):
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        pictures.append(seen(opened))
    assert len(pictures) == 3
    assert min(differ(pictures[0], pictures[1]), differ(pictures[1], pictures[2])) > 0.05
    assert not opened.find_element(By.CSS_SELECTOR, "input[data-group='zone']").is_selected()
    residual = np.array([0xD5, 0x5E, 0x00])
    assert (np.abs(pictures[2] - residual).max(axis=2) < 12).mean() > 0.005


def test_the_scene_turns_by_keys_and_by_dragging(opened):
    canvas = opened.find_element(By.ID, "canvas")
    canvas.send_keys(Keys.HOME)  # from now on it has the frame of what has the keys
    before = seen(opened)
    canvas.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_UP)
    turned = seen(opened)
    assert differ(turned, before) > 0.01
    webdriver.ActionChains(opened).drag_and_drop_by_offset(canvas, 80, 40).perform()
    assert differ(seen(opened), turned) > 0.01
    canvas.send_keys(Keys.HOME)
    assert differ(seen(opened), before) < 1e-4


def test_dark_is_dark_and_light_is_light(opened):
    def brightness():
        return opened.execute_script("return getComputedStyle(document.querySelector('main')).backgroundColor")

    colours = [brightness()]
    opened.find_element(By.ID, "theme").click()
    colours.append(brightness())
    assert sorted(colours) == ["rgb(21, 26, 33)", "rgb(255, 255, 255)"]


def test_nothing_sticks_out_on_a_tablet_or_a_phone(opened):
    try:
        for width in (820, 500):
            opened.set_window_size(width, 1100)
            wide = opened.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0
    finally:
        opened.set_window_size(1100, 850)


def test_without_webgl_the_pictures_are_shown_instead(page):
    driver = start("--disable-3d-apis")
    try:
        driver.get(page.as_uri())
        notice = driver.find_element(By.CLASS_NAME, "no-picture")
        WebDriverWait(driver, PATIENCE_S).until(lambda _: notice.is_displayed())
        assert "needs JavaScript and WebGL 2" in notice.text
        assert not driver.find_element(By.ID, "canvas").is_displayed()
        assert driver.find_element(By.CSS_SELECTOR, "figure img").is_displayed()
        assert [entry for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []
    finally:
        driver.quit()
