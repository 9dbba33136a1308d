-- Version 2: the scope in which duplicates are suppressed, what a mail is the same as, and sources that are gone.

alter table matter add column duplicates text not null default 'global'
    check (duplicates in ('global', 'custodian', 'none'));

-- When a run first found the source gone from its place.
alter table sources add column missing_since text;
create index sources_missing on sources (location) where missing_since is not null;

-- A mail's own bytes may be known only from a suppressed copy of it.
drop index items_by_content;
create index items_by_content on items (sha256) where is_top_level;

-- What a mail is compared by; null for what is compared by its content alone.
alter table items add column identity blob;
create index items_by_identity on items (identity)
    where is_top_level and identity is not null and outcome <> 'duplicate';
