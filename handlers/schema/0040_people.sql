-- Strangers: who wrote without being in the directory, so that an admin is told once. Nothing they wrote is kept.

CREATE TABLE stranger (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT NOT NULL,
    account  TEXT NOT NULL,
    told     INTEGER NOT NULL DEFAULT 0,           -- 1: an admin has been told
    UNIQUE (platform, account)
) STRICT;

CREATE TABLE sheet (                               -- a file an admin sent: kept until it is applied or a day old
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL UNIQUE REFERENCES person(id),
    name   TEXT NOT NULL,
    text   TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
