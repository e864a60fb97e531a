.PHONY: demo test test-slow lint vectors fuzz

SERVE ?= 1

# The whole story on the sample exports, then the three apps on loopback. SERVE=0 stops after the story.
demo:
	@bin/setup demo
	@.venv/bin/kluscv demo --out demo-output $(if $(filter 0,$(SERVE)),--no-serve,)

# Every test but the slow ones. What this machine cannot run is reported as skipped, with its reason.
test:
	@bin/setup test
	@.venv/bin/python -m pytest -n 2 -rs -m "not slow"

# What takes longest: killing, fuzzing, thousands of generated documents, a look at every page.
test-slow:
	@bin/setup test
	@.venv/bin/python -m pytest -n 2 -rs -m slow

lint:
	@bin/setup test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# Writes standard/vectors anew; the same functions give the same bytes.
vectors:
	@bin/setup test
	@.venv/bin/python -m tests.standard.vector_cases.writing

# Looks for bytes that a parser falls over; SECONDS is the time for all of them together.
SECONDS ?= 60
fuzz:
	@bin/setup test
	@.venv/bin/python -m tests.fuzz --seconds $(SECONDS)
