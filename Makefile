# Everything a newcomer types: `make demo`, `make test`, `make check`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := rfa_hepatic_vein
# Each file of tests stays in one process, which shares its runs.
TESTS := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-all check validate format clean

help:
	@echo "make demo      set up .venv if needed, run scenarios/$(DEMO).yaml, write its report"
	@echo "make test      set up .venv if needed, run every test that is not marked slow"
	@echo "make test-slow run the tests marked slow: convergence studies, whole runs"
	@echo "make test-all  run both"
	@echo "make validate  run the quick set of the verification book; all of it: .venv/bin/ablasim validate --all"
	@echo "make check     ruff, format, mypy, import layers, doctests"
	@echo "make format    let ruff format and sort"
	@echo "make clean     remove .venv and caches (results stay)"
	@echo "Another Python: make demo PYTHON=python3.12"

# A stamp is renewed only when what it was made from changes, so a second call sets nothing up again.
$(VENV)/.ready-run: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_env.py --venv $(VENV)

$(VENV)/.ready-test: $(VENV)/.ready-run
	@$(PYTHON) tools/setup_env.py --venv $(VENV) --extra test

demo: $(VENV)/.ready-run
	@$(BIN)/ablasim run scenarios/$(DEMO).yaml --overwrite
	@echo "Report: $(CURDIR)/results/$(DEMO)/report.html"

test: $(VENV)/.ready-test
	@$(TESTS) -m "not slow"

# pytest ends with 5 when it has selected nothing: no slow tests is no failure.
test-slow: $(VENV)/.ready-test
	@$(TESTS) -m slow || test $$? -eq 5

test-all: $(VENV)/.ready-test
	@$(TESTS)

check: $(VENV)/.ready-test
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q --doctest-modules ablasim

validate: $(VENV)/.ready-test
	@$(BIN)/ablasim validate

format: $(VENV)/.ready-test
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build ./*.egg-info
