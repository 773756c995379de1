"""Distributions of uncertain values, as a study file says them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ablasim.scenario.base import Between, Part

Floats = NDArray[np.float64]
_MOST_SDS_AWAY = 8.0
"""How far the nearer bound of a normal distribution that is cut may lie from the mean, in standard deviations."""

Positive: TypeAlias = Annotated[float, Between(1e-30, 1e30)]


class Uniform(Part):
    """Every value between two bounds is as likely."""

    kind: Literal["uniform"]
    low: float = Field(description="Smallest value.")
    high: float = Field(description="Largest value.")

    def problems(self) -> Iterator[str]:
        """What cannot be."""
        yield from _order(self.low, self.high)

    def quantile(self, share: Floats) -> Floats:
        """Values below which these shares, between 0 and 1, of all lie."""
        return self.low + share * (self.high - self.low)

    def share_below(self, value: Floats) -> Floats:
        """Shares, between 0 and 1, of all that lie below these values."""
        return np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)


class Normal(Part):
    """Normal distribution."""

    kind: Literal["normal"]
    mean: float = Field(description="Mean.")
    sd: Positive = Field(description="Standard deviation, in the unit of the value.")

    def problems(self) -> Iterator[str]:
        """What cannot be: nothing."""
        yield from ()

    def quantile(self, share: Floats) -> Floats:
        """Values below which these shares, between 0 and 1, of all lie."""
        from scipy.stats import norm

        return np.asarray(norm.ppf(share, self.mean, self.sd), dtype=float)

    def share_below(self, value: Floats) -> Floats:
        """Shares, between 0 and 1, of all that lie below these values."""
        from scipy.stats import norm

        return np.asarray(norm.cdf(value, self.mean, self.sd), dtype=float)


class LogNormal(Part):
    """Distribution of a positive value whose logarithm is normal."""

    kind: Literal["lognormal"]
    median: Positive = Field(description="Median, which is also the geometric mean.")
    geometric_sd: Annotated[float, Between(1.0, 1e6)] = Field(
        description="Geometric standard deviation, a factor above 1: 68 % of all values lie within it of the median."
    )

    def problems(self) -> Iterator[str]:
        """What cannot be."""
        if self.geometric_sd == 1.0:
            yield "geometric_sd 1: must be above 1; it is a factor"

    def quantile(self, share: Floats) -> Floats:
        """Values below which these shares, between 0 and 1, of all lie."""
        from scipy.stats import norm

        return np.asarray(self.median * self.geometric_sd ** norm.ppf(share), dtype=float)

    def share_below(self, value: Floats) -> Floats:
        """Shares, between 0 and 1, of all that lie below these values."""
        from scipy.stats import norm

        return np.asarray(norm.cdf(np.log(value / self.median) / np.log(self.geometric_sd)), dtype=float)


class TruncatedNormal(Part):
    """Normal distribution without its parts beyond two bounds."""

    kind: Literal["truncated_normal"]
    mean: float = Field(description="Mean of the normal distribution before it is cut.")
    sd: Positive = Field(description="Its standard deviation, in the unit of the value.")
    low: float = Field(description="Smallest value.")
    high: float = Field(description="Largest value.")

    def problems(self) -> Iterator[str]:
        """What cannot be, or is hardly meant."""
        yield from _order(self.low, self.high)
        away = max(self.low - self.mean, self.mean - self.high) / self.sd
        if self.low < self.high and away > _MOST_SDS_AWAY:
            yield (
                f"low {self.low:g}, high {self.high:g}: {away:.3g} standard deviations ({self.sd:g} each) away from "
                f"the mean {self.mean:g}: must be at most {_MOST_SDS_AWAY:g}; are all in the same unit?"
            )

    def quantile(self, share: Floats) -> Floats:
        """Values below which these shares, between 0 and 1, of all lie."""
        from scipy.stats import truncnorm

        low, high = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        values = truncnorm.ppf(share, low, high, loc=self.mean, scale=self.sd)
        kept: Floats = np.clip(np.asarray(values, dtype=float), self.low, self.high)
        return kept

    def share_below(self, value: Floats) -> Floats:
        """Shares, between 0 and 1, of all that lie below these values."""
        from scipy.stats import truncnorm

        low, high = (self.low - self.mean) / self.sd, (self.high - self.mean) / self.sd
        return np.asarray(truncnorm.cdf(value, low, high, loc=self.mean, scale=self.sd), dtype=float)


Distribution: TypeAlias = Annotated[Uniform | Normal | LogNormal | TruncatedNormal, Field(discriminator="kind")]


def _order(low: float, high: float) -> Iterator[str]:
    if not low < high:
        yield f"low {low:g}, high {high:g}: high must be above low"
