# Everything runs in .venv, made once from requirements.lock. A changed lock makes it anew.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
STAMP := $(VENV)/lock-$(shell cksum < $(LOCK) | cut -d' ' -f1)

.PHONY: demo test app lint bench lock clean

demo: $(STAMP)
	$(BIN)/python -m gridmap demo

test: $(STAMP) lint
	$(BIN)/python -m pytest

app: $(STAMP)
	$(BIN)/python -m streamlit run app.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/bench-$(notdir $(STAMP))
	$(BIN)/python -m benchmarks

$(STAMP): $(LOCK)
	rm -f $(VENV)/lock-*
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		$(if $(wildcard wheelhouse),--no-index --find-links wheelhouse) -r $(LOCK)
	touch $@

$(VENV)/bench-$(notdir $(STAMP)): $(STAMP) benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

# Needs uv on the PATH; writes no address of any index into the file.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -o $(LOCK)

clean:
	rm -rf $(VENV) out build *.egg-info
