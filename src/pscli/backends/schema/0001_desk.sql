-- The desk: teams, people, tickets, promises and the trail of changes.
-- Written once: the backends respell TEXT, INTEGER, BLOB and STRICT for their engine.
-- Instants are 20 characters of UTC text; one that is missing sorts last as 9999-12-31T23:59:59Z.

CREATE TABLE desk (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    created_at TEXT NOT NULL,
    rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
    demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
    teams INTEGER NOT NULL
) STRICT;

CREATE TABLE policy (
    version INTEGER NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL
) STRICT;

CREATE TABLE team (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL
        CHECK (plan IN ('standard', 'advanced', 'business', 'business_plus', 'enterprise')),
    products TEXT NOT NULL,
    licences INTEGER NOT NULL CHECK (licences >= 1),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    billing_cycle TEXT NOT NULL CHECK (billing_cycle IN ('monthly', 'annual')),
    billing_anchor TEXT NOT NULL CHECK (length(billing_anchor) = 20),
    billing_timezone TEXT NOT NULL,
    timezone TEXT NOT NULL,
    account_executive INTEGER NOT NULL CHECK (account_executive IN (0, 1)),
    self_serve INTEGER NOT NULL CHECK (self_serve IN (0, 1)),
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    people INTEGER NOT NULL,
    tickets INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    team INTEGER NOT NULL REFERENCES team (id),
    id INTEGER NOT NULL,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT CHECK (role IN ('team', 'user_management', 'support', 'billing', 'content',
                              'compliance', 'reporting', 'security')),
    champion TEXT NOT NULL CHECK (champion IN ('none', 'champion', 'grand', 'epic')),
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'removed')),
    language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    phone_region TEXT,
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    PRIMARY KEY (team, id)
) STRICT;

CREATE TABLE representative (
    email TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('agent', 'sales', 'operator')),
    status TEXT NOT NULL CHECK (status IN ('active', 'removed')),
    created_at TEXT NOT NULL CHECK (length(created_at) = 20)
) STRICT;

CREATE TABLE token (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    team INTEGER NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    expires_at TEXT NOT NULL CHECK (length(expires_at) = 20),
    revoked_at TEXT CHECK (length(revoked_at) = 20)
) STRICT;

CREATE INDEX token_by_email ON token (email, created_at);

-- An edition is held from `since` up to `until`; a change of edition is two such intervals (E1).
CREATE TABLE addon (
    team INTEGER NOT NULL REFERENCES team (id),
    product TEXT NOT NULL CHECK (product IN ('dropbox', 'dash')),
    edition TEXT NOT NULL CHECK (edition IN ('essentials', 'enhanced')),
    since TEXT NOT NULL CHECK (length(since) = 20),
    until TEXT NOT NULL CHECK (length(until) = 20 AND until >= since),
    PRIMARY KEY (team, product, since, edition)
) STRICT;

CREATE TABLE ticket (
    team INTEGER NOT NULL REFERENCES team (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    person INTEGER NOT NULL,
    requester TEXT NOT NULL,
    subject TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'pending', 'solved')),
    product TEXT NOT NULL,
    issue_type TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('request', 'chat', 'callback')),
    language TEXT NOT NULL,
    urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    cc TEXT NOT NULL,
    follows INTEGER,
    assignee TEXT,
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    updated_at TEXT NOT NULL CHECK (length(updated_at) = 20),
    solved_at TEXT CHECK (length(solved_at) = 20),
    due_at TEXT NOT NULL CHECK (length(due_at) = 20),
    messages INTEGER NOT NULL,
    attachments INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    PRIMARY KEY (team, number),
    FOREIGN KEY (team, person) REFERENCES person (team, id)
) STRICT;

-- `due_at` is that of the running clock; without one it is the sentinel, which sorts last.
CREATE INDEX ticket_by_created ON ticket (team, person, created_at, number);
CREATE INDEX ticket_by_updated ON ticket (team, person, updated_at, number);
CREATE INDEX ticket_by_due ON ticket (team, person, due_at, number);
CREATE INDEX ticket_queue ON ticket (due_at, created_at, team, number) WHERE status <> 'solved';

