# Agno: the toolkit's functions, called as an agent calls them.

import contextlib

from agno.tools.mcp import MCPTools
from mcp import StdioServerParameters

PACKAGE = "agno"


@contextlib.asynccontextmanager
async def session(command, words):
    parameters = StdioServerParameters(command=command, args=words)
    async with MCPTools(server_params=parameters) as tools:
        yield Session(tools)


class Session:
    def __init__(self, tools):
        self.tools = tools

    async def list(self):
        return list(self.tools.functions)

    async def call(self, tool, arguments):
        result = await self.tools.functions[tool].entrypoint(**arguments)
        return {
            "structured": (result.metadata or {}).get("structured_content"),
            "texts": [result.content],
        }
