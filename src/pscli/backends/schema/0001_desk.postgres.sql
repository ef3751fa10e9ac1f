-- Full text: one row a ticket; words come from our own tokeniser.
CREATE TABLE ticket_words (
    team BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (team, ticket)
);

CREATE INDEX ticket_words_index ON ticket_words USING gin (words);
