"""Shapes drawn elsewhere are measured as the zone of a run is."""

import numpy as np
import pytest
import pyvista as pv

from ablasim.geometry.surface import Surface
from ablasim.geometry.tumour import Sphere
from ablasim.margins import ablation_zone, assess_margin, sample_tumour
from ablasim.masks import Shape, assess_masks


def test_drawn_shapes_and_the_zone_of_a_run_have_the_same_margin(box, ball_level):
    domain = box(half=0.024, n=32, tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.01)
    zone = ablation_zone(domain, ball_level(domain.points, 0.014, [0.006, 0, 0]))
    run = assess_margin(zone, sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.02)))
    ball = pv.Icosphere(radius=0.01, nsub=5)
    tumour = Shape("tumour", Surface(np.asarray(ball.points), np.asarray(ball.faces).reshape(-1, 4)[:, 1:]))
    drawn = assess_masks(tumour, Shape("zone", Surface(zone.surface.points, zone.surface.triangles))).margin
    assert drawn.minimum == pytest.approx(run.minimum, abs=0.01e-3)
    assert drawn.percentiles == pytest.approx(run.percentiles, abs=0.03e-3)
    assert drawn.shell_ablated == pytest.approx(run.shell_ablated, abs=0.02)
    assert drawn.margin_class == run.margin_class
