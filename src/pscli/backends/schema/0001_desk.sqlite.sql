-- Full text: one row a ticket, its id made of team and number; words come from our own tokeniser.
CREATE TABLE ticket_text (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;

CREATE VIRTUAL TABLE ticket_words USING fts5(
    words, content='ticket_text', content_rowid='id', tokenize="ascii",
    detail=none
);
