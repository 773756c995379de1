import math

import pytest

from ablasim.book import compare, context, converges, experiment, states, stays_below, within_band
from ablasim.book.checks import Check
from ablasim.book.words import check_row


def test_a_relative_tolerance_judges_the_share_of_the_exact_value():
    assert compare("x", 1.0099, 1.0, relative=0.01).verdict == "pass"
    assert compare("x", 1.0101, 1.0, relative=0.01).verdict == "miss"
    assert compare("x", -1.0101, -1.0, relative=0.01).verdict == "miss"


def test_an_absolute_tolerance_judges_the_difference():
    assert compare("x", 0.09, 0.0, absolute=0.1).verdict == "pass"
    assert compare("x", -0.11, 0.0, absolute=0.1).verdict == "miss"


def test_exactly_one_tolerance_must_be_given():
    with pytest.raises(ValueError, match="one tolerance"):
        compare("x", 1.0, 1.0)
    with pytest.raises(ValueError, match="one tolerance"):
        compare("x", 1.0, 1.0, relative=0.1, absolute=0.1)


def test_a_number_that_is_none_never_passes():
    nan = math.nan
    assert compare("x", nan, 1.0, relative=0.5).verdict == "miss"
    assert stays_below("x", nan, 1.0).verdict == "miss"
    assert within_band("x", nan, 0.0, 1.0).verdict == "miss"
    assert converges("x", [2.0, 1.0], [1.0, nan], 2.0).verdict == "miss"
    assert experiment("x", nan, 1.0, 0.1, tolerance=0.2, span=(0.9, 1.0)).verdict == "miss"


def test_an_order_may_fall_short_by_a_fifth_and_be_higher():
    sizes = [1.0, 0.5]
    assert converges("x", sizes, [1.0, 0.25], 2.0).verdict == "pass"
    assert converges("x", sizes, [1.0, 0.5**1.75], 2.0).verdict == "miss"
    assert converges("x", sizes, [1.0, 0.5**3], 2.0).verdict == "pass"


def test_an_answer_that_the_paper_leaves_open_is_undetermined_even_if_it_agrees():
    assert experiment("x", 30.0, 30.0, 2.0, tolerance=2.0, span=(28.0, 31.9)).verdict == "pass"
    assert experiment("x", 30.0, 30.0, 2.0, tolerance=2.0, span=(28.0, 32.1)).verdict == "undetermined"
    assert experiment("x", 35.0, 30.0, 2.0, tolerance=2.0, span=(34.0, 36.0)).verdict == "miss"


def test_the_nominal_answer_belongs_to_its_span():
    check = experiment("x", 35.0, 30.0, 2.0, tolerance=2.0, span=(28.0, 30.0))
    assert check.span == (28.0, 35.0)
    assert check.verdict == "undetermined"


@pytest.mark.parametrize(
    "check",
    [
        compare("a", 1.0, 2.0, relative=0.1, unit="W", note="why"),
        stays_below("b", 0.0, 0.1),
        converges("c", [2.0, 1.0], [4.0, 1.0], 2.0),
        within_band("d", 3.0, 1.0, 2.0),
        experiment("e", 1.0, 1.1, 0.2, tolerance=0.2, span=(0.9, 1.1)),
        states("f", False),
        context("g", 1.0),
    ],
)
def test_json_keeps_a_check_whole(check):
    assert Check.from_json(check.to_json()) == check


def test_rows_say_what_was_allowed():
    assert check_row("V", within_band("x", 55.0, 50.0, 60.0, unit="Ω"))[2:4] == ("50 to 60 Ω", "55 Ω")
    assert check_row("V", experiment("x", 30, 30.2, 2.0, tolerance=4, span=(29, 31), unit="mm"))[2:6] == (
        "30.2 ± 2 mm",
        "30 mm (29 to 31)",
        "0.2 mm",
        "4 mm",
    )
    assert check_row("V", states("x is above y", False))[2:4] == ("true", "false")
