"""Studies: many runs of changed scenarios, over the cores of a machine or a cluster, into one table."""

from __future__ import annotations
