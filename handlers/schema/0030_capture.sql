-- From an answer to a card, and the card past another person.

CREATE TABLE capture (                             -- a draft somebody is asked about
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    person   INTEGER NOT NULL REFERENCES person(id), -- who answered, or teaches
    question INTEGER,                              -- NULL: born by `teach`
    card     INTEGER NOT NULL,
    state    TEXT NOT NULL,                        -- proposed | kept
    message  INTEGER,                              -- what carries the buttons
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX capture_person ON capture(person);
CREATE INDEX capture_question ON capture(question);
CREATE INDEX capture_card ON capture(card);

CREATE TABLE wording (                             -- askers who let their wording be kept
    question INTEGER PRIMARY KEY,
    person   INTEGER NOT NULL REFERENCES person(id),
    text     TEXT NOT NULL
) STRICT;
CREATE INDEX wording_person ON wording(person);

CREATE TABLE review (                              -- who was asked to look at a card
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    card     INTEGER NOT NULL,
    reviewer INTEGER REFERENCES person(id),        -- NULL: nobody can review it yet
    message  INTEGER,                              -- NULL: not told yet, they are off work
    state    TEXT NOT NULL,                        -- open | moved | approved | returned | done
    note     TEXT,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX review_card ON review(card, state);
CREATE INDEX review_reviewer ON review(reviewer, state);
