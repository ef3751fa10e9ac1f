"""Many at once: nobody is refused for being one of many, nothing is done twice or lost."""

import random
import time
from pathlib import Path

import psycopg

from pscli.backends import open_database
from pscli.backends.local import Database, Local
from pscli.desk.people import add_person
from pscli.desk.requests import submit_request
from pscli.desk.staff import add_representative
from pscli.desk.teams import create_team
from pscli.models.people import AdminRole, Identity, RepresentativeRole
from tests.conftest import Program
from tests.world import ANA, Clock

from .children import child, together
from .conftest import SOAK, check_sound

CROWD = 16
WRITES = 250 if SOAK > 1 else 25  # of each of the crowd


def test_sixteen_writers_lose_nothing(place: str) -> None:
    """K1: sixteen processes file requests; the numbers are 1 to N, each acknowledged once."""
    said = together("submit", *((place, f"writer{n}", WRITES) for n in range(CROWD)))
    numbers = sorted(int(line.split()[0]) for lines in said for line in lines)
    assert numbers == list(range(1, CROWD * WRITES + 1))
    longest = max(int(line.split()[1]) for lines in said for line in lines)
    assert longest < 10_000  # milliseconds: nobody came near the end of the patience
    check_sound(place)


def test_one_ticket_has_one_owner(place: str, database: Database) -> None:
    """A3: sixteen representatives take the same tickets; each ticket gets exactly one of them."""
    operator = Local(database, Identity(), Clock())
    ana = Local(database, Identity(email=ANA), Clock())
    emails = [f"agent{n}@desk.example" for n in range(CROWD)]
    for email in emails:
        add_representative(operator, email, RepresentativeRole.AGENT)
    numbers = [submit_request(ana, f"Request {n}", "x").record.number for n in range(20)]
    order = random.Random(20)
    crowd = [(place, email, *order.sample(numbers, len(numbers))) for email in emails]
    won: dict[int, list[str]] = {number: [] for number in numbers}
    for email, lines in zip(emails, together("take", *crowd), strict=True):
        for line in lines:
            if line.endswith(" won"):
                won[int(line.split()[0])].append(email)
    with database.transaction(writes=False) as sql:
        owners = sql.all(str, "SELECT assignee FROM ticket ORDER BY number")
    assert list(won.values()) == [[owner] for owner in owners]
    check_sound(place)


SLOW = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END $$;
    CREATE TRIGGER dawdle AFTER UPDATE ON person FOR EACH ROW EXECUTE FUNCTION dawdle();
"""


def test_a_team_keeps_its_last_admin(place: str, database: Database) -> None:
    """T3: two operators remove the two admins of a team at once; one of them is refused."""
    operator = Local(database, Identity(), Clock())
    pairs = []
    for n in range(5):
        create_team(operator, f"Team {n}")
        pair = [f"a{n}@pair.example", f"b{n}@pair.example"]
        for email in pair:
            add_person(operator, f"Team {n}", email, role=AdminRole.TEAM)
        pairs.append(pair)
    if "://" in place:  # on a file there is one writer; here the two must really meet
        with psycopg.connect(place) as connection:
            connection.execute(SLOW)
    said = together("remove", *((place, *side) for side in zip(*pairs, strict=True)))
    with database.transaction(writes=False) as sql:
        left = sql.all(
            int,
            "SELECT count(*) FROM person WHERE role = 'team' AND status = 'active' "
            "AND email LIKE '%@pair.example' GROUP BY team",
        )
    assert left == [1] * len(pairs)
    assert sum(line.endswith(" kept") for lines in said for line in lines) == len(pairs)


def test_an_address_belongs_to_one_team(place: str, database: Database) -> None:
    """T2: the same people are added to four teams at once; each belongs to one, nothing fails."""
    operator = Local(database, Identity(), Clock())
    teams = [f"Team {n}" for n in range(4)]
    for team in teams:
        create_team(operator, team)
    people = [f"person{n}@new.example" for n in range(20)]
    said = together("add", *((place, team, *people) for team in teams))
    answers = sorted(line for lines in said for line in lines)
    assert answers == sorted(
        [f"{email} added" for email in people] + [f"{email} elsewhere" for email in people] * 3
    )
    check_sound(place)


def test_a_busy_file_is_temporary(peopled: Program) -> None:
    """Who cannot get the lock in ten seconds is told so: exit 10, nothing done, text kept."""
    path = peopled.env["PSCLI_DB"]
    with child("hold", path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        begun = time.monotonic()
        answer = peopled(
            "contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It.", "-o", "json"
        )
        assert 10 <= time.monotonic() - begun < 12
        reading = peopled("hub", "tickets", "list", "--as", ANA, "-o", "json")
    assert answer.code == 10
    assert answer.error["message"] == f"{path} is busy. Nothing was done."
    assert answer.error["retry_after"] == 1
    assert reading.json["total"] == 0  # a writer stops no reader
    assert tickets(Path(path)) == 0
    peopled.ok("contact", "submit", "--as", ANA, "--subject", "Sync", "--body", "It.")


def tickets(path: Path) -> int:
    """How many tickets a file holds."""
    database = open_database(str(path))
    with database.transaction(writes=False) as sql:
        found = sql.one(int, "SELECT count(*) FROM ticket")
    database.close()
    return found or 0
