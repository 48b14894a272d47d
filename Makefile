# Everything a person or a machine does with a clone. `make` alone lists the targets.
# Needs Python 3.11 or newer with pip; the rest is installed into .venv from the lock files.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

ARGS ?=
# Test processes beside each other.
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
UV := $(BIN)/uv
DENO := $(abspath $(BIN)/deno)
# uv does not read pip's settings; a machine that has a mirror usually has it there.
FOLLOW_PIP := if [ -z "$${UV_DEFAULT_INDEX:-}$${UV_INDEX_URL:-}" ]; then \
	url=$$(python3 -m pip config list 2>/dev/null | sed -n "s/^global.index-url='\(.*\)'/\1/p"); \
	[ -z "$$url" ] || export UV_DEFAULT_INDEX="$$url"; fi;
COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes \
	--python-version 3.11 --custom-compile-command "make lock"
INSTALL := $(FOLLOW_PIP) $(UV) pip install --quiet --python $(BIN)/python
PYTHON_SOURCES := $(wildcard src tests bench tools)
DENO_FOLDERS := web guest-deno sdk-js
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
WEB_DIST := src/plexihub/web_dist/index.html
# What sandboxed plugins may import by name, bundled from npm.
ZOD := guest-deno/vendor/zod/zod.js

export UV_PYTHON_DOWNLOADS := never
# Hubs are started in hundreds of processes by the tests: what was compiled once is kept, also where
# the machine's own setting says otherwise.
export PYTHONDONTWRITEBYTECODE :=
export DENO_NO_UPDATE_CHECK := 1
export DENO_NO_PROMPT := 1
export DENO_TLS_CA_STORE ?= system,mozilla
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Set-up: each stamp stands for one finished step, so that a second run does nothing. ---

$(STAMPS)/uv:
	@for candidate in $${PYTHON:-python3 python3.13 python3.12 python3.11}; do \
		"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
			&& python="$$candidate" && break; done; \
	if [ -z "$${python:-}" ]; then \
		echo "PlexiHub needs Python 3.11 or newer; none was found as python3 (set PYTHON=/path/to/python3.11)." >&2; exit 1; fi; \
	if [ ! -x $(BIN)/python ]; then \
		echo "Making the virtual environment in $(VENV)"; \
		"$$python" -m venv --without-pip $(VENV) || { \
			echo "Python's venv module is missing: install it first (Debian: apt-get install python3-venv)." >&2; exit 1; }; fi; \
	mkdir -p $(STAMPS); \
	sed -n '/^uv==/,/# via/p' requirements.lock > $(STAMPS)/uv.txt; \
	if "$$python" -m pip --version >/dev/null 2>&1; then \
		pip=("$$python" -m pip --python $(BIN)/python); \
	else \
		$(BIN)/python -m ensurepip >/dev/null 2>&1 || { \
			echo "pip is missing: install it first (Debian: apt-get install python3-pip)." >&2; exit 1; }; \
		pip=($(BIN)/python -m pip); fi; \
	"$${pip[@]}" install --quiet --disable-pip-version-check --require-hashes -r $(STAMPS)/uv.txt
	@touch $@

$(STAMPS)/runtime: requirements.lock pyproject.toml | $(STAMPS)/uv
	@echo "Installing the locked packages"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@echo "Installing the locked development tools"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(WEB_DIST): $(WEB_SOURCES) | $(STAMPS)/runtime
	@echo "Building the web interface"
	@cd web && $(DENO) install --quiet --frozen
	@$(DENO) run --quiet -A web/build.ts
	@touch $@

$(ZOD): $(addprefix $(dir $(ZOD)),deno.json deno.lock mod.ts) | $(STAMPS)/runtime
	@echo "Bundling what sandboxed plugins import by name"
	@cd $(@D) && $(DENO) task --quiet build
	@touch $@

.PHONY: setup web run
setup: $(STAMPS)/dev web ## Install everything from the lock files and build the web interface

web: $(WEB_DIST) $(ZOD) ## Build the web interface, and what plugins import by name

run: $(STAMPS)/runtime web ## Serve the hub (ARGS="--port 9000" and so on)
	@exec $(BIN)/plexihub serve $(ARGS)

# --- Tests and checks ---

