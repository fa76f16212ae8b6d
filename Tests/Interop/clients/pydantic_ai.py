# Pydantic AI: the toolset that users hand to an agent.

import contextlib

from fastmcp.client.transports import StdioTransport
from pydantic_ai.mcp import MCPToolset

PACKAGE = "pydantic-ai-slim"


@contextlib.asynccontextmanager
async def session(command, words):
    async with MCPToolset(StdioTransport(command=command, args=words)) as tools:
        yield Session(tools)


class Session:
    def __init__(self, tools):
        self.tools = tools

    async def list(self):
        return [tool.name for tool in await self.tools.list_tools()]

    async def call(self, tool, arguments):
        result = await self.tools.direct_call_tool(tool, arguments)
        return {"structured": result} if isinstance(result, dict) else {"texts": [str(result)]}
