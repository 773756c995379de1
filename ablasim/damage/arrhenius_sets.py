"""Published Arrhenius parameters, each with its tissue, its end point and its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArrheniusSet:
    """Frequency factor and activation energy of one damage process.

    Parameters
    ----------
    name : str
        Short name; the damage model is called ``arrhenius_<name>``.
    frequency_factor_per_s : float
        A, 1/s.
    activation_energy_j_mol : float
        E_a, J/mol.
    process : str
        What was seen to be damaged.
    source : str
        Citation.
    verified : bool
        Whether the numbers were read in the source or in a public text that quotes it.
    warning : str or None
        What a reader of results must know.
    """

    name: str
    frequency_factor_per_s: float
    activation_energy_j_mol: float
    process: str
    source: str
    verified: bool
    warning: str | None


ARRHENIUS_SETS: tuple[ArrheniusSet, ...] = (
    ArrheniusSet(
        "liver",
        7.39e39,
        2.577e5,
        "popular liver set of ablation models",
        'numbers of the COMSOL 6.3 model "Hepatic Tumor Ablation"; usually quoted from Jacques, Rastegar, '
        "Thomsen and Motamedi, IEEE J. Sel. Top. Quantum Electron. 2:922-933, 1996 (original not seen)",
        True,
        "This set reaches Ω = 1 at body temperature in 57 minutes and at 42.5 °C in 10: it kills tissue that "
        "lives. Kept for comparison with the literature; never a headline.",
    ),
    ArrheniusSet(
        "henriques",
        3.1e98,
        6.28e5,
        "epidermal burn, porcine and human skin",
        "Henriques and Moritz, Am. J. Pathol. 23:695-720, 1947; Henriques, Arch. Pathol. 43:489-502, 1947",
        True,
        "Measured on skin. A re-analysis (Diller et al.) finds that these two numbers do not fit the "
        "original data well.",
    ),
    ArrheniusSet(
        "jacques",
        5.51e41,
        2.769e5,
        "whitening (coagulation) of porcine liver, 50 % of the change in scattering",
        "Jacques, Newman and He, ASME Winter Annual Meeting, 1991 (ΔH = 2.768e5 J/mol, ΔS = 553.5 J/(mol K); "
        "A = (k_B T/h) exp(ΔS/R) gives 5.5e41 1/s at 50 °C)",
        True,
        "The end point is visible coagulation, later and hotter than cell death; the authors saw it spread "
        "over a decade of time either way.",
    ),
    ArrheniusSet(
        "agah",
        5.6e63,
        4.3e5,
        "birefringence loss in arterial wall",
        "Agah, Pearce, Welch and Motamedi, Lasers Surg. Med. 15:176-184, 1994",
        True,
        "Measured on arterial collagen, which outlives cells by far: no criterion of cell death in liver.",
    ),
    ArrheniusSet(
        "borrelli",
        2.984e80,
        5.064e5,
        "death of baby hamster kidney cells in culture",
        "Borrelli, Thompson, Cain and Dewey, Int. J. Radiat. Oncol. Biol. Phys. 19:389-399, 1990",
        False,
        "Numbers not checked in the original. Measured on cells in culture at 43.5 to 57 °C.",
    ),
    ArrheniusSet(
        "hepatoma",
        3.25e43,
        2.81e5,
        "loss of viability (MTS assay) of hepatocellular carcinoma cells in culture",
        "Cytotoxicity of hepatocellular carcinoma cells to hyperthermic and ablative temperature exposures, "
        "Int. J. Hyperthermia 29:318-323, 2013 (abstract)",
        True,
        "Fitted to cells in culture at 45 to 60 °C. At body temperature, far below, it reaches Ω = 1 in 1.8 "
        "hours: no run of more than a quarter of an hour is within its use.",
    ),
)
"""Sets in order of use."""
