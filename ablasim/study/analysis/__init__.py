"""What the table of a study says: screening, surrogate, sensitivity, probability, the least treatment that does."""

from __future__ import annotations
