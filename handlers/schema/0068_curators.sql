-- What curators and admins do with people: rights given in chat that wait for a second admin, and who looked at whom.

CREATE TABLE grant_request (                       -- to make somebody an admin, or none any more, takes two
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    person  INTEGER NOT NULL REFERENCES person(id), -- whom it is about
    asker   INTEGER NOT NULL REFERENCES person(id),
    second  INTEGER NOT NULL REFERENCES person(id), -- the admin who was asked to agree
    scope   TEXT,                                   -- NULL: no admin any more
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX grant_request_person ON grant_request(person);

CREATE TABLE look (                                -- who looked at what of whom, for the one who was looked at
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person(id),
    viewer INTEGER NOT NULL REFERENCES person(id),
    what   TEXT NOT NULL,
    day    INTEGER NOT NULL,                       -- in the viewer's zone; once a day and thing
    at     INTEGER NOT NULL
) STRICT;
CREATE INDEX look_person ON look(person, at);
CREATE UNIQUE INDEX look_once ON look(viewer, person, what, day);
