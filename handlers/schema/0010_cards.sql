-- Cards: what the bot answers with. Those of the folder and those born in chat; texts are kept by version.

CREATE TABLE card (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    slug          TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    owner         TEXT NOT NULL,                   -- HANDLE or team:HANDLE
    class         TEXT NOT NULL,                   -- core | team | personal
    state         TEXT NOT NULL,                   -- draft | review | returned | published | obsolete
    audience      TEXT,                            -- NULL: everybody
    team          TEXT,                            -- unreviewed: this owner's people alone read it
    author        INTEGER REFERENCES person(id),   -- of a card born in chat
    file          TEXT,                            -- of the folder; NULL: born in chat
    hash          TEXT,                            -- of the file's bytes
    folder        TEXT,                            -- where the file stood
    imported      INTEGER NOT NULL DEFAULT 0,      -- 1: by `import`; 0: the organisation folder's
    version       INTEGER NOT NULL DEFAULT 1,
    body          TEXT NOT NULL,                   -- Markdown, of the newest version
    more          TEXT,
    format        TEXT,
    url           TEXT,
    minutes       INTEGER,
    verified      TEXT,                            -- day
    verify_every  TEXT,
    expires       TEXT,
    lang          TEXT,
    equivalent_to TEXT,
    supersedes    TEXT,
    reassign      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX card_author ON card(author);

CREATE TABLE card_version (                        -- which text stood when
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    card     INTEGER NOT NULL REFERENCES card(id),
    version  INTEGER NOT NULL,
    title    TEXT NOT NULL,
    body     TEXT NOT NULL,
    reviewer INTEGER REFERENCES person(id),
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX card_version_card ON card_version(card, version);

CREATE TABLE card_phrasing (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    card   INTEGER NOT NULL REFERENCES card(id),
    text   TEXT NOT NULL,
    person INTEGER REFERENCES person(id),          -- whose words they are; NULL: the folder's
    kept   INTEGER NOT NULL DEFAULT 0              -- 1: wording of an earlier question
) STRICT;
CREATE INDEX card_phrasing_card ON card_phrasing(card, id);
CREATE INDEX card_phrasing_person ON card_phrasing(person);

CREATE TABLE card_step (
    card     INTEGER NOT NULL REFERENCES card(id),
    position INTEGER NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (card, position)
) STRICT;

CREATE TABLE card_skill (
    card  INTEGER NOT NULL REFERENCES card(id),
    topic TEXT NOT NULL,
    level INTEGER NOT NULL,
    PRIMARY KEY (card, topic)
) STRICT;

CREATE TABLE card_check (                          -- check questions; options by newline, key 1 is the first
    card       INTEGER NOT NULL REFERENCES card(id),
    position   INTEGER NOT NULL,
    question   TEXT NOT NULL,
    options    TEXT NOT NULL,
    answer_key INTEGER NOT NULL,
    why        TEXT,
    PRIMARY KEY (card, position)
) STRICT;
