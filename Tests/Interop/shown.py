# The one form in which adapters tell what their framework showed of a result: `structured` where
# it passes structured content, `texts` where it passes text, `is_error` where it says so. Nothing
# is made up here: what the framework drops is left out.


def of_mcp(result):
    """A `CallToolResult` of the `mcp` package, whose names differ between 1.x and 2.x."""
    structured = getattr(result, "structured_content", None) or getattr(
        result, "structuredContent", None)
    is_error = getattr(result, "is_error", getattr(result, "isError", None))
    return {
        "structured": structured,
        "texts": [block.text for block in result.content if block.type == "text"],
        "is_error": is_error,
    }


class OfMCP:
    """A session whose client answers with the types of the `mcp` package."""

    def __init__(self, client):
        self.client = client

    async def list(self):
        listed = await self.client.list_tools()
        return [tool.name for tool in getattr(listed, "tools", listed)]

    async def call(self, tool, arguments):
        return of_mcp(await self.client.call_tool(tool, arguments))
