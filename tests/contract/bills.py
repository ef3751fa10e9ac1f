"""Teams with a past of purchases, and hands that reach into the ledger."""

import random
from collections.abc import Callable
from typing import Any

from pscli.backends.local import Database, Local
from pscli.codec import decode_json, encode_json
from pscli.desk.addons import grant_addon, revoke_addon
from pscli.desk.billing import show_billing
from pscli.desk.ledger_lines import line_hash
from pscli.desk.purchases import add_addon, remove_addon
from pscli.desk.teams import set_team
from pscli.models.addons import AddonProduct, Edition
from pscli.models.people import BillingCycle, Identity, Product
from pscli.models.record import Record
from pscli.operation import Sql
from tests.world import ANA, OTTO, SALES, Clock

ESSENTIALS, ENHANCED = Edition.ESSENTIALS, Edition.ENHANCED
DROPBOX, DASH = AddonProduct.DROPBOX, AddonProduct.DASH


def live_through(database: Database, clock: Clock) -> None:
    """Half a year of two teams: every kind of ledger line, with and without an invoice."""
    ana, otto, sales, operator = (
        Local(database, Identity(email=email), clock) for email in (ANA, OTTO, SALES, None)
    )
    for edition in (ESSENTIALS, ENHANCED):
        grant_addon(sales, "Other", DASH, edition)
        clock.pass_(days=9)
    add_addon(otto, ESSENTIALS, Product.DROPBOX)
    remove_addon(otto, ESSENTIALS, Product.DROPBOX)
    add_addon(otto, ESSENTIALS, Product.DROPBOX)
    remove_addon(ana, ESSENTIALS)
    clock.pass_(days=40)
    set_team(operator, "Other", licences=7)
    set_team(operator, "Acme", licences=30, cycle=BillingCycle.ANNUAL)
    grant_addon(sales, "Other", DASH, ESSENTIALS)
    grant_addon(sales, "Other", DASH, ENHANCED)
    grant_addon(sales, "Other", DASH, ESSENTIALS)
    clock.pass_(days=70)
    revoke_addon(sales, "Other", DASH, ESSENTIALS, now=True)
    for person in (ana, otto):
        show_billing(person)


class Row(Record, frozen=True):
    """A ledger line as it is stored."""

    team: int
    seq: int
    at: str
    actor: str
    kind: str
    invoice: int | None
    body: str
    hash: str


