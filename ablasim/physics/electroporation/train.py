"""A train of equal pulses between two electrodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ablasim.errors import ModelError


@dataclass(frozen=True)
class PulseTrain:
    """A train of equal rectangular pulses between two electrodes.

    Parameters
    ----------
    anode, cathode : str
        Names of the electrodes; the anode has the voltage, the cathode none.
    voltage : float
        During a pulse, V.
    count : int
        Number of pulses.
    width : float
        Of each pulse, s.
    rate : float
        Pulses for each second, Hz.
    conductivity_stays : bool, optional
        Whether the tissue begins as conductive as earlier trains left it, and this one leaves its mark too.

    Raises
    ------
    ModelError
        If there is no pulse, a number is not above zero, pulses overlap, or both electrodes are the same.

    Examples
    --------
    >>> train = PulseTrain("n_1", "n_2", voltage=2250.0, count=90, width=100e-6, rate=1.5)
    >>> train.duration, round(train.on_time, 9), round(train.duty, 9)
    (60.0, 0.009, 0.00015)
    """

    anode: str
    cathode: str
    voltage: float
    count: int
    width: float
    rate: float
    conductivity_stays: bool = True

    def __post_init__(self) -> None:
        for name in ("voltage", "count", "width", "rate"):
            if not getattr(self, name) > 0.0:
                message = f"pulse train: {name} = {getattr(self, name):g}: must be above 0"
                raise ModelError(message)
        if self.duty > 1.0:
            message = f"pulse train: duty = {self.duty:g}: must be at most 1, or pulses overlap"
            raise ModelError(message)
        if self.anode == self.cathode:
            message = f"pulse train: '{self.anode}' is anode and cathode: must be two electrodes"
            raise ModelError(message)

    def with_count(self, count: int) -> PulseTrain:
        """The same train with another number of pulses."""
        return replace(self, count=count)

    def pulses_until(self, elapsed: float) -> int:
        """Pulses that were given when a time, s, has passed since its start."""
        return min(self.count, round(elapsed * self.rate))

    @property
    def series(self) -> str:
        """What it counts with: trains of the same electrodes at the same voltage."""
        return f"{self.anode} to {self.cathode}, {self.voltage:g} V"

    @property
    def duty(self) -> float:
        """Share of the time in which there is voltage."""
        return self.width * self.rate

    @property
    def duration(self) -> float:
        """Time the train takes, the pause after its last pulse included, s."""
        return self.count / self.rate

    @property
    def on_time(self) -> float:
        """Time in which there is voltage, s."""
        return self.count * self.width
