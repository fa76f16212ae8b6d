# `make interop`: every client of registry.py through the scenario, and a table of how far each
# came. A client that cannot be installed is named as skipped; one that fails fails the run.

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import time

from play import Outcome, play
from registry import CLIENTS, ROOT
from scenario import Scenario

# As many as there are cores on a small machine; more only wait for each other.
INSTALLERS = 2
INSTALL_SECONDS = 900


def say(text):
    print(text, flush=True)


def install(client):
    """None, or why it could not be installed."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [ROOT / "Scripts/python-packages", client.requirements, client.environment],
            capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not installed within {INSTALL_SECONDS} s"
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    if done.stdout:
        size = subprocess.run(["du", "-sm", client.environment], capture_output=True, text=True)
        say(f"installed {client.requirements} in {time.monotonic() - began:.0f} s, "
            f"{size.stdout.split()[0]} MB")
    return None


def play_all(clients, binary):
    """Installs ahead and plays in order."""
    by_requirements = {each.requirements: each for each in clients}
    with concurrent.futures.ThreadPoolExecutor(INSTALLERS) as pool:
        installed = {name: pool.submit(install, each) for name, each in by_requirements.items()}
        for client in clients:
            reason = installed[client.requirements].result()
            if reason:
                say(f"skipped {client.name}: {reason}")
                yield Outcome(client, skipped=reason)
                continue
            # After a failure a host may still be ending in there.
            with tempfile.TemporaryDirectory(
                    prefix="holdfast-", ignore_cleanup_errors=True) as folder:
                outcome = play(client, binary, pathlib.Path(folder) / "scenario")
            word = "FAILED" if outcome.failure else "passed"
            say(f"{word} {client.name} ({outcome.seconds:.1f} s)")
            yield outcome


def row(outcome):
    marks = ["yes" if step in outcome.passed else "NO" for step in Scenario.STEPS]
    start = [outcome.client.name, outcome.version, outcome.client.protocol]
    if outcome.skipped:
        return [*start, *["-"] * len(marks), "skipped"]
    return [*start, *marks, f"{outcome.seconds:.1f}"]


def table(outcomes):
    rows = [["client", "version", "protocol", *Scenario.STEPS, "seconds"], *map(row, outcomes)]
    widths = [max(len(each[n]) for each in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(each, widths)).rstrip()
        for each in rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True, type=lambda path: pathlib.Path(path).absolute())
    parser.add_argument("client", nargs="*", help="only these, by a part of their names")
    asked = parser.parse_args()
    if not asked.binary.exists():
        sys.exit(f"There is no binary at {asked.binary}: run `make build` first.")
    chosen = [each for each in CLIENTS
              if not asked.client or any(part in each.name for part in asked.client)]

    say(f"{len(chosen)} clients; installing what is missing takes some minutes the first time …")
    outcomes = list(play_all(chosen, asked.binary))
    skipped = [each for each in outcomes if each.skipped]
    failed = [each for each in outcomes if each.failure]
    say("\n" + table(outcomes))
    for each in skipped:
        say(f"\nskipped {each.client.name}: {each.skipped}")
    for each in failed:
        say(f"\nFAILED {each.client.name} {each.version} {each.failure}")
    passed = len(outcomes) - len(skipped) - len(failed)
    say(f"\n{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
