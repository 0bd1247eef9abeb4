-- Remembering: check questions that come back before they are forgotten. Only the person sees any of it.

CREATE TABLE memory (                              -- a check question somebody wants to keep in mind
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person     INTEGER NOT NULL REFERENCES person(id),
    card       INTEGER NOT NULL,
    question   TEXT NOT NULL,                      -- as the card words it: another wording is another question
    state      TEXT NOT NULL,                      -- active | resting: its owner was told | known | over | stopped
    stability  REAL NOT NULL,
    difficulty REAL NOT NULL,
    lapses     INTEGER NOT NULL DEFAULT 0,
    answered   INTEGER NOT NULL,                   -- day number of the newest answer
    message    INTEGER NOT NULL DEFAULT 0,         -- in which it is asked just now; 0: none
    place      INTEGER NOT NULL DEFAULT 0,         -- ... and as the how-manieth
    UNIQUE (person, card, question)
) STRICT;
CREATE INDEX memory_message ON memory(message) WHERE message > 0;

CREATE TABLE memory_answer (                       -- only added to
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    memory INTEGER NOT NULL REFERENCES memory(id) ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES person(id),
    correct INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX memory_answer_person ON memory_answer(person);
CREATE INDEX memory_answer_memory ON memory_answer(memory);

CREATE TABLE memory_round (                        -- a message with questions: at most one a working day
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER NOT NULL REFERENCES person(id),
    message INTEGER NOT NULL,
    day     INTEGER NOT NULL,                      -- day number, where the person is
    heeded  INTEGER NOT NULL DEFAULT 0             -- 1: something was answered, or they said to go on
) STRICT;
CREATE INDEX memory_round_person ON memory_round(person, id);

CREATE TABLE memory_flag (                         -- questions that somebody kept missing: whose, is not kept
    card     INTEGER NOT NULL,
    question TEXT NOT NULL,
    told     INTEGER NOT NULL DEFAULT 0,           -- 1: the card's owner knows
    PRIMARY KEY (card, question)
) STRICT;
