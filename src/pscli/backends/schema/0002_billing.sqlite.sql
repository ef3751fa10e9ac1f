UPDATE desk SET secret = lower(hex(randomblob(32)));

CREATE TRIGGER ledger_keeps_lines BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_loses_none BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER ledger_replaces_none BEFORE INSERT ON ledger
WHEN EXISTS (
    SELECT 1 FROM ledger WHERE team = NEW.team AND (seq = NEW.seq OR invoice = NEW.invoice)
)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
