# Records the sessions of Tests/Recordings anew, from real clients and one raw session. Recording is
# not testing: whoever runs this looks at what changed before committing it.

import argparse
import asyncio
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import warnings

DESK = pathlib.Path("/tmp/holdfast-recording")
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/EndToEndTests"))

from harness import Host, Project, eventually, receipt  # noqa: E402
from mcp import StdioServerParameters  # noqa: E402
from mcp.client.client import Client  # noqa: E402
from mcp.shared.exceptions import MCPError  # noqa: E402
from mcp_types import PromptReference, ResourceTemplateReference  # noqa: E402

ANOTHER = ROOT / ".venv-interop/fastmcp/bin/python"


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
        await with_resources(client, run["run_id"], held["call_id"])
        await with_changes(client, project, mode)
        await client.call_tool("run_complete", {"run_id": run["run_id"]})


async def with_resources(client, run, call):
    """What was done, read in every way there is."""
    await client.list_resource_templates()
    await client.list_resources()
    await client.read_resource(f"holdfast://runs/{run}")
    await client.read_resource(f"holdfast://calls/{call}")
    with contextlib.suppress(MCPError):
        await client.read_resource("holdfast://runs/run_0")
    await client.list_prompts()
    await client.get_prompt("resume_run", {"run_id": run})
    await client.complete(PromptReference(name="resume_run"), {"name": "run_id", "value": "run"})
    await client.complete(
        ResourceTemplateReference(uri="holdfast://calls/{id}"), {"name": "id", "value": call[:9]})


async def with_changes(client, project, mode):
    """An approval that is decided while its resource is watched."""
    held = receipt((await client.call_tool("held_effect", {"word": "w"})).structured_content)
    uri = f"holdfast://approvals/{held['approval_id']}"
    await client.read_resource(uri)
    if mode == "legacy":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            await client.subscribe_resource(uri)
            await client.unsubscribe_resource(uri)
        return
    async with client.listen(resource_subscriptions=[uri]) as changes:
        done = await asyncio.to_thread(
            project.run, "deny", held["approval_id"], "--reason", "not this one")
        assert done.returncode == 0, done
        async for _ in changes:
            break


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


# Run by the client's own interpreter, which has no other module of ours.
FASTMCP = """
import asyncio, json, sys
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

async def main(command, *words):
    wire = StdioTransport(command=command, args=list(words), keep_alive=False)
    async with Client(wire) as client:
        await client.list_tools()
        for arguments in [{"word": "x"}, {"word": "x"}, {"wrod": "x"}]:
            await client.call_tool("command_keyed", arguments, raise_on_error=False)
        run = (await client.call_tool("run_begin", {"purpose": "a recording"})).structured_content
        await client.call_tool("sql_natural", {"word": "y", "run_id": run["run_id"]})
        await client.list_resources()
        await client.list_resource_templates()
        await client.read_resource("holdfast://runs/" + run["run_id"])
        await client.list_prompts()
        await client.get_prompt("resume_run", {"run_id": run["run_id"]})
        await client.call_tool("run_complete", {"run_id": run["run_id"]})

asyncio.run(main(*sys.argv[1:]))
"""


def another_client(project, name):
    """A session of fastmcp's client, which is another stack."""
    command = project.command("serve", "--record", str(recording(project, name)))
    subprocess.run(
        [str(ANOTHER), "-c", FASTMCP, *command], cwd=project.folder,
        env={**os.environ, **project.environment()}, timeout=120, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--into", default=ROOT / "Tests/Recordings", type=pathlib.Path)
    options = parser.parse_args()
    binary = pathlib.Path(options.binary).resolve()
    sessions = {
        "mcp-auto": lambda p, n: asyncio.run(with_client(p, n, "auto")),
        "mcp-legacy": lambda p, n: asyncio.run(with_client(p, n, "legacy")),
        "fastmcp": another_client,
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
