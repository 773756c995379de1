"""Pictures of a study's table: response maps, curves and tornado plots."""

from __future__ import annotations
