-- Feature usage, the quarterly e-mail, and the outbox (Q1-Q3, C10).

-- How often a person used a feature in a quarter such as 2026-Q1: as a table said, and as events
-- of the audit log showed.
CREATE TABLE feature_use (
    team INTEGER NOT NULL,
    feature TEXT NOT NULL,
    quarter TEXT NOT NULL CHECK (length(quarter) = 7),
    person INTEGER NOT NULL,
    stated INTEGER NOT NULL CHECK (stated >= 0),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    PRIMARY KEY (team, feature, quarter, person),
    FOREIGN KEY (team, person) REFERENCES person (team, id)
) STRICT, WITHOUT ROWID;

-- The quarters of which all use of a feature is known; of the others nobody can say “unused” (Q2).
CREATE TABLE feature_known (
    team INTEGER NOT NULL REFERENCES team (id),
    quarter TEXT NOT NULL CHECK (length(quarter) = 7),
    feature TEXT NOT NULL,
    PRIMARY KEY (team, quarter, feature)
) STRICT, WITHOUT ROWID;

-- Events that were counted: their ids, or hashes of them, never their content.
CREATE TABLE feature_event (
    team INTEGER NOT NULL REFERENCES team (id),
    event TEXT NOT NULL,
    PRIMARY KEY (team, event)
) STRICT, WITHOUT ROWID;

-- A team's quarter is done, in the transaction that queued its mails (Q1, Q3).
CREATE TABLE digest (
    team INTEGER NOT NULL REFERENCES team (id),
    quarter TEXT NOT NULL CHECK (length(quarter) = 7),
    features TEXT NOT NULL,
    mails INTEGER NOT NULL,
    done_at TEXT NOT NULL CHECK (length(done_at) = 20),
    PRIMARY KEY (team, quarter)
) STRICT;

-- Mails to be sent. Texts are emptied once nobody needs them; `due_at` is when to try next or,
-- while somebody sends it, when their claim ends.
CREATE TABLE mail (
    {id},
    team INTEGER NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL CHECK (kind IN ('digest', 'reply')),
    message_id TEXT NOT NULL UNIQUE,
    thread_id TEXT,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'claimed', 'handing', 'sent', 'failed', 'doubtful')),
    claim TEXT,
    attempts INTEGER NOT NULL,
    reason TEXT,
    due_at TEXT NOT NULL CHECK (length(due_at) = 20),
    queued_at TEXT NOT NULL CHECK (length(queued_at) = 20),
    sent_at TEXT CHECK (length(sent_at) = 20)
) STRICT;

CREATE INDEX mail_due ON mail (due_at, id) WHERE state IN ('queued', 'claimed', 'handing');
CREATE INDEX mail_by_state ON mail (state, id);
