# Plays the scenario with one client on a fresh project, and tells how far it came: for a person,
# with all that is needed to see why it stopped.

import dataclasses
import json
import time
import traceback

from driver import Adapter, Desk
from scenario import Scenario

SHOWN_LINES = 10
SHOWN_COLUMNS = 400


@dataclasses.dataclass
class Outcome:
    client: object
    version: str = ""
    passed: list = dataclasses.field(default_factory=list)
    seconds: float = 0.0
    # What went wrong, in some lines; None where nothing did.
    failure: str | None = None
    # Why it was not played; None where it was.
    skipped: str | None = None


def play(client, binary, folder):
    outcome = Outcome(client)
    began = time.monotonic()
    desk = Desk(binary, folder)
    adapter = Adapter(client, desk)
    scenario = Scenario(client, desk, adapter)
    step = "open"
    try:
        outcome.version = adapter.opened()
        for step in Scenario.STEPS:
            getattr(scenario, step)()
            outcome.passed.append(step)
    except Exception as error:
        outcome.failure = account(step, error, desk, adapter)
    finally:
        adapter.kill()
    outcome.seconds = time.monotonic() - began
    return outcome


def account(step, error, desk, adapter):
    # A bare `assert` has no words: then its line of code has to do.
    why = str(error) or traceback.extract_tb(error.__traceback__)[-1].line
    parts = [
        f"at `{step}`: {type(error).__name__}: {why}",
        "what it wrote to standard error last:", *last(adapter.complaints().splitlines()),
        "what went over the wire last:", *last(list(wire(desk)))]
    return "\n    ".join(parts)


def wire(desk):
    """Each request of the client beside what came back for it."""
    for said, answered in desk.conversations():
        answers = {each["id"]: each for each in answered if "id" in each}
        for each in said:
            yield "client: " + json.dumps(each)[:SHOWN_COLUMNS]
            if each.get("id") in answers:
                yield "host:   " + json.dumps(answers.pop(each["id"]))[:SHOWN_COLUMNS]
        for each in answers.values():
            yield "host, unasked: " + json.dumps(each)[:SHOWN_COLUMNS]


def last(lines):
    return ["  " + line for line in lines[-SHOWN_LINES:]] or ["  nothing"]
