# make demo, make test: everything runs in .venv, made once from requirements.lock. A changed lock
# brings .venv up to date; the stamp lies inside, so that removing .venv removes it too.
# Offline: put the wheels into a folder wheelhouse/ (see README). Another Python: PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m
LOCK := requirements.lock
STAMP := $(VENV)/lock-$(shell cksum < $(LOCK) | cut -d' ' -f1)
WHEELS := $(if $(wildcard wheelhouse),--no-index --find-links wheelhouse)

ifneq ($(shell command -v uv 2>/dev/null),)
MAKE_VENV = uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV)
INSTALL = uv pip install --quiet --python $(BIN)/python $(WHEELS)
TOOL = uv
else
MAKE_VENV = $(PYTHON) -m venv $(VENV)
INSTALL = $(RUN) pip install --quiet --disable-pip-version-check $(WHEELS)
TOOL = $(RUN) pip
endif

.PHONY: demo test app lint bench lock clean check-python

demo: $(STAMP)
	@$(RUN) gridmap demo

test: $(STAMP) lint
	$(RUN) pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

app: $(STAMP)
	@$(RUN) gridmap app

lint: $(STAMP)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

bench: $(VENV)/bench-$(notdir $(STAMP))
	$(RUN) benchmarks
	$(RUN) benchmarks.ground

# A .venv that cannot install (half made, moved, or its Python gone) is made again from nothing.
$(STAMP):
	@$(MAKE) --no-print-directory check-python
	@echo "Setting up $(VENV) from $(LOCK), once: about a minute ..."
	@rm -f $(VENV)/lock-* $(VENV)/bench-*
	@$(BIN)/python -c "import encodings" 2>/dev/null && $(TOOL) --version >/dev/null 2>&1 || \
		{ rm -rf $(VENV); $(MAKE_VENV); }
	@$(INSTALL) --require-hashes -r $(LOCK)
	@echo "Compiling the partition engine, once ..."
	@$(RUN) gridmap.warm
	@touch $@

$(VENV)/bench-$(notdir $(STAMP)): $(STAMP) benchmarks/requirements.txt
	@echo "Adding the partitioners that the benchmark compares with ..."
	@$(INSTALL) -r benchmarks/requirements.txt
	@touch $@

check-python:
	@command -v $(PYTHON) >/dev/null || { echo "gridmap needs Python 3.11 or newer, and there is \
	no '$(PYTHON)' here. Install it, or name yours: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gridmap needs \
	Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Install a newer one beside \
	it and name it: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' comes without the \
	module venv. Add it (Debian and Ubuntu: apt install python3-venv) and say make again." >&2; \
	exit 1; }

# Needs uv on the PATH; writes no address of any index into the file.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -o $(LOCK)

clean:
	rm -rf $(VENV) out build *.egg-info
