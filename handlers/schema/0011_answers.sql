-- Questions as they were asked of the cards, with what came of them. Texts go after the retention of questions.

CREATE TABLE asked (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person     INTEGER NOT NULL REFERENCES person(id),
    text       TEXT NOT NULL,
    decision   TEXT NOT NULL,                      -- answer | choices | route
    confidence INTEGER NOT NULL,                   -- in millionths
    card       INTEGER REFERENCES card(id),        -- shown, or chosen
    outcome    TEXT,                               -- helpful | not_it | asked | outdated | chosen | none
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX asked_person ON asked(person, at);
CREATE INDEX asked_card ON asked(card);
CREATE INDEX asked_at ON asked(at);
