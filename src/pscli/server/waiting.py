"""Waiting for news: one look per process for everybody who waits in it, none where nobody does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Annotated, Any

from msgspec import Meta, Struct
from starlette.types import Receive, Scope, Send

from pscli.backends.local import Database, Local
from pscli.codec import encode_json
from pscli.desk.chat_records import look
from pscli.desk.chats import attend_chat
from pscli.desk.topics import revisions
from pscli.models.live import Topic
from pscli.models.people import Identity
from pscli.problems import NotSignedIn

from . import arguments

LONGEST = 55.0  # seconds that one request may wait


class Question(Struct, kw_only=True, forbid_unknown_fields=True):
    """What a request waits for: news of a topic past a revision, at most so many seconds."""

    topic: Topic
    after: int
    seconds: Annotated[float, Meta(ge=0, le=LONGEST)]


class Watcher:
    """Looks whether topics have news, while anybody waits for one."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: dict[str, dict[asyncio.Future[int], int]] = {}
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "watcher")  # one thread: the pulse is a connection's
        self._pulse: int | None = None
        self._fresh: set[str] = set()  # topics that were not looked at since somebody came

    def register(self, topic: str, after: int) -> asyncio.Future[int]:
        """A future that will hold the topic's revision once it is past `after`.

        Register first, look second: what comes between the two is told by the next look.
        """
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, {})[future] = after
        self._fresh.add(topic)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())
        return future

    def forget(self, topic: str, future: asyncio.Future[int]) -> None:
        """Nobody waits with this future any more."""
        futures = self._waiting.get(topic, {})
        futures.pop(future, None)
        if not futures:
            self._waiting.pop(topic, None)

    def release(self) -> None:
        """Let everybody go: the server stops."""
        for futures in self._waiting.values():
            for future in futures:
                future.cancel()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            every, fresh = [*self._waiting], [*self._fresh]
            self._fresh.clear()
            try:
                found = await loop.run_in_executor(self._thread, self._look, every, fresh)
                self._tell(found)
            except Exception:  # noqa: BLE001 - a database that is away is looked at again
                self._pulse = None
            await asyncio.sleep(self.database.look_every)

    def _look(self, every: list[str], fresh: list[str]) -> dict[str, int]:
        """The revisions of every topic where anything was committed, else of the fresh ones."""
        pulse = self.database.pulse()
        topics = fresh if pulse == self._pulse else every
        self._pulse = pulse
        if not topics:
            return {}
        with self.database.transaction(writes=False) as sql:
            return revisions(sql, topics)

    def _tell(self, found: dict[str, int]) -> None:
        for topic, revision in found.items():
            for future, after in self._waiting.get(topic, {}).items():
                if revision > after and not future.done():
                    future.set_result(revision)


class Waiting:
    """The address at which one waits: GET with topic, after and seconds."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer at once where there is news already, else when it comes or the time is up."""
        from .app import respond
        from .refusals import WrongMethod, answer

        if scope["method"] != "GET":
            raise WrongMethod(scope["method"], "GET")
        headers = dict(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        identity = self.app.door.identity(headers.get(b"authorization"), peer)
        asked = arguments.read_query(Question, scope["query_string"])
        watcher: Watcher = self.app.watcher
        future = watcher.register(asked.topic, asked.after)
        try:
            revision = await self._first_look(identity, peer, asked)
            if revision <= asked.after and asked.seconds:
                with suppress(TimeoutError, asyncio.CancelledError):
                    revision = await asyncio.wait_for(future, asked.seconds)
        finally:
            watcher.forget(asked.topic, future)
        await respond(send, answer(200, encode_json({"revision": revision}), scope["request_id"]))

    async def _first_look(self, identity: Identity, peer: str, asked: Question) -> int:
        """The revision now, where this person may follow the topic at all."""
        desk = Local(self.app.database, identity, self.app.clock)
        token = identity.token_hash or ""
        try:
            revision: int = await self.app.run(_attend, desk, asked.topic)
        except NotSignedIn:
            self.app.door.failed(peer, token)
            raise
        self.app.door.succeeded(token)
        return revision


def _attend(desk: Local, topic: str) -> int:
    """The revision now; whoever waits for a chat's news gives a sign of life by that."""
    news = look(desk, topic)
    if news.sign_due:
        attend_chat(desk, topic.removeprefix("chat/"))
    return news.revision
