"""The app in a real browser: a server process, headless Chromium, and what its pages say."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

BROWSER, DRIVER = "chromium", "chromedriver"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
)
ANSWER_S = 30.0


def missing() -> str:
    """What a browser test lacks on this machine; empty if nothing."""
    return ", ".join(name for name in (BROWSER, DRIVER) if shutil.which(name) is None)


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """The address of an app that is being served; at a free port unless one is given."""
    command = [sys.executable, "-m", "ablasim", "app", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "http://127.0.0.1:" in line:
                yield next(word for word in line.split() if word.startswith("http://"))
                return
        message = f"the app ended with {process.wait()} before it served anything"
        raise AssertionError(message)
    finally:
        process.terminate()
        process.wait(timeout=20)


class Window:
    """A browser window with the app in it.

    Parameters
    ----------
    address : str
        Where the app is.
    size : (int, int)
        Of the window, pixels.
    flags : tuple of str, optional
        More options of the browser.
    """

    def __init__(self, address: str, size: tuple[int, int] = (1400, 900), flags: tuple[str, ...] = ()) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = str(shutil.which(BROWSER))
        for flag in (*FLAGS, *flags, f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(str(shutil.which(DRIVER))))
        self.driver.get(address)
        self.wait(lambda: self.text("margin"))

    def text(self, name: str) -> str:
        """What an element says; nothing if there is none."""
        # Found and read in one go: between two, the page may put another element in its place.
        script = "return document.querySelector(`[data-test=\"${arguments[0]}\"]`)?.textContent.trim() ?? ''"
        return str(self.driver.execute_script(script, name))

    def click(self, name: str) -> None:
        """Click an element."""
        self._act(f'[data-test="{name}"]', lambda element: element.click())

    def press(self, name: str, *keys: str) -> None:
        """Press keys on a slider, and wait for the answer."""
        before = self.text("answer")
        self._act(f'[data-test="{name}"] [role="slider"]', lambda slider: slider.send_keys(*keys))
        self.wait(lambda: self.text("answer") != before)

    def wait(self, is_so: Callable[[], object], seconds: float = ANSWER_S) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                message = f"did not come about in {seconds:g} s; the page said: {self.text('message')}"
                raise AssertionError(message)
            time.sleep(0.05)

    def picture(self) -> bytes:
        """The scene as it is drawn, PNG."""
        time.sleep(0.7)  # the scene is drawn after the numbers
        return bytes(self._act(".scene", lambda scene: scene.screenshot_as_png))

    def complaints(self) -> list[str]:
        """Errors on the browser's console."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requested(self) -> list[str]:
        """Addresses of everything that the page has loaded."""
        script = "return performance.getEntriesByType('resource').map(each => each.name)"
        return list(self.driver.execute_script(script))

    def close(self) -> None:
        """Close the browser."""
        self.driver.quit()

    def _act(self, selector: str, action: Callable[[Any], Any]) -> Any:
        """Do something to an element: to the one in its place, if the page has just replaced it."""
        from selenium.common.exceptions import StaleElementReferenceException

        while True:
            try:
                return action(self.driver.find_element("css selector", selector))
            except StaleElementReferenceException:
                continue  # found again, or an error if there is none now