class Vandal:
    """Somebody with the rights of the database who changes one thing of the ledger by hand."""

    def __init__(self, sql: Sql, chance: random.Random) -> None:
        self.sql = sql
        self.chance = chance
        self.rows = sql.all(Row, "SELECT * FROM ledger ORDER BY team, seq")

    def strike(self) -> str:
        """Do one random thing; says which."""
        deeds: list[Callable[[], object]] = [
            self.change_a_line, self.change_a_line, self.change_a_line, self.delete_a_line,
            self.delete_the_newest, self.delete_all, self.swap_two, self.add_one,
            self.change_an_addon, self.change_an_addon, self.lose_an_addon, self.make_an_addon,
            self.change_the_team, self.change_the_team, self.forge_the_newest,
        ]  # fmt: skip
        deed = self.chance.choice(deeds)
        return f"{deed.__name__}: {deed()}"

    def change_a_line(self) -> str:
        """Change one column of one line."""
        row = self.chance.choice(self.rows)
        column = self.chance.choice(["team", "seq", "at", "actor", "kind", "invoice", "body"])
        digit = self.chance.choice([n for n, c in enumerate(row.body) if c.isdigit()])
        other = str((int(row.body[digit]) + self.chance.randrange(1, 10)) % 10)
        value: Any = {
            "team": 3 - row.team,
            "seq": row.seq + 1000,
            "at": "2026-03-02T12:00:01Z",
            "actor": f"{row.actor}x",
            "kind": "upgraded" if row.kind != "upgraded" else "added",
            "invoice": (row.invoice or 0) + 1000,
            "body": f"{row.body[:digit]}{other}{row.body[digit + 1 :]}",
        }[column]
        if column == "team":
            self._update(row, "seq", row.seq + 1000)
            row = Row(**{**self._plain(row), "seq": row.seq + 1000, "invoice": None})
            self._update(row, "invoice", None)
        self._update(row, column, value)
        return f"{column} of {row.team}/{row.seq}"

    def delete_a_line(self) -> str:
        """Delete any line."""
        row = self.chance.choice(self.rows)
        self._delete(row)
        return f"{row.team}/{row.seq}"

    def delete_the_newest(self) -> str:
        """Delete the newest line of a team."""
        row = self._newest()
        self._delete(row)
        return f"{row.team}/{row.seq}"

    def delete_all(self) -> str:
        """Delete every line of a team."""
        team = self.chance.choice(self.rows).team
        self.sql.run("DELETE FROM ledger WHERE team = :team", team=team)
        return str(team)

    def swap_two(self) -> str:
        """Let two lines of a team change places, hashes and all."""
        one = self.chance.choice(self.rows)
        other = self.chance.choice([r for r in self.rows if r.team == one.team and r != one])
        self._delete(one)
        self._delete(other)
        for row, place in ((one, other), (other, one)):
            self._insert(Row(**{**self._plain(row), "seq": place.seq}))
        return f"{one.seq} and {other.seq} of {one.team}"

    def add_one(self) -> str:
        """Add a line that continues the chain."""
        row = self._newest()
        new = Row(**{**self._plain(row), "seq": row.seq + 1, "invoice": None})
        self._insert(self._hashed(row.hash, new))
        return f"{new.team}/{new.seq}"

    def change_an_addon(self) -> str:
        """Change one column of an edition that a team holds or held."""
        column, value = self.chance.choice([
            ("charged", "charged + 1"),
            ("since", "'2026-01-01T00:00:00Z'"),
            ("until", "'9999-12-30T00:00:00Z'"),
            ("edition", "CASE edition WHEN 'enhanced' THEN 'essentials' ELSE 'enhanced' END"),
            ("team", "3 - team"),
        ])  # fmt: skip
        where = self._some_addon()
        self.sql.run(f"UPDATE addon SET {column} = {value} WHERE {where}")
        return f"{column} where {where}"

    def lose_an_addon(self) -> str:
        """Delete an edition that a team holds or held."""
        where = self._some_addon()
        self.sql.run(f"DELETE FROM addon WHERE {where}")
        return where

    def make_an_addon(self) -> str:
        """Give a team an edition that no line knows."""
        self.sql.run(
            "INSERT INTO addon (team, product, edition, since, until, charged) "
            "VALUES (1, 'dash', 'enhanced', '2026-03-02T12:00:00Z', '9999-12-31T23:59:59Z', 0)"
        )
        return "dash for team 1"

    def change_the_team(self) -> str:
        """Change one billing column of a team."""
        column, value = self.chance.choice([
            ("licences", "licences + 1"),
            ("billing_cycle", "CASE billing_cycle WHEN 'annual' THEN 'monthly' ELSE 'annual' END"),
            ("currency", "'EUR'"),
            ("billing_anchor", "'2026-01-01T00:00:00Z'"),
            ("billing_timezone", "'Asia/Tokyo'"),
            ("renews_at", "'2027-01-01T00:00:00Z'"),
            ("renews_at", "'nonsense'"),
            ("renews_at", "NULL"),
            ("subscription_charged", "subscription_charged + 1"),
            ("ledger_count", "ledger_count - 1"),
            ("ledger_head", "''"),
            ("invoices", "invoices + 1"),
            ("next_terms", """'{"licences": 9}'"""),
            ("next_terms", "'nonsense'"),
        ])  # fmt: skip
        team = self.chance.choice((1, 2))
        self.sql.run(f"UPDATE team SET {column} = {value} WHERE id = {team}")
        return f"{column} = {value} of {team}"

    def forge_the_newest(self) -> str:
        """Change the newest line and make chain and head fit: only its content gives it away."""
        row = self._newest()
        body = decode_json(Any, row.body)
        invoiced = body["invoice"] is not None
        what = self.chance.choice(["after", "total"] if invoiced else ["after"])
        if what == "total":
            body["invoice"]["total"] += 1
        else:
            body["after"]["licences"] += 1
        before = next((r.hash for r in self.rows if (r.team, r.seq) == (row.team, row.seq - 1)), "")
        forged = self._hashed(
            before, Row(**{**self._plain(row), "body": encode_json(body).decode()})
        )
        self._delete(row)
        self._insert(forged)
        self.sql.run(
            "UPDATE team SET ledger_head = :head WHERE id = :team", head=forged.hash, team=row.team
        )
        return f"{what} of {row.team}/{row.seq}"

    def _newest(self) -> Row:
        team = self.chance.choice((1, 2))
        return [row for row in self.rows if row.team == team][-1]

    def _some_addon(self) -> str:
        places = self.sql.all(str, "SELECT format('%s %s %s', team, product, since) FROM addon")
        team, product, since = self.chance.choice(sorted(places)).split()
        return f"team = {team} AND product = '{product}' AND since = '{since}'"

    def _plain(self, row: Row) -> dict[str, Any]:
        return {name: getattr(row, name) for name in Row.__struct_fields__}

    def _hashed(self, before: str, row: Row) -> Row:
        said = [row.team, row.seq, row.at, row.actor, row.kind, row.invoice, row.body]
        return Row(**{**self._plain(row), "hash": line_hash(before, said)})

    def _update(self, row: Row, column: str, value: Any) -> None:
        self.sql.run(
            f"UPDATE ledger SET {column} = :value WHERE team = :team AND seq = :seq",
            value=value, team=row.team, seq=row.seq,
        )  # fmt: skip

    def _delete(self, row: Row) -> None:
        query = "DELETE FROM ledger WHERE team = :team AND seq = :seq"
        self.sql.run(query, team=row.team, seq=row.seq)

    def _insert(self, row: Row) -> None:
        self.sql.run(
            "INSERT INTO ledger (team, seq, at, actor, kind, invoice, body, hash) "
            "VALUES (:team, :seq, :at, :actor, :kind, :invoice, :body, :hash)",
            **self._plain(row),
        )
