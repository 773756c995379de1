"""Films: what their pictures show, and the files they become."""

import itertools
import json
import os
import shutil
import stat
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ablasim.errors import OutputError
from ablasim.views.handout import movie, space_film
from ablasim.views.handout.movie import write_gif, write_mp4
from ablasim.views.handout.plane_film import LEVELS_C, PlaneFilm, heat_colours
from ablasim.views.handout.space_film import SpaceFilm

FFMPEG = shutil.which("ffmpeg") and shutil.which("ffprobe")
STUB = """#!{python}
import json, sys
raw = sys.stdin.buffer.read()
with open(sys.argv[-1], "w") as file:
    json.dump({{"arguments": sys.argv[1:], "bytes": len(raw)}}, file)
"""
FAILING = """#!{python}
import sys
sys.stdin.buffer.read()
sys.stderr.write("first words\\nUnknown encoder 'libx264'\\n")
sys.exit(8)
"""


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """A program of that name on the PATH, of which nothing else is left."""

    def put(text):
        program = tmp_path / "bin" / "ffmpeg"
        program.parent.mkdir(exist_ok=True)
        program.write_text(text.format(python=sys.executable), encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(program.parent))

    return put


@pytest.fixture(scope="module")
def plane_pictures(replay):
    return list(PlaneFilm(replay).pictures([0, 2, 4, 5]))


def noise(count, size=(64, 48)):
    dice = np.random.default_rng(0)
    return [Image.fromarray(dice.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)) for _ in range(count)]


def test_the_pictures_of_a_plane_have_one_size_and_change(plane_pictures):
    assert {picture.size for picture in plane_pictures} == {plane_pictures[0].size}
    arrays = [np.asarray(picture, dtype=int) for picture in plane_pictures]
    changed = [np.abs(one - other).max(axis=2) > 30 for one, other in itertools.pairwise(arrays)]
    assert all(part.mean() > 0.002 for part in changed)


def test_nothing_outside_the_plane_moves_but_the_clock(plane_pictures):
    first, last = (np.asarray(picture, dtype=int) for picture in (plane_pictures[0], plane_pictures[-1]))
    height, width, _ = first.shape
    np.testing.assert_array_equal(first[int(0.82 * height) :], last[int(0.82 * height) :])
    np.testing.assert_array_equal(first[:, int(0.86 * width) :], last[:, int(0.86 * width) :])


def test_the_scale_of_temperature_is_fixed_from_body_heat_to_100_degrees():
    colours, norm = heat_colours()
    assert (LEVELS_C[0], LEVELS_C[-1]) == (37.0, 100.0)
    light, dark = colours(norm(38.0))[:3], colours(norm(99.0))[:3]
    assert min(light) > 0.8
    assert max(dark) < 0.3
    assert colours(norm(36.0)) != colours(norm(38.0))


def test_the_hottest_picture_says_how_hot(replay):
    film = PlaneFilm(replay)
    next(film.pictures([4]))
    hottest = replay.fields.temperature_c(4).max()
    assert film.words(4, hottest) == f" 0:20 min   15 W  up to {hottest:3.0f} °C".rjust(len(film.words(4, hottest)))


def test_the_zone_grows_in_space(replay, monkeypatch):
    monkeypatch.setattr(space_film, "PIXELS", 160)
    early, late = (np.asarray(picture, dtype=int) for picture in SpaceFilm(replay).pictures([0, 5]))
    orange = [((p[..., 0] - p[..., 2]) > 60).sum() for p in (early, late)]
    assert orange[1] > orange[0] + 2000


def test_a_gif_plays_for_ever_and_holds_its_last_picture(tmp_path):
    write_gif(tmp_path / "film.gif", noise(4), 5.0)
    with Image.open(tmp_path / "film.gif") as film:
        assert (film.n_frames, film.info["loop"], film.size) == (4, 0, (64, 48))
        durations = []
        for index in range(4):
            film.seek(index)
            durations.append(film.info["duration"])
    assert durations == [200, 200, 200, 2000]


