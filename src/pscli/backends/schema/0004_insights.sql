-- Roll-ups of what insights show, by months of the team's zone; of the team, also by its days (I1).
-- Each is kept in the transaction of the change itself, for the person and, as person 0, the team.
-- A person's days are few: they are counted when asked for.

-- Tickets by the day or month in which they came.
CREATE TABLE ticket_rollup (
    team INTEGER NOT NULL,
    person INTEGER NOT NULL,
    grain TEXT NOT NULL CHECK (grain IN ('day', 'month')),
    period TEXT NOT NULL,
    issue_type TEXT NOT NULL,
    product TEXT NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (team, person, grain, period, issue_type, product)
) STRICT, WITHOUT ROWID;

-- Promises by the day or month in which they began; `minutes` is how long the answer took (I2).
CREATE TABLE clock_rollup (
    team INTEGER NOT NULL,
    person INTEGER NOT NULL,
    grain TEXT NOT NULL CHECK (grain IN ('day', 'month')),
    period TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'met', 'breached', 'withdrawn')),
    minutes INTEGER NOT NULL,
    clocks INTEGER NOT NULL,
    PRIMARY KEY (team, person, grain, period, state, minutes)
) STRICT, WITHOUT ROWID;

-- The zone whose months are rolled up; where it is not the team's, they are counted anew when asked
-- for. `open` is how many of the team's tickets are not solved.
ALTER TABLE team ADD COLUMN counted_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
UPDATE team SET open =
    (SELECT count(*) FROM ticket WHERE ticket.team = team.id AND ticket.status <> 'solved');

-- For recounts, and for the midnights of zones that are not the team's.
CREATE INDEX ticket_came ON ticket (team, created_at, person, issue_type, product);
CREATE INDEX clock_over ON clock (team, started_at, person, edition, state, answered_at)
    WHERE state <> 'running' AND due_at < '9999-12-31T23:59:59Z';

DROP INDEX clock_running;
CREATE INDEX clock_running ON clock (team, started_at, person, due_at) WHERE state = 'running';
