# The peer of the benchmark: the smallest FastMCP server, whose one tool keeps nothing and echoes
# what it is given. Run as a program it speaks MCP on standard input and output.

import fastmcp

server = fastmcp.FastMCP("echo")


@server.tool
def echo(booking_id: str, title: str) -> dict:
    """Says back what it is told."""
    return {"task_id": booking_id, "status": title}


if __name__ == "__main__":
    server.run(transport="stdio", show_banner=False, log_level="ERROR")
