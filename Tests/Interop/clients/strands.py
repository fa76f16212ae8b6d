# Strands Agents: the client whose tools users hand to an agent. Synchronous, as its users write it.

import contextlib

from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from strands.tools.mcp import MCPClient

PACKAGE = "strands-agents"


@contextlib.contextmanager
def session(command, words):
    parameters = StdioServerParameters(command=command, args=words)
    with MCPClient(lambda: stdio_client(parameters)) as client:
        yield Session(client)


class Session:
    def __init__(self, client):
        self.client = client

    def list(self):
        return [tool.tool_name for tool in self.client.list_tools_sync()]

    def call(self, tool, arguments):
        result = self.client.call_tool_sync(tool_use_id="1", name=tool, arguments=arguments)
        return {
            "structured": result.get("structuredContent"),
            "texts": [block["text"] for block in result["content"] if "text" in block],
            "is_error": result["status"] == "error",
        }
