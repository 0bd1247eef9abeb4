-- Sessions: twenty minutes of two people, agreed by both. Only the two see that there is one, and when.

CREATE TABLE session (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    asker          INTEGER NOT NULL REFERENCES person(id),
    expert         INTEGER NOT NULL REFERENCES person(id),
    asker_number   INTEGER NOT NULL DEFAULT 0,     -- each one's own, lasting; 0: no time was ever proposed
    expert_number  INTEGER NOT NULL DEFAULT 0,
    offer          INTEGER NOT NULL DEFAULT 0,     -- the offer that it answers; 0: none
    goal           INTEGER NOT NULL DEFAULT 0,     -- of the asker, that several meetings lead to; 0: none
    topic          TEXT,
    words          TEXT,                           -- what it is about, as the asker says it
    state          TEXT NOT NULL,                  -- open | confirmed | off | helped | stuck
    starts         INTEGER NOT NULL DEFAULT 0,     -- as both agreed; 0: not yet
    wanted         INTEGER NOT NULL DEFAULT 0,     -- as one of them proposes; 0: nothing is proposed
    waits          INTEGER NOT NULL REFERENCES person(id), -- whose turn it is to choose or to agree
    sequence       INTEGER NOT NULL DEFAULT 0,     -- of the invite: one more at every change
    asker_message  INTEGER NOT NULL DEFAULT 0,
    expert_message INTEGER NOT NULL DEFAULT 0,
    at             INTEGER NOT NULL
) STRICT;
CREATE INDEX session_asker ON session(asker, state);
CREATE INDEX session_expert ON session(expert, state);
CREATE INDEX session_waits ON session(waits);
