# The OpenAI Agents SDK: the server object that users hand to an agent as `mcp_servers`.

import contextlib

import shown
from agents.mcp import MCPServerStdio

PACKAGE = "openai-agents"


@contextlib.asynccontextmanager
async def session(command, words):
    async with MCPServerStdio(params={"command": command, "args": words}) as server:
        yield Session(server)


class Session:
    def __init__(self, server):
        self.server = server

    async def list(self):
        return [tool.name for tool in await self.server.list_tools()]

    async def call(self, tool, arguments):
        return shown.of_mcp(await self.server.call_tool(tool, arguments))
