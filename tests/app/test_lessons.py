"""What the lessons claim is what the shipped runs say."""

import re

import pytest

from ablasim.app.lessons import LESSONS, facts_of, shown
from ablasim.app.library import shipped
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting

CLAIMS = [(lesson, said, holds) for lesson in LESSONS for said, holds in lesson.claims]


@pytest.mark.parametrize(("lesson", "said", "holds"), CLAIMS, ids=[said for _, said, _ in CLAIMS])
def test_a_claim_is_what_the_runs_say(lesson, said, holds):
    facts = facts_of(lesson)
    assert holds(facts), f"{lesson.title}: {said}: the runs say {facts}"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_a_lesson_is_whole(lesson):
    said = shown(lesson)
    assert len(said["paragraphs"]) >= 2
    assert said["question"].endswith(("?", "."))
    assert lesson.claims
    assert not re.search(r"[{}]|nan", " ".join(said["paragraphs"]))
    assert Setting.checked(vars(lesson.preset)) == lesson.preset


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_the_numbers_of_a_lesson_are_of_runs_and_not_interpolated(lesson):
    for setting in lesson.asked.values():
        assert shipped(setting.modality).holds(setting)
        assert setting.time_s in MODALITIES[setting.modality].times_s


def test_there_are_five():
    assert len(LESSONS) == 5
