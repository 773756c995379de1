"""Designs: what is crossed, what goes in step, how values are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ablasim.study.distributions import LogNormal, Normal, TruncatedNormal, Uniform
from ablasim.study.sampling import design, unit_sample
from ablasim.study.schema import Sampling, Study

A = {"name": "a_mm", "path": "tumour.diameter_mm", "values": [1, 2]}
B = {"name": "b_w", "path": "protocol.0.drive.x.power_w", "range": {"from": 10, "to": 30, "count": 3}}


def study(*vary: dict[str, object], **more: object) -> Study:
    return Study.model_validate({"schema_version": 1, "title": "t", "base": "b.yaml", "vary": list(vary), **more})


def test_values_are_crossed_and_the_first_goes_slowest() -> None:
    points = list(design(study(A, B), "b"))
    assert points == [{"a_mm": a, "b_w": b} for a in (1, 2) for b in (10.0, 20.0, 30.0)]


def test_linked_values_go_in_step() -> None:
    linked = {"name": "c_s", "path": "protocol.0.duration_s", "values": [60, 90], "linked_to": "a_mm"}
    points = list(design(study(A, B, linked), "b"))
    assert len(points) == 6
    assert {(point["a_mm"], point["c_s"]) for point in points} == {(1, 60), (2, 90)}


def test_a_variable_of_another_base_is_left_out() -> None:
    points = list(design(study(A, B | {"bases": ["other"]}), "b"))
    assert points == [{"a_mm": 1}, {"a_mm": 2}]


def test_the_sample_is_drawn_anew_for_no_grid_point() -> None:
    drawn = {"name": "k", "path": "body.perfusion_factor", "distribution": {"kind": "uniform", "low": 0, "high": 1}}
    points = list(design(study(A, drawn, sampling={"method": "latin_hypercube", "count": 5, "seed": 7}), "b"))
    assert [p["k"] for p in points if p["a_mm"] == 1] == [p["k"] for p in points if p["a_mm"] == 2]
    assert len(points) == 10


def test_chosen_and_uncertain_values_are_drawn_together() -> None:
    power = {"name": "b_w", "path": "protocol.0.drive.x.power_w", "between": {"low": 10, "high": 20}}
    drawn = {"name": "k", "path": "body.perfusion_factor", "distribution": {"kind": "uniform", "low": 0, "high": 1}}
    points = list(design(study(A, power, drawn, sampling={"method": "latin_hypercube", "count": 10}), "b"))
    assert len(points) == 20
    layers = np.array([[point["b_w"] - 10.0, 10.0 * point["k"]] for point in points[:10]])
    assert np.array_equal(np.sort(np.floor(layers), axis=0), np.tile(np.arange(10.0)[:, None], 2))


def test_a_latin_hypercube_has_one_point_in_each_layer_of_each_variable() -> None:
    shares = unit_sample(Sampling(method="latin_hypercube", count=20, seed=3), 4)
    assert np.array_equal(np.sort(np.floor(20 * shares), axis=0), np.tile(np.arange(20.0)[:, None], 4))


def test_sobol_points_integrate_better_than_random_ones() -> None:
    # The mean of a product of (1 + x - 1/2) over 4 variables is 1; random points of this number miss it by about 0.04.
    def miss(method: str) -> float:
        shares = unit_sample(Sampling.model_validate({"method": method, "count": 256, "seed": 1}), 4)
        return abs(float(np.prod(0.5 + shares, axis=1).mean()) - 1.0)

    assert miss("sobol") < 0.004
    assert miss("random") > miss("sobol")


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube", "random"])
def test_the_seed_decides_the_points(method: str) -> None:
    def points(seed: int) -> np.ndarray:
        return unit_sample(Sampling.model_validate({"method": method, "count": 8, "seed": seed}), 3)

    assert np.array_equal(points(1), points(1))
    assert not np.array_equal(points(1), points(2))
    assert points(1).min() > 0.0
    assert points(1).max() < 1.0


@pytest.mark.parametrize(
    ("said", "exact"),
    [
        (Uniform(kind="uniform", low=2.0, high=5.0), stats.uniform(2.0, 3.0)),
        (Normal(kind="normal", mean=3.0, sd=0.5), stats.norm(3.0, 0.5)),
        (LogNormal(kind="lognormal", median=150.0, geometric_sd=1.5), stats.lognorm(np.log(1.5), scale=150.0)),
        (
            TruncatedNormal(kind="truncated_normal", mean=0.0, sd=2.0, low=-1.0, high=6.0),
            stats.truncnorm(-0.5, 3.0, scale=2.0),
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_drawn_values_follow_the_distribution_that_is_said(said: Uniform, exact: stats.rv_continuous) -> None:
    values = said.quantile(unit_sample(Sampling(method="random", count=4000, seed=5), 1)[:, 0])
    assert stats.kstest(values, exact.cdf).pvalue > 0.01
    assert said.quantile(np.array([0.5]))[0] == pytest.approx(exact.median())
    shares = np.array([0.01, 0.3, 0.99])
    np.testing.assert_allclose(said.share_below(said.quantile(shares)), shares, rtol=1e-9)


def test_the_far_tail_of_a_truncated_normal_is_drawn_as_it_is() -> None:
    # Far from the mean a normal distribution falls as exp(-8 t) times exp(-t²/2), t above the bound of 8.
    cut = TruncatedNormal(kind="truncated_normal", mean=1.0, sd=2.0, low=17.0, high=60.0)
    share = np.array([1e-6, 0.1, 0.5, 0.9, 1.0 - 1e-6])
    t = np.linspace(0.0, 4.0, 400_001)
    density = np.exp(-8.0 * t - 0.5 * t**2)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    exact = 17.0 + 2.0 * np.interp(share, below / below[-1], t)
    np.testing.assert_allclose(cut.quantile(share), exact, rtol=1e-6)
    np.testing.assert_allclose(cut.share_below(cut.quantile(share)), share, atol=1e-9)
    mirrored = TruncatedNormal(kind="truncated_normal", mean=-1.0, sd=2.0, low=-60.0, high=-17.0)
    np.testing.assert_allclose(mirrored.quantile(1.0 - share), -exact, rtol=1e-6)


def test_a_truncated_normal_keeps_its_bounds() -> None:
    cut = TruncatedNormal(kind="truncated_normal", mean=0.0, sd=2.0, low=1.0, high=1.5)
    assert cut.quantile(np.array([1e-16, 1.0 - 1e-16])).tolist() == pytest.approx([1.0, 1.5])
