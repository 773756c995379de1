"""Five short lessons: each sets the sliders, says what the runs say, and asks a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ablasim.app.settings import Setting


@dataclass(frozen=True)
class Lesson:
    title: str
    preset: Setting
    paragraphs: tuple[str, ...]
    question: str


LESSONS = (Lesson("What is Pennes", Setting(), ("Test",), "What?"),)


def shown(lesson: Lesson) -> dict[str, Any]:
    return {"title": lesson.title, "paragraphs": list(lesson.paragraphs), "question": lesson.question}
