# LlamaIndex: the tools of a tool spec. Every listing and every call starts a host of its own.

import contextlib

import shown
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

PACKAGE = "llama-index-tools-mcp"


@contextlib.asynccontextmanager
async def session(command, words):
    yield Session(McpToolSpec(client=BasicMCPClient(command, args=words)))


class Session:
    def __init__(self, spec):
        self.spec = spec
        self.tools = {}

    async def list(self):
        tools = await self.spec.to_tool_list_async()
        self.tools = {tool.metadata.name: tool for tool in tools}
        return list(self.tools)

    async def call(self, tool, arguments):
        output = await self.tools[tool].acall(**arguments)
        return shown.of_mcp(output.raw_output)
