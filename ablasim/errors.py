"""The error classes of ablasim, split by who can act on them."""

from __future__ import annotations


class AblasimError(Exception):
    """Root of every error that ablasim raises on purpose."""

    exit_code = 1


class ScenarioError(AblasimError):
    """The scenario says something that cannot be: the user can mend it."""

    exit_code = 2


class OutputError(AblasimError):
    """The output folder exists already or cannot be written."""

    exit_code = 2


class MaskError(AblasimError):
    """A surface or label volume is not as it must be, or two of them do not fit: the user can mend it."""

    exit_code = 2


class BookError(AblasimError):
    """The verification book or a choice of its cases is not as it must be: the user can mend it."""

    exit_code = 2


class AnalysisError(AblasimError):
    """The table of a study cannot answer what it was asked: the user can mend the question or run more cases."""

    exit_code = 2


class MeshError(AblasimError):
    """The mesh could not be made, or is too poor to compute on."""


class ModelError(AblasimError):
    """A model was asked for something outside what it can say."""


class SolverError(AblasimError):
    """A solve did not converge.

    Parameters
    ----------
    message : str
        What failed.
    time_s : float, optional
        Simulated time, s.
    iterations : int, optional
        Iterations done.
    residual : float, optional
        Last residual, relative to its target.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        time_s: float | None = None,
        iterations: int | None = None,
        residual: float | None = None,
    ) -> None:
        details = [
            f"{label} {value:g}{unit}"
            for label, value, unit in (
                ("at", time_s, " s"),
                ("iterations", iterations, ""),
                ("residual over target", residual, ""),
            )
            if value is not None
        ]
        super().__init__(f"{message} ({', '.join(details)})" if details else message)
        self.time_s = time_s
        self.iterations = iterations
        self.residual = residual


class EnergyBalanceError(AblasimError):
    """The energy audit of a finished run does not close."""

    exit_code = 3
