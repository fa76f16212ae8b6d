# Starts a project, a client's process and the host behind it, and looks at all three from outside:
# what the client shows, what went over the wire, which processes live. No expectation lives here.

import json
import os
import pathlib
import queue
import sqlite3
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
ANSWER_SECONDS = 90
END_SECONDS = 30


class ClientFailed(Exception):
    """The framework raised; its traceback is the message."""


class Desk:
    """The project that `holdfast init` writes, with home and state in one folder."""

    def __init__(self, binary, folder):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.home = self.folder / "home"
        self.wire = self.folder / "wire"
        for each in [self.home, self.wire]:
            each.mkdir(parents=True)
        self.run("init", str(self.folder / "desk"))
        self.config = self.folder / "desk/holdfast.yaml"

    def environment(self):
        kept = {
            k: v for k, v in os.environ.items()
            if not k.startswith(("HOLDFAST_", "XDG_", "PYTHON"))}
        return {**kept, "HOME": str(self.home)}

    def run(self, *words):
        return subprocess.run(
            [self.binary, *words], env=self.environment(), check=True, capture_output=True,
            text=True, timeout=60).stdout

    def approve(self, approval):
        self.run("approve", approval, "--config", str(self.config))

    def tasks(self, title):
        database = sqlite3.connect(self.folder / "desk/state/workspace.db", timeout=30)
        try:
            rows = database.execute("SELECT number FROM tasks WHERE title = ?", (title,))
            return [f"TASK-{number}" for [number] in rows]
        finally:
            database.close()

    def serving(self):
        """What a client is told to launch: the host, with a copy kept of what both say."""
        return [
            "/bin/sh", str(HERE / "tap.sh"), str(self.wire),
            self.binary, "serve", "--config", str(self.config)]

    def hosts(self):
        """The ids of the processes that serve this project."""
        found = []
        for place in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = place.read_bytes().split(b"\0")
            except OSError:
                continue  # It ended while we looked.
            if words[:2] == [self.binary.encode(), b"serve"] and str(
                    self.config).encode() in words:
                found.append(int(place.parent.name))
        return found

    def conversations(self):
        """What was said so far, one `(from client, from host)` for each host that ever ran."""
        return [
            tuple(messages(place / side) for side in ["from-client", "from-host"])
            for place in sorted(self.wire.iterdir(), key=lambda place: place.stat().st_mtime)]


def messages(file):
    """Every whole line; the last may still be on its way."""
    if not file.exists():
        return []
    *whole, _ = file.read_bytes().split(b"\n")
    return [message(line) for line in whole]


def message(line):
    try:
        return json.loads(line)
    except ValueError:
        return {"unreadable": repr(line)}


class Adapter:
    """One client in a process of its own, asked one thing at a time."""

    def __init__(self, client, desk):
        self.errors = desk.folder / "errors.txt"
        self.answers = queue.Queue()
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [str(client.python), str(HERE / "adapter.py"), client.adapter, client.mode,
                 *desk.serving()],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                env=desk.environment(), cwd=desk.folder)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.answers.put(json.loads(line))
        self.answers.put({"failed": "the client's process ended before it answered"})

    def _answer(self):
        try:
            answer = self.answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise ClientFailed(f"the client did not answer within {ANSWER_SECONDS} s") from None
        if "failed" in answer:
            raise ClientFailed(answer["failed"])
        return answer

    def opened(self):
        return self._answer()["version"]

    def ask(self, **asked):
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self._answer()["answer"]

    def list(self):
        return self.ask(do="list")

    def call(self, tool, arguments):
        return self.ask(do="call", tool=tool, arguments=arguments)

    def close(self):
        """Has the client left as its users leave it."""
        self.ask(do="close")

    def end(self):
        """Ends the process that the client lived in; answers its exit code."""
        self.process.stdin.close()
        return self.process.wait(END_SECONDS)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def complaints(self):
        return self.errors.read_text(errors="replace")
