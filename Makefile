# make demo | make test | make setup | make bench | make lock
PYTHON ?= python3
VENV   := .venv
PIP    := $(VENV)/bin/python -m pip install --disable-pip-version-check --require-hashes --no-build-isolation --no-compile
SETUP  := $(VENV)/.setup-done
TESTS  := $(VENV)/.tests-done

.PHONY: demo test setup bench lock
.DEFAULT_GOAL := demo

demo: setup
	@$(VENV)/bin/python -m bot demo $(ARGS)

test: setup $(TESTS)
	@$(VENV)/bin/python .ci/check.py

bench: setup $(TESTS)
	@$(VENV)/bin/python -m tests.bench $(ARGS)

setup: $(SETUP) $(EXTRAS:%=$(VENV)/.%-done)

# snownlp comes as source, so its build tools are installed first, pinned by the same lock file.
# The last step compiles what a start imports, and no more: of all that is installed, that is one file in twenty.
$(SETUP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Starling 需要 Python 3.11 或更新的版本，现在是 %s。可以用 make PYTHON=python3.12 指定。" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "第一次安装，大约一分钟……"
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock > $(VENV)/build-tools.lock
	@$(PIP) -r $(VENV)/build-tools.lock
	@$(PIP) -r requirements.lock
	@$(VENV)/bin/python -m bot.files.model_files
	@PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -c 'import bot.__main__, bot.demo'
	@touch $@

# make setup EXTRAS=encoder; all that it needs itself is installed already.
$(VENV)/.%-done: .ci/%.lock $(SETUP)
	@echo "安装可选的部分：$*……"
	@$(PIP) --no-deps -r $<
	@touch $@

$(TESTS): .ci/test.lock $(SETUP)
	@echo "安装测试工具……"
	@$(PIP) -r .ci/test.lock
	@touch $@

lock:
	uv pip compile pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile --group test -c requirements.lock $(LOCK) -o .ci/test.lock
	uv pip compile pyproject.toml --extra encoder -c requirements.lock $(LOCK) | sed -n '/^fast-universal/,/[^\\]$$/p' > .ci/encoder.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --prerelease=if-necessary-or-explicit --quiet
