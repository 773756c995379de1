"""Radiofrequency generators as state machines, independent of the field."""

from ablasim.generators.constant import Constant
from ablasim.generators.course import Course
from ablasim.generators.driver import Driver, jumps
from ablasim.generators.impedance import ImpedanceControl
from ablasim.generators.machine import Event, EventKind, Generator, Reading
from ablasim.generators.operation import Held, Limits, OperatingPoint, Output, operate
from ablasim.generators.pulsed import PulsedCurrent
from ablasim.generators.switching import Switching
from ablasim.generators.temperature import TemperatureControl
from ablasim.generators.threshold import Threshold
from ablasim.generators.tuning import Gains, Reaction

__all__ = [
    "Constant",
    "Course",
    "Driver",
    "Event",
    "EventKind",
    "Gains",
    "Generator",
    "Held",
    "ImpedanceControl",
    "Limits",
    "OperatingPoint",
    "Output",
    "PulsedCurrent",
    "Reaction",
    "Reading",
    "Switching",
    "TemperatureControl",
    "Threshold",
    "jumps",
    "operate",
]
