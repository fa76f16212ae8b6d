# LangChain's adapters. Without an explicit session, as in all their examples, every listing and
# every call starts a host of its own.

import contextlib

from langchain_mcp_adapters.client import MultiServerMCPClient

PACKAGE = "langchain-mcp-adapters"


@contextlib.asynccontextmanager
async def session(command, words):
    server = {"transport": "stdio", "command": command, "args": words}
    yield Session(MultiServerMCPClient({"holdfast": server}))


class Session:
    def __init__(self, client):
        self.client = client
        self.tools = {}

    async def list(self):
        self.tools = {tool.name: tool for tool in await self.client.get_tools()}
        return list(self.tools)

    async def call(self, tool, arguments):
        message = await self.tools[tool].ainvoke(
            {"type": "tool_call", "id": "1", "name": tool, "args": arguments})
        return {
            "structured": (message.artifact or {}).get("structured_content"),
            "texts": [block["text"] for block in message.content if block["type"] == "text"],
            "is_error": message.status == "error",
        }
