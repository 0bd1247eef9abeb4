-- Nudges: the rules, what is planned for whom, how each person takes it, for whom a day comes near.

CREATE TABLE nudge_rule (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    slug           TEXT NOT NULL UNIQUE,
    file           TEXT,                           -- NULL: made in chat
    hash           TEXT,                           -- of the file's bytes
    kind           TEXT NOT NULL,                  -- rrule | before_due | idle | after
    spec           TEXT NOT NULL,                  -- FREQ=WEEKLY;BYDAY=MO | 14d,7d,1d,0d | 60d | 2wd
    event          TEXT,                           -- of after
    first_day      TEXT,                           -- of an rrule, YYYY-MM-DD; NULL: the Monday of the week it was switched on
    subject        TEXT,                           -- path:ID | requirement:ID | paths | requirements | goals; NULL: anything
    who            TEXT NOT NULL,                  -- an audience
    window_from    INTEGER NOT NULL,               -- minutes of the local day
    window_to      INTEGER NOT NULL,
    per_item       INTEGER NOT NULL DEFAULT 0,     -- 0: no limit
    per_week       INTEGER NOT NULL DEFAULT 0,
    pause_after    INTEGER NOT NULL DEFAULT 3,
    pauses         INTEGER NOT NULL DEFAULT 1,
    stop_completed INTEGER NOT NULL DEFAULT 1,
    stop_declined  INTEGER NOT NULL DEFAULT 1,
    holdout        INTEGER NOT NULL DEFAULT 0,     -- percent
    core           INTEGER NOT NULL DEFAULT 0,
    enabled        INTEGER NOT NULL DEFAULT 0,
    said_enabled   INTEGER NOT NULL DEFAULT 0,     -- 1: switched in chat, that wins over the file
    said_window    INTEGER NOT NULL DEFAULT 0,     -- 1: likewise
    since          INTEGER NOT NULL DEFAULT 0,     -- the day an rrule counts from
    spread         INTEGER NOT NULL DEFAULT 0,     -- the last day of it that was planned
    spread_to      INTEGER NOT NULL DEFAULT 0,     -- the day that is being planned, a few people at a time; 0: none is
    spread_person  INTEGER NOT NULL DEFAULT 0,     -- up to whom
    keeper         INTEGER REFERENCES person(id)   -- who switched it on; NULL: the learning queue
) STRICT;
CREATE INDEX nudge_rule_enabled ON nudge_rule(kind, id) WHERE enabled = 1;

CREATE TABLE nudge_text (
    rule     INTEGER NOT NULL REFERENCES nudge_rule(id),
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (rule, language)
) STRICT;

CREATE TABLE nudge (                               -- one reminder for one person; the key is what makes it exactly one
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    rule    INTEGER NOT NULL REFERENCES nudge_rule(id),
    person  INTEGER NOT NULL REFERENCES person(id),
    kind    TEXT NOT NULL DEFAULT '',              -- goal | path | requirement; '': about nothing in particular
    object  INTEGER NOT NULL DEFAULT 0,
    day     INTEGER NOT NULL,                      -- the local day it is the reminder of
    try_day INTEGER NOT NULL,                      -- the local day it is tried on: another one where it was put off
    at      INTEGER NOT NULL,                      -- when it is tried
    state   TEXT NOT NULL DEFAULT 'planned',       -- planned | sent | dropped
    reason  TEXT,                                  -- of dropped; NULL: it had become needless
    message INTEGER,                               -- of sent
    UNIQUE (rule, person, kind, object, day)
) STRICT;
CREATE INDEX nudge_planned ON nudge(person, at) WHERE state = 'planned';
CREATE INDEX nudge_planned_rule ON nudge(rule) WHERE state = 'planned';
CREATE INDEX nudge_sent ON nudge(person, rule, at) WHERE state = 'sent';
CREATE INDEX nudge_message ON nudge(message) WHERE message IS NOT NULL;

CREATE TABLE nudge_standing (                      -- how a person takes a rule
    rule    INTEGER NOT NULL REFERENCES nudge_rule(id),
    person  INTEGER NOT NULL REFERENCES person(id),
    sent_at INTEGER NOT NULL DEFAULT 0,            -- the newest, until it is known whether it was ignored; 0: it is
    ignored INTEGER NOT NULL DEFAULT 0,            -- so many in a row
    skip    INTEGER NOT NULL DEFAULT 0,            -- so many are left out before the next
    less    INTEGER NOT NULL DEFAULT 0,            -- [Less of this] was pressed so often
    paused  INTEGER NOT NULL DEFAULT 0,
    snoozed INTEGER NOT NULL DEFAULT 0,            -- nothing before this day
    PRIMARY KEY (rule, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE nudge_subject (                       -- what somebody has a due day for
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    kind   TEXT NOT NULL,                          -- goal | path | requirement
    object INTEGER NOT NULL,
    slug   TEXT,
    title  TEXT NOT NULL,
    day    INTEGER NOT NULL,
    UNIQUE (person, kind, object)
) STRICT;
