"""Where a token is kept for a profile and an origin: environment, file, keyring (A1).

An origin is scheme, host and port: a profile that is pointed at another server finds no token.
"""

import json
import math
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .codec import decode_json
from .config import Settings, state_folder
from .models.record import Record
from .private_files import one_at_a_time, read_text, replace_text
from .problems import InvalidValue, NotSignedIn
from .tokens import is_token, token_id

PATIENCE = 4.0  # seconds for a keyring to take a token and give it back

# Why a keyring does not serve, and what to do about it.
FAILURES = {
    "missing": (
        "There is no keyring on this machine.",
        "Install one and start it: the desktop's own, gnome-keyring or KWallet.",
    ),
    "unsafe": (
        "The keyring of this machine is not one to keep secrets in.",
        "Choose another: python -m keyring --list-backends",
    ),
    "locked": ("The keyring is locked.", "Unlock it, and repeat."),
    "silent": (
        f"The keyring has not answered for {PATIENCE:.0f} seconds.",
        "It may wait to be unlocked: do so, or restart it, and repeat.",
    ),
    "nonsense": ("The keyring gives no answer that makes sense.", "Restart it, and repeat."),
    "forgetful": (
        "The keyring did not keep the token that it was given.",
        "Choose another: python -m keyring --list-backends",
    ),
}
_OTHERWISE = "Or keep the token in a file: pscli auth login --insecure-storage\nOr set PSCLI_TOKEN."


class NoKeyring(NotSignedIn):
    """This machine has no keyring, hence nothing is kept there."""


class Kept(Record, frozen=True):
    """A token and where it is kept: `environment`, `file` or `keyring`, and which one."""

    token: str
    where: str
    place: str

    @property
    def id(self) -> str:
        """What the token is called where it must not be shown."""
        return token_id(self.token)


class Account(Record, frozen=True):
    """For whom a token is kept: a profile, and the scheme, host and port of its server."""

    profile: str
    origin: str


class Keyring:
    """The keyring of this machine; once it has failed it is not asked again."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self.failed: NotSignedIn | None = None

    def find(self, account: Account) -> Kept | None:
        """The token that is kept; raises NotSignedIn with a remedy where the keyring fails."""
        said = self._ask("get", account, self._deadline())
        if (token := said["token"]) is None:
            return None
        if not is_token(token):
            raise NotSignedIn(
                "What the keyring holds for this profile is no token.",
                hint="Sign in again: pscli auth login",
            )
        return Kept(token=token, where="keyring", place=said["backend"])

    def keep(self, account: Account, token: str) -> Kept:
        """Keep a token, and see from another process that it is kept; raises as `find` does."""
        deadline = self._deadline()
        self._ask("set", account, deadline, token)
        said = self._ask("get", account, deadline)
        if said["token"] != token:
            raise _failure("forgetful")
        return Kept(token=token, where="keyring", place=said["backend"])

    def forget(self, account: Account) -> Kept | None:
        """Take the token out, and see that it is gone; raises as `find` does."""
        deadline = self._deadline()
        said = self._ask("delete", account, deadline)
        if said["token"] is None:
            return None
        if self._ask("get", account, deadline)["token"] is not None:
            raise NotSignedIn(
                "The keyring did not remove the token.", hint="Revoke it: pscli token revoke ID"
            )
        return Kept(token=said["token"], where="keyring", place=said["backend"])

    def _deadline(self) -> float:
        return time.monotonic() + self._patience

    def _ask(
        self, do: str, account: Account, deadline: float, token: str | None = None
    ) -> dict[str, Any]:
        if self.failed is not None:
            raise self.failed
        question = {
            "do": do,
            "service": f"pscli {account.origin}",
            "account": account.profile,
            "token": token,
            "seconds": math.ceil(self._patience),
        }
        said = _answer_to(json.dumps(question).encode(), deadline)
        if failed := said.get("failed"):
            self.failed = _failure(str(failed))
            raise self.failed
        return {"token": said.get("token"), "backend": str(said.get("backend"))}


class TokenFile:
    """Tokens in a file that only its owner can read, for machines without a keyring."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, account: Account) -> Kept | None:
        """The token that is kept; raises InvalidValue where others could have read the file."""
        return self._kept(self._read(), account)

    def keep(self, account: Account, token: str) -> Kept:
        """Keep a token."""

        def added(tokens: dict[str, dict[str, str]]) -> None:
            tokens.setdefault(account.profile, {})[account.origin] = token

        self._change(added)
        return Kept(token=token, where="file", place=str(self.path))

    def forget(self, account: Account) -> Kept | None:
        """Take the token out."""
        kept = self.find(account)
        if kept is not None:
            self._change(lambda tokens: tokens[account.profile].pop(account.origin, None))
        return kept

    def _kept(self, tokens: dict[str, dict[str, str]], account: Account) -> Kept | None:
        token = tokens.get(account.profile, {}).get(account.origin)
        return (token and Kept(token=token, where="file", place=str(self.path))) or None

    def _change(self, change: Callable[[dict[str, dict[str, str]]], Any]) -> None:
        with one_at_a_time(self.path):
            tokens = self._read()
            change(tokens)
            left = {profile: kept for profile, kept in tokens.items() if kept}
            if left:
                replace_text(self.path, json.dumps(left, indent=2) + "\n")
            else:
                self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, dict[str, str]]:
        text = read_text(self.path, secret=True)
        try:
            tokens: dict[str, dict[str, str]] = decode_json(dict[str, dict[str, str]], text or "{}")
        except InvalidValue as problem:  # its message could hold what stands there
            raise InvalidValue(
                f"{self.path} is damaged.", hint="Move it away, and sign in again: pscli auth login"
            ) from problem
        return tokens


