-- Paths: what to learn, version by version, and who is on the way. What was done of them is in progress; a step keeps its
-- id over all versions, so what was done stays done.

CREATE TABLE path (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    slug     TEXT NOT NULL UNIQUE,
    title    TEXT NOT NULL,
    owner    TEXT NOT NULL,                        -- HANDLE or team:HANDLE
    class    TEXT NOT NULL,                        -- core | team | personal
    audience TEXT,                                 -- NULL: everybody
    outcome  TEXT,
    version  INTEGER NOT NULL,
    hash     TEXT NOT NULL,                        -- of the file's bytes
    listed   INTEGER NOT NULL DEFAULT 1,           -- 0: its file is gone; who is on the way goes on
    person   INTEGER REFERENCES person(id)         -- whose own steps it holds: nobody else finds it; NULL: the folder's
) STRICT;
CREATE INDEX path_person ON path(person);

CREATE TABLE path_version (                        -- which one stood when
    path    INTEGER NOT NULL REFERENCES path(id),
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (path, version)
) STRICT;

CREATE TABLE path_step (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    path INTEGER NOT NULL REFERENCES path(id),
    kind TEXT NOT NULL,                            -- card | link | session | practice | checkpoint | event | path
    text TEXT NOT NULL,                            -- an id, an address, a title or a text
    ref  INTEGER NOT NULL,                         -- the card or path meant; 0: none
    UNIQUE (path, kind, text)
) STRICT;
CREATE INDEX path_step_ref ON path_step(kind, ref);

CREATE TABLE path_item (                           -- the steps of a version
    path     INTEGER NOT NULL REFERENCES path(id),
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL,                     -- from 1
    step     INTEGER NOT NULL REFERENCES path_step(id),
    block    INTEGER NOT NULL,
    need     INTEGER NOT NULL,                     -- how many steps of the block; 0: it is optional
    day      INTEGER NOT NULL,                     -- after the start, 1 is the first; 0: none
    PRIMARY KEY (path, version, position)
) STRICT;
CREATE INDEX path_item_step ON path_item(step);

CREATE TABLE enrolment (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER NOT NULL REFERENCES person(id),
    path    INTEGER NOT NULL REFERENCES path(id),
    version INTEGER NOT NULL,                      -- that stood then
    origin  INTEGER NOT NULL,                      -- enum path_origin
    pass    INTEGER NOT NULL DEFAULT 0,            -- the mark its checks need; 0: the usual one
    at      INTEGER NOT NULL,
    welcomed INTEGER NOT NULL DEFAULT 0,           -- 1: of a journey, they were told that they are on it
    UNIQUE (person, path)
) STRICT;
CREATE INDEX enrolment_path ON enrolment(path, person);

CREATE TABLE step_list (                           -- what `done 2` means: the steps shown last, by number
    person   INTEGER NOT NULL REFERENCES person(id),
    position INTEGER NOT NULL,                     -- from 1; 0: the one shown last by itself
    step     INTEGER NOT NULL REFERENCES path_step(id),
    PRIMARY KEY (person, position)
) STRICT;

CREATE TABLE step_confirm (                        -- a step that counts once a coach says so
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    coach  INTEGER NOT NULL REFERENCES person(id),
    step   INTEGER NOT NULL REFERENCES path_step(id),
    at     INTEGER NOT NULL,
    UNIQUE (person, step)
) STRICT;
CREATE INDEX step_confirm_coach ON step_confirm(coach);
CREATE INDEX step_confirm_step ON step_confirm(step);
