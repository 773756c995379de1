"""What saved fields cost: 150 frames of one field of 118 000 nodes through the writer of ``fields.vtkhdf``.

The field warms everywhere, with the inverse distance from a heated point as in a steady state, and has a ripple of some
millikelvin that stands for what meshes and tolerances leave in the last digits. Saved treatments are easier to pack:
most of their nodes stay at body temperature.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.process import run_module

N_FRAMES = 150
_DIVISIONS = 48  # 49³ = 117 649 nodes
_SIZE_M = 0.08
_BODY_C, _RISE_K, _RIPPLE_K = 37.0, 60.0, 2e-3
_TIME_CONSTANT_S, _EVERY_S, _SMALLEST_M = 300.0, 5.0, 2e-3
_BYTES_PER_MB = 1e6


def measure_frames(say: Callable[[str], None]) -> dict[str, Any]:
    """Seconds and megabytes of a file with 150 frames, and megabytes of the same file without any."""
    say(f"writing {N_FRAMES} frames")
    return run_module("benchmarks.frames").line()


def main() -> None:
    """Write the frames into a temporary folder, and print what it took."""
    import numpy as np

    from ablasim.mesh.structured import box_mesh
    from ablasim.results.fields import FieldsWriter

    mesh = box_mesh([_SIZE_M] * 3, [_DIVISIONS] * 3)
    distance = np.linalg.norm(mesh.points - mesh.points.mean(axis=0), axis=1) + _SMALLEST_M
    ripple = _RIPPLE_K * np.random.default_rng(1).standard_normal(mesh.n_points)

    def frame(moment: float) -> Any:
        warmed = 1.0 - np.exp(-moment / _TIME_CONSTANT_S)
        return (_BODY_C + warmed * (_RISE_K * _SMALLEST_M / distance + ripple)).astype(np.float32)

    moments = [_EVERY_S * (1 + i) for i in range(N_FRAMES)]
    frames = [frame(moment) for moment in moments]
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty.vtkhdf", Path(folder) / "full.vtkhdf"
        with FieldsWriter(empty, mesh.points, mesh.cells) as writer:
            writer.append(0.0, {"temperature_c": frames[0]})
        wall, cpu = time.perf_counter(), time.process_time()
        with FieldsWriter(full, mesh.points, mesh.cells) as writer:
            for moment, field in zip(moments, frames, strict=True):
                writer.append(moment, {"temperature_c": field})
        line = {
            "n_nodes": mesh.n_points,
            "n_frames": N_FRAMES,
            "wall_s": time.perf_counter() - wall,
            "cpu_s": time.process_time() - cpu,
            "file_mb": full.stat().st_size / _BYTES_PER_MB,
            "file_with_one_frame_mb": empty.stat().st_size / _BYTES_PER_MB,
        }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