.PHONY: test test-browser test-sandbox test-fast checklist
test: setup ## Run every test but those in a browser and of the sandbox (ARGS="-k name" for some)
	@status=0; \
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not browser and not sandbox" $(ARGS) || status=1; \
	$(MAKE) test-deno || status=1; exit $$status

test-browser: setup ## Run the tests that drive Chromium, one after the other
	@$(BIN)/pytest -m browser $(ARGS)

test-sandbox: setup ## Run the attacks on the sandbox, the tests of its limits, and of what authors do in it
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m sandbox $(ARGS)

test-fast: $(STAMPS)/dev ## Run the Python tests that need no browser and little time
	@$(BIN)/pytest -m "not slow and not browser and not sandbox" $(ARGS)

checklist: setup ## Run the tests behind the checklist and print one table
	@rm -f test-results/checklist.json
	@$(BIN)/pytest -m checklist --quiet --checklist-report=test-results/checklist.json $(ARGS) || true
	@$(BIN)/python -m tests.checklist.table test-results/checklist.json

.PHONY: test-deno check lint types imports lock-check check-deno
test-deno: $(STAMPS)/runtime web ## Run the TypeScript tests
	@for folder in $(wildcard $(DENO_FOLDERS)); do \
		[ -n "$$(find $$folder -name '*[_.]test.ts' -not -path '*/node_modules/*')" ] || continue; \
		echo "Deno tests in $$folder"; \
		if grep -q '"test":' $$folder/deno.json 2>/dev/null; then run="task test"; else run="test -A"; fi; \
		(cd $$folder && $(DENO) $$run); done

check: setup lint types imports lock-check check-deno ## Lint, format, types, import contracts, lock files
	@echo "All checks passed"

lint: $(STAMPS)/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(STAMPS)/dev
	@$(BIN)/mypy $(PYTHON_SOURCES)

imports: $(STAMPS)/dev
	@$(BIN)/lint-imports --no-logo

lock-check: $(STAMPS)/dev
	@$(FOLLOW_PIP) work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; cp requirements*.lock "$$work"; \
	for pair in requirements.lock:setup requirements-dev.lock:dev; do \
		file=$${pair%:*}; \
		if ! $(COMPILE) --group $${pair#*:} --output-file "$$work/$$file" 2>"$$work/error" >/dev/null; then \
			if grep -qiE 'failed to (fetch|download)|error sending request|could ?n.t connect' "$$work/error"; then \
				echo "Lock files: not compared, since no package index can be reached."; exit 0; fi; \
			cat "$$work/error" >&2; exit 1; fi; \
		diff -u $$file "$$work/$$file" || { echo "$$file is out of step with pyproject.toml: run make lock." >&2; exit 1; }; \
	done; echo "Lock files: in step with pyproject.toml"

check-deno: $(STAMPS)/runtime web
	@for folder in $(wildcard $(DENO_FOLDERS)); do \
		[ -n "$$(find $$folder -name '*.ts' -not -path '*/node_modules/*')" ] || continue; \
		echo "Types, lint and format in $$folder"; \
		(cd $$folder && $(DENO) check --quiet && $(DENO) lint --quiet && $(DENO) fmt --quiet --check); done

# --- Upkeep ---

.PHONY: bench lock generate screenshots clean
bench: setup ## Measure, beside peers, and print one table
	@$(BIN)/python -m bench $(ARGS)

screenshots: setup ## Make the pictures of the documents from a running hub
	@$(BIN)/python -m tools.screenshots

generate: setup ## Write every page, schema and type that is made from the code
	@for tool in generate reference configuration; do $(BIN)/python -m tools.$$tool; done

lock: | $(STAMPS)/uv ## Renew the lock files after a change in pyproject.toml (ARGS=--upgrade for newer versions)
	@$(FOLLOW_PIP) $(COMPILE) --group setup --output-file requirements.lock $(ARGS) >/dev/null
	@$(FOLLOW_PIP) $(COMPILE) --group dev --output-file requirements-dev.lock $(ARGS) >/dev/null

clean: ## Remove what was built or installed (never the data)
	@rm -rf $(VENV) $(dir $(WEB_DIST)) $(ZOD) web/node_modules test-results \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
