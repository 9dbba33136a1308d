//! The time zone a matter is shown in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_time_zone"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let zone = string("time_zone").default("UTC").to_owned();
        manager.alter_table(Table::alter().table("matters").add_column(zone).to_owned()).await
    }
}
