"""The site's web server as processes that can be killed and started again at the same address."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.external_tools import find_free_port
from tests.paths import ROOT

OPTIONS = ["--interface", "wsgi", "--host", "127.0.0.1", "--blocking-threads", "4", "--log-level", "warning"]
START_TIMEOUT_SECONDS = 60  # the machine may be busy


class Web:
    """The public process, with the same settings as in production."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = find_free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "web.log"
        self.environment = {"DATABASE_URL": url, "VAR_DIR": str(folder), "SITE_ROLE": "public", "API_RATE": ""}
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--port", str(self.port), *OPTIONS, "council.wsgi:application"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its workers can be killed with it
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/readyz", timeout=START_TIMEOUT_SECONDS) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError):
            return False

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
