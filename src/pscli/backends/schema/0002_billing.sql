-- Billing: the ledger of a team, what its renewals need, and inquiries to sales.

-- What proves that a quote is this desk's own (B11).
ALTER TABLE desk ADD COLUMN secret TEXT NOT NULL DEFAULT '';

ALTER TABLE addon ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;

-- Head and count of the ledger are kept outside its chain, so that a missing newest line shows.
ALTER TABLE team ADD COLUMN ledger_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE team ADD COLUMN ledger_head TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN invoices INTEGER NOT NULL DEFAULT 0;
ALTER TABLE team ADD COLUMN subscription_charged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE team ADD COLUMN renews_at TEXT;
ALTER TABLE team ADD COLUMN next_terms TEXT NOT NULL DEFAULT '{}';

-- Append-only: each line holds the hash of the one before it, and the whole of its invoice.
CREATE TABLE ledger (
    team INTEGER NOT NULL REFERENCES team (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    at TEXT NOT NULL CHECK (length(at) = 20),
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    invoice INTEGER,
    body TEXT NOT NULL,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (team, seq),
    UNIQUE (team, invoice)
) STRICT;

-- What a team asked sales for; the conversation is the ticket's.
CREATE TABLE inquiry (
    team INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    product TEXT NOT NULL CHECK (product IN ('dropbox', 'dash')),
    edition TEXT NOT NULL CHECK (edition IN ('essentials', 'enhanced')),
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    PRIMARY KEY (team, ticket),
    FOREIGN KEY (team, ticket) REFERENCES ticket (team, number)
) STRICT;
