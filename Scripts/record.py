# Records the sessions of Tests/Recordings anew, from real clients and one raw session. Recording is
# not testing: whoever runs this looks at what changed before committing it.

import argparse
import asyncio
import pathlib
import shutil
import subprocess
import sys

DESK = pathlib.Path("/tmp/holdfast-recording")
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/EndToEndTests"))

from harness import Host, Project, eventually, receipt  # noqa: E402
from mcp import StdioServerParameters  # noqa: E402
from mcp.client.client import Client  # noqa: E402


def recording(project, name):
    return project.folder / f"{name}.jsonl"


async def with_client(project, name, mode):
    """A session of the `mcp` client: a read, a write and its replay, a refusal, an approval."""
    command, *words = project.command("serve", "--record", str(recording(project, name)))
    server = StdioServerParameters(command=command, args=words)
    async with Client(server, mode=mode) as client:
        await client.list_tools()
        await client.call_tool("sql_read", {"word": "x"})
        run = (await client.call_tool("run_begin", {"purpose": "a recording"})).structured_content
        for _ in range(2):
            await client.call_tool("sql_transactional", {"word": "x", "run_id": run["run_id"]})
        await client.call_tool("sql_transactional", {"wrod": "x"})
        for word in ["invalid", "killed"]:
            await client.call_tool("command_at_most_once", {"word": word})
        held = receipt((await client.call_tool("held_effect", {"word": "x"})).structured_content)
        done = await asyncio.to_thread(project.run, "approve", held["approval_id"])
        assert done.returncode == 0, done
        await client.call_tool(
            "call_status", {"call_id": held["call_id"], "wait_ms": 20_000})
        denied = receipt((await client.call_tool("ask_person", {"word": "y"})).structured_content)
        done = await asyncio.to_thread(
            project.run, "deny", denied["approval_id"], "--reason", "not today")
        assert done.returncode == 0, done
        await client.call_tool("call_status", {"call_id": denied["call_id"]})
        await client.call_tool("run_status", {"run_id": run["run_id"]})
        await client.call_tool("run_complete", {"run_id": run["run_id"]})


def oldest(project, name):
    """A raw session of 2024-11-05, with what real clients get wrong in it."""
    host = Host(
        project.command("serve", "--record", str(recording(project, name))),
        project.environment(), project.folder)
    hello = {
        "protocolVersion": "2024-11-05", "capabilities": {},
        "clientInfo": {"name": "raw", "version": "1"}}
    host.ask("initialize", hello, meta=None)
    host.notify("notifications/initialized", {})
    host.ask("ping", meta=None)
    host.ask("tools/list", meta=None)
    for word in ["x", "x", ""]:
        host.answer(host.post_call("sql_transactional", {"word": word}, meta=None))
    host.answer(host.post_call("nowhere", {}, meta=None))
    host.ask("no/such/method", meta=None)
    host.send(b"this is no JSON\n")
    host.other(lambda message: message.get("error", {}).get("code") == -32700)
    slow = host.post_call("slow_natural", {"word": "z", "seconds": 120}, meta=None)
    pids = project.log / "slow_natural.pids"
    eventually(pids.exists)
    host.notify("notifications/cancelled", {"requestId": slow, "reason": "enough"})
    host.finish()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--into", default=ROOT / "Tests/Recordings", type=pathlib.Path)
    options = parser.parse_args()
    binary = pathlib.Path(options.binary).resolve()
    sessions = {
        "mcp-auto": lambda p, n: asyncio.run(with_client(p, n, "auto")),
        "mcp-legacy": lambda p, n: asyncio.run(with_client(p, n, "legacy")),
        "raw-2024-11-05": oldest,
    }
    for name, record in sessions.items():
        file = options.into / f"{name}.jsonl"
        # The same path each time: manifests hold it, and differ only where they were changed.
        shutil.rmtree(DESK, ignore_errors=True)
        try:
            project = Project(binary, DESK)
            record(project, name)
            shutil.copyfile(recording(project, name), file)
        finally:
            shutil.rmtree(DESK, ignore_errors=True)
        done = subprocess.run([str(binary), "replay", str(file)])
        if done.returncode != 0:
            raise SystemExit(f"{file} was recorded and cannot be played again")


if __name__ == "__main__":
    main()
