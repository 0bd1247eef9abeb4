-- What people did, for goals, paths and requirements alike: rows are only ever added. What is shown is counted from them.

CREATE TABLE progress (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    kind   TEXT NOT NULL,                          -- goal | result | milestone | card | step | log: what it is about
    object INTEGER NOT NULL,                       -- its id; 0: nothing but itself (log)
    event  TEXT NOT NULL,                          -- started | done | passed | failed | skipped | value | reopened ...
    value  INTEGER,                                -- of it: percent, minutes, score, version
    note   TEXT,                                   -- the person's own words
    undoes INTEGER,                                -- the row this one takes back
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX progress_object ON progress(kind, object, person, id);
CREATE INDEX progress_person ON progress(person, at);
CREATE INDEX progress_undoes ON progress(undoes) WHERE undoes IS NOT NULL;
