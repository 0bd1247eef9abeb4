-- Which versions of a card ask those of whom it is asked to do it anew.

ALTER TABLE card_version ADD COLUMN reassign INTEGER NOT NULL DEFAULT 0;
