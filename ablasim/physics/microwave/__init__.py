"""The field of a microwave antenna: full-wave, axisymmetric, with the power it leaves in tissue."""
