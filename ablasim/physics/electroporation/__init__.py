"""Electroporation: the field of pulses whose conductivity follows it."""
