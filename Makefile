# Every target sets up what it needs: only Python 3.11 and make have to be there.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run up test test-slow test-browser test-postgres lint format bench clean
.DEFAULT_GOAL := run

$(VENV)/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.base
	$(INSTALL) -e ".[test]"
	@touch $@

run: $(VENV)/.base  ## the main job: collect, gate, prepare, train, evaluate, publish
	$(BIN)/ecrec run

up: $(VENV)/.base  ## Dagster, MLflow and the reports in the browser
	$(BIN)/ecrec up

test: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile -m "not slow and not full and not browser and not postgres"

test-slow: $(VENV)/.test
	$(BIN)/pytest -m "slow or full"

test-browser: $(VENV)/.test
	command -v chromium >/dev/null || (apt-get update -q && apt-get install -qy chromium)
	$(BIN)/pytest -m browser

test-postgres: $(VENV)/.test
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || (apt-get update -q && apt-get install -qy postgresql)
	$(BIN)/pytest -m postgres

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.bench: $(VENV)/.test
	$(INSTALL) -e ".[bench]"
	@touch $@

bench: $(VENV)/.bench
	$(BIN)/python -m tests.bench.gate_audit
	$(BIN)/python -m tests.bench.engine
	$(BIN)/python -m tests.bench.engine_size

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info
