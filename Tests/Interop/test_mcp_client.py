# What only the client of the `mcp` package shows well: answers that come while others wait, a
# denial, a second session. What every client must do is in scenario.py.

import asyncio

import pytest
from harness import receipt
from mcp import StdioServerParameters
from mcp.client.client import Client

MODES = ["auto", "legacy", "2026-07-28"]


def session(project, mode):
    command, *words = project.command("serve")
    return Client(StdioServerParameters(command=command, args=words), mode=mode)


def run(work):
    return asyncio.run(asyncio.wait_for(work, 60))


@pytest.mark.parametrize("mode", MODES)
def test_names_are_sorted_and_wrong_arguments_are_named(project, mode):
    async def work():
        async with session(project, mode) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == sorted(names)
            wrong = await client.call_tool("sql_transactional", {"wrod": "x"})
            assert wrong.is_error and "word" in wrong.content[0].text

    run(work())
    assert project.effects("sql_transactional") == []


@pytest.mark.parametrize("mode", MODES)
def test_approval(project, mode):
    async def work():
        async with session(project, mode) as client:
            asked = await client.call_tool("held_effect", {"word": "x"})
            held = receipt(asked.structured_content)
            assert held["status"] == "pending_approval" and not asked.is_error
            assert held["approval_id"] in asked.content[0].text
            waiting = asyncio.create_task(
                client.call_tool(
                    "call_status", {"call_id": held["call_id"], "wait_ms": 20_000}))
            await asyncio.sleep(0.3)
            assert not waiting.done()
            done = await asyncio.to_thread(project.run, "approve", held["approval_id"])
            assert done.returncode == 0, done
            status = (await waiting).structured_content
            assert status["status"] == "succeeded" and status["result"]["effect_id"] == "x"

            other = receipt((await client.call_tool("held_effect", {"word": "y"}))
                            .structured_content)
            denied = await asyncio.to_thread(
                project.run, "deny", other["approval_id"], "--reason", "no")
            assert denied.returncode == 0, denied
            status = (await client.call_tool(
                "call_status", {"call_id": other["call_id"], "wait_ms": 5_000}))
            assert status.structured_content["status"] == "denied"

    run(work())
    assert len(project.effects("held_effect")) == 1


def test_a_new_session_finds_what_the_last_one_did(project):
    async def once():
        async with session(project, "auto") as client:
            return await client.call_tool("sql_transactional", {"word": "x"})

    first, second = [receipt(run(once()).structured_content) for _ in range(2)]
    assert second["replayed"] is True and second["call_id"] == first["call_id"]
    assert len(project.effects("sql_transactional")) == 1
