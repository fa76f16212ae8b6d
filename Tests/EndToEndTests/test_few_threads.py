# Where the system gives the host few threads (a container's limit of processes): calls that block
# keep it from nothing but more calls.

import os
import resource
import shutil
import tempfile
import time

import pytest
from harness import Project

NOBODY = 65534


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody with a limit")
@pytest.mark.parametrize("threads", [12, 16])
def test_a_host_with_few_threads_goes_on_reading(binary, threads):
    folder = tempfile.mkdtemp()
    copy = shutil.copy(binary, folder + "/holdfast")
    project = Project(copy, folder)
    for place, folders, files in os.walk(folder):
        for name in [place, *(os.path.join(place, each) for each in files)]:
            os.chown(name, NOBODY, NOBODY)

    def become_limited():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))

    host = project.serve(preexec_fn=become_limited)
    try:
        host.call("sql_natural", {"word": "warm"})
        database = project.database()
        database.isolation_level = None
        database.execute("BEGIN EXCLUSIVE")
        ids = []
        for n in range(30):
            ids.append(host.post_call("sql_natural", {"word": f"w{n}"}))
            # Each in a read of its own: lines that come together are not handed over.
            time.sleep(0.02)
        assert "result" in host.ask("server/discover", within=5)
        database.execute("ROLLBACK")
        for id in ids:
            host.answer(id)
    finally:
        host.kill()
        shutil.rmtree(folder, ignore_errors=True)
