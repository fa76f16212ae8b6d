# The load generator: lines on two pipes and nothing else, the same for both sides, so that what is
# measured is the server. No MCP package is used here, and nothing is decided about results.

import json
import os
import subprocess
import time

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
}


def discover_line(id):
    return _line(id, "server/discover", {})


def call_line(id, tool, arguments):
    return _line(id, "tools/call", {"name": tool, "arguments": arguments})


def _line(id, method, params):
    message = {"jsonrpc": "2.0", "id": id, "method": method, "params": {**params, "_meta": META}}
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


class Pipes:
    """A server behind two pipes. Lines are counted, and parsed only where somebody asks."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=0)
        self.input = self.process.stdin.fileno()
        self.output = self.process.stdout.fileno()
        self.rest = b""

    def send(self, data):
        while data:
            data = data[os.write(self.input, data):]

    def lines(self):
        """At least one line; blocks."""
        while True:
            chunk = os.read(self.output, 262_144)
            if not chunk:
                raise RuntimeError("the server has ended")
            *whole, self.rest = (self.rest + chunk).split(b"\n")
            if whole:
                return whole

    def ask(self, line):
        """One request, one answer, and how many seconds lay between."""
        began = time.perf_counter()
        self.send(line)
        (answer,) = self.lines()
        return answer, time.perf_counter() - began

    def resident_kilobytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            (found,) = [line for line in status if line.startswith("VmRSS")]
        return int(found.split()[1])

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def seconds_to_first_answer(command):
    began = time.perf_counter()
    pipes = Pipes(command)
    pipes.send(discover_line(1))
    (answer,) = pipes.lines()
    seconds = time.perf_counter() - began
    assert "result" in json.loads(answer), answer
    pipes.end()
    return seconds


def calls_per_second(pipes, lines, in_flight):
    """Keeps `in_flight` calls under way until every line is answered."""
    began = time.perf_counter()
    sent = min(in_flight, len(lines))
    pipes.send(b"".join(lines[:sent]))
    answered = 0
    while answered < len(lines):
        got = pipes.lines()
        answered += len(got)
        more = lines[sent:sent + len(got)]
        sent += len(more)
        if more:
            pipes.send(b"".join(more))
    return len(lines) / (time.perf_counter() - began)
