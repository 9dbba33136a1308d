-- Version 3: how much of a document's text was recognised in pictures. Which page that is, and how sure the program was of
-- it, stands with the page's layout.

alter table documents add column recognised_pages integer not null default 0;
-- The average over those pages, 0 to 1.
alter table documents add column recognition_confidence real;
create index documents_recognised on documents (ordinal) where recognised_pages > 0;
