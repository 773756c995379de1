"""Studies of a heated ball that takes a fraction of a second, and workers that do not compute at all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from ablasim.study.load import LoadedStudy, load_study
from ablasim.study.plan import Plan, make_plan
from ablasim.study.store import StudyFolder

ROOT = Path(__file__).parents[2]

SPHERE = f"""\
schema_version: 1
title: Heated ball
base: {ROOT / "scenarios/steady_heated_sphere.yaml"}
set: {{numerics.mesh: {{tumour_mm: 2.5, shell_mm: 5, far_mm: 20, growth: 0.6}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, values: [1, 2, 3, 4]}}
  - {{name: size_mm, path: tumour.diameter_mm, values: [9, 10]}}
"""

QUICK = f"""\
schema_version: 1
title: Vein
base: {ROOT / "tests/data/quick.yaml"}
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: vein}}, values: [1, 4]}}
"""


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sphere_text() -> str:
    """Eight cases on two geometries."""
    return SPHERE


@pytest.fixture(scope="session")
def quick_text() -> str:
    """A vein at two distances."""
    return QUICK


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], LoadedStudy]:
    """Load a text as the file `study.yaml` of the current folder."""
    monkeypatch.chdir(tmp_path)

    def of(text: str) -> LoadedStudy:
        Path("study.yaml").write_text(text, encoding="utf-8")
        return load_study(Path("study.yaml"))

    return of


@pytest.fixture
def plan_of(load: Callable[[str], LoadedStudy]) -> Callable[[str], Plan]:
    """Plan of a text."""
    return lambda text: make_plan(load(text))


@pytest.fixture
def place_of() -> Callable[[str, str], str]:
    """Say where a fragment stands in a text, as `study.yaml:line:column`, both from 1."""

    def place(text: str, fragment: str) -> str:
        assert text.count(fragment) == 1, fragment
        before = text[: text.index(fragment)]
        return f"study.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    return place


@pytest.fixture
def filled(plan_of, tmp_path: Path) -> Callable[..., StudyFolder]:
    """Fill the folder of a study whose smallest margin is a function of its inputs (and `base`); None: it has failed.

    Repeats lie below and above the case that they repeat, in turn, by `spread`.
    """

    def fill(text: str, result, spread: float = 0.0) -> StudyFolder:
        plan, folder = plan_of(text), StudyFolder(tmp_path / "out")
        folder.begin(plan)
        values = {point.case: result(dict(point.inputs) | {"base": point.base}) for point in plan.points if point.case}
        for i, repeat in enumerate(plan.repeats):
            values[repeat.case] = values[repeat.of] + (spread if i % 2 else -spread)
        for key, value in values.items():
            if value is None:
                folder.fail(key, "did not converge")
                continue
            summary = {"margin": {"minimum_mm": value, "class": "any"}, "mesh": {"n_points": 1234}, "warnings": []}
            record = {"status": "done", "error": None, "seconds": 1.0, "versions": {}, "summary": summary}
            folder.write_record(key, record)
        return folder

    return fill


class Shown:
    """Figures that would be written, and what is to be read on them."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = {}
        self.drawn: list[Text] = []

    def words(self, name: str) -> str:
        """All words of a picture, a text a line."""
        return "\n".join(text.get_text() for text in self._texts(name))

    def overlapping(self, name: str) -> list[tuple[str, ...]]:
        """Texts of a picture that lie on each other or reach beyond it."""
        sheet = self.figures[name].bbox.padded(1.0)
        boxes = [(text.get_text(), text.get_window_extent().padded(-0.5)) for text in self._texts(name)]
        outside = [(words,) for words, box in boxes if not (sheet.contains(*box.min) and sheet.contains(*box.max))]
        return outside + [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]

    def _texts(self, name: str) -> list[Text]:
        self.drawn.clear()
        self.figures[name].draw_without_rendering()
        return list({id(text): text for text in self.drawn if text.get_text().strip()}.values())


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Keep every figure instead of writing it, under the name of its file."""
    kept, draw = Shown(), Text.draw

    def savefig(self, path, **_):
        kept.figures[Path(path).name] = self

    def draw_text(self, renderer, *rest, **options):
        if self.get_visible():
            kept.drawn.append(self)
        draw(self, renderer, *rest, **options)

    monkeypatch.setattr(Figure, "savefig", savefig)
    monkeypatch.setattr(Text, "draw", draw_text)
    return kept
