"""``ablasim least``: the least treatment that reaches a limit with a probability, checked by real runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text
from threadpoolctl import threadpool_limits

from ablasim.cli.analysed import (
    check_files,
    observed,
    pairs,
    print_rows,
    surrogate_as_data,
    tell_points,
    tell_surrogate,
    told,
    unit_of,
)
from ablasim.errors import AnalysisError
from ablasim.study.analysis.draws import draw
from ablasim.study.analysis.files import write_files
from ablasim.study.analysis.held_back import hold_back
from ablasim.study.analysis.inputs import Input
from ablasim.study.analysis.least import Least, Treatment, least_treatment, more_cases
from ablasim.study.analysis.observations import Observations, observe, placed
from ablasim.study.analysis.probability import DRAWS, Probability, counted, foretold, reaching
from ablasim.study.analysis.real_runs import folder_of_check, study_at
from ablasim.study.analysis.surrogate import fit_surrogate
from ablasim.study.cluster import default_workers, local_client
from ablasim.study.counts import how_many
from ablasim.study.load import LoadedStudy, load_study
from ablasim.study.plan import make_plan
from ablasim.study.store import StudyFolder
from ablasim.study.sweep import run_plan
from ablasim.units import Floats


def show_least(
    path: Path,
    result: str,
    limit: float,
    wanted: float,
    at: Sequence[str],
    *,
    check: int | None,
    file: Path | None,
    workers: int | None,
    json: Path | None,
    csv: Path | None,
) -> None:
    """Print the frontier of least treatments and the one of least energy; check it by real runs where asked for.

    Raises
    ------
    AnalysisError
        If the table cannot answer, or the limit is reached nowhere with this probability.
    OutputError
        If it is no folder of a study, or a file cannot be written.
    ScenarioError
        If the study file says something that cannot be.
    """
    if (check is None) != (file is None):
        message = "--check N and --study FILE go together: real runs need the study file that was swept"
        raise AnalysisError(message)
    if not np.isfinite(limit):
        message = f"--at-least {limit}: must be a finite number, such as 5"
        raise AnalysisError(message)
    check_files(json, csv)
    observations = observed(path, result, at)
    place = placed(observations, pairs(at))
    small = _to_be_small(observations, place)
    swept = None if file is None else load_study(file)
    if check is not None and swept is not None:  # what it refuses is told before the search
        anywhere = {each.name: each.covered()[0] for each in small}
        study_at(swept, StudyFolder(path), {**observations.held, **place, **anywhere}, check)
    console = Console()
    tell_points(console, observations)
    draws = draw(observations.uncertain, DRAWS)
    surrogate = fit_surrogate(observations)
    held = hold_back(observations, surrogate)
    tell_surrogate(console, observations, surrogate, held)

    def share(places: Mapping[str, Floats]) -> Floats:
        count = len(next(iter(places.values())))
        everywhere = {**{name: np.full(count, value) for name, value in place.items()}, **places}
        return reaching(surrogate, draws, everywhere, limit, widening=held.widening)

    with threadpool_limits(limits=1, user_api="blas"):  # several hundred small matrices
        found = least_treatment(share, small, wanted)
    best = {**place, **found.best.place}
    (by_surrogate,) = foretold(surrogate, draws, best, [limit], widening=held.widening)
    aim = f"{result} ≥ {told(limit)} {unit_of(result)} with probability {wanted:g}"
    _print(console, found, aim)
    _tell(console, "surrogate", by_surrogate)
    if by_surrogate.low < wanted:
        _warn(
            console,
            f"the surrogate's probability may be as low as {by_surrogate.low:.3f}, under the {wanted:g} asked for: "
            f"{more_cases(best, small)}; so would real runs at the answer (--check), or ask for a larger --probability",
        )
    content: dict[str, Any] = {
        "result": result,
        "at_least": limit,
        "wanted": wanted,
        "at": {**observations.held, **place},
        "surrogate": surrogate_as_data(surrogate, held),
        "answer": {**asdict(found.best), "by_surrogate": asdict(by_surrogate)},
    }
    if check is not None and swept is not None:
        real = _real(console, path, swept, {**observations.held, **best}, result, limit, check, workers)
        _tell(console, "real runs", real)
        if not real.low <= by_surrogate.value <= real.high:
            _warn(console, "the surrogate's probability lies outside the interval of the real runs")
        content["answer"]["by_real_runs"] = asdict(real)
    rows = [
        {**treatment.place, "energy_kj": treatment.energy_kj, "probability": treatment.probability}
        for treatment in found.frontier
    ]
    write_files(content, rows, json, csv)


def _to_be_small(observations: Observations, place: Mapping[str, float]) -> list[Input]:
    """Chosen inputs that are not held; a distance is none that could be small."""
    offsets = {variable.name for variable in observations.study.vary if variable.offset is not None}
    free = [each for each in observations.chosen if each.name not in place]
    for each in free:
        if each.name in offsets:
            message = f"{each.name}: a place is no treatment: hold it with --at {each.name}=…"
            raise AnalysisError(message)
    return free


def _print(console: Console, found: Least, aim: str) -> None:
    names = list(found.best.place)
    energy = found.best.energy_kj is not None
    words = "frontier of least treatments" if len(names) > 1 else "least treatment"
    console.print(Text(f"{words} for {aim}, by the surrogate:"), soft_wrap=True)
    heads = (*names, *(("energy_kj",) if energy else ()), "probability", "")
    print_rows(console, heads, [_row(treatment, names, treatment is found.best) for treatment in found.frontier])


def _row(treatment: Treatment, names: Sequence[str], best: bool) -> tuple[str, ...]:
    energy = () if treatment.energy_kj is None else (told(treatment.energy_kj),)
    notes = [*(("least energy" if energy else "answer",) if best else ())]
    notes += ["at the edge of the cases: beyond it less may do"] if treatment.at_edge else []
    return (*(told(treatment.place[name]) for name in names), *energy, f"{treatment.probability:.3f}", ", ".join(notes))


def _tell(console: Console, source: str, one: Probability) -> None:
    how = f", {how_many(one.runs, 'run')}" if one.runs is not None else ""
    gaps = f", {one.without:.0f} without result" if one.runs is not None and one.without else ""
    console.print(
        Text(f"probability at the answer, {source}: {one.value:.3f} ({one.low:.3f}–{one.high:.3f}, 95 %{how}{gaps})")
    )


def _warn(console: Console, words: str) -> None:
    console.print(Text.assemble(("warning: ", "yellow"), words), soft_wrap=True)


def _real(
    console: Console,
    path: Path,
    swept: LoadedStudy,
    place: Mapping[str, float | str],
    result: str,
    limit: float,
    runs: int,
    workers: int | None,
) -> Probability:
    """Probability counted from real runs at the answer, in a folder below that of the study."""
    from ablasim.cli.sweep import SweepScreen

    check = study_at(swept, StudyFolder(path), place, runs)
    folder = StudyFolder(folder_of_check(StudyFolder(path), check))
    plan = make_plan(check)
    folder.begin(plan)
    console.print(Text(f"real runs at the answer: {folder.path}"), soft_wrap=True)
    processes = default_workers() if workers is None else workers
    with SweepScreen(Console(stderr=True), "starting processes") as screen:
        run_plan(plan, folder, lambda: local_client(processes), observe=screen.show)
    observations = observe(folder, result, {})
    found = counted(observations, {}, [limit])
    if found is None:
        message = f"no real run at the answer has {result} ({observations.left_out()})"
        raise AnalysisError(message)
    return found[0]
