//! Exceptions a lead accepted.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, pk_auto, string, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_accepted_exceptions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "exception_acceptances";
        let table = Table::create()
            .table(name)
            .col(pk_auto("id").big_integer())
            .col(string("matter"))
            .col(string("key"))
            .col(boolean("is_accepted"))
            .col(text("note"))
            .col(big_integer("user_id"))
            .col(string("at"))
            .col(string("request_id"))
            .foreign_key(ForeignKey::create().from(name, "matter").to("matters", "slug"))
            .foreign_key(ForeignKey::create().from(name, "user_id").to("users", "id"))
            .to_owned();
        manager.create_table(table).await?;
        let once = Index::create()
            .name("exception_acceptances_once")
            .table(name)
            .col("matter")
            .col("user_id")
            .col("request_id")
            .col("key")
            .unique()
            .to_owned();
        manager.create_index(once).await?;
        let in_order =
            Index::create().name("exception_acceptances_in_order").table(name).col("matter").col("id").to_owned();
        manager.create_index(in_order).await
    }
}