CREATE TABLE message (
    team INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id >= 1),
    author TEXT NOT NULL,
    author_kind TEXT NOT NULL CHECK (author_kind IN ('customer', 'support', 'system')),
    internal INTEGER NOT NULL CHECK (internal IN (0, 1)),
    body TEXT NOT NULL,
    links TEXT NOT NULL,
    attachments TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    PRIMARY KEY (team, ticket, id),
    FOREIGN KEY (team, ticket) REFERENCES ticket (team, number)
) STRICT;

-- Every response clock of a ticket (S2). Without a commitment `due_at` is the sentinel (E9).
CREATE TABLE clock (
    team INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id >= 1),
    person INTEGER NOT NULL,
    product TEXT NOT NULL,
    language TEXT NOT NULL,
    edition TEXT NOT NULL,
    target_minutes INTEGER NOT NULL,
    rules TEXT NOT NULL,
    started_at TEXT NOT NULL CHECK (length(started_at) = 20),
    due_at TEXT NOT NULL CHECK (length(due_at) = 20),
    answered_at TEXT CHECK (length(answered_at) = 20),
    state TEXT NOT NULL CHECK (state IN ('running', 'met', 'breached', 'withdrawn')),
    PRIMARY KEY (team, ticket, id),
    FOREIGN KEY (team, ticket) REFERENCES ticket (team, number)
) STRICT;

CREATE INDEX clock_running ON clock (team, due_at) WHERE state = 'running';

-- How many tickets a person has of each kind, kept in the transaction of the ticket itself.
CREATE TABLE ticket_count (
    team INTEGER NOT NULL,
    person INTEGER NOT NULL,
    status TEXT NOT NULL,
    product TEXT NOT NULL,
    issue_type TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    tickets INTEGER NOT NULL CHECK (tickets >= 0),
    PRIMARY KEY (team, person, status, product, issue_type, channel, language)
) STRICT;

CREATE TABLE upload (
    team INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (length(id) = 32),
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    parts INTEGER NOT NULL,
    ticket INTEGER,
    message INTEGER,
    attachment INTEGER,
    created_at TEXT NOT NULL CHECK (length(created_at) = 20),
    PRIMARY KEY (team, id)
) STRICT;

CREATE INDEX upload_of_ticket ON upload (team, ticket, attachment);

CREATE TABLE part (
    team INTEGER NOT NULL,
    upload TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    data BLOB NOT NULL,
    PRIMARY KEY (team, upload, n),
    FOREIGN KEY (team, upload) REFERENCES upload (team, id)
) STRICT;

-- Where imported records went, so that the same file twice imports nothing twice.
CREATE TABLE imported (
    team INTEGER NOT NULL,
    source TEXT NOT NULL,
    record TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (team, source, record)
) STRICT;

-- Every change: the audit trail (A2) and, while `key` is kept, the memory of its result (B10).
CREATE TABLE change (
    {id},
    team INTEGER NOT NULL,
    actor TEXT NOT NULL,
    key TEXT,
    operation TEXT NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL,
    request_hash TEXT NOT NULL CHECK (length(request_hash) = 64),
    result TEXT,
    changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
    at TEXT NOT NULL CHECK (length(at) = 20),
    UNIQUE (actor, key)
) STRICT;

CREATE INDEX change_of_team ON change (team, id);

-- What lists show. `promise` is JSON text of closed words and numbers, so it needs no quoting.
CREATE VIEW ticket_record AS
SELECT ticket.team, ticket.person, ticket.number, ticket.subject, ticket.status, ticket.product,
       ticket.issue_type, ticket.channel, ticket.language, ticket.urgent, ticket.requester,
       ticket.assignee, ticket.created_at, ticket.updated_at, ticket.solved_at,
       ticket.due_at AS due_key, NULLIF(ticket.due_at, '9999-12-31T23:59:59Z') AS due_at,
       ticket.cc, ticket.follows,
       CASE WHEN clock.due_at < '9999-12-31T23:59:59Z' THEN
           format('{"due_at":"%s","target_minutes":%s,"edition":"%s","product":"%s","language":"%s",'
                  || '"rules":%s,"state":"%s"}',
                  clock.due_at, clock.target_minutes, clock.edition, clock.product, clock.language,
                  clock.rules, clock.state)
       END AS promise
FROM ticket LEFT JOIN clock
    ON clock.team = ticket.team AND clock.ticket = ticket.number AND clock.id = ticket.clock;
