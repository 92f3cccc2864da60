# Needs GNU make and Python 3.11 or newer; everything else goes into .venv.

PORT ?= 8000
SEEDS ?= 2000
VENV := .venv
LOCALE := app/languages/locale
TEXTS := visitors
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two installers at once in one environment would trip over each other, whatever -j says.
.NOTPARALLEL:
.PHONY: help demo test lint bench simulate texts lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s  %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.runtime ## run the gateway, a marketing site and a stand-in WHMCS (PORT=8000 and the next two)
	@$(BIN)/gateway demo --port $(PORT)

test: $(VENV)/.dev ## run every test, on all cores (ARGS="-k name" for some, -n0 for one after the other)
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.dev ## check style, types, the Dockerfile and the lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m pip --disable-pip-version-check check
	@if grep '^[a-z].*==' requirements.lock | grep -vxFf requirements-dev.lock; then \
		echo "requirements-dev.lock does not have these versions of requirements.lock. Run make lock." >&2; exit 1; \
	fi
	@if git grep -nE '(pypi|pythonhosted|registry\.npmjs|deb\.debian)[.]org|/(root|Users|work)[/]'; then \
		echo "These lines hold for one machine or one package registry only. Take the address out." >&2; exit 1; \
	fi

bench: $(VENV)/.dev ## measure the gateway on this machine
	$(BIN)/python -m tests.bench

simulate: $(VENV)/.dev ## run the simulation (SEEDS=100000 for a long run, ARGS="--seed 7" for one seed's story)
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) $(ARGS)

texts: $(VENV)/.dev ## bring the catalogues of translations up to the texts in the source
	$(BIN)/pybabel -q extract -F babel.cfg -k mark -k mark_many:1,2 --no-location --sort-output \
		--project=signup-gateway-whmcs --msgid-bugs-address="the issues of the repository" -o $(VENV)/$(TEXTS).pot app
	$(BIN)/pybabel -q update -i $(VENV)/$(TEXTS).pot -d $(LOCALE) -D $(TEXTS) -w 120 -N --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d $(LOCALE) -D $(TEXTS)

lock: $(VENV)/.dev ## bring the lock files up to pyproject.toml (ARGS=--upgrade for the newest releases)
	$(UV_COMPILE) --group build $(ARGS) --output-file requirements.lock
	$(UV_COMPILE) --group build --group dev $(ARGS) --output-file requirements-dev.lock

# Each stamp is as old as the last installation from its lock file. The development lock holds all of the other.
$(VENV)/.runtime: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing the gateway into $(VENV); this takes about a minute, once."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "Installing the gateway and its development tools into $(VENV); this takes about two minutes, once."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $(VENV)/.runtime $@

$(BIN)/python:
	@for python in $(PYTHONS); do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer is needed, and none of these is: $(PYTHONS)." >&2; \
		echo "Install it, or say where it is, like: make demo PYTHON=/opt/python3.13/bin/python3" >&2; exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	$$found -m venv --clear $(VENV)
