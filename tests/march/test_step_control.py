from hypothesis import given
from hypothesis import strategies as st

from ablasim.step_control import StepControl


@given(st.floats(1e-3, 30.0), st.floats(1e-2, 1e3))
def test_a_fitted_step_never_passes_an_event_nor_leaves_a_sliver(dt, remaining):
    fitted = StepControl.fitted(dt, remaining)
    assert 0.0 < fitted <= remaining
    assert fitted == remaining or remaining - fitted >= 0.5 * fitted * (1.0 - 1e-9)


@given(st.floats(1e-3, 20.0), st.floats(0.0, 1e6))
def test_the_next_step_grows_after_small_errors_and_shrinks_after_large_ones(dt, error):
    control = StepControl()
    after = control.next(dt, error)
    assert control.smallest <= after <= control.largest
    if error > 1.0:
        assert after < dt
    if error < 0.3:
        assert after > dt or after == control.largest


@given(st.floats(1e-3, 600.0), st.floats(0.0, 600.0))
def test_no_step_is_longer_than_the_largest_not_even_the_first(largest, between_pulses):
    control = StepControl(largest=largest)
    assert control.start() <= largest
    assert control.start(between_pulses) <= largest


def test_fixed_steps_are_kept_and_always_accepted():
    control = StepControl(fixed=2.0)
    assert control.start() == control.next(2.0, 100.0) == 2.0
    assert control.accepts(100.0)
