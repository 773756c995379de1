import pytest

from ablasim.errors import ModelError
from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Coolant, Monopole, Slot

LINE = Coaxial(0.135e-3, 0.47e-3, 0.595e-3, permittivity=2.03)
SLOT = CoaxialSlots((Slot(5.5e-3, 1e-3),), short_length=0.1e-3)


def slots(*pairs, short_length=0.1e-3):
    return CoaxialSlots(tuple(Slot(*pair) for pair in pairs), short_length)


def test_measures_of_an_antenna():
    antenna = Antenna(LINE, SLOT, Catheter(1.2e-3, 2.6, tip_length=0.5e-3), Coolant(0.9e-3, 77.0, 1.0))
    assert antenna.radius == 1.2e-3
    assert antenna.conductor_tip == 0.5e-3
    assert antenna.radiator_end == pytest.approx(7.0e-3)
    bare = Antenna(LINE, Monopole(13e-3))
    assert (bare.radius, bare.conductor_tip, bare.radiator_end) == (0.595e-3, 0.0, 13e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Coaxial(0.0, 1e-3, 2e-3, 2.0), r"coaxial line: inner radius = 0 m: must be above 0"),
        (lambda: Coaxial(1e-3, 1e-3, 2e-3, 2.0), r"dielectric radius = 0\.001 m: must be above the radius inside it"),
        (
            lambda: Coaxial(1e-3, 3e-3, 2e-3, 2.0),
            r"outer radius = 0\.002 m: must be above the radius inside it, 0\.003",
        ),
        (lambda: Coaxial(1e-3, 2e-3, 3e-3, 0.9), r"coaxial line: permittivity = 0\.9: must be at least 1"),
        (lambda: slots((5e-3, 0.0)), r"slot: length = 0 m: must be above 0"),
        (lambda: slots(), r"0 slots: must be one or two"),
        (lambda: slots((1e-3, 1e-3), (3e-3, 1e-3), (5e-3, 1e-3)), r"3 slots: must be one or two"),
        (lambda: slots((1e-3, 1e-3), short_length=2e-3), r"slot at 0\.001 m .*: must be outside the short"),
        (lambda: slots((5e-3, 1e-3), (5.5e-3, 1e-3)), r"slots overlap: the one at 0\.0055 m"),
        (lambda: slots((8e-3, 1e-3), (5e-3, 1e-3)), r"slots overlap"),
        (lambda: slots((5e-3, 1e-3), short_length=0.0), r"short length = 0 m"),
        (lambda: Monopole(-1e-3), r"monopole: length = -0\.001 m"),
        (lambda: Catheter(1e-3, 2.6, 0.0), r"catheter: tip length = 0 m"),
        (lambda: Catheter(1e-3, 2.6, 1e-3, tip="round"), r"catheter: tip = 'round': must be 'flat' or 'conical'"),
        (lambda: Catheter(1e-3, 2.6, 1e-3, conductivity=-1.0), r"catheter: conductivity = -1 S/m: must be at least 0"),
        (lambda: Coolant(1e-3, 77.0, float("nan")), r"coolant: conductivity = nan S/m"),
        (lambda: Antenna(LINE, SLOT, Catheter(0.5e-3, 2.6, 1e-3)), r"catheter: outer radius = 0\.0005 m"),
        (lambda: Antenna(LINE, SLOT, None, Coolant(1e-3, 77.0, 1.0)), r"a coolant needs a catheter"),
        (
            lambda: Antenna(LINE, SLOT, Catheter(0.9e-3, 2.6, 1e-3), Coolant(1e-3, 77.0, 1.0)),
            r"catheter: outer radius = 0\.0009 m: must be above the radius inside it, 0\.001 m",
        ),
    ],
)
def test_impossible_antennas_are_refused(make, message):
    with pytest.raises(ModelError, match=message):
        make()
