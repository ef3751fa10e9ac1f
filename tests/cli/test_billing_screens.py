"""What billing looks like at 80 columns: amounts to the right, whole, with what they are for."""

from pathlib import Path

import pytest

from tests.conftest import Program
from tests.world import ANA, OTTO, SALES

from .terminals import on_terminal

MIDMONTH = {"PSCLI_NOW": "2026-03-18T00:00:00Z"}


def shown(program: Program, *words: str, width: int = 80) -> list[str]:
    """The lines of a command on a terminal, of which none is too wide."""
    found = on_terminal(program, *words, width=width, env=MIDMONTH)
    assert found.code == 0, found.err
    assert max(map(len, found.lines), default=0) <= width
    return found.lines


def test_a_quote_and_its_receipt(peopled: Program) -> None:
    """B11: today and from the renewal, one below the other; then what was charged."""
    words = ("billing", "addon", "{}", "essentials", "--product", "dropbox", "--as", OTTO)
    preview = shown(peopled, *(word.format("preview") for word in words))
    assert preview[2:4] == [
        "Premium Support Essentials for Dropbox   75.00 USD  today, for 15 d 12 h of 31 d",
        "Each period from the renewal            150.00 USD  Thu 2 Apr 12:00 UTC",
    ]
    assert "holds until Wed 18 Mar 00:15 UTC" in preview[-1]
    receipt = shown(peopled, *(word.format("add") for word in words), "--yes")
    assert receipt == [
        "Essentials for dropbox is active.",
        "State    ● active",
        "Charged  75.00 USD, invoice 1",
    ]
    again = shown(peopled, *(word.format("add") for word in words), "--yes")
    assert again[0] == "Nothing changed: it was so already."
    removed = shown(peopled, *(word.format("remove") for word in words), "--yes")
    assert removed[:2] == [
        "Essentials for dropbox ends at the renewal.",
        "State         ◆ ends 2 Apr",
    ]


def test_what_sales_did(peopled: Program) -> None:
    """B9, B16: upgraded, downgraded for later, ended: each in its words."""
    grant = ("support", "grant", "Acme", "{}", "--as", SALES, "--yes")
    up = shown(peopled, *(word.format("enhanced") for word in grant))
    assert up[0] == "Enhanced for dropbox is active."
    down = shown(peopled, *(word.format("essentials") for word in grant))
    assert down[:2] == [
        "Essentials for dropbox begins at the renewal.",
        "State         ◆ begins 2 Apr",
    ]
    listed = shown(peopled, "billing", "addon", "list", "--as", ANA)
    assert listed[2] == "dropbox  enhanced    ◆ essentials from 2 Apr  400.00 USD  sales"
    ended = ("support", "revoke", "Acme", "enhanced", "--now", "--as", SALES, "--yes")
    assert shown(peopled, *ended) == [
        "Enhanced for dropbox has ended.",
        "State    ○ available",
        "Charged  -200.00 USD, invoice 3",
    ]
    invoice = shown(peopled, "billing", "invoices", "show", "3", "--as", ANA)
    assert invoice[-1].endswith("-200.00 USD  in your favour")


def test_the_overview_and_the_invoices(peopled: Program) -> None:
    """B5, B14: period, add-ons, the next invoice with its sum; prices are called a sample."""
    lines = shown(peopled, "billing", "show", "--as", ANA)
    assert lines[0] == "Acme · standard, 40 licences, monthly"
    assert lines[-5:] == [
        "Next invoice",
        "Subscription standard                   600.00 USD",
        "Premium Support Essentials for Dropbox  150.00 USD",
        "Total                                   750.00 USD",
        "Prices are a sample.",
    ]
    listed = shown(peopled, "billing", "invoices", "list", "--as", ANA)
    assert listed == [
        "NO  ISSUED  FOR                                     STATUS       TOTAL",
        " 1  2 Mar   Premium Support Essentials for Dropbox  issued  150.00 USD",
    ]


@pytest.mark.parametrize("width", [40, 60, 120])
def test_amounts_are_never_cut(peopled: Program, width: int) -> None:
    """Whatever gives way on a narrow terminal, states and amounts do not."""
    listed = shown(peopled, "billing", "addon", "list", "--as", ANA, width=max(width, 60))
    assert all("USD" in line for line in listed[1:])
    assert ("HOW" in listed[0]) is (width == 120)
    invoices = shown(peopled, "billing", "invoices", "list", "--as", ANA, width=width)
    assert invoices[1].endswith("150.00 USD")


def test_terms_to_come_are_said_in_words(peopled: Program) -> None:
    """B16: what the next renewal brings stands with the team."""
    shown(peopled, "team", "set", "Acme", "licences=30", "cycle=annual", "currency=JPY")
    lines = shown(peopled, "team", "show", "Acme")
    assert lines[-2:] == [
        "renews             Thu 2 Apr 12:00 UTC",
        "from then on       30 licences, annual, JPY",
    ]


def test_inquiries_and_steps(peopled: Program) -> None:
    """C8: who wants what; and what `billing apply` did, with the reasons beside it."""
    assert shown(peopled, "support", "sales", "--as", SALES) == ["Nobody asks for anything."]
    peopled.ok("contact", "sales", "enhanced", "--body", "Please.", "--as", ANA, env=MIDMONTH)
    assert shown(peopled, "support", "sales", "--as", SALES)[1] == (
        "Acme   1  enhanced for dropbox  ana@acme.example  open    no         now"
    )
    file = peopled.env["PSCLI_DB"] + ".toml"
    Path(file).write_text(f'[[team]]\naddons = ["dash/enhanced"]\nas = "{OTTO}"\n')
    found = on_terminal(peopled, "billing", "apply", file, "--yes", env=MIDMONTH)
    assert found.code == 13
    assert found.lines[1] == "Other  add  enhanced for dash           ✗ failed"
    assert "Ask: pscli contact sales enhanced --product dash" in found.err
