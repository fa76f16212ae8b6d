# Tools with an undo, one without, a pivot, one that cannot be taken back, one that is read back and
# one that is tried again, for the tests of what operators do. No test lives here.

import json

import manifests

# Every effect is a line of one file, so that their order shows. What a file in the folder of
# switches asks for comes first.
SCRIPT = """
tool=$1 log=$2 word=$3
test -e "$log/$tool.busy" && exit 75
test -e "$log/$tool.refused" && exit 77
test -e "$log/$tool.broken" && { echo "the drawer is stuck" >&2; exit 70; }
test -e "$log/$tool.killed" && kill -9 $$
test -e "$log/$tool.slow" && sleep 3
echo "$tool $word $HOLDFAST_CALL_ID" >> "$log/order"
echo '{"effect_id": "'$word'"}'
"""


def _tool(name, log, delivery="at_most_once", effect=None, **more):
    return manifests._manifest(
        name, {**manifests._write(delivery), **(effect or {})},
        manifests._command(name, log, "undoing.sh"), timeout="20s", **more)


def _undo(tool):
    return {"tool": tool, "arguments": {"word": {"$from": "/arguments/word"}}}


def tools(log):
    made = [
        _tool("undraft", log, "natural", agent=False),
        _tool("unfile", log, "natural", agent=False),
        _tool("draft", log, compensate=_undo("undraft")),
        _tool("file", log, compensate=_undo("unfile")),
        _tool("post", log),
        _tool("unstick", log, agent=False),
        _tool("stick", log, compensate=_undo("unstick")),
        _tool("seal", log, effect={"pivot": True}, compensate=_undo("unfile")),
        _tool(
            "burn", log, effect={"reversibility": "irreversible"},
            approval={"by": ["requester"]}),
        _tool("gift", log, compensate=_undo("burn")),
        _tool("retried", log, wait="6s", retry={"attempts": 2, "first": "1s", "max": "1s"}),
        _tool("patient", log, wait="1s", retry={"attempts": 3, "first": "20h", "max": "20h"}),
        _tool(
            "checked", log,
            after={
                "tool": "sql_read", "arguments": {"word": "another"},
                "expect": {"properties": {"effect_id": {"const": "what was meant"}}}}),
    ]
    return {each["name"]: each for each in made}


def add(project, **settings):
    """The tools in a project of the usual kind."""
    (project.folder / "scripts/undoing.sh").write_text(SCRIPT)
    for name, manifest in tools(project.log).items():
        (project.folder / "tools" / f"{name}.json").write_text(json.dumps(manifest))
    agent = [n for n, m in tools(project.log).items() if m.get("agent", True)]
    allowed = [*agent, "sql_read", "sql_transactional"]
    project.configure(profiles={"default": {"allow": allowed}}, **settings)
    return project


def put(project, manifest):
    """A manifest of the test's own, beside the others or in place of one."""
    file = project.folder / "tools" / f"{manifest['name']}.json"
    file.write_text(json.dumps(manifest))


def switch(project, tool, way, on=True):
    file = project.log / f"{tool}.{way}"
    file.touch() if on else file.unlink()


def order(project):
    """What happened, in its order: `(tool, word)`."""
    file = project.log / "order"
    if not file.exists():
        return []
    return [tuple(line.split()[:2]) for line in file.read_text().splitlines()]


def begin(project, **arguments):
    return project.call("run_begin", {"purpose": "the test's", **arguments})["run_id"]


def write(project, run, *tools, code=0):
    """Calls each tool with a word that is its own name and place."""
    answers = []
    for number, tool in enumerate(tools):
        answers.append(
            project.call(tool, {"word": f"{tool}-{number}"}, "--run", run, code=code))
    return answers
