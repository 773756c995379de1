"""What the script for ParaView does with ``fields.vtkhdf``, done with VTK's filters, which are those of ParaView."""

import re

import pytest
from vtkmodules.vtkCommonDataModel import vtkPlane
from vtkmodules.vtkFiltersCore import vtkCutter
from vtkmodules.vtkIOHDF import vtkHDFReader
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from tests.documents.blocks import blocks


@pytest.fixture(scope="module")
def script(root):
    (block,) = (block for block in blocks(root, "python") if "paraview" in block.marks)
    return block.text


@pytest.fixture(scope="module")
def plane(script):
    """The script's plane."""
    found = vtkPlane()
    for name in ("Origin", "Normal"):
        numbers = re.search(rf"SliceType\.{name} = \[([^\]]+)\]", script)[1]
        getattr(found, f"Set{name}")(*map(float, numbers.split(",")))
    return found


def test_a_slice_follows_the_times_of_the_file(script, plane, written, result):
    reader, cutter = vtkHDFReader(), vtkCutter()
    reader.SetFileName(str(written / re.search(r'VTKHDFReader\(FileName=\["(.+?)"\]', script)[1]))
    cutter.SetInputConnection(reader.GetOutputPort())
    cutter.SetCutFunction(plane)
    reader.UpdateInformation()
    times = reader.GetOutputInformation(0).Get(reader.GetExecutive().TIME_STEPS())
    assert times == pytest.approx([time for time, _ in result.frames])
    name = re.search(r'ColorBy\(shown, \("POINTS", "(\w+)"\)\)', script)[1]
    hottest = []
    for time in times:
        cutter.UpdateTimeStep(time)
        hottest.append(cutter.GetOutput().GetPointData().GetArray(name).GetRange()[1])
    assert hottest[0] == pytest.approx(37.0, abs=0.01)
    assert max(hottest) == pytest.approx(result.summary["source"]["max_temperature_c"], abs=5.0)  # in the plane alone


def test_the_outline_of_the_zone_lies_in_the_plane(script, plane, written):
    reader, cutter = vtkXMLPolyDataReader(), vtkCutter()
    reader.SetFileName(str(written / re.search(r'XMLPolyDataReader\(FileName=\["(.+?)"\]', script)[1]))
    cutter.SetInputConnection(reader.GetOutputPort())
    cutter.SetCutFunction(plane)
    cutter.Update()
    assert cutter.GetOutput().GetNumberOfCells() > 10
