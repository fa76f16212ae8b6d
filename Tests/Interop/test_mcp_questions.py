# A client of the `mcp` package that puts what it is asked to its user: with the repeated request
# where there is no handshake, while its call waits where there was one.

import asyncio

import mcp_types as types
import pytest
from harness import receipt
from mcp import StdioServerParameters
from mcp.client.client import Client

MODES = ["auto", "legacy", "2026-07-28"]


def call(project, mode, answer, tool="held_effect"):
    """What the call came to, and what the user was asked meanwhile."""
    asked = []

    async def ask(_, params):
        asked.append(params)
        return answer

    async def work():
        command, *words = project.command("serve")
        parameters = StdioServerParameters(command=command, args=words)
        async with Client(parameters, mode=mode, elicitation_callback=ask) as client:
            return await client.call_tool(tool, {"word": "x"})

    return asyncio.run(asyncio.wait_for(work(), 60)), asked


@pytest.mark.parametrize("mode", MODES)
def test_the_user_says_yes(project, mode):
    yes = types.ElicitResult(action="accept", content={"confirm": True})
    done, asked = call(project, mode, yes)
    assert receipt(done.structured_content)["status"] == "succeeded" and not done.is_error
    (question,) = asked
    assert 'word: "x"' in question.message
    assert question.requested_schema["required"] == ["confirm"]
    assert len(project.effects("held_effect")) == 1


@pytest.mark.parametrize("mode", MODES)
def test_the_user_says_no(project, mode):
    done, asked = call(project, mode, types.ElicitResult(action="decline"))
    assert receipt(done.structured_content)["status"] == "denied" and done.is_error
    assert len(asked) == 1
    assert project.effects("held_effect") == []


@pytest.mark.parametrize("mode", MODES)
def test_the_user_turns_away(project, mode):
    done, asked = call(project, mode, types.ElicitResult(action="cancel"))
    assert receipt(done.structured_content)["status"] == "pending_approval"
    assert "turned away" in done.content[0].text and len(asked) == 1
    (approval,) = project.data("approvals")
    assert approval["state"] == "pending"
    assert project.effects("held_effect") == []


@pytest.mark.parametrize("mode", MODES)
def test_what_needs_nobody_asks_nobody(project, mode):
    done, asked = call(
        project, mode, types.ElicitResult(action="decline"), tool="sql_transactional")
    assert receipt(done.structured_content)["status"] == "succeeded" and asked == []
