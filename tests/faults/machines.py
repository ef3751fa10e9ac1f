"""The program itself in a day: at a shell whose commands are killed, and run by cron."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pscli.desk.requests import submit_request

from .actors import Actor
from .children import ROOT

PROGRAM = [sys.executable, "-m", "pscli"]
LONGEST = 60.0  # seconds that a command may take
USAGE = """person,feature,quarter,uses
mia@acme.example,shared_links,2025-Q4,3
mia@acme.example,protected_links,2025-Q4,0
"""
UNKNOWN, TEMPORARY, PARTLY = 9, 10, 13  # exit codes that ask for a repetition


@dataclass
class Shell:
    """The program as somebody runs it who knows a server and a token."""

    folder: Path
    smtp: str = ""

    def run(self, actor: Actor, *words: str, patience: float = LONGEST) -> tuple[int | None, str]:
        """Run a command; its exit code, None where it was killed after `patience`, and stdout."""
        env = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", "TZ": "UTC",
            "PSCLI_CONFIG_DIR": str(self.folder / "config"),
            "PSCLI_SERVER": actor.scene.address, "PSCLI_TOKEN": actor.token,
        }  # fmt: skip
        with subprocess.Popen(
            [*PROGRAM, *words], env=env, cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            try:
                out, err = process.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                actor.scene.history.count("killed")
                return None, ""
        if "Traceback" in err or process.returncode == 1:
            actor.scene.history.broken.append(f"{words}: {process.returncode}: {err[-2000:]}")
        if process.returncode == 0:
            actor.scene.history.count("commands")
        return process.returncode, out

    def type(self, actor: Actor) -> None:
        """File a request; half of the commands are killed, and repeated with their key."""
        key, before = actor.next_key(), actor.scene.now()
        given = {"subject": "Typed", "body": "It stopped.", "product": "dropbox"}
        words = ["contact", "submit", "--no-suggest", "-o", "json", "--idempotency-key", key]
        for name, value in given.items():
            words += [f"--{name}", value]
        code = None
        while code in (None, UNKNOWN, TEMPORARY):
            patience = actor.chance.choice([LONGEST, actor.chance.uniform(0.2, 1.5)])
            code, out = self.run(actor, *words, patience=patience)
            time.sleep(0.1 if code else 0)
        if code:
            actor.scene.history.broken.append(f"{words}: {code}")
            return
        typed = json.loads(out)
        result = {"record": {"number": typed["number"]}, "changed": typed["changed"]}
        span = before, actor.scene.now()
        actor.scene.history.write(key, actor.email, submit_request, given, result, span)

    def by_cron(self, actor: Actor) -> None:
        """Import usage, queue the quarterly e-mail, send what is queued, export the desk."""
        usage = self.folder / "usage.csv"
        usage.write_text(USAGE)
        for words in (
            ("team", "usage", "import", str(usage), "--team", "Acme", "--yes"),
            ("desk", "digest", "run", "--yes"),
            ("desk", "mail", "send", "--yes", "--smtp", self.smtp),
            ("desk", "export", "--to", str(self.folder / "export.csv"), "--force"),
        ):
            code, _ = self.run(actor, *words)
            if code not in (0, None, UNKNOWN, TEMPORARY, PARTLY):
                actor.scene.history.broken.append(f"{words}: {code}")
        actor.scene.over.wait(20 * actor.scene.thinking)
