"""How fast the teaching app is: from the command to the page, and from a key on a slider to the new scene.

``python -m benchmarks.app_drag`` needs Chromium; times are the browser's own clock.
"""

from __future__ import annotations

import sys
import time
from statistics import median, quantiles

from benchmarks.app_window import Window, missing, serving

SLIDERS = ("gap_mm", "diameter_mm", "power", "tumour_mm", "time_s")
REPEATS = 20
LEFT, RIGHT = "ArrowLeft", "ArrowRight"

_MEASURE = """
const [slider, key, done] = arguments;
const thumb = document.querySelector(`[data-test="slider-${slider}"] [role="slider"]`);
const answer = document.querySelector('[data-test="answer"]');
const begun = performance.now();
const watch = new MutationObserver(() => {
  watch.disconnect();
  const numbers = performance.now() - begun;
  requestAnimationFrame(() => requestAnimationFrame(() => done([numbers, performance.now() - begun])));
});
watch.observe(answer, {characterData: true, childList: true, subtree: true});
thumb.focus();
thumb.dispatchEvent(new KeyboardEvent('keydown', {key: key, code: key, bubbles: true}));
"""
"""Milliseconds until the numbers are new, and until two frames later, when the browser has drawn."""


def main() -> None:
    """Measure and print."""
    if missing():
        sys.stdout.write(f"not on this machine: {missing()}\n")
        return
    begun = time.monotonic()
    with serving() as address:
        served = time.monotonic() - begun
        window = Window(address)
        try:
            sys.stdout.write("median, 95th percentile and largest of 20 keys on a slider\n")
            sys.stdout.write(f"served after {served:.1f} s, page with numbers after {time.monotonic() - begun:.1f} s\n")
            for slider in SLIDERS:
                keys = [LEFT if k % 4 < 2 else RIGHT for k in range(REPEATS)]
                both = [window.driver.execute_async_script(_MEASURE, slider, key) for key in keys]
                numbers, drawn = ([each[k] for each in both] for k in (0, 1))
                sys.stdout.write(f"{slider}: numbers {_spread(numbers)}; drawn {_spread(drawn)}\n")
        finally:
            window.close()


def _spread(times: list[float]) -> str:
    """Median, 95th percentile and largest of some times, ms."""
    return f"{median(times):.0f}, {quantiles(times, n=20, method='inclusive')[-1]:.0f}, {max(times):.0f} ms"


if __name__ == "__main__":
    main()
