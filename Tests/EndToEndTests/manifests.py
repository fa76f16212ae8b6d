# The tools that the tests call, one for each delivery mode, and the target that counts what they
# do. No test lives here.

TARGET_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS effects (
  number INTEGER PRIMARY KEY AUTOINCREMENT, tool TEXT, word TEXT, call_id TEXT);
CREATE TABLE IF NOT EXISTS settings (word TEXT PRIMARY KEY, tool TEXT, call_id TEXT);
"""

# Appends who calls to the file of the tool, flushed, and answers.
EFFECT_SCRIPT = """
tool=$1 log=$2 word=$3
echo "$HOLDFAST_CALL_ID $HOLDFAST_ATTEMPT $word" >> "$log/$tool.log"
test "$HOLDFAST_IDEMPOTENCY_KEY" = "$HOLDFAST_CALL_ID" || exit 70
case $word in
fatal) echo "no way" >&2; exit 70 ;;
invalid) echo "wrong word" >&2; exit 65 ;;
transient) exit 75 ;;
permission) exit 77 ;;
killed) kill -9 $$ ;;
esac
echo '{"effect_id": "'$word'"}'
"""

# Leaves its process ids behind, sleeps beside a child of its own, then does what it does.
SLOW_SCRIPT = """
tool=$1 log=$2 word=$3 seconds=$4
sleep 600 &
echo "$$ $!" > "$log/$tool.pids"
sleep "$seconds"
kill $!
echo "$HOLDFAST_CALL_ID $HOLDFAST_ATTEMPT $word" >> "$log/$tool.log"
echo '{"effect_id": "'$word'"}'
"""

WORD = {
    "type": "object", "additionalProperties": False, "required": ["word"],
    "properties": {"word": {"type": "string", "minLength": 1, "maxLength": 40}},
}
SLOW_WORD = {
    "type": "object", "additionalProperties": False, "required": ["word", "seconds"],
    "properties": {
        "word": {"type": "string", "minLength": 1, "maxLength": 40},
        "seconds": {"type": "integer", "minimum": 0, "maximum": 120},
    },
}
EFFECT_ID = {
    "type": "object", "required": ["effect_id"],
    "properties": {"effect_id": {"type": "string"}},
}
INSERT = """
INSERT INTO effects (tool, word, call_id) VALUES ('{tool}', :word, :call_id)
RETURNING 'E-' || number AS effect_id
"""
UPSERT = """
INSERT INTO settings (word, tool, call_id) VALUES (:word, '{tool}', :call_id)
ON CONFLICT (word) DO UPDATE SET call_id = excluded.call_id RETURNING word AS effect_id
"""
FIND = "SELECT :word AS effect_id"


def _from(pointer):
    return {"$from": pointer}


def _manifest(name, effect, connector, input=WORD, **more):
    manifest = {
        "name": name, "title": name, "description": f"The test's tool {name}.",
        "version": "1.0.0", "input": input, "output": EFFECT_ID, "effect": effect,
        "connector": connector, "timeout": "60s", **more,
    }
    if effect["kind"] == "write":
        manifest.setdefault("approval", "none")
    return manifest


def _write(delivery):
    return {"kind": "write", "delivery": delivery, "reversibility": "reversible"}


def _sql(name, statement):
    return {
        "kind": "sql", "database": "target", "statement": statement.replace("{tool}", name),
        "parameters": {"word": _from("/arguments/word"), "call_id": _from("/call/id")},
        "result": "row",
    }


def _command(name, log, script="effect.sh", *more):
    return {
        "kind": "command",
        "argv": ["/bin/sh", f"../scripts/{script}", name, str(log), _from("/arguments/word"),
                 *more],
    }


def _slow(name, log):
    return _command(name, log, "slow.sh", "{/arguments/seconds}")


def tools(log):
    """The manifests by name."""
    read = {"kind": "read"}
    find = _sql("sql_read", FIND)
    find["parameters"].pop("call_id")
    made = [
        _manifest("sql_transactional", _write("transactional"), _sql("sql_transactional", INSERT)),
        _manifest("sql_natural", _write("natural"), _sql("sql_natural", UPSERT)),
        _manifest("sql_at_most_once", _write("at_most_once"), _sql("sql_at_most_once", INSERT)),
        _manifest("sql_read", read, find),
        _manifest("command_read", read, _command("command_read", log)),
    ]
    for delivery in ["at_most_once", "natural", "keyed"]:
        name = f"command_{delivery}"
        made.append(_manifest(name, _write(delivery), _command(name, log)))
        name = f"slow_{delivery}"
        made.append(_manifest(name, _write(delivery), _slow(name, log), SLOW_WORD))
    made.append(
        _manifest(
            "ask_person", _write("natural"),
            {"kind": "none", "result": {"decision": _from("/approval/decision")}},
            approval={"by": ["requester"]},
            output={
                "type": "object", "required": ["decision"],
                "properties": {"decision": {"type": "string"}}}))
    made.append(
        _manifest(
            "held_effect", _write("at_most_once"), _command("held_effect", log),
            approval={"by": ["requester"]}))
    made.append(
        _manifest(
            "short", _write("at_most_once"), _slow("short", log), SLOW_WORD, timeout="1s"))
    return {each["name"]: each for each in made}
