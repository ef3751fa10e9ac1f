"""Billing through the real program: amounts, questions, exit codes, fields scripts read (B)."""

import os
import pty
import subprocess
from typing import Any

import pytest

from tests.conftest import PROGRAM, Answer, Program
from tests.world import ANA, BEN, MIA, OTTO, SALES

MIDMONTH = {"PSCLI_NOW": "2026-03-18T00:00:00Z"}
ADD = ("billing", "addon", "add", "essentials", "--product", "dropbox", "--as", OTTO)
PREVIEW = ("billing", "addon", "preview", "essentials", "--product", "dropbox", "--as", OTTO)
REMOVE = ("billing", "addon", "remove", "essentials", "--as", ANA)


def invoices(program: Program, who: str = OTTO) -> list[dict[str, Any]]:
    """Every invoice of somebody's team, newest first."""
    env = {"PSCLI_NOW": "2026-03-31T00:00:00Z"}
    found = program.ok("billing", "invoices", "list", "--as", who, "-o", "json", env=env).json
    assert found["total"] == len(found["items"])
    items: list[dict[str, Any]] = found["items"]
    return items


def asked(program: Program, typed: str, *words: str) -> Answer:
    """Run a command at a terminal on which somebody types; stdout goes elsewhere."""
    ours, theirs = pty.openpty()
    env = {**program.env, **MIDMONTH}
    with subprocess.Popen(
        [*PROGRAM, *words], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, env=env
    ) as run:
        os.close(theirs)
        os.write(ours, typed.encode())
        said = b""
        while piece := _read(ours):
            said += piece
        assert run.stdout is not None
        out = run.stdout.read().decode()
    os.close(ours)
    return Answer(out, said.decode(), run.returncode)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux says when the other side is gone
        return b""


def test_the_fields_that_scripts_read(peopled: Program) -> None:
    """Names and order of every record of billing, as the contract fixes them."""
    quote = peopled.ok(*PREVIEW, "-o", "json", env=MIDMONTH).json
    assert list(quote) == [
        "id", "expires_at", "product", "edition", "charge_now", "next_period_charge",
        "period_start", "period_end", "remaining_seconds", "total_seconds", "lines",
    ]  # fmt: skip
    assert quote["lines"] == [
        {
            "description": "Premium Support Essentials for Dropbox",
            "amount": {"amount": "75.00", "currency": "USD"},
            "fraction": "1339200/2678400",
        }
    ]
    bought = peopled.ok(*ADD, "--yes", "-o", "json", env=MIDMONTH).json
    assert list(bought) == ["changed", "addon", "invoice", "charged", "effective_at", "cancelled"]
    assert list(bought["addon"]) == [
        "product", "edition", "state", "next_edition", "price", "quantity", "active_since",
        "ends_at", "self_service", "how",
    ]  # fmt: skip
    assert (bought["invoice"], bought["charged"]) == (1, {"amount": "75.00", "currency": "USD"})
    (invoice,) = invoices(peopled)
    assert list(invoice) == [
        "number", "issued_at", "period_start", "period_end", "lines", "total", "status",
    ]  # fmt: skip
    assert list(invoice["lines"][0]) == ["description", "amount"]
    shown = peopled.ok("billing", "invoices", "show", "1", "--as", OTTO, "-o", "json", env=MIDMONTH)
    assert shown.json == invoice
    overview = peopled.ok("billing", "show", "--as", OTTO, "-o", "json", env=MIDMONTH).json
    assert list(overview) == [
        "team", "plan", "licences", "cycle", "currency", "period", "next_renewal", "addons",
        "next_invoice", "next_total", "sample_prices",
    ]  # fmt: skip
    assert overview["next_total"] == {"amount": "165.00", "currency": "USD"}


def test_the_list_of_add_ons(peopled: Program) -> None:
    """B2, E1: both products and editions, each with who may take it and how."""
    listed = peopled.ok("billing", "addon", "list", "--as", ANA, "-o", "json").json
    assert [(each["product"], each["edition"], each["state"]) for each in listed["items"]] == [
        ("dropbox", "essentials", "active"),
        ("dropbox", "enhanced", "available"),
        ("dash", "essentials", "not_available"),
        ("dash", "enhanced", "not_available"),
    ]
    assert [each["how"] for each in listed["items"]][:2] == [
        "pscli billing addon remove essentials --product dropbox",
        "pscli contact sales enhanced --product dropbox",
    ]


def test_money_is_two_columns(peopled: Program) -> None:
    """Amount and currency apart in csv and tsv; a list of lines is JSON in its cell."""
    peopled.ok(*ADD, "--yes", env=MIDMONTH)
    words = ("billing", "invoices", "list", "--as", OTTO, "--fields", "number,total,status")
    found = peopled.ok(*words, "-o", "csv", env=MIDMONTH)
    assert found.out == "number,total,total_currency,status\n1,75.00,USD,issued\n"


