# Comity needs python3 (3.11 or newer) and make; everything else comes with `make demo` or `make test`.
# No root, nothing outside this folder. To choose a Python: make PYTHON=/path/to/python3 demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-more check coverage bench bench-agreement soak lock style require-python run-time full
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

is_new_enough = import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c '$(is_new_enough)' >/dev/null 2>&1; then echo $$p; break; fi; done)
endif

py := .venv/bin/python
pip_install := $(py) -m pip install --disable-pip-version-check
run_files := requirements/base.txt requirements/build.txt
dev_files := $(run_files) requirements/proof.txt requirements/dev.txt
bench_files := $(dev_files) requirements/bench.txt

# A stamp carries the checksum of what it vouches for, and of where it stands: a changed lock file
# or a moved checkout finds no stamp and is set up again; an unchanged one costs no time.
checksum = $(shell { pwd; cat $(1); } 2>/dev/null | cksum | cut -d' ' -f1)
made_stamp := .venv/.made-$(call checksum,/dev/null)
run_stamp := .venv/.run-$(call checksum,$(run_files) pyproject.toml)
dev_stamp := .venv/.dev-$(call checksum,$(dev_files))
bench_stamp := .venv/.bench-$(call checksum,$(bench_files))

# An interrupted installation leaves this behind; what it left is then thrown away, not trusted.
# The same holds for an environment whose Python is gone.
ifneq ($(wildcard .venv),)
ifneq ($(shell test ! -e .venv/.unfinished && $(py) -c 'import pip' 2>/dev/null && echo sound),sound)
.PHONY: $(made_stamp) $(run_stamp) $(dev_stamp) $(bench_stamp)
endif
endif

help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-16s %s\n", $$1, $$2 }'

setup: run-time full ## make the full environment in .venv
	@echo "The environment in .venv is ready"

demo: run-time ## play the story before your eyes (run-time packages only)
	@.venv/bin/comity demo

check: style ## the quick checks: style, types, structure, fast tests with few random examples
	@echo "[5/5] pytest"; HYPOTHESIS_PROFILE=quick $(py) -m pytest -n 2 -m "not slow and not more"

coverage: full ## the coverage of the core, without the help of random examples
	@HYPOTHESIS_PROFILE=coverage $(py) -m pytest -n 2 -m "not slow and not more" --cov --cov-report=term tests/core tests/spec

test: style ## all checks and tests: what must pass before a change lands; closes with the board
	@rm -f .board/lines.jsonl
	@echo "[5/7] pytest, the coverage of the core"; $(MAKE) --no-print-directory coverage
	@echo "[6/7] pytest, the fast tests"; $(py) -m pytest -n 2 -m "not slow and not more"
	@echo "[7/7] pytest, the slow tests"; $(py) -m pytest -n 2 -m slow
	@$(py) -m tests.board

style: full
	@echo "[1/5] ruff check"; $(py) -m ruff check .
	@echo "[2/5] ruff format --check"; $(py) -m ruff format --check .
	@echo "[3/5] mypy"; $(py) -m mypy
	@echo "[4/5] lint-imports"; .venv/bin/lint-imports --no-cache >.venv/imports.log || { cat .venv/imports.log; exit 1; }

test-more: $(bench_stamp) ## the long tests, beyond those of make test, the peers included
	@echo "[1/2] pytest, the long tests"
	@$(py) -m pytest -n 2 -m more --ignore=tests/benchmarks
	@echo "[2/2] pytest, the benchmarks"
	@COMITY_REQUIRE="$(COMITY_REQUIRE),bench" $(py) -m pytest -m more tests/benchmarks
	@$(py) -m tests.board

bench: bench-agreement ## run Comity side by side with its peers, and measure what a node costs
	@$(py) -m benchmarks.nodes
	@$(py) -m benchmarks.signposts
	@$(py) -m benchmarks.front_door
	@$(py) -m benchmarks.slow_phone

bench-agreement: $(bench_stamp) ## only the agreement: the gate and its other forms beside the peers, and the proofs
	@$(py) -m benchmarks
	@$(py) -m benchmarks.proof

soak: full ## try for a day what make test tries in minutes; stops and goes on
	@$(py) -m tests.soak

run-time: $(run_stamp)
full: $(dev_stamp)

require-python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "error: no Python 3.11 or newer found; install one, or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@if ! $(PYTHON) -c '$(is_new_enough)' >/dev/null 2>&1; then \
		echo "error: '$(PYTHON)' is not a Python 3.11 or newer; say where one is: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		echo "error: '$(PYTHON)' has no venv module; install it (Debian, Ubuntu: apt-get install python3-venv) and run make again" >&2; exit 1; fi

$(made_stamp): | require-python
	@echo "[1/4] Making the environment in .venv with $(PYTHON)"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

$(run_stamp): | $(made_stamp)
	@echo "[2/4] Installing what Comity needs to run"
	@touch .venv/.unfinished
	@$(pip_install) --require-hashes $(addprefix -r ,$(run_files))
	@$(pip_install) --quiet --no-deps --no-build-isolation --editable .
	@rm -f .venv/.run-* .venv/.unfinished; touch $@

$(dev_stamp): | $(run_stamp)
	@echo "[3/4] Installing what checks and tests it"
	@touch .venv/.unfinished
	@$(pip_install) --require-hashes $(addprefix -r ,$(dev_files))
	@rm -f .venv/.dev-* .venv/.unfinished; touch $@

$(bench_stamp): | $(dev_stamp)
	@echo "[4/4] Installing the peers that it is measured against"
	@touch .venv/.unfinished
	@$(pip_install) --require-hashes $(addprefix -r ,$(bench_files))
	@rm -f .venv/.bench-* .venv/.unfinished; touch $@

# uv writes locks that hold for every platform and name no host. UPGRADE=1 takes newer versions.
uv_version := 0.13.9
uv_compile := .venv-lock/bin/uv pip compile --quiet --generate-hashes --universal --no-strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 $(if $(UPGRADE),--upgrade)

lock: | require-python ## compile requirements/*.in to *.txt again (UPGRADE=1 for newer versions)
	@echo "[1/2] Making .venv-lock with uv $(uv_version)"
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --disable-pip-version-check --quiet uv==$(uv_version)
	@echo "[2/2] Compiling: base, build, proof, dev, bench"
	@for name in base build proof dev bench; do \
		$(uv_compile) --output-file requirements/$$name.txt requirements/$$name.in || exit 1; done
