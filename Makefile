# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help demo test test-slow faults-all old-git mutants lint types bench golden sample docs clean
help:
	@echo "make demo   set up, and run a small company's incidents from end to end"
	@echo "make test   set up, and run the whole test suite (make test-slow: faults and the real log too)"
	@echo "make faults-all: a kill at every system call    make mutants: break it, and see the tests fail"
	@echo "make old-git: what talks to git, with the oldest one that is enough (2.30, from Debian)"
	@echo "make lint   ruff and mypy    make bench   the benchmarks    make golden   renew the transcripts"

$(VENV)/.ready: pyproject.toml .ci/venv
	@PYTHON="$(PYTHON)" sh .ci/venv "$(VENV)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh sample-repo/demo.sh

test: $(VENV)/.ready
	@$(BIN)/python -m pytest -m "not slow" -n 2

$(VENV)/.slow: $(VENV)/.ready
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[slow]' && touch $@ \
		|| echo "note: pm4py could not be installed; its tests say so" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[schemas]' \
		|| echo "note: check-jsonschema could not be installed; its tests say so" >&2

test-slow: $(VENV)/.ready $(VENV)/.slow
	@$(BIN)/python -m pytest -m slow -n 2 --dist loadfile --durations=15

faults-all: $(VENV)/.ready
	@ITIL_FAULTS=all $(BIN)/python -m pytest -m slow tests/faults

old-git: $(VENV)/.ready
	@VENV="$(VENV)" sh .ci/old-git -m "not slow" tests/store tests/cli tests/process/audit
	@VENV="$(VENV)" sh .ci/old-git tests/audit

mutants: $(VENV)/.ready
	@$(BIN)/python -m tests.mutants

lint: $(VENV)/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.ready
	@$(BIN)/mypy

bench: $(VENV)/.ready
	@$(BIN)/python -m benchmarks

golden: $(VENV)/.ready
	@ITIL_GOLDEN=write $(BIN)/python -m pytest tests/golden

sample: $(VENV)/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh sample-repo/make.sh

docs: $(VENV)/.ready
	@$(BIN)/python -m tests.write_docs

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis demo
