//! Lists of synonyms: each row is a whole list; the newest of a matter is the one that counts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, pk_auto, string, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_synonyms"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "synonym_lists";
        let table = Table::create()
            .table(name)
            .col(pk_auto("id").big_integer())
            .col(string("matter"))
            .col(text("groups"))
            .col(big_integer("user_id").null())
            .col(string("at"))
            .foreign_key(ForeignKey::create().from(name, "matter").to("matters", "slug"))
            .foreign_key(ForeignKey::create().from(name, "user_id").to("users", "id"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create().name("synonym_lists_in_order").table(name).col("matter").col("id").to_owned();
        manager.create_index(index).await
    }
}