def token_file() -> TokenFile:
    """The file beside the drafts, which nobody copies along with their settings."""
    return TokenFile(state_folder(os.environ) / "tokens.json")


def find_token(
    settings: Settings, origin: str, keyring: Keyring | None = None, *, abroad: bool = False
) -> Kept | None:
    """The token of this run for a server: PSCLI_TOKEN, else the file's, else the keyring's.

    PSCLI_TOKEN is for the run's own server: one `abroad` does not get it. Raises NotSignedIn where
    the keyring fails; it is asked last, so that it may be missing.
    """
    if (token := settings.variable("PSCLI_TOKEN")) and not abroad:
        return Kept(token=token, where="environment", place="PSCLI_TOKEN")
    return stored_token(Account(profile=settings.profile_name, origin=origin), keyring)


def stored_token(account: Account, keyring: Keyring | None = None) -> Kept | None:
    """The token that a sign-in kept; raises as `find_token` does. No keyring keeps nothing."""
    if kept := token_file().find(account):
        return kept
    with suppress(NoKeyring):
        return (keyring or Keyring()).find(account)
    return None


def forget_token(account: Account, *, dry_run: bool = False) -> list[Kept]:
    """Take a token out of file and keyring; returns what was there. Raises as `find_token` does."""
    keyring, file = Keyring(), token_file()
    found = [file.find(account) if dry_run else file.forget(account)]
    with suppress(NoKeyring):
        found.append(keyring.find(account) if dry_run else keyring.forget(account))
    return [kept for kept in found if kept]


def _answer_to(question: bytes, deadline: float) -> dict[str, Any]:
    """What a process of its own says: a bus that is silent ends with it, and so does a prompt."""
    import subprocess

    words = [sys.executable, "-P", "-m", "pscli.keyring_child"]
    with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of ours
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # away from the terminal, where a plugin would ask
    ) as child:
        try:
            printed, _ = child.communicate(question, timeout=max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            return {"failed": "silent"}
        finally:
            if child.returncode is None:
                _end(child.pid)
    try:
        said = json.loads(printed)
    except ValueError:
        return {"failed": "nonsense"}
    return said if isinstance(said, dict) else {"failed": "nonsense"}


def _end(group: int) -> None:
    """End a process that still runs, and all that it started."""
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _failure(reason: str) -> NotSignedIn:
    kind = NoKeyring if reason == "missing" else NotSignedIn
    failed = (f"The keyring failed: {reason[:60]}.", "Restart it, and repeat.")
    said, remedy = FAILURES.get(reason, failed)
    return kind(said, hint=f"{remedy}\n{_OTHERWISE}")
