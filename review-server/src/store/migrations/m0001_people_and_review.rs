//! The first tables: people, matters, taxonomies, coding, annotations, deliverables, audit.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, integer, pk_auto, string, string_null, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_people_and_review"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        people(manager).await?;
        matters(manager).await?;
        taxonomies(manager).await?;
        review(manager).await?;
        deliverables(manager).await?;
        audit(manager).await
    }
}

fn to_user(from: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, column).to("users", "id").to_owned()
}

fn to_matter(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "matter").to("matters", "slug").to_owned()
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let users = Table::create()
        .table("users")
        .col(pk_auto("id").big_integer())
        .col(string("name").unique_key())
        .col(string("display_name"))
        .col(string("password_hash"))
        .col(boolean("is_administrator"))
        .col(string("created_at"))
        .to_owned();
    manager.create_table(users).await?;
    let sessions = Table::create()
        .table("sessions")
        .col(string("token_sha256").primary_key())
        .col(big_integer("user_id"))
        .col(string("created_at"))
        .col(string("seen_at"))
        .foreign_key(&mut to_user("sessions", "user_id"))
        .to_owned();
    manager.create_table(sessions).await?;
    let attempts = Table::create()
        .table("sign_in_attempts")
        .col(string("subject").primary_key())
        .col(big_integer("failures"))
        .col(string("last_at"))
        .col(string("blocked_until"))
        .to_owned();
    manager.create_table(attempts).await
}

async fn matters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let matters = Table::create()
        .table("matters")
        .col(string("slug").primary_key())
        .col(string("name"))
        .col(string("client"))
        .col(text("description"))
        .col(string("created_at"))
        .to_owned();
    manager.create_table(matters).await?;
    let members = Table::create()
        .table("members")
        .col(string("matter"))
        .col(big_integer("user_id"))
        .col(string("role"))
        .primary_key(Index::create().col("matter").col("user_id"))
        .foreign_key(&mut to_matter("members"))
        .foreign_key(&mut to_user("members", "user_id"))
        .to_owned();
    manager.create_table(members).await
}

async fn taxonomies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let taxonomies = Table::create()
        .table("taxonomies")
        .col(string("matter"))
        .col(big_integer("number"))
        .col(integer("version"))
        .col(string("iri"))
        .col(text("content"))
        .col(text("findings"))
        .col(text("source"))
        .col(string("imported_at"))
        .col(big_integer("imported_by").null())
        .primary_key(Index::create().col("matter").col("number").col("version"))
        .foreign_key(&mut to_matter("taxonomies"))
        .to_owned();
    manager.create_table(taxonomies).await
}

async fn review(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let decisions = Table::create()
        .table("coding_decisions")
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(big_integer("ordinal"))
        .col(string("concept"))
        .col(boolean("is_set"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .col(string("request_id"))
        .foreign_key(&mut to_matter("coding_decisions"))
        .foreign_key(&mut to_user("coding_decisions", "user_id"))
        .to_owned();
    manager.create_table(decisions).await?;
    index(manager, "coding_decisions", "coding_decisions_once", &["matter", "user_id", "request_id", "concept"], true)
        .await?;
    index(manager, "coding_decisions", "coding_decisions_by_document", &["matter", "ordinal"], false).await?;
    index(manager, "coding_decisions", "coding_decisions_in_order", &["matter", "id"], false).await?;
    let events = Table::create()
        .table("annotation_events")
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(big_integer("annotation"))
        .col(string("kind"))
        .col(big_integer("ordinal"))
        .col(text("anchor"))
        .col(text("concepts"))
        .col(text("note"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .col(string("request_id"))
        .foreign_key(&mut to_matter("annotation_events"))
        .foreign_key(&mut to_user("annotation_events", "user_id"))
        .to_owned();
    manager.create_table(events).await?;
    index(manager, "annotation_events", "annotation_events_once", &["matter", "user_id", "request_id"], true).await?;
    index(manager, "annotation_events", "annotation_events_by_document", &["matter", "ordinal"], false).await?;
    index(manager, "annotation_events", "annotation_events_by_annotation", &["matter", "annotation", "id"], false)
        .await?;
    index(manager, "annotation_events", "annotation_events_in_order", &["matter", "id"], false).await
}

async fn deliverables(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let deliverables = Table::create()
        .table("deliverables")
        .col(string("matter"))
        .col(big_integer("number"))
        .col(string("title"))
        .col(string("kind"))
        .col(text("query"))
        .col(string("state"))
        .col(string("created_at"))
        .col(big_integer("created_by"))
        .col(string_null("released_at"))
        .col(string_null("file_name"))
        .col(big_integer("size_bytes").null())
        .col(string_null("sha256"))
        .col(big_integer("documents"))
        .col(big_integer("annotations"))
        .col(big_integer("files"))
        .col(string_null("error"))
        .primary_key(Index::create().col("matter").col("number"))
        .foreign_key(&mut to_matter("deliverables"))
        .foreign_key(&mut to_user("deliverables", "created_by"))
        .to_owned();
    manager.create_table(deliverables).await
}

async fn audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let audit = Table::create()
        .table("audit")
        .col(big_integer("sequence").primary_key())
        .col(string("at"))
        .col(string("actor"))
        .col(string("matter"))
        .col(string("action"))
        .col(string("subject"))
        .col(text("detail"))
        .col(string("previous"))
        .col(string("digest"))
        .to_owned();
    manager.create_table(audit).await?;
    index(manager, "audit", "audit_by_matter", &["matter", "sequence"], false).await?;
    index(manager, "audit", "audit_by_subject", &["matter", "subject", "sequence"], false).await
}

async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}