def test_the_question_repeats_the_amount(peopled: Program) -> None:
    """B3: 75.00 now, 150.00 later; enter alone means no, and nothing is charged."""
    for typed in ("\n", "n\n"):
        answer = asked(peopled, typed, *ADD)
        assert "75.00 USD now, 150.00 USD at each renewal from 2026-04-02 12:00 UTC" in answer.err
        assert "[y/N]" in answer.err
        assert "Nothing was changed." in answer.err
        assert (answer.code, answer.out) == (0, "")
    assert invoices(peopled) == []
    agreed = asked(peopled, "y\n", *ADD, "-o", "json")
    assert (agreed.code, agreed.json["charged"]["amount"]) == (0, "75.00")
    kept = asked(peopled, "\n", *REMOVE)
    assert "yours until 2026-04-02 12:00 UTC" in kept.err
    assert asked(peopled, "y\n", *REMOVE, "-o", "json").json["addon"]["state"] == "pending_removal"


def test_a_named_quote_is_what_the_question_says(peopled: Program) -> None:
    """B11: the amount of that quote, though a new one would be another."""
    early = {"PSCLI_NOW": "2026-03-17T23:50:00Z"}
    quote = peopled.ok(*PREVIEW, "-o", "json", env=early).json
    assert quote["charge_now"]["amount"] == "75.03"
    answer = asked(peopled, "y\n", *ADD, "--quote", quote["id"], "-o", "json")
    assert "75.03 USD now" in answer.err
    assert answer.json["charged"] == quote["charge_now"]


def test_the_product_is_asked_for_on_a_terminal(peopled: Program) -> None:
    """E10: prompted there, --product required elsewhere."""
    bare = ("billing", "addon", "add", "essentials", "--as", OTTO)
    answer = asked(peopled, "dropbox\ny\n", *bare, "-o", "json")
    assert answer.json["addon"]["product"] == "dropbox"
    refused = peopled(*bare, "--yes", "-o", "json")
    assert (refused.code, refused.error["field"]) == (2, "product")


@pytest.mark.parametrize(
    "words",
    [
        ADD,
        REMOVE,
        ("support", "grant", "Acme", "enhanced"),
        ("support", "revoke", "Acme", "essentials", "--now"),
    ],
)
def test_nothing_happens_without_a_word(peopled: Program, words: tuple[str, ...]) -> None:
    """B3: neither a terminal nor --yes: exit 2; --dry-run needs neither and changes nothing."""
    answer = peopled(*words, "-o", "json", env=MIDMONTH)
    assert answer.code == 2
    assert "--yes" in answer.error["hint"]
    rehearsed = peopled.ok(*words, "--dry-run", "-o", "json", env=MIDMONTH)
    assert rehearsed.json
    assert len(invoices(peopled)) == 0
    assert len(invoices(peopled, ANA)) == 1


def quote_of(program: Program, now: str, who: str = OTTO) -> str:
    """The id of a quote made at an instant."""
    words = ["billing", "addon", "preview", "essentials", "--as", who, "-o", "json"]
    if who == OTTO:
        words += ["--product", "dropbox"]
    found: str = program.ok(*words, env={"PSCLI_NOW": now}).json["id"]
    return found


def refusals(program: Program) -> list[tuple[list[str], int, str]]:
    """Words, exit code and part of the sentence of everything that must charge nothing."""
    add = ["billing", "addon", "add"]
    expired = quote_of(program, "2026-03-17T23:40:00Z")
    foreign = quote_of(program, "2026-03-17T23:59:00Z", ANA)
    dropbox = ["--product", "dropbox", "--as", OTTO]
    return [
        ([*add, "premium", *dropbox], 2, "premium"),
        ([*add, "essentials", "--product", "box", "--as", OTTO], 2, "box"),
        ([*add, "enhanced", *dropbox], 6, "B2"),
        ([*add, "essentials", "--product", "dash", "--as", OTTO], 6, "B2"),
        ([*add, "essentials", "--product", "sign", "--as", OTTO], 6, "does not own sign"),
        ([*add, "essentials", "--as", BEN], 5, "role"),
        ([*add, "essentials", "--as", MIA], 5, "role"),
        ([*add, "essentials", "--as", SALES], 5, "no person of a team"),
        ([*add, "essentials", *dropbox, "--quote", expired], 6, "expired"),
        ([*add, "essentials", *dropbox, "--quote", foreign], 6, "something else"),
        ([*add, "essentials", *dropbox, "--quote", "nonsense"], 2, "quote"),
        ([*add, "essentials", *dropbox, "--max-amount", "74.99"], 6, "75.00 USD"),
        ([*add, "essentials", *dropbox, "--max-amount", "a lot"], 2, "max_amount"),
        ([*add, "essentials", *dropbox, "--idempotency-key", "taken"], 8, "another request"),
        ([*add, "essentials", *dropbox, "--idempotency-key", "a b"], 2, "key"),
        (["billing", "invoices", "show", "9", "--as", OTTO], 3, "no invoice 9"),
        (["support", "grant", "Nowhere", "enhanced"], 3, "no team Nowhere"),
        (["support", "grant", "Acme", "enhanced", "--product", "dash"], 6, "does not own dash"),
        (["support", "revoke", "Acme", "enhanced"], 6, "not enhanced"),
        (["team", "set", "Acme", "currency=CHF"], 6, "CHF"),
        (["team", "set", "Acme", "licences=0"], 2, "licences"),
        (["team", "set", "Acme", "licences=many"], 2, "licences"),
        (["team", "set", "Acme", "cycle=weekly"], 2, "cycle"),
        (["team", "set", "Acme", "billing_timezone=Mars"], 2, "zone"),
    ]


