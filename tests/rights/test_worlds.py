"""Two desks that differ in one ticket of somebody else: nobody can tell which one they are on."""

import io
import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from pscli.backends import open_database
from pscli.backends.local import Local
from pscli.cli.app import main
from pscli.cli.candidates import offered
from pscli.codec import encode_json
from pscli.desk.callbacks import request_callback
from pscli.desk.chats import end_chat, join_chat, open_chat, say_line
from pscli.desk.queue import answer_ticket, note_ticket
from pscli.desk.requests import reply_ticket, submit_request
from pscli.models.people import Identity, Product
from pscli.operation import Operation
from pscli.problems import Problem
from tests.faults.conftest import SOAK
from tests.world import AGENT, AGENT2, Clock, World, all_operations

from .arguments import arguments
from .desk import BARE, HELD, PEOPLE, Things, address, lay_rights

Laid = tuple[Path, dict[str, Things], Clock]
Stranger = Callable[[World, str], None]
SECRET = "zebra"  # stands in no text but the stranger's
PERSONS = [(kind, team) for team in (HELD, BARE) for kind in PEOPLE]
WATCHED = PERSONS if SOAK > 1 else [("team", HELD), ("memb", HELD), ("chtm", BARE), ("secu", BARE)]


def file_one(world: World, email: str) -> None:
    """A request with everything that a request can have."""
    submit_request(
        world.acting_as(email), f"{SECRET} sync", f"{SECRET} {email}", Product.PAPER,
        issue_type="sync", language="ja", urgent=True, cc=["cc@elsewhere.example"],
    )  # fmt: skip


def talk_one_over(world: World, email: str) -> None:
    """A request that was answered, noted on, answered again and solved."""
    ticket = submit_request(world.acting_as(email), SECRET, "x", Product.DASH).record
    team = HELD if email.endswith(f"@{HELD.lower()}.example") else BARE
    agent = world.acting_as(AGENT2)
    answer_ticket(agent, team, ticket.number, SECRET)
    note_ticket(agent, team, ticket.number, SECRET)
    reply_ticket(world.acting_as(email), ticket.number, SECRET)
    answer_ticket(agent, team, ticket.number, SECRET, solve=True)


def chat_one_over(world: World, email: str) -> None:
    """A chat that was joined, led and ended."""
    chat = open_chat(world.acting_as(email), Product.PAPER).record
    say_line(world.acting_as(email), chat.id, SECRET)
    join_chat(world.acting_as(AGENT), chat.id)
    say_line(world.acting_as(AGENT), chat.id, SECRET)
    end_chat(world.acting_as(email), chat.id)


def ask_for_a_call(world: World, email: str) -> None:
    """An urgent callback, which comes before everybody's."""
    request_callback(world.acting_as(email), "+49 30 901820", product=Product.PAPER, urgent=True)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory, populated_file: Path) -> Laid:
    """The file of a laid desk that nobody has open, what its people have, and its clock."""
    file = Path(shutil.copy(populated_file, tmp_path_factory.mktemp("laid") / "desk.db"))
    world = opened(file, Clock())
    things = lay_rights(world)
    world.database.close()
    return file, things, world.clock


def opened(file: Path, clock: Clock) -> World:
    """The world of a file."""
    database = open_database(str(file))

    def connect(identity: Identity) -> Local:
        return Local(database, identity, clock)

    return World(database, connect, clock)


def twins(laid: Laid, folder: Path, stranger: Stranger, who: str) -> list[World]:
    """Two worlds: in the second somebody filed one ticket more; then life goes on in both."""
    file, things, clock = laid
    worlds = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        copy = shutil.copy(file, folder / name / "desk.db")
        worlds.append(opened(Path(copy), clock))
    stranger(worlds[1], who)
    for world in worlds:
        for kind, team in PERSONS:
            theirs = things[address(kind, team)]
            if theirs.email != who:
                reply_ticket(world.acting_as(theirs.email), theirs.number, "And now?")
    return worlds


def heard(world: World, things: Things, operation: Operation[Any, Any], name: str) -> str:
    """All that somebody hears of an operation; what is made at random is left out."""
    backend = world.acting_as(things.email)
    given = arguments(name, things)
    try:
        done = backend.perform(operation, given, dry_run=not operation.reads)
    except Problem as problem:
        done = problem.to_wire()
    return re.sub(r"\b[0-9a-f]{32}\b", "RANDOM", encode_json(done).decode())


