# The two commands a newcomer needs are `make demo` and `make test`.
PYTHON ?= python3
DEMO := .venv-demo
DEV := .venv

.PHONY: demo test check clean

demo: $(DEMO)/.installed
	$(DEMO)/bin/reckon demo

test: $(DEV)/.installed
	$(DEV)/bin/python -m pytest -n 2

check: $(DEV)/.installed
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/ruff check .
	$(DEV)/bin/mypy

$(DEMO)/.installed: pyproject.toml
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/pip install --quiet --disable-pip-version-check -e .
	touch $@

# torch first and pinned: a later resolution then leaves it alone.
$(DEV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(DEV)/bin/pip install --quiet --disable-pip-version-check -e '.[dev,train,tasks,science]'
	touch $@

clean:
	rm -rf $(DEMO) $(DEV) .pytest_cache .mypy_cache .ruff_cache build