def test_a_gif_shrinks_until_it_is_small_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(movie, "LARGEST_GIF_BYTES", 12_000)
    monkeypatch.setattr(movie, "SMALLEST_PIXELS", 20)
    write_gif(tmp_path / "film.gif", noise(4), 5.0)
    assert (tmp_path / "film.gif").stat().st_size <= 12_000
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size[0] < 64
    monkeypatch.setattr(movie, "SMALLEST_PIXELS", 47)
    with pytest.raises(OutputError, match="even with small pictures: take --format mp4"):
        write_gif(tmp_path / "film.gif", noise(4), 5.0)


def test_rare_colours_stay_in_a_gif(tmp_path):
    """Few pixels of a colour, as of a legend, beside many shades of others."""
    shades = np.zeros((100, 160, 3), dtype=np.uint8)
    shades[..., 1] = np.linspace(0, 255, 160).astype(np.uint8)
    shades[..., 2] = np.linspace(0, 255, 100).astype(np.uint8)[:, None]
    shades[90:96, 4:16] = (204, 121, 167)
    write_gif(tmp_path / "film.gif", [Image.fromarray(shades)] * 2, 5.0)
    with Image.open(tmp_path / "film.gif") as film:
        assert np.abs(np.array(film.convert("RGB").getpixel((8, 93))) - (204, 121, 167)).max() < 12


def test_mp4_goes_through_ffmpeg_picture_by_picture(tmp_path, ffmpeg):
    ffmpeg(STUB)
    write_mp4(tmp_path / "film.mp4", noise(3, (65, 48)), 4.0)
    told = json.loads((tmp_path / "film.mp4").read_text(encoding="utf-8"))
    assert told["bytes"] == (3 + 7) * 64 * 48 * 3  # even numbers of pixels; the last picture is held for two seconds
    words = " ".join(told["arguments"])
    assert "-f rawvideo -pix_fmt rgb24 -s 64x48 -r 4 -i - -c:v libx264 -pix_fmt yuv420p" in words


@pytest.mark.skipif(not FFMPEG, reason="ffmpeg and ffprobe are not installed (Debian: apt-get install ffmpeg)")
def test_a_real_mp4_has_the_pictures_the_size_and_the_colours(tmp_path):
    colours = [(204, 121, 167), (0, 114, 178), (213, 94, 0)]
    write_mp4(tmp_path / "film.mp4", [Image.new("RGB", (65, 48), colour) for colour in colours], 4.0)
    asked = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", tmp_path / "film.mp4"]
    (stream,) = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)["streams"]
    known = {
        "codec_name": "h264",
        "pix_fmt": "yuv420p",
        "width": 64,
        "height": 48,
        "r_frame_rate": "4/1",
        "nb_read_frames": "10",  # three, and the last one seven times more
        "color_space": "bt709",
        "color_range": "tv",
    }
    assert {name: stream[name] for name in known} == known
    read = ["ffmpeg", "-v", "error", "-i", tmp_path / "film.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(read, check=True, capture_output=True).stdout
    frames = np.frombuffer(raw, dtype=np.uint8).reshape(10, 48, 64, 3).astype(int)
    for frame, colour in zip(frames, [*colours, *[colours[-1]] * 7], strict=True):
        assert np.abs(frame - colour).max() <= 6


def test_what_ffmpeg_says_last_is_told(tmp_path, ffmpeg):
    ffmpeg(FAILING)
    with pytest.raises(OutputError, match="ffmpeg failed with exit code 8: Unknown encoder 'libx264'"):
        write_mp4(tmp_path / "film.mp4", noise(2), 4.0)


def test_without_ffmpeg_the_way_out_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(OutputError, match="needs ffmpeg, and there is none on the PATH: install it, or take"):
        write_mp4(tmp_path / "film.mp4", noise(2), 4.0)
