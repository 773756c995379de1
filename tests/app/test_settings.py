"""Nothing that a browser sends is trusted."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ablasim.app.settings import DIAMETER, GAP, POWER, SPEED, TUMOUR, Setting, SettingError, time_range

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=2)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.dictionaries(st.sampled_from([*vars(Setting()), "path"]), ANYTHING))
def test_whatever_is_sent_gives_a_setting_within_all_ranges_or_an_error(sent):
    try:
        setting = Setting.checked({**vars(Setting()), **sent})
    except SettingError:
        return
    assert GAP.low <= setting.gap_mm <= GAP.high
    assert DIAMETER.low <= setting.diameter_mm <= DIAMETER.high
    assert SPEED.low <= setting.speed_mm_s <= SPEED.high
    assert TUMOUR.low <= setting.tumour_mm <= TUMOUR.high
    assert POWER[setting.modality].low <= setting.power <= POWER[setting.modality].high
    assert 0.0 <= setting.time_s <= time_range(setting.modality).high
    assert setting.to_tumour_mm >= 0.5


@pytest.mark.parametrize("value", [math.nan, math.inf, "12", True, None, [12], 4.9, 25])
def test_a_value_that_cannot_be_is_named_with_what_is_allowed(value):
    with pytest.raises(SettingError, match=r"gap_mm = .*must be a number from 5 to 24 mm"):
        Setting.checked({**vars(Setting()), "gap_mm": value})


@pytest.mark.parametrize("value", ["../etc/passwd", 3, None, ["rf"]])
def test_an_unknown_modality_is_refused(value):
    with pytest.raises(SettingError, match=r"modality = .*must be one of rf, microwave, ire"):
        Setting.checked({**vars(Setting()), "modality": value})


def test_an_unknown_key_is_refused():
    with pytest.raises(SettingError, match="'mesh_file': unknown"):
        Setting.checked({**vars(Setting()), "mesh_file": "/etc/passwd"})


def test_a_power_of_another_modality_is_refused():
    with pytest.raises(SettingError, match=r"power = 2700\.0: must be a number from 12 to 27 W"):
        Setting.checked({**vars(Setting()), "power": 2700.0})


def test_the_default_setting_stands():
    assert Setting.checked(vars(Setting())) == Setting()
