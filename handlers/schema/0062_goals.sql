-- Goals of people, teams and the company, what they are made of, and what one asked to be reminded of. How far they are
-- is counted from progress.

CREATE TABLE goal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER REFERENCES person(id),         -- whose, or who set it; NULL: of a team or the company, and who set it is gone
    number  INTEGER NOT NULL,                      -- theirs, for good
    scope   TEXT NOT NULL,                         -- own | team | company
    title   TEXT NOT NULL,
    due     TEXT,                                  -- a day; NULL: none
    state   TEXT NOT NULL,                         -- open | done | parked | dropped
    shared  INTEGER NOT NULL DEFAULT 0,            -- 1: with whoever is manager now
    told    INTEGER,                               -- the manager they know it is shared with
    message INTEGER,                               -- what that manager has of it
    agreed  INTEGER REFERENCES person(id),         -- the manager who agreed to it as it is
    aligned INTEGER,                               -- the goal of the team or company it serves
    at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX goal_number ON goal(person, number);
CREATE INDEX goal_scope ON goal(scope, state) WHERE scope <> 'own';
CREATE INDEX goal_aligned ON goal(aligned) WHERE aligned IS NOT NULL;
CREATE INDEX goal_agreed ON goal(agreed) WHERE agreed IS NOT NULL;

CREATE TABLE goal_part (                           -- milestones and key results
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    goal   INTEGER NOT NULL,
    number INTEGER NOT NULL,                       -- theirs, for good: one row of numbers for milestones, one for results
    kind   TEXT NOT NULL,                          -- milestone | tick | reach | range
    title  TEXT NOT NULL,
    due    TEXT,                                   -- a day; NULL: none
    origin TEXT NOT NULL,                          -- own | agreed (with the manager) | lnd
    low    INTEGER,                                -- of a range
    high   INTEGER,                                -- of a range; what is to be reached
    gone   INTEGER NOT NULL DEFAULT 0              -- 1: dropped
) STRICT;
CREATE INDEX goal_part_goal ON goal_part(goal);
CREATE INDEX goal_part_person ON goal_part(person, number);

CREATE TABLE reminder (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    what   TEXT NOT NULL,
    goal   INTEGER,                                -- a checkpoint of it
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX reminder_person ON reminder(person, at);
