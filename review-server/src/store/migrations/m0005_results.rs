//! Bulk actions, and what people have seen of the saved searches they are told about.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, boolean, string, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_results"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        bulk_actions(manager).await?;
        search_marks(manager).await
    }
}

fn to_user(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "user_id").to("users", "id").to_owned()
}

fn to_matter(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "matter").to("matters", "slug").to_owned()
}

async fn bulk_actions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "bulk_actions";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("number"))
        .col(big_integer("user_id"))
        .col(string("at"))
        .col(string("request_id"))
        .col(text("recorded"))
        .col(text("taken_back"))
        .col(big_integer("undoes").null())
        .col(binary("documents"))
        .col(big_integer("position"))
        .col(big_integer("done"))
        .col(big_integer("changed"))
        .col(big_integer("kept"))
        .col(boolean("is_running"))
        .primary_key(Index::create().col("matter").col("number"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await?;
    let mut once = Index::create().name("bulk_actions_once").table(name).unique().to_owned();
    for column in ["matter", "user_id", "request_id"] {
        once.col(column);
    }
    manager.create_index(once).await
}

async fn search_marks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "search_marks";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("user_id"))
        .col(big_integer("search"))
        .col(big_integer("mark"))
        .col(binary("documents"))
        .col(string("at"))
        .primary_key(Index::create().col("matter").col("user_id").col("search").col("mark"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name))
        .to_owned();
    manager.create_table(table).await
}
