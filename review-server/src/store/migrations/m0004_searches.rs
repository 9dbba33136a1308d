//! Saved searches, what a person searched for, hit reports, and lists of documents.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, boolean, pk_auto, string, text, text_null};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_searches"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        saved_searches(manager).await?;
        history(manager).await?;
        hit_reports(manager).await?;
        lists(manager).await
    }
}

fn to_user(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "user_id").to("users", "id").to_owned()
}

fn to_matter(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "matter").to("matters", "slug").to_owned()
}

async fn index(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    let mut index = Index::create().name(format!("{table}_in_order")).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// A row for each time a search was saved, changed or deleted; the newest of each search says what it is.
async fn saved_searches(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "saved_search_events";
    let table = Table::create()
        .table(name)
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(big_integer("search"))
        .col(string("kind"))
        .col(string("name"))
        .col(text("query"))
        .col(string("dialect"))
        .col(text("canonical"))
        .col(text("filters"))
        .col(string("sort"))
        .col(boolean("is_shared"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, name, &["matter", "search", "id"]).await
}

/// What a person searched for, and whether it is kept; theirs to clear, so rows here do go away.
async fn history(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "search_history";
    let table = Table::create()
        .table(name)
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(big_integer("user_id"))
        .col(text("query"))
        .col(string("dialect"))
        .col(text("canonical"))
        .col(big_integer("total"))
        .col(string("at"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, name, &["matter", "user_id", "id"]).await?;
    let name = "search_history_off";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .primary_key(Index::create().col("matter").col("user_id"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await
}

/// A report, and the documents of each of its terms.
async fn hit_reports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "hit_reports";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("number"))
        .col(string("name"))
        .col(text("terms"))
        .col(string("dialect"))
        .col(text("scope"))
        .col(big_integer("earlier").null())
        .col(boolean("by_month"))
        .col(string("state"))
        .col(text_null("error"))
        .col(big_integer("searched"))
        .col(text_null("counts"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .primary_key(Index::create().col("matter").col("number"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await?;
    let once = Index::create().name("hit_reports_named").table(name).col("matter").col("name").unique().to_owned();
    manager.create_index(once).await?;
    let name = "hit_report_terms";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("report"))
        .col(big_integer("term"))
        .col(text("canonical"))
        .col(binary("documents"))
        .primary_key(Index::create().col("matter").col("report").col("term"))
        .foreign_key(&mut to_matter(name))
        .to_owned();
    manager.create_table(table).await
}

/// A row for each time a list was kept, changed or deleted; the newest of each name says what it is.
async fn lists(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "document_list_events";
    let table = Table::create()
        .table(name)
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(string("name"))
        .col(boolean("is_deleted"))
        .col(binary("documents"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, name, &["matter", "name", "id"]).await
}
