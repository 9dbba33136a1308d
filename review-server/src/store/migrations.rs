//! Migrations of the review database: forward only, numbered, never edited after landing.

mod m0001_people_and_review;
mod m0002_accepted_exceptions;
mod m0003_time_zone;
mod m0004_searches;
mod m0005_results;
mod m0006_synonyms;
mod m0007_batches;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

/// Every migration, oldest first.
pub(super) struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people_and_review::Migration),
            Box::new(m0002_accepted_exceptions::Migration),
            Box::new(m0003_time_zone::Migration),
            Box::new(m0004_searches::Migration),
            Box::new(m0005_results::Migration),
            Box::new(m0006_synonyms::Migration),
            Box::new(m0007_batches::Migration),
        ]
    }
}
