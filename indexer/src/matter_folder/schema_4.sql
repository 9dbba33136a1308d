-- Version 4: runs that were cancelled, and what each run was asked to do.

create table runs_of_version_4 (
    id integer primary key,
    command text not null,
    started_at text not null,
    ended_at text,
    state text not null check (state in ('running', 'complete', 'cancelled', 'interrupted', 'failed')),
    jobs integer not null,
    unchanged integer not null default 0,
    report text,
    -- JSON; null for runs of earlier versions. Never holds a password.
    settings text
);
insert into runs_of_version_4 (id, command, started_at, ended_at, state, jobs, unchanged, report)
    select id, command, started_at, ended_at, state, jobs, unchanged, report from runs;
drop table runs;
alter table runs_of_version_4 rename to runs;
