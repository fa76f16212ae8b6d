# The commands of this project. `make demo` and `make test` need nothing before them: each installs
# what it misses. What the steps do lies in Scripts/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test interop bench build release core-test python-test recordings fuzz simulate mutants clean

help:
	@echo "make demo       the main job, on a state directory of its own, told in words"
	@echo "make test       every test: Swift, the real binary killed and restarted, real clients"
	@echo "make interop    every client of the compatibility table, each through one scenario"
	@echo "make bench      speed, start-up and memory as ratios against their peers"
	@echo "make build      the debug binary          make release    the static release binary"
	@echo "make recordings records Tests/Recordings anew from real clients: look at what changed"
	@echo "make core-test  the pure core alone       make clean      removes what was built"
	@echo "make simulate   whole worlds by their seeds: SEED= COUNT= TRACE=1 KINDS=1"
	@echo "make mutants    plants faults in the engine, one after another: all must be found"
	@echo "make fuzz       looks for crashes, five minutes or TIME=seconds; again by SEED= COUNT= ONLY="

define python-test-packages
	@Scripts/python-packages test .venv
	@Scripts/python-packages interop-mcp1 .venv-interop/mcp1
	@Scripts/python-packages interop-fastmcp .venv-interop/fastmcp
endef

demo:
	@Scripts/system-packages build python
	@Scripts/python-packages demo .venv
	@Scripts/build debug
	@.venv/bin/python Demo/demo.py --binary .build/debug/holdfast

test:
	@Scripts/system-packages build python
	$(python-test-packages)
	@Scripts/python-packages servers .venv-servers
	@Scripts/test

# The tests in Python alone, on the binary as it was built last.
python-test:
	$(python-test-packages)
	@.venv/bin/python -m pytest -q --tb=native -p no:cacheprovider Tests/EndToEndTests Tests/Conformance Tests/Interop

# Installs some two gigabytes of clients into .venv-interop the first time. One client alone:
# `make interop CLIENT=fastmcp`.
interop:
	@Scripts/system-packages build python
	@Scripts/build debug
	@python3 Tests/Interop/interop.py --binary .build/debug/holdfast $(CLIENT)

# Never a part of `make test`: what was just recorded proves nothing about what was meant.
recordings:
	@Scripts/system-packages build python
	@Scripts/python-packages test .venv
	@Scripts/python-packages interop-fastmcp .venv-interop/fastmcp
	@Scripts/build debug
	@.venv/bin/python Scripts/record.py --binary .build/debug/holdfast

bench:
	@Scripts/system-packages build python
	@Scripts/python-packages bench .venv-bench
	@Scripts/build release
	@.venv-bench/bin/python Benchmarks/bench.py --binary .build/release/holdfast

build:
	@Scripts/system-packages build
	@Scripts/build debug

release:
	@Scripts/system-packages build
	@Scripts/build release

core-test:
	@Scripts/system-packages build
	HOLDFAST_CORE=1 swift test --scratch-path .build-core

fuzz:
	@Scripts/system-packages build
	@TIME='$(TIME)' SEED='$(SEED)' COUNT='$(COUNT)' ONLY='$(ONLY)' INPUT='$(INPUT)' TRACE='$(TRACE)' \
	    Scripts/fuzz

# Ten thousand worlds, or others: `make simulate SEED=7 COUNT=1 TRACE=1` plays one again.
simulate:
	@Scripts/system-packages build
	@SEED='$(SEED)' COUNT='$(COUNT)' TRACE='$(TRACE)' KINDS='$(KINDS)' Scripts/simulate

# Not a part of `make test`: half an hour. `make mutants ONLY=07` plants one.
mutants:
	@Scripts/system-packages build
	@ONLY='$(ONLY)' Scripts/mutants

clean:
	rm -rf .build .build-core .build-fuzz .build-simulation .build-mutants .venv .venv-bench .venv-servers .venv-interop .demo
