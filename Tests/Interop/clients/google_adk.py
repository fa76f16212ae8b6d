# Google's Agent Development Kit: the toolset's tools, run as an agent runs them.

import contextlib

from google.adk.agents.invocation_context import InvocationContext
from google.adk.agents.llm_agent import LlmAgent
from google.adk.sessions.in_memory_session_service import InMemorySessionService
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams
from google.adk.tools.tool_context import ToolContext
from mcp import StdioServerParameters

PACKAGE = "google-adk"


@contextlib.asynccontextmanager
async def session(command, words):
    tools = McpToolset(
        connection_params=StdioConnectionParams(
            server_params=StdioServerParameters(command=command, args=words), timeout=20))
    try:
        yield Session(tools, await tool_context(tools))
    finally:
        await tools.close()


async def tool_context(tools):
    """What an agent's run hands to every tool; no model is called to make it."""
    sessions = InMemorySessionService()
    return ToolContext(
        InvocationContext(
            session_service=sessions, invocation_id="interop",
            agent=LlmAgent(name="interop", tools=[tools]),
            session=await sessions.create_session(app_name="interop", user_id="interop")))


class Session:
    def __init__(self, tools, context):
        self.tools = tools
        self.context = context

    async def list(self):
        return [tool.name for tool in await self.tools.get_tools()]

    async def call(self, tool, arguments):
        [found] = [each for each in await self.tools.get_tools() if each.name == tool]
        result = await found.run_async(args=arguments, tool_context=self.context)
        return {
            "structured": result.get("structuredContent"),
            "texts": [block["text"] for block in result["content"] if block["type"] == "text"],
            "is_error": result["isError"],
        }
