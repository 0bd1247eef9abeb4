-- Check questions that are being answered. How they ended stands in progress.

CREATE TABLE check_try (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    person   INTEGER NOT NULL REFERENCES person(id),
    card     INTEGER NOT NULL REFERENCES card(id),
    position INTEGER NOT NULL,                     -- of the question that is open
    correct  INTEGER NOT NULL DEFAULT 0,           -- answered rightly so far
    ended    INTEGER NOT NULL DEFAULT 0,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX check_try_person ON check_try(person, card);
