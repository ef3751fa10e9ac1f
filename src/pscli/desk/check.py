"""The proof of the store, for operators."""

from collections.abc import Iterator
from hashlib import sha256

from pscli.models.checks import CheckReport, DeskSize, Finding
from pscli.models.record import Record
from pscli.operation import Work, operation

from .ledger_check import ledger_faults
from .library_check import library_faults
from .proofs import PROOFS
from .rollup_check import rollup_faults
from .tickets import owner_word

MOST = 100  # findings in one report: the first ones say what happened
RESTORE = "Restore a backup: pscli desk restore FILE"


class Spot(Record, frozen=True):
    """A place at which a proof failed; team 0 is the desk itself."""

    team: int
    item: str


@operation("GET", "/check")
def check_desk(work: Work) -> CheckReport:
    """Prove the store: counters, roll-ups, promises, references, files, index, ledger, library."""
    names = {row.team: row.item for row in work.sql.all(Spot, _TEAMS)}
    findings = []
    for what, spot in _failures(work):
        where = f"{names.get(spot.team, f'team {spot.team}')}: {spot.item}"
        findings.append(Finding(what=f"{what}.", where=where, remedy=RESTORE))
        if len(findings) == MOST:
            break
    return CheckReport(ok=not findings, findings=findings, counted=_counted(work))


@operation("GET", "/size")
def size_desk(work: Work) -> DeskSize:
    """How many teams, people and tickets there are, by the counters of the teams."""
    return work.sql.all(DeskSize, _SIZE)[0]


_SIZE = (
    "SELECT count(*) AS teams, CAST(COALESCE(SUM(people), 0) AS BIGINT) AS people, "
    "CAST(COALESCE(SUM(tickets), 0) AS BIGINT) AS tickets FROM team"
)
_TEAMS = "SELECT id AS team, name AS item FROM team UNION ALL SELECT 0, 'Desk'"
_COUNTED = {"teams": "team", "people": "person", "tickets": "ticket", "messages": "message"}
_COUNTED |= {"promises": "clock", "files": "upload", "changes": "change"}


def _counted(work: Work) -> dict[str, int]:
    return {
        name: work.sql.one(int, f"SELECT count(*) FROM {table}") or 0
        for name, table in _COUNTED.items()
    }


def _failures(work: Work) -> Iterator[tuple[str, Spot]]:
    for proof in PROOFS:
        for spot in work.sql.all(Spot, f"{proof.query} LIMIT :most", most=MOST):
            yield proof.what, spot
    for spot in _changed_files(work):
        yield "A file is not what was sent (K6)", spot
    for spot in _unfindable(work):
        yield "A search does not find a ticket (K5)", spot
    for team, item in rollup_faults(work):
        yield "A roll-up is not that of a recount (I1)", Spot(team=team, item=item)
    for what, team, item in ledger_faults(work):
        yield what, Spot(team=team, item=item)
    for what, item in library_faults(work):
        yield what, Spot(team=0, item=item)


class _Sent(Record, frozen=True):
    team: int
    id: str
    sha256: str
    parts: int


def _changed_files(work: Work) -> Iterator[Spot]:
    """Files of messages whose content has another SHA-256 than the one they came with."""
    place: tuple[int, str] = (-1, "")
    while files := work.sql.all(
        _Sent,
        "SELECT team, id, sha256, parts FROM upload WHERE ticket IS NOT NULL "
        "AND (team, id) > (:team, :id) ORDER BY team, id LIMIT 500",
        team=place[0],
        id=place[1],
    ):
        for file in files:
            if _digest(work, file) != file.sha256:
                yield Spot(team=file.team, item=f"file {file.id}")
        place = files[-1].team, files[-1].id


def _digest(work: Work, file: _Sent) -> str:
    digest = sha256()
    for n in range(file.parts):
        part = work.sql.one(
            bytes,
            "SELECT data FROM part WHERE team = :team AND upload = :id AND n = :n",
            team=file.team,
            id=file.id,
            n=n,
        )
        digest.update(part or b"")
    return digest.hexdigest()


class _Owner(Record, frozen=True):
    team: int
    person: int


def _unfindable(work: Work) -> Iterator[Spot]:
    """Tickets that the search index does not hold under their owner."""
    owners = work.sql.all(_Owner, "SELECT DISTINCT team, person FROM ticket")
    for owner in owners:
        hits = work.sql.search([owner_word(owner.team, owner.person)], 0)
        yield from work.sql.all(
            Spot,
            "SELECT team, format('ticket %s', number) AS item FROM ticket "
            "WHERE team = :team AND person = :person AND number NOT IN "
            f"(SELECT number FROM {hits.source} WHERE team = :team AND {hits.condition}) "
            "LIMIT :most",
            team=owner.team,
            person=owner.person,
            words=hits.words,
            most=MOST,
        )
