# How the tests start, ask, kill and look into the real binary. No test lives here.

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import manifests

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "end-to-end", "version": "1"},
}


class HostDied(Exception):
    """The host closed its output before it answered."""


def eventually(check, within=10.0, every=0.02):
    """The first true value of `check()`; fails once `within` seconds have passed."""
    end = time.monotonic() + within
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < end, f"not within {within} s"
        time.sleep(every)


class Project:
    """A folder with a config, the tools of `manifests`, and their target."""

    def __init__(self, binary, folder, store=None, target=None, **settings):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.journal = pathlib.Path(store or self.folder / "state/journal.db")
        self.target = pathlib.Path(target or self.folder / "target.db")
        self.log = self.folder / "effects"
        self.hosts = []
        for each in ["tools", "scripts", "effects"]:
            (self.folder / each).mkdir(parents=True, exist_ok=True)
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        for name, manifest in manifests.tools(self.log).items():
            (self.folder / "tools" / f"{name}.json").write_text(json.dumps(manifest))
        (self.folder / "scripts/effect.sh").write_text(manifests.EFFECT_SCRIPT)
        (self.folder / "scripts/slow.sh").write_text(manifests.SLOW_SCRIPT)
        self.config = self.folder / "holdfast.yaml"
        self.configure(**settings)
        with self.database() as database:
            database.executescript(manifests.TARGET_TABLES)

    def configure(self, **settings):
        names = [n for n, m in manifests.tools(self.log).items() if m.get("agent", True)]
        config = {
            "store": {"sqlite": str(self.journal)},
            "tools": ["tools"],
            "databases": {"target": {"sqlite": str(self.target)}},
            "profiles": {"default": {"allow": names}},
            **settings,
        }
        self.config.write_text(json.dumps(config))

    def database(self):
        return sqlite3.connect(self.target, timeout=30)

    def command(self, *words):
        return [self.binary, *words, "--config", str(self.config)]

    def environment(self, failpoint=None, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
        if failpoint:
            kept["HOLDFAST_FAILPOINT"] = failpoint
        return {**kept, **more}

    def run(self, *words, stdin="", timeout=60, failpoint=None, **popen):
        return subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, timeout=timeout,
            env=self.environment(failpoint), **popen)

    def start(self, *words):
        return subprocess.Popen(
            self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.environment())

    def data(self, *words, code=0):
        """The document that a command prints with `--json`."""
        done = self.run(*words, "--json")
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def call(self, tool, arguments, *words, code=0):
        return self.data("call", tool, "--arguments", json.dumps(arguments), *words, code=code)

    def serve(self, failpoint=None, profile=None, **popen):
        words = ["--profile", profile] if profile else []
        host = Host(
            self.command("serve", *words), self.environment(failpoint), self.folder, **popen)
        self.hosts.append(host)
        return host

    def calls(self):
        """Every call of the journal, as `show` tells it."""
        found = []
        for run in self.data("runs"):
            found += self.data("show", run["run_id"])["calls"]
        return found

    def effects(self, tool, word=None):
        """How often the effect of `tool` happened: `(call id, attempt)` for each time."""
        file = self.log / f"{tool}.log"
        if file.exists():
            lines = [line.split() for line in file.read_text().splitlines()]
            return [(c, int(a)) for c, a, w in lines if word in (None, w)]
        with self.database() as database:
            rows = database.execute(
                "SELECT call_id, 1 FROM effects WHERE tool = ? AND (? IS NULL OR word = ?)",
                (tool, word, word))
            return rows.fetchall()

    def check_journal(self):
        """The journal's file is whole, as SQLite itself sees it, in a copy."""
        copy = self.folder / "copy.db"
        for suffix in ["", "-wal"]:
            source = pathlib.Path(str(self.journal) + suffix)
            if source.exists():
                shutil.copyfile(source, str(copy) + suffix)
        database = sqlite3.connect(copy)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
        for suffix in ["", "-wal", "-shm"]:
            pathlib.Path(str(copy) + suffix).unlink(missing_ok=True)

    def end(self):
        for host in self.hosts:
            host.kill()


class Host:
    """`holdfast serve` behind two pipes."""

    def __init__(self, command, environment, folder, **popen):
        self.errors_file = open(folder / "errors.txt", "ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors_file,
            env=environment, cwd=folder, bufsize=0, **popen)
        self.pid = self.process.pid
        self.answers = {}
        self.others = []
        self.is_over = False
        self.news = threading.Condition()
        self.next_id = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self._lines():
            message = json.loads(line)
            assert message["jsonrpc"] == "2.0"
            with self.news:
                if "method" not in message and "id" in message:
                    self.answers.setdefault(message["id"], []).append(message)
                else:
                    self.others.append(message)
                self.news.notify_all()
        with self.news:
            self.is_over = True
            self.news.notify_all()

    def _lines(self):
        rest = b""
        while True:
            chunk = self.process.stdout.read(65536)
            if not chunk:
                assert not rest, f"half a line at the end: {rest[:200]}"
                return
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole

    def send(self, data):
        try:
            self.process.stdin.write(data)
        except BrokenPipeError:
            # It may have died right after its last answer.
            raise HostDied() from None

    def post(self, method, params=None, meta=META, **members):
        """Sends a request and answers its id."""
        self.next_id += 1
        members.setdefault("id", self.next_id)
        params = dict(params or {})
        if meta:
            params["_meta"] = {**meta, **params.get("_meta", {})}
        message = {"jsonrpc": "2.0", "method": method, "params": params, **members}
        self.send(json.dumps(message).encode() + b"\n")
        return members["id"]

    def notify(self, method, params):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.send(json.dumps(message).encode() + b"\n")

    def post_call(self, tool, arguments, **members):
        return self.post("tools/call", {"name": tool, "arguments": arguments}, **members)

    def answer(self, id, within=40.0):
        end = time.monotonic() + within
        with self.news:
            while id not in self.answers:
                if self.is_over:
                    raise HostDied()
                left = end - time.monotonic()
                assert left > 0, f"no answer to {id} within {within} s"
                self.news.wait(left)
            return self.answers[id][0]

    def ask(self, method, params=None, within=40.0, **members):
        return self.answer(self.post(method, params, **members), within)

    def call(self, tool, arguments, within=40.0):
        return result(self.answer(self.post_call(tool, arguments), within))

    def status(self, call, wait_ms=10_000):
        return self.call("call_status", {"call_id": call, "wait_ms": wait_ms})

    def other(self, check, within=10.0):
        """A message that answers no request of ours by its id."""
        end = time.monotonic() + within
        with self.news:
            while True:
                for message in self.others:
                    if check(message):
                        self.others.remove(message)
                        return message
                left = end - time.monotonic()
                assert left > 0 and not self.is_over, f"no such message among {self.others}"
                self.news.wait(left)

    def close_input(self):
        self.process.stdin.close()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, within=15.0):
        code = self.process.wait(within)
        self.reader.join(within)
        return code

    def finish(self, within=15.0):
        """Ends it as a client does, and demands that it ends well."""
        self.close_input()
        assert self.wait(within) == 0

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait(10)
        self.process.stdin.close()
        self.reader.join(10)
        self.process.stdout.close()
        self.errors_file.close()


def result(message):
    """The structured content of a tool's answer."""
    assert "result" in message, message
    return message["result"]["structuredContent"]


def receipt(content):
    return content["holdfast"]
