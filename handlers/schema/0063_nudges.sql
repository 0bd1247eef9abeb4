-- Nudges: what happened, for whom a day comes near.

CREATE TABLE nudge_happened (                      -- what people did, as far as rules wait for it or are measured by it
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    event  TEXT NOT NULL,                          -- joined | enrolled | completed | declined | asked | answered | done
    object INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX nudge_happened_person ON nudge_happened(person, at);

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
