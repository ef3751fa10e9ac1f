"""The guards that matter most: how each is taken out of a copy, and the tests that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One guard taken out: in `file` the text `guard` becomes `gap`."""

    name: str
    file: str
    guard: str
    gap: str
    noticed_by: str  # a test; on a file where it runs on several backends


MUTATIONS = [
    Mutation(
        "what was done under a key is not remembered (B10)",
        "backends/local.py",
        "if operation.kept:",
        "if False:",
        "tests/contract/test_access.py::test_the_same_key_is_done_once[sqlite]",
    ),
    Mutation(
        "one ticket is read whoever's it is (K2)",
        "desk/threads.py",
        "WHERE team = :team AND number = :number AND person = :person",
        "WHERE team = :team AND number = :number",
        "tests/contract/test_tickets.py::test_others_tickets_do_not_exist[sqlite]",
    ),
    Mutation(
        "one ticket is answered whoever's it is (K2)",
        "desk/tickets.py",
        "WHERE team = :team AND number = :number AND person = :person",
        "WHERE team = :team AND number = :number",
        "tests/contract/test_tickets.py::test_others_tickets_do_not_exist[sqlite]",
    ),
    Mutation(
        "a list holds everybody's tickets (K2)",
        "desk/tickets.py",
        'FILTERS = """team = :team AND person = :person',
        'FILTERS = """team = :team',
        "tests/contract/test_tickets.py::test_a_list_shows_only_your_own[sqlite]",
    ),
    Mutation(
        "a change takes the lock of a file only when it writes",
        "backends/sqlite.py",
        '"BEGIN IMMEDIATE" if writes else "BEGIN"',
        '"BEGIN"',
        "tests/faults/test_waiting.py::test_a_change_holds_the_lock_before_its_first_statement",
    ),
    Mutation(
        "the text of others reaches the terminal as it is",
        "cli/terminal.py",
        "if (text.isascii() and text.isprintable()) or re.fullmatch(_PLAIN, text):",
        "if True:",
        "tests/cli/test_terminal.py",
    ),
    Mutation(
        "a ledger line does not hash the line before it (B13)",
        "desk/ledger_lines.py",
        'sha256(before.encode() + b"\\n" + encode_json(values))',
        "sha256(encode_json(values))",
        "tests/contract/test_ledger.py::test_each_line_holds_the_line_before_it",
    ),
    Mutation(
        "nobody compares a ledger line with its hash (B13)",
        "desk/ledger_check.py",
        " or not line.follows(self.head)",
        "",
        "tests/contract/test_ledger.py::test_every_change_by_hand_is_found",
    ),
]
