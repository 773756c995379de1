"""Pictures in a row as a film: GIF by Pillow, MP4 by ffmpeg where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ablasim.errors import OutputError

LARGEST_GIF_BYTES = 8_000_000
COLOURS = 255
PALETTE_PIXELS = 160  # width of the pictures that the palette is made from
HELD_S = 2.0  # how long the last picture stays
SMALLER = 0.8
SMALLEST_PIXELS = 240


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
    program = find_ffmpeg()
    width, height = (length - length % 2 for length in pictures[0].size)  # H.264 wants even numbers
    held = [pictures[-1]] * max(round(HELD_S * fps) - 1, 0)
    command = [program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", f"{fps:g}", "-i", "-", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    raw = b"".join(picture.crop((0, 0, width, height)).tobytes() for picture in [*pictures, *held])
    done = subprocess.run([*command, "-f", "mp4", str(path)], input=raw, capture_output=True, check=False)
    if done.returncode != 0 or not path.is_file():
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        message = f"ffmpeg failed with exit code {done.returncode}: {words[-1]}"
        raise OutputError(message)
