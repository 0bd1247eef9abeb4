-- What managers are shown and do: lines they do not want to see for a while, suggestions on their way.

CREATE TABLE digest_snooze (                       -- a line of the digest, left out for a while
    manager INTEGER NOT NULL REFERENCES person(id),
    line    TEXT NOT NULL,                         -- "person kind object"
    until   INTEGER NOT NULL,
    PRIMARY KEY (manager, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest_week (                         -- who had the digest of which week
    manager INTEGER PRIMARY KEY REFERENCES person(id),
    monday  INTEGER NOT NULL                       -- day number
) STRICT;

CREATE TABLE suggestion (                          -- the person's alone: nobody can look whether it was taken up
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    person   INTEGER NOT NULL REFERENCES person(id),
    giver    INTEGER REFERENCES person(id),
    kind     TEXT NOT NULL,                        -- card | path
    object   INTEGER NOT NULL,
    state    TEXT NOT NULL,                        -- waits | told | taken | declined
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestion_person ON suggestion(person, kind, object);
CREATE INDEX suggestion_giver ON suggestion(giver);
