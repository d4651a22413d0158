# make lab opens the notebooks; make help lists the rest. Needs a POSIX shell and Python 3.11 or later.
.POSIX:
.SUFFIXES:
.PHONY: help lab test torture lint format lock clean browser

# A word after PYTHON= or ARGS= goes to the interpreter search or to the command: make lab ARGS=--no-browser
PYTHON = python3 python3.14 python3.13 python3.12 python3.11 python
ARGS =
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1 - /p' Makefile | awk -F ' - ' '{ printf "make %-8s %s\n", $$1, $$2 }'

lab: .venv/lab.stamp ## install what is locked, then open JupyterLab on notebooks/
	@$(BIN)/newskit lab $(ARGS)

test: .venv/test.stamp browser ## run all tests, two at a time, with a browser for the notebooks
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

torture: .venv/test.stamp ## kill readings, fill disks, read twice at once: a quarter of an hour
	$(BIN)/python tests/faults.py "$$(mktemp -d)/torture" $(ARGS)

lint: .venv/test.stamp ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/test.stamp ## rewrite the sources in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/test.stamp ## resolve both lock files anew (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) --group build -o requirements.lock
	$(COMPILE) $(ARGS) --group build --group test -c requirements.lock -o requirements-test.lock

clean: ## remove the environment and all caches
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# The stamps make a second call start at once, and a changed lock install again.
.venv/python.stamp:
	@found= seen=; for name in $(PYTHON); do \
		command -v $$name >/dev/null 2>&1 || continue; \
		seen="$$seen $$name ($$($$name -c 'import sys; print(sys.version.split()[0])' 2>/dev/null || echo broken))"; \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found=$$name; break; \
	done; \
	if [ -z "$$found" ]; then \
		echo "newskit needs Python 3.11 or later; found:$${seen:- none}. Install one, or name it: make lab PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "$$found cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; \
		exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "making .venv with $$found"; \
		$$found -m venv --clear .venv || exit 1; \
	fi; \
	touch $@

.venv/lab.stamp: .venv/python.stamp requirements.lock pyproject.toml
	@echo "installing what requirements.lock names (once; a minute or a few)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.stamp: .venv/lab.stamp requirements-test.lock
	@echo "installing what requirements-test.lock names"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

browser:
	@for name in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do \
		if command -v "$$name" >/dev/null 2>&1; then exit 0; fi; \
	done; \
	root=; if [ "$$(id -u)" != 0 ]; then root="sudo -n"; fi; \
	if command -v apt-get >/dev/null 2>&1 && $$root true 2>/dev/null; then \
		echo "installing chromium and fonts-noto-cjk for the notebook tests"; \
		$$root apt-get update -qq; \
		$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null && exit 0; \
	fi; \
	echo "no browser found: the notebook tests need Chromium or Google Chrome, and Noto CJK fonts" >&2; \
	if [ -n "$$CI" ]; then exit 1; fi