def test_bad_input_charges_nothing(peopled: Program) -> None:
    """Each with its exit code, one sentence and the remedy; the ledger stays as it is."""
    peopled.ok(
        "contact", "submit", "--subject", "Sync", "--body", "x", "--product", "dropbox",
        "--as", OTTO, "--idempotency-key", "taken",
    )  # fmt: skip
    for words, code, said in refusals(peopled):
        agrees = [] if words[1] == "invoices" else ["--yes"]
        answer = peopled(*words, *agrees, "-o", "json", env=MIDMONTH)
        assert answer.code == code, (words, answer.err)
        assert said in f"{answer.error['message']} {answer.error['field']}", words
        assert (answer.out, answer.error["message"].count("\n")) == ("", 0)
    assert (len(invoices(peopled)), len(invoices(peopled, ANA))) == (0, 1)


def test_a_clock_behind_the_ledger(peopled: Program) -> None:
    """B12: exit 11 for what would write it; reading goes on."""
    peopled.ok(*ADD, "--yes", env=MIDMONTH)
    behind = {"PSCLI_NOW": "2026-03-17T00:00:00Z"}
    assert peopled.ok("billing", "show", "--as", OTTO, "-o", "json", env=behind).json["team"]
    answer = peopled(*ADD, "--yes", "-o", "json", env=behind)
    assert (answer.code, answer.error["code"]) == (11, "data_refused")
    assert "Set the clock right" in answer.error["hint"]
    assert len(invoices(peopled)) == 1


def test_the_sales_side(peopled: Program) -> None:
    """C8, B9, B16: asked for, seen, answered, granted with the amount in the question, ended."""
    words = ("contact", "sales", "enhanced", "--body", "From now.", "--as", ANA)
    assert peopled.ok(*words, "-o", "json").json["number"] == 1
    seen = peopled.ok("support", "sales", "--as", SALES, "-o", "json").json["items"]
    assert list(seen[0]) == [
        "team", "number", "product", "edition", "requester", "status", "account_executive",
        "created_at",
    ]  # fmt: skip
    assert peopled("support", "sales", "--as", "agent@desk.example").code == 5
    peopled.ok("support", "reply", "Acme", "1", "--body", "Gladly.", "--solve", "--as", SALES)
    answer = asked(
        peopled, "y\n", "support", "grant", "Acme", "enhanced", "--as", SALES, "-o", "json"
    )
    assert "125.00 USD now, in force from 2026-03-18 00:00 UTC" in answer.err
    assert answer.json["charged"]["amount"] == "125.00"
    ended = ("support", "revoke", "Acme", "enhanced", "--now", "--yes", "--as", SALES)
    assert peopled.ok(*ended, "-o", "json", env=MIDMONTH).json["charged"]["amount"] == "-200.00"
    assert peopled.ok(*ended, "-o", "json", env=MIDMONTH).json["changed"] is False
    assert peopled.ok("support", "sales", "--as", SALES, "-o", "json").json["items"] == []


def test_licences_and_terms(peopled: Program) -> None:
    """B16: more cost now and ask with the amount; the rest is shown as pending."""
    april = {"PSCLI_NOW": "2026-04-17T12:00:00Z"}
    words = ("team", "set", "Acme", "licences=50", "-o", "json")
    refused = peopled(*words, env=april)
    assert refused.code == 2
    assert "75.00 USD now" in refused.error["message"]
    raised = peopled.ok(*words, "--yes", env=april).json
    assert (raised["licences"], raised["charged"]["amount"], raised["invoice"]) == (50, "75.00", 3)
    waits = peopled.ok(
        "team", "set", "Acme", "licences=30", "cycle=annual", "anchor=2026-01-01", env=april
    )
    assert "annual" in waits.out
    shown = peopled.ok("team", "show", "Acme", "-o", "json", env=april).json
    assert (shown["licences"], shown["next_renewal"]) == (50, "2026-05-02T12:00:00Z")
    assert shown["next_terms"] == {
        "licences": 30, "billing_cycle": "annual", "currency": None,
        "billing_anchor": "2026-01-01T00:00:00Z", "billing_timezone": None,
    }  # fmt: skip
    later = peopled.ok(
        "team", "show", "Acme", "-o", "json", env={"PSCLI_NOW": "2026-05-02T12:00:00Z"}
    ).json
    assert (later["licences"], later["billing_cycle"], later["next_terms"]) == (30, "annual", None)
