"""The blood supply of organ and tumour, and its occlusion during the treatment.

Liver gets 75 to 80 % of its blood through the portal vein and 20 to 25 % through the hepatic artery [1]_ (70 and 30 in
other texts). The artery flows more when the portal vein is closed (buffer response), which is left out. Blood that
cannot leave through a closed hepatic vein finds other ways or flows back through the portal vein; no number for what
is left of the perfusion was found, hence a share of 0.

Carcinomas are fed by the artery almost exclusively [1]_. Metastases large enough to be seen are so for the most part;
up to 15 mm they keep a portal supply at their edge [2]_. Portal flow in the tumour itself was 6.5 ± 4.5 ml/min/100 g in
carcinomas and 19.3 ± 21.7 in metastases, against 45 (cirrhosis) to 90 in liver [3]_; with an arterial flow of some
50 to 100, that is 5 to 30 %. The share of 10 % is chosen within that range.

What chemoembolisation leaves: right after it the arterial perfusion was 4.4 ± 5.3 ml/min/100 ml in tumours that were
fully treated and 34.7 ± 10.1 in nodules that were left, 8.8 ± 8.7 on the rim and 16.3 ± 10.1 in the liver beside it
[5]_: the first over the second makes 0.13. Another study saw the blood flow in the tumour fall by 60 % where it then
responded, by 22 % where it did not [6]_, which would leave 0.4 and 0.8. The organ loses at most its arterial share.

In pigs, lesions measured 12.6 ml with both closed, 8.6 with the portal vein, 7.6 with the artery, and less with neither
[4]_.

References
----------
.. [1] "Hepatocellular carcinoma vascularization: from the most common to the lesser known arteries", Diagn. Interv.
   Imaging, 2014 (abstract read).
.. [2] Paulson, Semin. Liver Dis. 21:225-236, 2001 (read).
.. [3] CT perfusion during superior mesenteric arterial portography, PMID 15624511 (abstract read).
.. [4] Chinn et al., AJR 176:789-795, 2001 (abstract read).
.. [5] Perfusion CT before and after TACE, 52 patients, Tomography 2022, PMC9028792 (abstract read).
.. [6] C-arm CT and volume perfusion CT, 62 carcinomas, Cancer Imaging 2016, doi:10.1186/s40644-016-0088-y (abstract
   read; its "perfusion ratios" are read as falls, because they are larger where tumours responded).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from pydantic.types import Strict

from ablasim.scenario.base import Between, Name, Part

System: TypeAlias = Literal["portal_vein", "hepatic_artery", "hepatic_vein"]
"""A vascular system of the liver."""

Share: TypeAlias = Annotated[float, Between(0.0, 1.0)]
Time: TypeAlias = Annotated[float, Between(0.0, 86400.0, "s")]
Span: TypeAlias = Annotated[float, Between(0.1, 86400.0, "s")]


class Supply(Part):
    """Shares of a perfusion that stop with each vascular system."""

    portal_vein: Share
    hepatic_artery: Share
    hepatic_vein: Share

    def of(self, system: str) -> float:
        """Share that stops when a system is closed."""
        return float(getattr(self, system))


class OrganSupply(Supply):
    """Shares of the organ's perfusion that stop with each vascular system; what they leave over never stops."""

    portal_vein: Share = Field(default=0.75, description="Share that stops when the portal vein is closed.")
    hepatic_artery: Share = Field(default=0.25, description="Share that stops when the hepatic artery is closed.")
    hepatic_vein: Share = Field(default=0.0, description="Share that stops when the hepatic vein is closed.")


class TumourSupply(Supply):
    """Shares of the tumour's perfusion that stop with each vascular system; what they leave over never stops."""

    portal_vein: Share = Field(default=0.1, description="Share that stops when the portal vein is closed.")
    hepatic_artery: Share = Field(default=0.9, description="Share that stops when the hepatic artery is closed.")
    hepatic_vein: Share = Field(default=0.0, description="Share that stops when the hepatic vein is closed.")


class BloodSupply(Part):
    """Where the perfusion comes from; it matters while something is occluded."""

    organ: OrganSupply = Field(default_factory=OrganSupply, description="Supply of the organ.")
    tumour: TumourSupply = Field(default_factory=TumourSupply, description="Supply of the tumour.")


class Embolisation(Part):
    """Perfusion left after an embolisation that came before, such as chemoembolisation (TACE)."""

    tumour_perfusion_factor: Share = Field(default=1.0, description="Share of the tumour's perfusion that is left.")
    organ_perfusion_factor: Share = Field(default=1.0, description="Share of the organ's perfusion that is left.")

    def of(self, region: str) -> float:
        """Share left in ``organ`` or ``tumour``."""
        return self.tumour_perfusion_factor if region == "tumour" else self.organ_perfusion_factor


class Occlusion(Part):
    """Vascular systems closed for a time: by a clamp round portal vein and artery (Pringle), or by a balloon.

    While a system is closed, its share of the perfusion is gone and the blood in its vessels stands still.
    """

    name: Name = Field(description="Name that sweeps refer to.")
    systems: Annotated[tuple[System, ...], Strict(False), Field(min_length=1)] = Field(
        description="What is closed: portal_vein and hepatic_artery together are the Pringle manoeuvre."
    )
    start_s: Time = Field(default=0.0, description="When it is closed first, s.")
    end_s: Time | None = Field(
        default=None, description="When it is opened for good, s; null: after the end of the run."
    )
    on_s: Span | None = Field(
        default=None, description="Intermittent occlusion: length of each stretch closed, s; null: closed throughout."
    )
    off_s: Span | None = Field(default=None, description="Intermittent occlusion: length of each stretch open, s.")

    def is_on(self, time: float) -> bool:
        """Whether it is closed at a time, s."""
        if time < self.start_s or (self.end_s is not None and time >= self.end_s):
            return False
        if self.on_s is None or self.off_s is None:
            return True
        return (time - self.start_s) % (self.on_s + self.off_s) < self.on_s

    def switches(self, until: float) -> Iterator[float]:
        """Times before `until` at which it may close or open, s.

        Examples
        --------
        >>> clamp = Occlusion(name="pringle", systems=["portal_vein"], start_s=10, on_s=15, off_s=5, end_s=40)
        >>> list(clamp.switches(100))
        [10.0, 25.0, 30.0, 40.0]
        """
        last = until if self.end_s is None else min(until, self.end_s)
        time, closes = self.start_s, True
        while time < last:
            yield time
            if self.on_s is None or self.off_s is None:
                break
            time += self.on_s if closes else self.off_s
            closes = not closes
        if self.end_s is not None and self.start_s < self.end_s < until:
            yield self.end_s
