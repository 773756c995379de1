import errno
from pathlib import Path
from tokenize import TokenError

import numpy as np
import pytest

from ablasim.geometry import Sphere, Vessel
from ablasim.mesh import MeshSizes, cached_mesh, mesh_key
from ablasim.mesh.cache import default_folder
from ablasim.mesh.structured import ball_mesh


@pytest.fixture
def counted_build():
    calls = []

    def build():
        calls.append(1)
        return ball_mesh([1.0, 2.0], 1, region_names=["tumour", "organ"])

    build.calls = calls
    return build


def test_a_mesh_is_built_once_and_comes_back_the_same(tmp_path, counted_build):
    first = cached_mesh("key", counted_build, tmp_path)
    second = cached_mesh("key", counted_build, tmp_path)
    assert len(counted_build.calls) == 1
    for name in ("points", "cells", "cell_region", "facets", "facet_region"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
        assert getattr(first, name).dtype == getattr(second, name).dtype
    assert second.cell_region_names == first.cell_region_names == ("organ", "tumour")
    assert second.facet_region_names == ("outer",)


@pytest.mark.parametrize("damage", [b"", b"not a mesh", None])
def test_a_damaged_file_is_built_anew(tmp_path, counted_build, damage):
    cached_mesh("key", counted_build, tmp_path)
    path = tmp_path / "key.npz"
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    cached_mesh("key", counted_build, tmp_path)
    assert len(counted_build.calls) == 2
    cached_mesh("key", counted_build, tmp_path)
    assert len(counted_build.calls) == 2


def test_a_bare_array_is_built_anew(tmp_path, counted_build, caplog):
    cached_mesh("key", counted_build, tmp_path)
    with (tmp_path / "key.npz").open("wb") as stream:
        np.save(stream, np.zeros(3))
    cached_mesh("key", counted_build, tmp_path)
    assert len(counted_build.calls) == 2
    assert "made anew" in caplog.text


# A folder that may not be searched, and what numpy, zipfile and the tokenizer made of files damaged in one byte.
@pytest.mark.parametrize("error", [PermissionError, NotImplementedError, RuntimeError, TokenError, IndexError])
def test_a_file_that_cannot_be_read_for_any_reason_is_built_anew(tmp_path, counted_build, monkeypatch, caplog, error):
    def refuse(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(np, "load", refuse)
    assert cached_mesh("key", counted_build, tmp_path).n_cells > 0
    assert "made anew" in caplog.text


def test_a_folder_that_cannot_be_searched_does_not_stop_the_run(tmp_path, counted_build, monkeypatch, caplog):
    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    for name in ("stat", "exists", "mkdir"):
        monkeypatch.setattr(Path, name, refuse)
    assert cached_mesh("key", counted_build, tmp_path).n_cells > 0
    assert "not cached" in caplog.text


def test_no_temporary_file_is_left(tmp_path, counted_build):
    cached_mesh("key", counted_build, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["key.npz"]


def test_a_folder_that_cannot_be_made_does_not_stop_the_run(tmp_path, counted_build):
    (tmp_path / "file").write_text("in the way")
    assert cached_mesh("key", counted_build, tmp_path / "file" / "folder").n_cells > 0


def test_the_default_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "ablasim" / "meshes"


def test_keys_depend_on_every_number():
    sizes = MeshSizes.preset("normal")
    line = np.linspace(0.0, 1.0, 6000).reshape(-1, 3)
    bent = line.copy()
    bent[1000, 1] += 1e-9
    keys = {
        mesh_key(Sphere((0, 0, 0), 0.02), [Vessel("v", line, 0.01)], sizes),
        mesh_key(Sphere((0, 0, 0), 0.02), [Vessel("v", bent, 0.01)], sizes),
        mesh_key(Sphere((0, 0, 1e-12), 0.02), [Vessel("v", line, 0.01)], sizes),
        mesh_key(Sphere((0, 0, 0), 0.02), [Vessel("w", line, 0.01)], sizes),
        mesh_key(Sphere((0, 0, 0), 0.02), [Vessel("v", line, 0.01)], sizes.scaled(0.5)),
        mesh_key(None, [Vessel("v", line, 0.01)], sizes),
    }
    assert len(keys) == 6
    assert mesh_key(Vessel("v", line, 0.01)) == mesh_key(Vessel("v", line.copy(), 0.01))
