# What the README says about clients holds: its Python lines run as they stand, and its table names
# the packages and versions that are driven.

import os
import re
import subprocess
import sys
import textwrap

from registry import CLIENTS, ROOT

README = (ROOT / "README.md").read_text()


def test_the_lines_in_python_run(binary, tmp_path):
    [lines] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    imports, body = lines.split("\n\n", 1)
    program = f"import asyncio\n{imports}\nasync def main():\n{textwrap.indent(body, '    ')}\n"
    program = program.replace("/usr/local/bin/holdfast", str(binary))
    # In a project's folder, whose config is found: not in the state of whoever runs the tests.
    desk = tmp_path / "desk"
    subprocess.run([binary, "init", desk], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [sys.executable, "-c", program + "asyncio.run(main())"], capture_output=True, text=True,
        timeout=60, cwd=desk, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "'status': 'succeeded'" in done.stdout, done


def test_the_table_names_what_is_driven():
    missing = []
    for requirements in {each.requirements for each in CLIENTS}:
        pins = (ROOT / f"Scripts/requirements/{requirements}.txt").read_text().splitlines()
        package, version = next(line for line in pins if line[0] != "#").split("==")
        row = re.compile(rf"^\| `{re.escape(package)}` .*\b{re.escape(version)}\b", re.MULTILINE)
        if not row.search(README):
            missing.append(f"{package} {version}")
    assert not missing, f"not in the README's table: {sorted(missing)}"