# What may differ, and why. In the stranger's own team only:
COLLEAGUES = {
    "list_audit": "A2: who filed when stands in the team's trail, without content",
    "show_insights/team": "I3: counts of the whole team",
    "show_brief": "Q5: those of a quarter",
    "submit_request": "K1: the next number",
    "submit_inquiry": "K1",
    "open_chat": "K1",
    "request_callback": "K1",
}
# Everywhere: the place in a queue, where somebody came before.
QUEUED = re.compile(r'"(?:place|position)":\d+')


STRANGERS = [file_one, talk_one_over, chat_one_over, ask_for_a_call]
BOTH = [(stranger, team) for stranger in STRANGERS for team in (HELD, BARE)]
IN_TURN = list(zip(STRANGERS, [HELD, BARE] * 2, strict=True))


@pytest.mark.parametrize(("stranger", "team"), BOTH if SOAK > 1 else IN_TURN)
def test_nobody_can_tell(laid: Laid, tmp_path: Path, stranger: Stranger, team: str) -> None:
    """K2, I3, R1, R4, A2, C9: every operation answers everyone else with the same bytes."""
    who = address("supp", team)
    worlds = twins(laid, tmp_path, stranger, who)
    names = [*all_operations(), "show_insights/team", "show_ticket/hub"]
    for kind, home in PERSONS:
        things = laid[1][address(kind, home)]
        for name in names:
            if things.email == who or (name in COLLEAGUES and home == team):
                continue
            operation = all_operations()[name.partition("/")[0]]
            first, second = (heard(world, things, operation, name) for world in worlds)
            if stranger is ask_for_a_call:
                first, second = (QUEUED.sub("", text) for text in (first, second))
            assert first == second, (name, things.email)
    for world in worlds:
        world.database.close()


COMMANDS = [
    "whoami", "hub", "hub -o json", "hub tickets list -o json", "hub tickets list --all -o csv",
    f"hub tickets list --search {SECRET} -o json", "hub tickets list --type sync -o json",
    "hub tickets list --sort due --limit 1 -o json", "hub tickets show {new} -o json",
    "hub tickets reply {new} --body x -o json", "hub tickets solve {new} -o json",
    "hub tickets attachment {new} 1 --to x -o json", "contact requests list -o json",
    "contact requests show {new}", "contact requests solve {new} -o json",
    "contact submit --subject S --body x --product dropbox --follows {new} -o json",
    "contact options --product dropbox -o json", "insights -o json", "insights -o csv",
    "insights export --to - --period 2026-03 -o json", "recommendations -o json",
    "billing show -o json", "billing invoices list -o json", "consultation slots -o json",
    "meeting list -o json", "desk audit list -o json", "token list -o json",
]  # fmt: skip


def run(words: list[str], folder: Path, clock: Clock) -> tuple[int, str, str]:
    """Run the program in a folder that has a desk: its exit code and all that it prints."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setenv("PSCLI_DB", "desk.db")
        patch.setenv("PSCLI_NOW", clock().isoformat())
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
        code = main(words)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return code, texts[0], texts[1]


def test_nor_can_the_program(laid: Laid, tmp_path: Path) -> None:
    """K2, I3, K5, R1: screens, lists, searches, exports and refusals, and what a Tab offers."""
    who = address("supp", HELD)
    worlds = twins(laid, tmp_path, talk_one_over, who)
    new = next(n for n in range(1, 999) if exists(worlds[1], n) and not exists(worlds[0], n))
    for world in worlds:
        world.database.close()
    folders = [tmp_path / "one", tmp_path / "two"]
    for email in (address(*each) for each in WATCHED if address(*each) != who):
        for command in COMMANDS:
            if "audit" in command and email.endswith("@held.example"):
                continue  # A2
            words = [*command.format(new=new).split(), "--as", email]
            first, second = (run(words, folder, laid[2]) for folder in folders)
            assert first == second, words
            assert SECRET not in first[1] + first[2] or "--search" in words
        for each in ("ticket", "type"):
            with pytest.MonkeyPatch.context() as patch:
                found = []
                for folder in folders:
                    patch.setenv("PSCLI_DB", str(folder / "desk.db"))
                    found.append(offered(each, None, email, []))
            assert found[0] == found[1]
            assert found[0]


def exists(world: World, number: int) -> bool:
    """Whether the held team has a ticket of that number."""
    with world.database.transaction(writes=False) as sql:
        query = "SELECT 1 FROM ticket WHERE number = :number AND requester LIKE '%@held.example'"
        return sql.one(int, query, number=number) is not None
