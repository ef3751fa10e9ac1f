-- Consultations and root-cause meetings: what a team booked, and when each representative is taken.

ALTER TABLE team ADD COLUMN bookings INTEGER NOT NULL DEFAULT 0;

-- `uses` names what a booking uses up: a purchase of an add-on (E4) or a quarter of Enhanced (E5).
-- `uid` and `sequence` are the invitation's.
CREATE TABLE booking (
    team INTEGER NOT NULL,
    id INTEGER NOT NULL CHECK (id >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('consultation', 'meeting')),
    product TEXT NOT NULL CHECK (product IN ('dropbox', 'dash')),
    uses TEXT NOT NULL,
    person INTEGER NOT NULL,
    representative TEXT NOT NULL,
    starts_at TEXT NOT NULL CHECK (length(starts_at) = 20),
    ends_at TEXT NOT NULL CHECK (length(ends_at) = 20 AND ends_at > starts_at),
    booked_at TEXT NOT NULL CHECK (length(booked_at) = 20),
    changed_at TEXT NOT NULL CHECK (length(changed_at) = 20),
    cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    uid TEXT NOT NULL,
    PRIMARY KEY (team, id),
    FOREIGN KEY (team, person) REFERENCES person (team, id)
) STRICT;

CREATE INDEX booking_by_start ON booking (team, kind, starts_at, id);
-- Used up once; what is cancelled is given back (Q4).
CREATE UNIQUE INDEX booking_once ON booking (team, uses) WHERE cancelled = 0;

-- The calendar of the whole desk: who has a row is taken, and nobody is taken twice. Two teams that
-- book the same hour meet here and nowhere else.
CREATE TABLE engagement (
    representative TEXT NOT NULL,
    starts_at TEXT NOT NULL CHECK (length(starts_at) = 20),
    ends_at TEXT NOT NULL CHECK (length(ends_at) = 20),
    team INTEGER NOT NULL,
    booking INTEGER NOT NULL,
    PRIMARY KEY (representative, starts_at),
    FOREIGN KEY (team, booking) REFERENCES booking (team, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX engagement_by_start ON engagement (starts_at, team, booking);
CREATE INDEX engagement_of_booking ON engagement (team, booking);
