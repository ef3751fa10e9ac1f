"""One question to the keyring in a process of its own, which may hang, print or die and be ended.

Reads `{"do": "get" | "set" | "delete", "service", "account", "token", "seconds"}` from stdin; it
lives a second longer than that where nobody is there any more to end it. Writes to stdout
`{"token", "backend"}`, or `{"failed": reason}` where the reason is one of `credentials.FAILURES`
or the name of an exception: a message could hold the secret.
"""

import json
import os
import signal
import sys
from typing import Any

_RECOMMENDED = 1  # the priority from which on a backend says of itself that it keeps secrets


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the keyring says; a deleted token is given back as what was there before."""
    import keyring

    backend = keyring.get_keyring()
    if backend.priority < _RECOMMENDED:
        nothing = type(backend).__module__ in ("keyring.backends.fail", "keyring.backends.null")
        return {"failed": "missing" if nothing else "unsafe"}
    service, account = asked["service"], asked["account"]
    if asked["do"] == "set":
        backend.set_password(service, account, asked["token"])
        return {"token": None, "backend": backend.name}
    token = backend.get_password(service, account)
    if asked["do"] == "delete" and token is not None:
        backend.delete_password(service, account)
    return {"token": token, "backend": backend.name}


def reason(failure: BaseException) -> str:
    """Why the keyring did not answer, in a word."""
    name = type(failure).__name__
    if isinstance(failure, ImportError) or name in ("NoKeyringError", "InitError"):
        return "missing"
    return "locked" if name == "KeyringLocked" else name


def main() -> None:
    """Answer one question, on a channel that neither a plugin nor what it starts can reach."""
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        asked = json.load(sys.stdin)
        signal.alarm(asked["seconds"] + 1)  # the system ends it, however busy or deaf it is
        said = answer(asked)
    except BaseException as failure:  # noqa: BLE001 - whatever a plugin raises is an answer
        said = {"failed": reason(failure)}
    with os.fdopen(channel, "w") as out:
        json.dump(said, out)
    os._exit(0)  # a thread of a plugin that still runs has nothing to say


if __name__ == "__main__":
    main()
