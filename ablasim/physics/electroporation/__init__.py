"""Irreversible electroporation: trains of pulses, and the field they make."""
