-- Version 1 of the matter database. Never edited after landing: a change is a new file and a new version.

create table matter (
    prefix text not null,
    created_at text not null
);

-- One row for each run of a command that wrote here.
create table runs (
    id integer primary key,
    command text not null,
    started_at text not null,
    ended_at text,
    state text not null check (state in ('running', 'complete', 'interrupted', 'failed')),
    jobs integer not null,
    unchanged integer not null default 0,
    report text
);

-- One row for each version of each thing found on disk. `kind` is `file` for what counts as a source.
create table sources (
    id integer primary key,
    location blob not null,
    kind text not null check (kind in ('file', 'link', 'special', 'folder')),
    custodian text not null,
    size_bytes integer not null,
    modified_ns integer,
    sha256 blob
);
create index sources_by_location on sources (location, id);

-- Source files and everything found inside them, in the order they were numbered.
create table items (
    id integer primary key,
    source integer not null references sources (id),
    parent integer references items (id),
    position integer not null,
    is_top_level integer not null,
    path text not null,
    name text not null,
    custodian text not null,
    format text not null,
    size_bytes integer not null,
    sha256 blob,
    md5 blob,
    sha1 blob,
    modified text,
    outcome text not null check (outcome in ('document', 'duplicate', 'container', 'excluded', 'failed')),
    ordinal integer unique,
    duplicate_of integer references items (id)
);
create index items_by_parent on items (parent, position) where parent is not null;
create index items_by_content on items (sha256) where is_top_level and outcome <> 'duplicate';
create index items_by_original on items (duplicate_of) where duplicate_of is not null;
create index items_by_outcome on items (outcome);

create table documents (
    ordinal integer primary key,
    item integer not null unique references items (id),
    title text not null,
    custodians text not null,
    date text,
    language text,
    parent integer references documents (ordinal),
    family integer not null references documents (ordinal),
    text_revision integer not null,
    text_code_points integer not null,
    is_empty integer not null,
    has_boxes integer not null,
    metadata text not null,
    needs_index integer not null
);
create index documents_by_family on documents (family);
create index documents_by_parent on documents (parent) where parent is not null;
create index documents_to_index on documents (ordinal) where needs_index;
create index documents_without_text on documents (ordinal) where is_empty;

-- Canonical texts are never changed in place: a change is a new revision. `text` and `layout` are compressed.
create table texts (
    ordinal integer not null references documents (ordinal),
    revision integer not null,
    sha256 blob not null,
    code_points integer not null,
    text blob not null,
    layout blob not null,
    unique (ordinal, revision)
);

create table exceptions (
    id integer primary key,
    item integer not null references items (id),
    stage text not null,
    kind text not null,
    reason text not null,
    tool text not null,
    page integer
);
create index exceptions_by_item on exceptions (item);
