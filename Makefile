# Two commands: `make check` proves what can be proved offline, `make test` runs the tests of this
# repository. Both set up .venv first, and nothing outside this folder. Needed: python3.11 with venv, make.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# A stamp is named after what was installed, not after a date, so that a checkout which touches
# the files costs nothing and a changed pin is always installed.
PINS := $(shell cat requirements/runtime.txt requirements/dev.txt pyproject.toml | cksum | tr ' ' '-')
RUNTIME := $(VENV)/.runtime-$(PINS)
DEV := $(VENV)/.dev-$(PINS)

.PHONY: check test lint lock clean help

help:
	@echo "make check   prove what can be proved offline (sets up $(VENV) first)"
	@echo "make test    run the tests of this repository"
	@echo "make lint    ruff, mypy, import rules, the standard for tests"
	@echo "make lock    resolve requirements/*.txt anew (needs uv)"
	@echo "make clean   remove $(VENV) and every cache"

check: $(RUNTIME)
	$(BIN)/troth check

test: $(DEV)
	$(BIN)/python -m pytest -n auto

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/troth lint tests providers

# dev.txt holds runtime.txt, pin for pin; who has the one needs nothing for the other.
$(RUNTIME):
	@if [ ! -e $(DEV) ]; then $(MAKE) --no-print-directory .install PINNED=requirements/runtime.txt; fi
	@touch $@

$(DEV):
	@$(MAKE) --no-print-directory .install PINNED=requirements/dev.txt
	@touch $@

.PHONY: .install
.install:
	@echo "Setting up $(VENV) from $(PINNED); once, about a minute"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r $(PINNED)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.runtime-* $(VENV)/.dev-*

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

NEEDED := pyproject.toml requirements/build.in requirements/workspace.in

lock:
	$(LOCK) $(NEEDED) -o requirements/runtime.txt
	$(LOCK) $(NEEDED) requirements/dev.in -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks build dist
