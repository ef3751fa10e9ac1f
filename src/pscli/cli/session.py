"""What one run of pscli knows: its options, settings, clock and backend."""

import os
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pscli.config import Settings
from pscli.operation import Operation
from pscli.problems import AnswerUnknown, ConfirmationNeeded, InvalidValue, Problem

from .terminal import is_interactive, is_screen, reply_to, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pscli.models.billing import AddonChange
    from pscli.models.record import Change, Page
    from pscli.operation import Backend

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Format(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


class Color(StrEnum):
    """When stdout gets colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Session:
    """One run: its options, its settings, its clock, and the backend, opened when first asked."""

    def __init__(self) -> None:
        self.format: Format | None = None
        self.fields: list[str] | None = None
        self.fields_known = False  # that what will be shown has them
        self.header = True
        self.profile: str | None = None
        self.act_as: str | None = None
        self.quiet = False
        self.no_pager = False
        self.debug = False
        self.color = Color.AUTO
        self.yes = False
        self.dry_run = False
        self.key: str | None = None
        self.limit = 50
        self.all = False
        self.cursor: str | None = None
        self.staff = False
        self.changes = 0
        self.failure: Problem | None = None  # raised once the result is shown: partly done
        self.token: str | None = None  # of the server, once one was asked
        self.home: str | None = None  # for a desk beside the run's own: where that one is, or ""
        self.path = "pscli"  # the words of the command that runs
        self.context: Any = None  # the parser's, of that command
        self.operation: Operation[..., Any] | None = None  # the list or change asked for last

    def take(self, options: dict[str, Any], *, staff: bool) -> None:
        """The common options of the command that runs."""
        fields = options.pop("fields", None)
        self.fields = [name.strip() for name in fields.split(",")] if fields else None
        self.format = options.pop("output", None)
        self.header = not options.pop("no_header")
        for name in [name for name in options if hasattr(self, name)]:
            setattr(self, name, options.pop(name))
        self.staff = staff

    @cached_property
    def settings(self) -> Settings:
        """Where the desk is and whom to act as."""
        return Settings(os.environ, self.profile, self.act_as)

    @property
    def shown(self) -> Format:
        """The format of results: a table on a terminal, TSV in a pipe, unless one is named."""
        return self.format or (Format.TABLE if is_screen() else Format.TSV)

    def now(self) -> datetime:
        """The time it is: the real one, or that of a rehearsal."""
        if made_up := self.settings.now:
            from pscli.codec import parse_instant

            return parse_instant(made_up, "PSCLI_NOW")
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the session's clock

    @cached_property
    def backend(self) -> "Backend":
        """The desk that the settings name, acting as whom they name."""
        settings = self.settings
        if settings.server:
            from .connecting import connect

            return connect(self, settings.server)
        from pscli.backends import open_local
        from pscli.models.people import Identity

        email = settings.act_as
        if email is None and not self.staff:
            raise InvalidValue(
                "Nobody is named to act as.",
                hint="Add --as EMAIL, or once: pscli profile set default act_as=EMAIL",
                field="as",
            )
        identity = Identity(email=email, else_operator=self.staff and not settings.named_as)
        if settings.now or settings.variable("PSCLI_POLICY"):
            return self._rehearsal(identity)
        return open_local(settings.database, identity, self.now)

    def _rehearsal(self, identity: Any) -> "Backend":
        """A desk under a made-up clock or policy, which only a rehearsal desk allows."""
        from pathlib import Path

        from pscli.backends import open_database
        from pscli.backends.local import Local
        from pscli.desk.setup import is_rehearsal
        from pscli.policy import read_policy

        database = open_database(self.settings.database)
        with database.transaction(writes=False) as sql:
            rehearsal = is_rehearsal(sql)
        if self.settings.now and not rehearsal:
            raise InvalidValue(
                "PSCLI_NOW is for rehearsal desks, and this is none.",
                hint="Unset it, or make one: PSCLI_NOW=… PSCLI_DB=FILE pscli init",
                field="PSCLI_NOW",
            )
        named = self.settings.variable("PSCLI_POLICY") if rehearsal else None
        policy = read_policy(Path(named)) if named else None
        return Local(database, identity, self.now, policy)

    def close(self) -> None:
        """Let go of the backend, if this run opened one."""
        if "backend" in self.__dict__:
            self.backend.close()

    def change(self, operation: Operation[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform a change under this run's key; with --dry-run nothing is kept."""
        self.operation = operation
        if not (self.fields_known or self.dry_run):
            self.check_fields(operation.hints["return"])
        arguments = operation.bind(*args, **kwargs)
        key = self._next_key()
        try:
            result: R = self.backend.perform(operation, arguments, key, dry_run=self.dry_run)
        except AnswerUnknown as unknown:  # the key of a later step would be that of another request
            unknown.hint = (unknown.hint or "").replace(key, self.key or key)
            raise
        if self.dry_run and self.changes == 1:
            self.tell("Nothing was changed: this was a dry run.")
        return result

    def check_fields(self, shown: Any) -> None:
        """Refuse --fields that what will be shown (`Change[X] | None`) has not."""
        if self.fields is not None:
            from .fields import check_fields

            check_fields(shown, self.fields)
            self.fields_known = True

    def _next_key(self) -> str:
        """The run's key; its second change and further ones get a number, the same each time."""
        from pscli.tokens import new_key

        self.changes += 1
        self.key = self.key or new_key()
        return self.key if self.changes == 1 else f"{self.key}.{self.changes}"

    def ask(self, question: str) -> bool:
        """Whether the person agrees; without a terminal --yes must have said so."""
        if self.yes or self.dry_run:
            return True
        if not is_interactive():
            raise ConfirmationNeeded(
                f"This asks first: {question}", hint="Add --yes to agree, or --dry-run to look."
            )
        agreed = self.reply_to(f"{question} [y/N]:").lower() in ("y", "yes")
        if not agreed:
            self.tell("Nothing was changed.")
        return agreed

    def reply_to(self, question: str, *, at_end: str = "") -> str:
        """What a person types after a question, which names the profile that it is about."""
        return reply_to(f"[{self.settings.profile_name}] {question}", at_end=at_end)

    def agrees_to(
        self, operation: "Operation[..., Change[AddonChange]]", what: str, /, *args: Any
    ) -> bool:
        """Ask about a change with the amount that a dry run of it says; see `ask`."""
        if self.yes or self.dry_run:
            return True
        arguments = operation.bind(*args)
        would = self.backend.perform(operation, arguments, dry_run=True).record
        amount = f"{would.charged.amount} {would.charged.currency}"
        when = f"{would.effective_at:%Y-%m-%d %H:%M} UTC"
        also = [f"{at:%Y-%m-%d %H:%M} UTC" for at in would.cancelled]
        ends = f", appointments cancelled: {', '.join(also)}" if also else ""
        return self.ask(f"{what.format(**arguments)}: {amount} now, in force from {when}{ends}?")

    def page_of(self, operation: Operation[..., "Page[T]"], /, **arguments: Any) -> "Page[T]":
        """A page of a list; with --all, every page in one."""
        from pscli.models.record import Page

        pages = list(self._pages(operation, arguments))
        items = [item for page in pages for item in page.items]
        return Page(items=items, total=pages[0].total, next=pages[-1].next)

    def list_of(
        self, operation: Operation[..., "Page[T]"], /, **arguments: Any
    ) -> "Page[T] | Iterator[Page[T]]":
        """What `page_of` gives; with --all and a line a record, one page after the other."""
        if self.all and self.shown in (Format.CSV, Format.JSONL, Format.TSV):
            return self._pages(operation, arguments)
        return self.page_of(operation, **arguments)

    def _pages(
        self, operation: Operation[..., "Page[T]"], arguments: dict[str, Any]
    ) -> "Iterator[Page[T]]":
        """The page that was asked for; with --all, those after it too."""
        self.operation = operation
        page = operation(self.backend, limit=self.limit, cursor=self.cursor, **arguments)
        yield page
        while self.all and page.next is not None:
            page = operation(self.backend, limit=1000, cursor=page.next, **arguments)
            yield page

    def instant(self, text: str | None, field: str, timezone: str | None = None) -> datetime | None:
        """A day (its midnight in a zone, else the reader's) or an instant, as a person types it."""
        if text is None:
            return None
        from pscli.codec import parse_instant

        from .times import zone_named

        if len(text) > len("2026-01-31"):
            return parse_instant(text, field)
        try:
            zone = zone_named(timezone) if timezone else self.zone
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
            return day.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _no_date(text, field) from None

    @staticmethod
    def day(text: str | None, field: str) -> date | None:
        """A day as a person types it, wherever it is."""
        if text is None:
            return None
        with suppress(ValueError):
            if str(found := date.fromisoformat(text)) == text:
                return found
        raise _no_date(text, field)

    @cached_property
    def zone(self) -> tzinfo:
        """The reader's zone: the profile's, else the machine's."""
        from .times import machine_zone, zone_named

        named = self.settings.profile.timezone
        return zone_named(named) if named else machine_zone(self.now())

    @property
    def zone_key(self) -> str | None:
        """What a desk calls the reader's zone; None where the zone is only an offset."""
        return getattr(self.zone, "key", None)

    def tell(self, *lines: str) -> None:
        """Notices and hints, on stderr, unless --quiet."""
        if not self.quiet:
            say(*lines)


def _no_date(text: str, field: str) -> InvalidValue:
    return InvalidValue(f"“{text}” is no date.", hint="Write it as in 2026-01-31.", field=field)
