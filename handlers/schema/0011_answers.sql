-- Questions as they were asked of the cards, with what came of them. Texts go after the retention of questions.

CREATE TABLE asked (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person     INTEGER NOT NULL REFERENCES person(id),
    text       TEXT NOT NULL,
    decision   TEXT NOT NULL,                      -- answer | choices | route
    confidence INTEGER NOT NULL,                   -- in millionths
    card       INTEGER REFERENCES card(id),        -- shown, or chosen
    outcome    TEXT,                               -- helpful | not_it | asked | outdated | none
    platform   TEXT,                               -- the message it was asked in: what changes there changes here
    thing      TEXT,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX asked_person ON asked(person, at);
CREATE INDEX asked_card ON asked(card);
CREATE INDEX asked_thing ON asked(platform, thing);
CREATE INDEX asked_at ON asked(at);

CREATE TABLE outdated (                            -- cards that readers found out of date, until the owner was told
    card  INTEGER PRIMARY KEY REFERENCES card(id),
    since INTEGER NOT NULL,                        -- the first press that the owner does not know of; 0: none
    told  INTEGER NOT NULL                         -- when the owner was told last; 0: never
) STRICT;
