//! Batch sets, their batches, what became of these, and the stage a decision was made in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, boolean, pk_auto, string, string_null, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_batches"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sets(manager).await?;
        batches(manager).await?;
        events(manager).await?;
        // Decisions made before there were stages have none.
        let stage = Table::alter().table("coding_decisions").add_column(string_null("stage")).to_owned();
        manager.alter_table(stage).await
    }
}

fn to_user(from: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, column).to("users", "id").to_owned()
}

fn to_matter(from: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(from, "matter").to("matters", "slug").to_owned()
}

async fn sets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "batch_sets";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("number"))
        .col(string("name"))
        .col(string("stage"))
        .col(text("source"))
        .col(big_integer("size"))
        .col(boolean("keeps_families"))
        .col(big_integer("user_id").null())
        .col(string("at"))
        .primary_key(Index::create().col("matter").col("number"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name, "user_id"))
        .to_owned();
    manager.create_table(table).await?;
    let once = Index::create().name("batch_sets_once").table(name).unique().col("matter").col("name").to_owned();
    manager.create_index(once).await
}

async fn batches(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "batches";
    let table = Table::create()
        .table(name)
        .col(string("matter"))
        .col(big_integer("number"))
        .col(big_integer("batch_set"))
        .col(binary("documents"))
        .primary_key(Index::create().col("matter").col("number"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(ForeignKey::create().from(name, ("matter", "batch_set")).to("batch_sets", ("matter", "number")))
        .to_owned();
    manager.create_table(table).await?;
    let of_set =
        Index::create().name("batches_of_set").table(name).col("matter").col("batch_set").col("number").to_owned();
    manager.create_index(of_set).await
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let name = "batch_events";
    let table = Table::create()
        .table(name)
        .col(pk_auto("id").big_integer())
        .col(string("matter"))
        .col(string("kind"))
        .col(big_integer("batch_set"))
        .col(big_integer("batch").null())
        .col(big_integer("holder_id").null())
        .col(big_integer("user_id"))
        .col(string("at"))
        .foreign_key(&mut to_matter(name))
        .foreign_key(&mut to_user(name, "holder_id"))
        .foreign_key(&mut to_user(name, "user_id"))
        .to_owned();
    manager.create_table(table).await?;
    let in_order = Index::create().name("batch_events_in_order").table(name).col("matter").col("id").to_owned();
    manager.create_index(in_order).await
}
