-- Strangers: who wrote without being in the directory, so that an admin is told once. Nothing they wrote is kept.

CREATE TABLE stranger (
    platform TEXT NOT NULL,
    account  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (platform, account)
) STRICT;
