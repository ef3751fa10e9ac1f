-- Live contact: chats and callbacks. Each is a ticket from its first moment; a chat's lines are its
-- messages, so the transcript is kept where both sides find it again (C4).

-- What somebody may wait for: the revision says only that there is news.
CREATE TABLE topic (
    name TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE chat (
    team INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    person INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'live', 'ended')),
    representative TEXT,
    requested_at TEXT NOT NULL CHECK (length(requested_at) = 20),
    joined_at TEXT CHECK (length(joined_at) = 20),
    ended_at TEXT CHECK (length(ended_at) = 20),
    person_seen_at TEXT NOT NULL CHECK (length(person_seen_at) = 20),
    representative_seen_at TEXT CHECK (length(representative_seen_at) = 20),
    PRIMARY KEY (team, ticket),
    FOREIGN KEY (team, ticket) REFERENCES ticket (team, number)
) STRICT;

CREATE INDEX chat_waiting ON chat (requested_at, team, ticket) WHERE state = 'waiting';
CREATE INDEX chat_of_person ON chat (team, person) WHERE state <> 'ended';

CREATE TABLE callback (
    team INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    person INTEGER NOT NULL,
    product TEXT NOT NULL,
    phone TEXT NOT NULL CHECK (phone LIKE '+%'),
    urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'calling', 'reached', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL,
    representative TEXT,
    called_at TEXT CHECK (length(called_at) = 20),
    requested_at TEXT NOT NULL CHECK (length(requested_at) = 20),
    PRIMARY KEY (team, ticket),
    FOREIGN KEY (team, ticket) REFERENCES ticket (team, number)
) STRICT;

CREATE INDEX callback_waiting ON callback (urgent, requested_at, team, ticket)
    WHERE state IN ('waiting', 'calling');
-- One open callback per person and product (C5).
CREATE UNIQUE INDEX callback_open ON callback (team, person, product)
    WHERE state IN ('waiting', 'calling');
