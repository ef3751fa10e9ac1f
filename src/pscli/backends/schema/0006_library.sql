-- The library of articles, and how texts find them: numbers that stand for words, never text (R4).

-- `address` is the url as it is compared; `place` the editorial order.
CREATE TABLE library_entry (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id >= 1),
    place INTEGER NOT NULL,
    address TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('article', 'video', 'course')),
    product TEXT NOT NULL,
    language TEXT NOT NULL,
    topics TEXT NOT NULL,
    keywords TEXT NOT NULL,
    text TEXT NOT NULL,
    opens INTEGER NOT NULL,
    links INTEGER NOT NULL
) STRICT;

CREATE INDEX library_entry_by_place ON library_entry (place, id);

-- The entries that hold a term, packed: each entry's id and what the term weighs in it.
CREATE TABLE library_term (
    term INTEGER NOT NULL PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries >= 1),
    postings BLOB NOT NULL
) STRICT;

-- How many solved tickets with a word were answered by an entry (R3), and what that weighs.
CREATE TABLE library_lesson (
    term INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES library_entry (id),
    tickets INTEGER NOT NULL CHECK (tickets >= 1),
    weight INTEGER NOT NULL,
    PRIMARY KEY (term, entry)
) STRICT, WITHOUT ROWID;

-- The recipe by which the weights were made; another one makes them anew.
CREATE TABLE library (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
    recipe INTEGER NOT NULL,
    entries INTEGER NOT NULL
) STRICT;
