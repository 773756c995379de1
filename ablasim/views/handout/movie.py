"""Pictures in a row as a film: GIF by Pillow, MP4 by ffmpeg where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PIL import Image

from ablasim.errors import OutputError

LARGEST_GIF_BYTES = 8_000_000
COLOURS = 255
PALETTE_PIXELS = 160  # width of the pictures that the palette is made from
HELD_S = 2.0  # how long the last picture stays
SMALLER = 0.8
SMALLEST_PIXELS = 240
H264 = (
    *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
    *("-vf", "scale=out_color_matrix=bt709:out_range=tv"),  # and said to be: players guess otherwise, by size
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"),
)
"""How ffmpeg is told to write: what every player plays, in colours that none has to guess."""


def write_gif(path: Path, pictures: Sequence[Image.Image], fps: float) -> None:
    """Write a GIF that plays again and again; its pictures shrink until it has at most 8 MB.

    Parameters
    ----------
    path : Path
        File to write.
    pictures : sequence of Image
        Pictures of one size, at least one.
    fps : float
        Pictures per second.

    Raises
    ------
    OutputError
        If it is too large even with small pictures.
    """
    shown = list(pictures)
    durations = [*([round(1000.0 / fps)] * (len(shown) - 1)), round(1000.0 * max(HELD_S, 1.0 / fps))]
    while True:
        palette = palette_of(shown)
        frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in shown]
        frames[0].save(
            path, format="GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True
        )
        if path.stat().st_size <= LARGEST_GIF_BYTES:
            return
        width, height = (round(SMALLER * length) for length in shown[0].size)
        if min(width, height) < SMALLEST_PIXELS:
            message = f"{path}: more than {LARGEST_GIF_BYTES / 1e6:g} MB even with small pictures: take --format mp4"
            raise OutputError(message)
        shown = [picture.resize((width, height), Image.Resampling.LANCZOS) for picture in shown]


def palette_of(pictures: Sequence[Image.Image]) -> Image.Image:
    """An image with the palette that pictures share: of first, middle and last, and rare colours are kept too."""
    chosen = [pictures[0], pictures[len(pictures) // 2], pictures[-1]]
    height = round(PALETTE_PIXELS * chosen[0].height / chosen[0].width)
    strip = Image.new("RGB", (PALETTE_PIXELS * len(chosen), height))
    for index, picture in enumerate(chosen):
        strip.paste(picture.resize((PALETTE_PIXELS, height), Image.Resampling.NEAREST), (index * PALETTE_PIXELS, 0))
    return strip.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)


def find_ffmpeg() -> str:
    """Path of ffmpeg.

    Raises
    ------
    OutputError
        If there is none.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        message = "--format mp4 needs ffmpeg, and there is none on the PATH: install it, or take --format gif"
        raise OutputError(message)
    return program


def write_mp4(path: Path, pictures: Sequence[Image.Image], fps: float) -> None:
    """Write an MP4 (H.264, colours that every player knows) by ffmpeg.

    Parameters
    ----------
    path : Path
        File to write.
    pictures : sequence of Image
        Pictures of one size, at least one.
    fps : float
        Pictures per second.

    Raises
    ------
    OutputError
        If there is no ffmpeg, or it fails; its last words are told.
    """
    command = [find_ffmpeg(), "-y", "-loglevel", "error", *_raw(pictures[0], fps), *H264, "-f", "mp4", str(path)]
    held = [pictures[-1]] * max(round(HELD_S * fps) - 1, 0)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it ended sooner: what it said last is told below
            for picture in [*pictures, *held]:
                process.stdin.write(_even(picture).tobytes())
        _, said = process.communicate()
    if process.returncode != 0 or not path.is_file():
        words = said.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        message = f"ffmpeg failed with exit code {process.returncode}: {words[-1]}"
        raise OutputError(message)


def _raw(picture: Image.Image, fps: float) -> list[str]:
    """How ffmpeg is told what it reads: bare pictures like one."""
    width, height = _even(picture).size
    return ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{fps:g}", "-i", "-"]


def _even(picture: Image.Image) -> Image.Image:
    """A picture with an even number of pixels each way, which H.264 wants."""
    width, height = (length - length % 2 for length in picture.size)
    return picture.crop((0, 0, width, height))
