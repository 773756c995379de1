import numpy as np
import pytest

from ablasim.geometry.tumour import Sphere
from ablasim.margins import ablation_zone, assess_margin, margin_summary, sample_tumour
from ablasim.margins.rules import RULES, check_rules


def kept(values_mm, areas=None, minimum_mm=None, shell_6_mm=1.0):
    values = np.asarray(values_mm, dtype=float) * 1e-3
    minimum = values.min() if minimum_mm is None else minimum_mm * 1e-3
    areas = np.ones(len(values)) if areas is None else np.asarray(areas, dtype=float)
    return {r.rule.name: r for r in check_rules(values, areas, minimum, {3e-3: 1.0, 6e-3: shell_6_mm})}


@pytest.mark.parametrize(
    ("margin_mm", "names"),
    [
        (2.9, set()),
        (3.0, {"3_mm_everywhere"}),
        (5.0, {"3_mm_everywhere", "5_mm_everywhere"}),
        (10.0, {"3_mm_everywhere", "5_mm_everywhere", "6_mm_on_95_percent"}),
        (10.1, {"3_mm_everywhere", "5_mm_everywhere", "6_mm_on_95_percent", "above_10_mm"}),
    ],
)
def test_a_margin_that_is_the_same_all_round_keeps_the_rules_up_to_it(margin_mm, names):
    results = kept([margin_mm] * 5, shell_6_mm=0.5)
    assert {name for name, result in results.items() if result.met} == names


def test_a_share_of_the_surface_counts_by_its_area():
    assert kept([6.0, 5.0], [95.0, 5.0])["6_mm_on_95_percent"].met
    lacking = kept([6.0, 5.0], [94.0, 6.0])["6_mm_on_95_percent"]
    assert not lacking.met
    assert lacking.percent == pytest.approx(94.0)


def test_the_shell_counts_by_its_volume_and_one_without_tissue_keeps_the_rule():
    assert kept([1.0], shell_6_mm=0.90)["6_mm_shell_90_percent"].met
    assert not kept([9.0], shell_6_mm=0.899)["6_mm_shell_90_percent"].met
    empty = kept([1.0], shell_6_mm=None)["6_mm_shell_90_percent"]
    assert (empty.met, empty.percent) == (True, None)


def test_a_minimum_between_the_points_breaks_a_rule_for_the_whole_surface():
    result = kept([5.1, 5.2], minimum_mm=4.99)["5_mm_everywhere"]
    assert not result.met
    assert result.percent == 100.0


def test_every_rule_has_a_source_and_says_what_was_read_or_that_it_was_not_found():
    assert all("(abstract" in rule.source for rule in RULES if rule.verified)
    assert all("not read" in rule.source or "no source" in rule.source for rule in RULES if not rule.verified)


def test_a_run_is_held_to_the_rules_whatever_shells_its_scenario_asks_for(box, ball_level):
    domain = box(half=0.024, n=20, tumour=lambda centres: np.linalg.norm(centres, axis=1) < 0.01)
    sampled = sample_tumour(domain, Sphere(centre=(0, 0, 0), diameter=0.02), targets=(4e-3,))
    summary = margin_summary(assess_margin(ablation_zone(domain, ball_level(domain.points, 0.0135)), sampled))
    assert list(summary["shell_ablated_percent"]) == ["4_mm"]
    assert summary["rules"]["3_mm_everywhere"]["met"]
    assert not summary["rules"]["5_mm_everywhere"]["met"]
    shell = summary["rules"]["6_mm_shell_90_percent"]
    assert shell["percent"] == pytest.approx(100 * (13.5**3 - 10**3) / (16**3 - 10**3), abs=2.0)
    assert not shell["met"]
