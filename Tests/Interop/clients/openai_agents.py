# The OpenAI Agents SDK: the server object that users hand to an agent as `mcp_servers`.

import contextlib

import shown
from agents.mcp import MCPServerStdio

PACKAGE = "openai-agents"


@contextlib.asynccontextmanager
async def session(command, words):
    async with MCPServerStdio(params={"command": command, "args": words}) as server:
        yield shown.OfMCP(server)
