import numpy as np
import pytest
from matplotlib.image import imread

from ablasim.views.openness_figure import OpenPanel, openness_figure

BARS = (("perfusion", 10.0, 20.0), ("power", 14.0, 15.0))


@pytest.mark.parametrize("n_panels", [1, 2])
def test_bars_and_measurement_are_drawn_for_each_quantity(tmp_path, n_panels):
    panels = [OpenPanel("volume / ml", 14.0, BARS, 7.8, 1.7)] * n_panels
    openness_figure(tmp_path / "a.png", panels)
    image = imread(tmp_path / "a.png")[..., :3]
    grey = np.abs(image - 0.85).max(axis=2) < 0.02
    assert 0.01 < grey.mean() < 0.5


def test_an_answer_without_a_measurement_is_drawn_too(tmp_path):
    openness_figure(tmp_path / "a.png", [OpenPanel("volume / ml", 14.0, BARS)])
    image = imread(tmp_path / "a.png")[..., :3]
    assert (np.abs(image - 0.85).max(axis=2) < 0.02).mean() < 0.01


def test_panels_with_different_open_inputs_are_refused(tmp_path):
    panels = [OpenPanel("volume / ml", 14.0, BARS), OpenPanel("energy / kJ", 17.0, BARS[:1])]
    with pytest.raises(ValueError, match="the same in each"):
        openness_figure(tmp_path / "a.png", panels)
