# `make bench`: what a durable call costs, as ratios between things measured in turn in one run,
# because machines differ and are noisy. Prints a table; fails only where something is wrong.

import argparse
import asyncio
import itertools
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import fastmcp
from client import Pipes, call_line, calls_per_second, discover_line, seconds_to_first_answer
from peer import server as echo_server

ROOT = pathlib.Path(__file__).resolve().parents[1]
PEER = [sys.executable, str(pathlib.Path(__file__).with_name("peer.py"))]
FLUSHED_BYTES = 4096
numbers = itertools.count()


def arguments():
    """Never the same twice: the same would be answered from the record."""
    return {"booking_id": "BK-1001", "title": f"Prepare room {next(numbers)}"}


def is_done(answer):
    content = json.loads(answer).get("result", {})
    return content.get("isError") is False or "structuredContent" in content


class Desk:
    """A host on a project of its own, its one write tool with or without a read-back."""

    def __init__(self, binary, folder, reads_back=False):
        subprocess.run(
            [binary, "init", str(folder)], check=True, stdout=subprocess.DEVNULL)
        manifest = folder / "tools/create_internal_task.yaml"
        before, rest = manifest.read_text().split("\nafter:\n")
        if not reads_back:
            manifest.write_text(before + rest[rest.index("\ntimeout:"):])
        self.command = [binary, "serve", "--config", str(folder / "holdfast.yaml")]
        self.tool = "create_internal_task"


