"""What a drive says of the generator's terminals: which electrodes are one, and what the current returns to."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic.types import Strict

from ablasim.scenario.base import Part
from ablasim.scenario.pulses import Pole
from ablasim.scenario.roll_off import RollOff, Seconds

USUAL_PAUSE_S = 15.0
"""Time for which a pair is not driven after its impedance has risen, unless told, s: that of cooled electrodes."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _pairs_tag(value: Any) -> str:
    return "<all>" if isinstance(value, str) else "<pairs>"


Metals: TypeAlias = Annotated[tuple[Pole, ...], Strict(False), BeforeValidator(_as_list), Field(min_length=1)]
MetalPair: TypeAlias = Annotated[tuple[Pole, Pole], Strict(False)]


class Switching(Part):
    """Pairs of electrodes that the generator drives in turn, one against the other."""

    pairs: Annotated[
        Annotated[Literal["all"], Tag("<all>")]
        | Annotated[tuple[MetalPair, ...], Strict(False), Field(min_length=1), Tag("<pairs>")],
        Discriminator(_pairs_tag),
    ] = Field(
        description="Pairs [a, b] in the order in which they are driven, or all: every two of the electrodes driven."
    )
    every_s: Seconds | None = Field(
        default=None, description="Time after which the next pair is driven, s; null: only the impedance decides."
    )
    roll_off: RollOff | None = Field(
        default=None, description="Impedance at which a pair is left; null: only time decides."
    )
    pause_s: Seconds = Field(
        default=USUAL_PAUSE_S,
        description="Time for which a pair that was left for its impedance is not driven again, s.",
    )


class Terminals(Part):
    """The terminals of a generator of radiofrequency."""

    together_with: Metals | None = Field(
        default=None,
        description="Other electrodes at the same potential, one or a list: all are then one electrode. A set of "
        "needles driven by its name has them all.",
    )
    against: Metals | None = Field(
        default=None,
        description="Electrodes, sets or ground pads that the current returns to, one or a list; null: the ground pads "
        "if there are any, else the outside. A bipolar needle is always driven between its own two poles.",
    )
    switching: Switching | None = Field(
        default=None, description="Pairs that are driven in turn, instead of all together; null: none."
    )

    @property
    def says_terminals(self) -> bool:
        """Whether anything is said that means something for radiofrequency alone."""
        return any(value is not None for value in (self.together_with, self.against, self.switching))
