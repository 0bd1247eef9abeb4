-- The machine: what came in, what we said, what must be done for it, what will happen; and who there is.

CREATE TABLE inbox (
    platform    TEXT NOT NULL,
    thing       TEXT NOT NULL,                     -- channel + ts, Matrix event id: the thing, never the delivery
    received_ms INTEGER NOT NULL,
    sent_ms     INTEGER NOT NULL DEFAULT 0,        -- the platform's time of it, or of its newest edit
    state       TEXT NOT NULL,                     -- done | failed | parked
    tries       INTEGER NOT NULL DEFAULT 1,
    reply       TEXT,                              -- given again when the event is repeated
    PRIMARY KEY (platform, thing)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_odd ON inbox(state) WHERE state <> 'done';

CREATE TABLE message (                             -- what we said: a logical message
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    person       INTEGER,                          -- who sees it; NULL: everybody in the room
    room         TEXT,                             -- its shown name; NULL: a direct conversation
    platform     TEXT NOT NULL,
    conversation TEXT NOT NULL,
    thread       TEXT,
    class        TEXT NOT NULL,
    body         TEXT NOT NULL,                    -- nodes as JSON, the newest revision
    revision     INTEGER NOT NULL DEFAULT 0,
    platform_id  TEXT,                             -- known once it was sent
    withdrawn    INTEGER NOT NULL DEFAULT 0,
    why          TEXT,                             -- what `why` tells
    cause        TEXT,                             -- the thing (inbox key) it answers; NULL: unasked
    created_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX message_person ON message(person, id);
CREATE INDEX message_platform_id ON message(platform, platform_id) WHERE platform_id IS NOT NULL;
CREATE INDEX message_cause ON message(platform, cause) WHERE cause IS NOT NULL;

CREATE TABLE mention (                             -- who is named in it; the name goes with the person's data
    message  INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
    person   INTEGER NOT NULL,
    tells    INTEGER NOT NULL DEFAULT 0,           -- enum tells: of more than the name, then it goes itself
    PRIMARY KEY (message, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_person ON mention(person);

CREATE TABLE button (                              -- every button ever shown, so that an old one still knows what it meant
    message  INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,                     -- 1, 2, ... in the order they came; never another one's
    position INTEGER NOT NULL,                     -- 1, 2, ... in the newest revision
    label    TEXT NOT NULL,
    action   TEXT NOT NULL,
    object   INTEGER NOT NULL,
    argument TEXT NOT NULL DEFAULT '',
    gone     INTEGER NOT NULL DEFAULT 0,           -- edited away
    PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX button_label ON button(lower(label), message);

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message      INTEGER,
    person       INTEGER,
    op           TEXT NOT NULL,                    -- post | edit | delete | view | react | file | form
    lane         INTEGER NOT NULL,
    platform     TEXT NOT NULL,
    conversation TEXT NOT NULL,
    thread       TEXT,
    ephemeral    INTEGER NOT NULL DEFAULT 0,
    send_key     TEXT NOT NULL DEFAULT '',         -- what the platform sees; made when the row is taken first
    supersede    TEXT,
    target       TEXT,
    reply_to     TEXT,
    name         TEXT,
    body         TEXT,                             -- given with the row; NULL: the message's
    frozen       TEXT,                             -- what was handed over: the message's body as it was when the row was taken
    fallback     TEXT,
    expires_ms   INTEGER,
    state        TEXT NOT NULL DEFAULT 'ready',    -- ready | taken | doubt, finally sent | refused | expired | replaced
    final        INTEGER NOT NULL DEFAULT 0,       -- 1: sent, refused, expired, replaced
    attempt      INTEGER NOT NULL DEFAULT 0,
    unknowns     INTEGER NOT NULL DEFAULT 0,
    first_ms     INTEGER,
    next_ms      INTEGER,                          -- when to look at it; NULL: it waits for another row or an answer
    looking      INTEGER NOT NULL DEFAULT 0,       -- 1: a look-up decides whether it is sent again, 2: the last one
    error        TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox(platform, conversation, lane, id) WHERE final = 0;
CREATE INDEX outbox_next ON outbox(next_ms) WHERE next_ms IS NOT NULL;
CREATE INDEX outbox_message ON outbox(message);

CREATE TABLE due (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    ref        INTEGER NOT NULL,
    key        TEXT NOT NULL UNIQUE,
    tz_version TEXT NOT NULL
) STRICT;
CREATE INDEX due_at ON due(at, id);

CREATE TABLE held (                                -- events that wait for the result of a message of ours, or for what they edit
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    platform   TEXT NOT NULL,
    target     TEXT NOT NULL,
    event      TEXT NOT NULL,                      -- JSON
    until_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX held_target ON held(platform, target);

CREATE TABLE dialog (
    platform     TEXT NOT NULL,
    conversation TEXT NOT NULL,
    thread       TEXT NOT NULL,                    -- '' where there is none
    person       INTEGER NOT NULL REFERENCES person(id),
    name         TEXT NOT NULL,
    object       INTEGER NOT NULL,
    argument     TEXT NOT NULL,
    until        INTEGER NOT NULL,
    PRIMARY KEY (platform, conversation, thread, person)
) STRICT;

CREATE TABLE fact (                                -- the machine's own memory: sync tokens, the clock, the sequence of ids
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE person (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    external_id  TEXT UNIQUE,                      -- NULL once deleted
    handle       TEXT UNIQUE,
    email        TEXT,
    name         TEXT NOT NULL,
    title        TEXT,
    role         TEXT,
    department   TEXT,
    division     TEXT,
    location     TEXT,
    country      TEXT,
    timezone     TEXT NOT NULL,
    locale       TEXT,
    weekdays     INTEGER NOT NULL,
    work_from    INTEGER NOT NULL,                 -- minutes of the day
    work_to      INTEGER NOT NULL,
    calendar     TEXT,
    start_date   TEXT,
    end_date     TEXT,
    listed       INTEGER NOT NULL DEFAULT 0,       -- 1: stands in the directory; whether here yet or still is `active`
    active       INTEGER NOT NULL DEFAULT 1,       -- 0: has left, or has not begun
    weekly_cap   INTEGER NOT NULL DEFAULT 2,
    languages    TEXT,
    home         TEXT,                             -- the platform of unsolicited speech; NULL: not met yet
    greeted      INTEGER NOT NULL DEFAULT 0,       -- the first reply carried the three lines
    fingerprint  TEXT NOT NULL DEFAULT '',         -- of the row in people.csv, so that an unchanged one is left alone
    salt         TEXT NOT NULL                     -- of the hashes in audit rows; destroyed when the person is deleted
) STRICT;

CREATE TABLE identity (
    platform     TEXT NOT NULL,
    account      TEXT NOT NULL,                    -- the platform's id of the user
    person       INTEGER NOT NULL REFERENCES person(id),
    conversation TEXT,                             -- the direct one; NULL: not known yet
    PRIMARY KEY (platform, account)
) STRICT;
CREATE INDEX identity_person ON identity(person, platform);

CREATE TABLE employment (                          -- kept, not overwritten
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person      INTEGER NOT NULL REFERENCES person(id),
    manager     INTEGER REFERENCES person(id),
    department  TEXT,
    role        TEXT,
    valid_from  INTEGER NOT NULL,                  -- instant
    valid_until INTEGER                            -- NULL: now
) STRICT;
CREATE INDEX employment_person ON employment(person, valid_until);
CREATE INDEX employment_manager ON employment(manager, valid_until);

CREATE TABLE absence (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    starts INTEGER NOT NULL,                       -- day numbers, both included
    ends   INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    source TEXT NOT NULL                           -- file | chat | cut: of the file, ended by the person
) STRICT;
CREATE INDEX absence_person ON absence(person, ends);

CREATE TABLE holiday (
    calendar TEXT NOT NULL,
    day      INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (calendar, day)
) STRICT;

CREATE TABLE granted (                             -- a role in a scope: of people.csv, or `allow`
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    role   TEXT NOT NULL,                          -- admin | auditor | curator | expert
    scope  TEXT NOT NULL,                          -- '*' or an audience
    source TEXT NOT NULL                           -- file | chat
) STRICT;
CREATE INDEX granted_person ON granted(person);
CREATE INDEX granted_role ON granted(role, person);

CREATE TABLE skill (                               -- the coaching directory: who knows what, how well
    person INTEGER NOT NULL REFERENCES person(id),
    topic  TEXT NOT NULL,
    level  INTEGER NOT NULL,                       -- 1-5
    source TEXT NOT NULL,                          -- file | chat
    PRIMARY KEY (person, topic)
) STRICT;
CREATE INDEX skill_topic ON skill(topic, person);

CREATE TABLE preference (
    person INTEGER NOT NULL REFERENCES person(id),
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT;

CREATE TABLE reached (                             -- the interruption budget: what went out unasked
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER NOT NULL REFERENCES person(id),
    message INTEGER,
    class   TEXT NOT NULL,
    halves  INTEGER NOT NULL,                      -- 2: a whole one, 1: an offer
    day     INTEGER NOT NULL,                      -- in the person's zone
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX reached_person ON reached(person, day);

CREATE TABLE withheld (                            -- what the gate refused, and why
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    class  TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX withheld_person ON withheld(person, at);

CREATE TABLE undo (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    person   INTEGER NOT NULL REFERENCES person(id),
    action   TEXT NOT NULL,
    object   INTEGER NOT NULL,
    argument TEXT NOT NULL,
    until    INTEGER NOT NULL
) STRICT;
CREATE INDEX undo_person ON undo(person, until);

CREATE TABLE audit (                               -- ids and verbs, no words; a chain of hashes
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,                          -- hash of the person with their salt; '' for the machine
    verb   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    object INTEGER NOT NULL,
    chain  TEXT NOT NULL                           -- hash of this row and the chain before
) STRICT;