class Flushed:
    """Appends to files in one folder, each flushed: the floor under anything durable."""

    def __init__(self, folder):
        self.files = [
            os.open(folder / f"floor-{n}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for n in range(3)]
        self.block = os.urandom(FLUSHED_BYTES)

    def three(self):
        began = time.perf_counter()
        for file in self.files:
            os.write(file, self.block)
            os.fdatasync(file)
        return time.perf_counter() - began


class Bare:
    """Commits of one row to two databases in one folder, flushed, and nothing else at all: what
    is left once everything that a durable call is for has been taken away from it."""

    def __init__(self, folder):
        self.journal, self.target = self._database(folder / "a"), self._database(folder / "b")

    @staticmethod
    def _database(path):
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)")
        return database

    def three(self):
        began = time.perf_counter()
        for database, count in [(self.journal, 2000), (self.target, 400), (self.journal, 400)]:
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO rows (bytes) VALUES (?)", (b"x" * count,))
            database.execute("COMMIT")
        return time.perf_counter() - began


def timed_calls(pipes, tool, count):
    taken = []
    for _ in range(count):
        answer, seconds = pipes.ask(call_line(next(numbers), tool, arguments()))
        assert is_done(answer), answer
        taken.append(seconds)
    return statistics.median(taken)


async def timed_calls_in_memory(client, count):
    taken = []
    for _ in range(count):
        asked = arguments()
        began = time.perf_counter()
        await client.call_tool("echo", asked)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


async def latency(desk, careful, folder, rounds, calls):
    """Medians of the rounds' medians, all sides in turn within each round."""
    host, peer, flushed = Pipes(desk.command), Pipes(PEER), Flushed(folder)
    reader, bare = Pipes(careful.command), Bare(folder)
    rows = {"holdfast": [], "careful": [], "peer": [], "memory": [], "floor": [], "bare": []}
    async with fastmcp.Client(echo_server) as client:
        for number in range(rounds + 1):
            measured = {
                "holdfast": timed_calls(host, desk.tool, calls),
                "careful": timed_calls(reader, careful.tool, calls),
                "peer": timed_calls(peer, "echo", calls),
                "memory": await timed_calls_in_memory(client, calls),
                "floor": statistics.median(flushed.three() for _ in range(calls)),
                "bare": statistics.median(bare.three() for _ in range(calls)),
            }
            if number > 0:  # The first round only warms up.
                for name, seconds in measured.items():
                    rows[name].append(seconds)
            tell(f"latency, round {number} of {rounds}")
    host.end()
    reader.end()
    peer.end()
    return {name: statistics.median(some) for name, some in rows.items()}


def start(desk, rounds):
    ours, theirs = [], []
    for number in range(rounds):
        ours += [seconds_to_first_answer(desk.command) for _ in range(3)]
        theirs.append(seconds_to_first_answer(PEER))
        tell(f"start, round {number + 1} of {rounds}")
    return statistics.median(ours), statistics.median(theirs)


def memory(desk, calls=1000):
    found = []
    for command, tool in [(desk.command, desk.tool), (PEER, "echo")]:
        tell(f"memory after {calls} calls")
        pipes = Pipes(command)
        timed_calls(pipes, tool, calls)
        found.append(pipes.resident_kilobytes() / 1024)
        pipes.end()
    return found


def throughput(desk, rounds, calls):
    found = {}
    host = Pipes(desk.command)
    host.ask(discover_line(0))
    timed_calls(host, desk.tool, 50)
    for in_flight in [1, 8, 32]:
        measured = []
        for number in range(rounds):
            lines = [call_line(next(numbers), desk.tool, arguments()) for _ in range(calls)]
            measured.append(calls_per_second(host, lines, in_flight))
            tell(f"throughput with {in_flight} in flight, round {number + 1} of {rounds}")
        found[in_flight] = statistics.median(measured)
    host.end()
    return found


def tell(step):
    """Progress, where a person watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K… {step}")
        sys.stderr.flush()


def row(what, value, peer, ratio, aim=None):
    verdict = "" if aim is None else f"{aim:>8.3f}  {'met' if ratio <= aim else 'MISSED'}"
    print(f"{what:<52}{value:>12}{peer:>12}{ratio:>9.3f}{verdict}")


def ms(seconds):
    return f"{seconds * 1000:.2f} ms"


def report(found, started, resident, calls):
    print(f"\n{'what':<52}{'holdfast':>12}{'peer':>12}{'ratio':>9}{'aim':>8}")
    ours = found["holdfast"]
    row("durable write, p50 : FastMCP echo, both on stdio", ms(ours), ms(found["peer"]),
        ours / found["peer"], 0.4)
    row("durable write, p50 : three flushed appends", ms(ours), ms(found["floor"]),
        ours / found["floor"], 2.5)
    row("three flushed appends alone : FastMCP echo", ms(found["floor"]), ms(found["peer"]),
        found["floor"] / found["peer"])
    row("three bare SQLite commits alone : FastMCP echo", ms(found["bare"]), ms(found["peer"]),
        found["bare"] / found["peer"])
    row("the same, read back (`after`) : without", ms(found["careful"]), ms(ours),
        found["careful"] / ours)
    row("durable write, p50 : FastMCP echo, no transport", ms(ours), ms(found["memory"]),
        ours / found["memory"])
    row("start to first server/discover : FastMCP, stdio", ms(started[0]), ms(started[1]),
        started[0] / started[1], 1 / 40)
    row("resident after 1,000 calls : FastMCP, stdio", f"{resident[0]:.1f} MB",
        f"{resident[1]:.1f} MB", resident[0] / resident[1], 1 / 3)
    print(f"\n{'durable writes a second':<52}{'calls/s':>12}{'':>12}{'to 1':>9}")
    for in_flight, rate in calls.items():
        row(f"{in_flight} in flight", f"{rate:.0f}", "", rate / calls[1])


def main():
    parser = argparse.ArgumentParser(description="Speed, start and memory against their peers.")
    parser.add_argument("--binary", required=True, help="a release build of holdfast")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=100, help="calls in each round")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).absolute())
    (ROOT / ".build").mkdir(exist_ok=True)
    # Beside the build, and not in a temporary folder, which may lie in memory.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".build"))
    try:
        desk = Desk(binary, folder / "desk")
        careful = Desk(binary, folder / "careful", reads_back=True)
        found = asyncio.run(latency(desk, careful, folder, options.rounds, options.calls))
        started = start(desk, max(3, options.rounds // 2))
        resident = memory(desk)
        calls = throughput(desk, 3, options.calls * 4)
    finally:
        shutil.rmtree(folder)
    tell("")
    report(found, started, resident, calls)


if __name__ == "__main__":
    main()
