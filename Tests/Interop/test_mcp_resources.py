# Resources, the prompt, completions and subscriptions as the client of the `mcp` package uses them.

import asyncio
import json
import warnings

import pytest
from harness import receipt
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

MODES = ["auto", "legacy", "2026-07-28"]


def session(project, mode, **more):
    command, *words = project.command("serve")
    return Client(StdioServerParameters(command=command, args=words), mode=mode, **more)


def run(work):
    return asyncio.run(asyncio.wait_for(work, 60))


@pytest.mark.parametrize("mode", MODES)
def test_read_list_prompt_and_complete(project, mode):
    async def work():
        async with session(project, mode) as client:
            if mode != "2026-07-28":  # Told the version, it does not ask what is promised.
                assert client.server_capabilities.resources.subscribe
                assert client.server_capabilities.completions is not None
            done = receipt((await client.call_tool("sql_transactional", {"word": "x"}))
                           .structured_content)
            uri = f"holdfast://runs/{done['run_id']}"
            assert [str(r.uri) for r in (await client.list_resources()).resources] == [uri]
            templates = (await client.list_resource_templates()).resource_templates
            assert "holdfast://calls/{id}" in [t.uri_template for t in templates]
            (content,) = (await client.read_resource(uri)).contents
            document = json.loads(content.text)
            assert document["calls"][0]["call_id"] == done["call_id"]
            with pytest.raises(MCPError):
                await client.read_resource(uri[:-1])

            assert [p.name for p in (await client.list_prompts()).prompts] == ["resume_run"]
            prompt = await client.get_prompt("resume_run", {"run_id": done["run_id"]})
            assert done["call_id"] in prompt.messages[0].content.text
            for reference, name, expected in [
                    (PromptReference(name="resume_run"), "run_id", done["run_id"]),
                    (ResourceTemplateReference(uri="holdfast://calls/{id}"), "id",
                     done["call_id"])]:
                found = await client.complete(reference, {"name": name, "value": ""})
                assert found.completion.values == [expected]
                assert found.completion.total == 1 and found.completion.has_more is False

    run(work())


async def held_approval(client):
    held = receipt((await client.call_tool("held_effect", {"word": "x"})).structured_content)
    return held["approval_id"], f"holdfast://approvals/{held['approval_id']}"


async def state(client, uri):
    (content,) = (await client.read_resource(uri)).contents
    return json.loads(content.text)["state"]


@pytest.mark.parametrize("mode", ["auto", "2026-07-28"])
def test_listen(project, mode):
    async def work():
        async with session(project, mode) as client:
            approval, uri = await held_approval(client)
            assert await state(client, uri) == "pending"
            async with client.listen(
                    tools_list_changed=True, prompts_list_changed=True,
                    resource_subscriptions=[uri]) as changes:
                assert changes.honored.tools_list_changed
                assert not changes.honored.prompts_list_changed
                assert changes.honored.resource_subscriptions == [uri]
                done = await asyncio.to_thread(project.run, "approve", approval)
                assert done.returncode == 0, done
                async for change in changes:
                    assert str(change.uri) == uri
                    break
            # What the client had kept of it is out of date, and it knows.
            assert await state(client, uri) in {"approved", "spent"}

    run(work())


def test_subscribe_after_the_handshake(project):
    async def work():
        told = asyncio.Queue()

        async def hear(message):
            await told.put(message)

        async with session(project, "legacy", message_handler=hear) as client:
            approval, uri = await held_approval(client)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                await client.subscribe_resource(uri)
            done = await asyncio.to_thread(project.run, "approve", approval)
            assert done.returncode == 0, done
            message = await told.get()
            assert message.method == "notifications/resources/updated"
            assert str(message.params.uri) == uri
            assert await state(client, uri) in {"approved", "spent"}

    run(work())
