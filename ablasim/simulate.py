"""A scenario in, an answer out: the recipe of a run."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from ablasim.build import Case, build_case
from ablasim.compiled import use_threads, using_threads
from ablasim.course import March, StepRecord
from ablasim.errors import AblasimError, EnergyBalanceError
from ablasim.march import march
from ablasim.materials import PropertyRangeWarning, forget_notices
from ablasim.memory import freed_memory_kept
from ablasim.refine import check_refinable, finer
from ablasim.results.assess import assess
from ablasim.results.frames import KEPT_VARIANTS, FrameKeeper
from ablasim.results.outcome import Results
from ablasim.results.summary import Clock
from ablasim.results.uncertainty import NOT_VERIFIED, uncertainty, verification_warnings
from ablasim.scenario import Scenario, load_scenario
from ablasim.settle import settle
from ablasim.units import Floats
from ablasim.variants import Variant, without

Progress = Callable[[Variant, StepRecord, float], None]
"""Called after every step of a run or twin: which one, its record, and when the protocol ends at the latest, s."""

ENERGY_TOLERANCE = 0.01
"""Largest residual of the energy audit, relative, with which a run counts as done."""


def run(
    scenario: Scenario | str | Path,
    *,
    verify: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
    mesh_cache: Path | None = None,
) -> Results:
    """Run a scenario and its twins.

    Parameters
    ----------
    scenario : Scenario, str or Path
        The scenario, or the file it is in.
    verify : bool, optional
        Whether to repeat the run on a finer mesh with shorter time steps, and to say how far its numbers may be from
        converged ones: `verified`.
    threads : int, optional
        Threads that the run and its twins share: as many go side by side as there are threads, and what is left over
        is shared by the loops of each. By default one for each. Numbers depend on it by rounding only, and by what a
        generator that switches on a reading makes of that.
    progress : callable, optional
        Told of every step, those of the finer run too.
    stop : callable, optional
        Asked before every step whether to stop early; the result is then marked incomplete.
    mesh_cache : Path, optional
        Folder of cached meshes; the user's cache folder by default.

    Returns
    -------
    Results
        Zone, margin, heat sink, histories and the summary.

    Raises
    ------
    ScenarioError
        If the scenario says something that cannot be.
    MeshError
        If no good mesh can be made.
    SolverError
        If something does not converge.
    EnergyBalanceError
        If the energy audit does not close to 1 %.
    ValueError
        If ``threads`` is below 1.

    Examples
    --------
    >>> results = run("scenarios/rfa_hepatic_vein.yaml")  # doctest: +SKIP
    >>> results.summary["margin"]["minimum_mm"]  # doctest: +SKIP
    """
    checked = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if verify:
        check_refinable(checked)
    results = _run_once(checked, threads=threads, progress=progress, stop=stop, mesh_cache=mesh_cache)
    if not verify:
        return results
    return verified(results, threads=threads, progress=progress, stop=stop, mesh_cache=mesh_cache)


def _run_once(
    scenario: Scenario,
    *,
    threads: int | None,
    progress: Progress | None,
    stop: Callable[[], bool],
    mesh_cache: Path | None,
) -> Results:
    if threads is not None and threads < 1:
        message = f"threads: {threads}: must be at least 1"
        raise ValueError(message)
    clock = Clock.now()
    keeper = FrameKeeper()
    forget_notices()
    # numpy's dense library spins with threads of its own after each call, which the run has better use for.
    with freed_memory_kept(), threadpool_limits(limits=1, user_api="blas"), using_threads(threads or 1):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", PropertyRangeWarning)
            case = build_case(scenario, mesh_cache)
            marches = march_all(case, threads=threads, progress=progress, save=keeper.keep, stop=stop)
        notices = [str(item.message) for item in caught if issubclass(item.category, PropertyRangeWarning)]
        results = assess(case, marches, frames=keeper.frames(), levels=keeper.levels(), warnings=notices, clock=clock)
    check_energy(results)
    return results


def verified(
    results: Results,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
    mesh_cache: Path | None = None,
) -> Results:
    """Repeat a run on a finer mesh with shorter time steps, and say how far its numbers may be from converged ones.

    Parameters
    ----------
    results : Results
        The run.
    threads, progress, stop, mesh_cache : optional
        As for `run`, for the finer run.

    Returns
    -------
    Results
        The run as it was, with ± in ``summary["uncertainty"]`` and warnings where the finer run differs in kind.
        Whatever befalls the finer run, nothing is lost: if it is stopped or fails, a warning says so instead.

    Raises
    ------
    ScenarioError
        If the scenario cannot be refined.
    """
    refined = finer(results.scenario)
    if stop() or not results.is_complete:
        return not_verified(results, "the run was stopped before it could be repeated on a finer mesh")
    try:
        finer_run = _run_once(refined, threads=threads, progress=progress, stop=stop, mesh_cache=mesh_cache)
        summary = finer_run.summary
        if summary["status"] != "complete":
            return not_verified(results, "the run on the finer mesh was stopped before its end")
        found = uncertainty(results.summary, summary)
    except (AblasimError, MemoryError) as error:
        return not_verified(results, f"the run on the finer mesh failed: {error}")
    return _with_uncertainty(results, found, verification_warnings(results.summary, summary, found))


def not_verified(results: Results, reason: str) -> Results:
    """A run whose verification was asked for but did not come about, with a warning that says why."""
    return _with_uncertainty(results, {"status": NOT_VERIFIED}, [f"verification: no ± was found: {reason}"])


def _with_uncertainty(results: Results, found: dict[str, Any], warnings: list[str]) -> Results:
    summary = results.summary
    return replace(results, summary=summary | {"warnings": [*summary["warnings"], *warnings], "uncertainty": found})


def march_all(
    case: Case,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    save: Callable[[Variant, float, Floats, Floats], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Mapping[Variant, March]:
    """Run a case and the twins its scenario asks for, side by side if there are threads for them.

    Parameters
    ----------
    case : Case
        The case.
    threads, progress, stop : optional
        As for `run`.
    save : callable, optional
        Given time, temperature and level of the run and of the twin without vessels at every save time.

    Returns
    -------
    dict of str to March
        The run as ``actual`` and every twin by its name.
    """
    variants: list[Variant] = ["actual"]
    if case.vessel_names:
        variants += case.scenario.heat_sink.twins
    if case.scenario.heat_sink.attribute and len(case.vessel_names) > 1:
        variants += [without(name) for name in case.vessel_names]

    side_by_side = len(variants) if threads is None else min(threads, len(variants))
    threads_each = 1 if threads is None else threads // side_by_side
    failed = threading.Event()

    def stop_all() -> bool:
        return failed.is_set() or stop()

    def one(variant: Variant) -> March:
        use_threads(threads_each)
        try:
            return go(variant)
        except BaseException:
            failed.set()  # the others need not go on
            raise

    def go(variant: Variant) -> March:
        if case.scenario.protocol[0].steady:
            return settle(case, variant)

        def observe(record: StepRecord, end: float) -> None:
            if progress is not None:
                progress(variant, record, end)

        keep = partial(save, variant) if save is not None and variant in KEPT_VARIANTS else None
        return march(case, variant, observe=observe, save=keep, stop=stop_all)

    if len(variants) == 1:
        # From mesh to results in one thread: the loops of two would have two teams of threads, which wait in each
        # other's way.
        return {variant: go(variant) for variant in variants}
    with ThreadPoolExecutor(max_workers=side_by_side) as pool:
        runs = [pool.submit(one, variant) for variant in variants]
        try:
            wait(runs, return_when=FIRST_EXCEPTION)
        except BaseException:
            failed.set()
            raise
        errors = [error for run in runs if run.done() and (error := run.exception()) is not None]
        if errors:
            raise errors[0]
        return {variant: run.result() for variant, run in zip(variants, runs, strict=True)}


def check_energy(results: Results) -> None:
    """Refuse a result whose energy audit does not close.

    Raises
    ------
    EnergyBalanceError
        If the residual of the run or a twin is above 1 %.
    """
    for variant, outcome in results.marches.items():
        share = outcome.ledger.residual_share
        if share is not None and abs(share) > ENERGY_TOLERANCE:
            message = f"energy audit of {variant}: residual {100.0 * share:.2f} %: must be within ±1 %"
            raise EnergyBalanceError(message)
        lost = max((step.microwave.residual_share for step in outcome.steps if step.microwave is not None), default=0.0)
        if lost > ENERGY_TOLERANCE:
            message = f"power audit of the antennas, {variant}: residual {100.0 * lost:.2f} %: must be within ±1 %"
            raise EnergyBalanceError(message)
