"""What processes of a sweep find when they begin: the packages imported, one thread, memory that is kept."""

from __future__ import annotations

import os

import distributed  # noqa: F401  (its settings, before ours)

from ablasim.study.cluster import local_client


def test_processes_are_ready_at_once_and_have_one_thread_and_keep_their_memory(monkeypatch):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "2")

    def look():
        import resource
        import sys

        ready = "ablasim.simulate" in sys.modules
        import dask
        import numpy as np
        import scipy.linalg  # noqa: F401  (it brings a dense library of its own, which is counted too)
        from threadpoolctl import threadpool_info

        threads = {entry["num_threads"] for entry in threadpool_info() if entry["user_api"] == "blas"}
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(400):
            np.ones(131_072)  # 1 MB: 256 pages, each a fault where freed memory goes back to the system
        faults = (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 400
        return ready, threads, faults, dask.config.get("distributed.worker.profile.enabled")

    with local_client(1) as client:
        ready, threads, faults, profiled = client.submit(look).result()
    assert ready
    assert threads == {1}
    assert faults < 64
    assert not profiled
    assert os.environ["OMP_NUM_THREADS"] == "2"
