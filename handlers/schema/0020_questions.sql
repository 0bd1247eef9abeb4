-- Questions to people: who asked, who was asked, what they answered. Each word here is seen by the asker and by those the
-- question was put to, and is gone after the days of `retention: questions`.

CREATE TABLE question (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    asker       INTEGER NOT NULL REFERENCES person(id),
    number      INTEGER,                           -- the asker's own, lasting; NULL: nobody was asked
    words       TEXT,                              -- NULL: no longer kept
    topic       TEXT,
    state       TEXT NOT NULL,                     -- proposed dropped open offered owner queue answered solved withdrawn unanswered
    stage       INTEGER NOT NULL DEFAULT 0,        -- whose turn it is: 0 experts, 1 the topic's owner, 2 the learning queue
    named       INTEGER NOT NULL DEFAULT 0,        -- the asker's name may be shown
    stuck       INTEGER NOT NULL DEFAULT 0,        -- how often an answer did not help
    hidden      INTEGER NOT NULL DEFAULT 0,        -- the asker is having their data deleted
    receipt     INTEGER,                           -- the message every move edits
    platform    TEXT,                              -- the asker's own message: its edits are edits of the question
    thing       TEXT,
    asked       INTEGER NOT NULL,
    overdue     INTEGER NOT NULL DEFAULT 0,        -- from then on it is the topic owner's
    next_person INTEGER NOT NULL DEFAULT 0,        -- who is asked at next_start, if nothing changes
    next_start  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX question_asker ON question(asker, number);
CREATE INDEX question_thing ON question(platform, thing);
CREATE INDEX question_state ON question(state);
CREATE INDEX question_topic ON question(topic) WHERE topic IS NOT NULL;

CREATE TABLE offer (                               -- a question put to one person
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    question INTEGER NOT NULL REFERENCES question(id) ON DELETE CASCADE,
    expert   INTEGER NOT NULL REFERENCES person(id),
    number   INTEGER NOT NULL,                     -- the expert's own, lasting
    kind     TEXT NOT NULL,                        -- expert owner queue
    state    TEXT NOT NULL,                        -- open accepted answered passed not_topic timed_out moved released withdrawn unreachable
    message  INTEGER NOT NULL DEFAULT 0,
    why      TEXT NOT NULL,                        -- "at work until 17:00 (London)"
    level    INTEGER NOT NULL,
    score    REAL NOT NULL,
    at       INTEGER NOT NULL,
    deadline INTEGER NOT NULL                      -- when it moves on; 0: it stays
) STRICT;
CREATE INDEX offer_question ON offer(question, id);
CREATE INDEX offer_expert ON offer(expert, at);
CREATE INDEX offer_stands ON offer(id) WHERE state IN ('open', 'accepted');

CREATE TABLE answer (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    question INTEGER NOT NULL REFERENCES question(id) ON DELETE CASCADE,
    author   INTEGER NOT NULL REFERENCES person(id),
    words    TEXT,
    message  INTEGER NOT NULL DEFAULT 0,           -- what the asker got
    platform TEXT,
    thing    TEXT,
    at       INTEGER NOT NULL,
    minutes  INTEGER NOT NULL,                     -- working minutes the asker waited
    hidden   INTEGER NOT NULL DEFAULT 0,           -- the author is having their data deleted
    helpful  INTEGER                               -- 1 solved, 0 still stuck
) STRICT;
CREATE INDEX answer_question ON answer(question, id);
CREATE INDEX answer_author ON answer(author);
CREATE INDEX answer_thing ON answer(platform, thing);

CREATE TABLE consent (                             -- "may I ask you?", put once
    person   INTEGER PRIMARY KEY REFERENCES person(id),
    message  INTEGER NOT NULL,
    deadline INTEGER NOT NULL                      -- questions wait for the reply until then
) STRICT;

CREATE TABLE topic_choice (                        -- what an expert said about the topics they were listed for
    person INTEGER NOT NULL REFERENCES person(id),
    topic  TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    PRIMARY KEY (person, topic)
) STRICT;
CREATE INDEX topic_choice_topic ON topic_choice(topic, person);
