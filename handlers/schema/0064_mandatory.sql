-- Mandatory: what is asked of whom until when. What a row says now is counted from its events, which are only ever added: they say
-- who should have had what at any instant, and who had.

CREATE TABLE requirement (                         -- rules/NAME.yaml with `require`
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    slug        TEXT NOT NULL UNIQUE,
    path        INTEGER NOT NULL,
    who         TEXT NOT NULL,                     -- an audience
    starts      TEXT,                              -- day; NULL: at once
    due         TEXT,                              -- day; NULL: within so many days
    within_days INTEGER NOT NULL,
    refresh     TEXT,                              -- P1Y; NULL: never again
    pass        INTEGER NOT NULL,                  -- percent; 0: the usual mark
    core        INTEGER NOT NULL,
    enabled     INTEGER NOT NULL,                  -- as its file says
    switched    INTEGER,                           -- as somebody said in chat, which wins
    listed      INTEGER NOT NULL DEFAULT 1         -- 0: its file is gone
) STRICT;

CREATE TABLE assignment (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person      INTEGER NOT NULL REFERENCES person(id),
    requirement INTEGER NOT NULL,                  -- 0: somebody assigned it
    path        INTEGER NOT NULL,
    giver       INTEGER REFERENCES person(id),
    state       TEXT NOT NULL,                     -- open | done | waived | void: asked of them no more
    base        INTEGER NOT NULL,                  -- the due day, before anything moved it
    due         INTEGER NOT NULL,                  -- day numbers, where the person is
    told        INTEGER NOT NULL,                  -- the nearest distance they were told of, see mandatory_private.h
    moved       INTEGER NOT NULL DEFAULT 0,        -- 1: the day moved, they have not heard it
    heard       INTEGER NOT NULL DEFAULT 0,        -- when they heard that it is overdue
    opens       INTEGER NOT NULL DEFAULT 0,        -- done: on which day it is asked again; 0: never
    next_base   INTEGER NOT NULL DEFAULT 0,        -- and until when
    message     INTEGER NOT NULL DEFAULT 0,        -- the newest about it alone
    UNIQUE (person, requirement, path)
) STRICT;
CREATE INDEX assignment_path ON assignment(path, requirement);
CREATE INDEX assignment_giver ON assignment(giver) WHERE giver IS NOT NULL;

CREATE TABLE assignment_event (                    -- never changed; notes go with the data of whom they tell of
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment INTEGER NOT NULL REFERENCES assignment(id),
    event      TEXT NOT NULL,                      -- assigned | told | moved | overdue | done | undone | reopened | waived | void
    due        INTEGER NOT NULL,                   -- the day as it stands from now on
    late_at    INTEGER NOT NULL,                   -- the instant that day ends where they are
    actor      INTEGER REFERENCES person(id),      -- NULL: the machine
    note       TEXT,                               -- a waiver's reason; why it moved or ended
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_event_assignment ON assignment_event(assignment, id);
CREATE INDEX assignment_event_actor ON assignment_event(actor) WHERE actor IS NOT NULL;

CREATE TABLE assignment_proof (                    -- what a `done` stands on
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    event   INTEGER NOT NULL REFERENCES assignment_event(id),
    card    INTEGER NOT NULL,
    version INTEGER NOT NULL,                      -- of its text at that time
    how     TEXT NOT NULL,                         -- passed | done | elsewhere
    score   INTEGER,                               -- percent
    note    TEXT,                                  -- where else, in their words
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_proof_event ON assignment_proof(event);
CREATE INDEX assignment_proof_card ON assignment_proof(card);
