"""R1 with FreeFEM: writes the mesh as FreeFEM reads it, runs the script beside this file, and prints its numbers."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import r1

SCRIPT = Path(__file__).with_suffix(".edp")
PARTS = ("electric assembly", "electric solve", "coefficients", "heat assembly", "heat solve")
LIBRARIES = tuple(sorted({str(found.parent) for found in Path("/usr/lib").glob("**/msh3.so")}))
KILLED_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")


def write_medit(arrays, path):
    """The mesh in the text format of Medit."""
    with path.open("w", encoding="ascii") as file:
        file.write(f"MeshVersionFormatted 2\nDimension 3\nVertices\n{len(arrays['points'])}\n")
        np.savetxt(
            file, np.column_stack([arrays["points"], np.zeros(len(arrays["points"]))]), fmt="%.17g %.17g %.17g %d"
        )
        file.write(f"Triangles\n{len(arrays['facets'])}\n")
        np.savetxt(file, np.column_stack([arrays["facets"] + 1, arrays["facet_tag"]]), fmt="%d")
        file.write(f"Tetrahedra\n{len(arrays['cells'])}\n")
        np.savetxt(file, np.column_stack([arrays["cells"] + 1, np.full(len(arrays["cells"]), 10)]), fmt="%d")
        file.write("End\n")


def version():
    """The version of FreeFEM, from what it says first; a script knows it as a number, 4.1 for 4.10."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "nothing.edp"
        script.write_text(";\n", encoding="ascii")
        said = subprocess.run(["FreeFem++", "-nw", "-v", "1", str(script)], capture_output=True, text=True, check=False)
    found = re.search(r"FreeFem\+\+ v(\S+)", said.stdout)
    return found[1] if found else None


def main():
    """Run R1."""
    arrays, steps = r1.arguments()
    environment = {"FF_LOADPATH": ";".join(["./", *LIBRARIES])} | dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        mesh = Path(folder) / "r1.mesh"
        write_medit(arrays, mesh)
        freefem = ["FreeFem++", "-nw", "-v", "0", str(SCRIPT), "-mesh", str(mesh), "-steps", str(steps)]
        command = [*KILLED_WITH_ITS_PARENT, *freefem]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(f"FreeFem++ failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    rows = [line.split() for line in done.stdout.splitlines()]
    answers = {}
    for step, voltage, hottest, ablated in ([float(x) for x in row[1:]] for row in rows if row[:1] == ["ANSWER"]):
        moments = {"beginning": step * r1.STEP_S == r1.BEGINNING_S, "end": step == steps}
        answer = {
            "voltage_v": voltage,
            "impedance_ohm": voltage**2 / r1.POWER_W,
            "max_temperature_c": hottest,
            "ablated_mm3": ablated,
        }
        answers |= {moment: answer for moment, is_now in moments.items() if is_now}
    setup, loop, *parts = next([float(x) for x in row[1:]] for row in rows if row[:1] == ["TIMES"])
    line = {
        "name": "FreeFEM",
        "version": version(),
        "n_nodes": len(arrays["points"]),
        "steps": steps,
        "setup_s": setup,
        "loop_s": loop,
        "cpu_s": setup + loop,
        "cpu_s_per_step": loop / steps,
        "parts_s": dict(zip(PARTS, parts, strict=True)),
        "iterations": None,  # FreeFEM does not tell them to the script
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0,
        "answers": answers,
    }
    sys.stdout.write(json.dumps(line) + "\n")


main()
