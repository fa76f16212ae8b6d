# Microsoft's Agent Framework: the tool object that users hand to an agent, its functions invoked
# as an agent invokes them.

import contextlib

from agent_framework import MCPStdioTool

PACKAGE = "agent-framework-core"


@contextlib.asynccontextmanager
async def session(command, words):
    async with MCPStdioTool(name="holdfast", command=command, args=words) as tool:
        yield Session(tool)


class Session:
    def __init__(self, tool):
        self.tool = tool

    async def list(self):
        return [function.name for function in self.tool.functions]

    async def call(self, tool, arguments):
        [function] = [each for each in self.tool.functions if each.name == tool]
        contents = await function.invoke(arguments=arguments)
        return {"texts": [each.text for each in contents if each.type == "text"]}
