//! Taxonomies by version. A newer version of a scheme stands beside the older one, which old work still refers to.

use redwell_model::MatterSlug;
use redwell_taxonomy::{Finding, Taxonomy};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing};

pub(super) mod taxonomy {
    //! The table `taxonomies`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "taxonomies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        pub iri: String,
        pub content: String,
        pub findings: String,
        pub source: String,
        pub imported_at: String,
        pub imported_by: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The newest version of a taxonomy.
#[derive(Debug, Clone, PartialEq)]
pub struct TaxonomyRow {
    /// Its number in the matter.
    pub number: i64,
    /// How often it was imported.
    pub version: u32,
    /// What it holds.
    pub taxonomy: Taxonomy,
    /// What its import found.
    pub findings: Vec<Finding>,
    /// When this version was imported.
    pub imported_at: String,
    /// Who imported it; `None` for an import from the command line.
    pub imported_by: Option<i64>,
}

fn row_of(row: taxonomy::Model) -> Result<TaxonomyRow, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("the taxonomy `{}`", row.iri) };
    Ok(TaxonomyRow {
        number: row.number,
        version: u32::try_from(row.version).map_err(|_| corrupt())?,
        taxonomy: serde_json::from_str(&row.content).map_err(|_| corrupt())?,
        findings: serde_json::from_str(&row.findings).map_err(|_| corrupt())?,
        imported_at: row.imported_at,
        imported_by: row.imported_by,
    })
}

impl Store {
    /// The newest version of every taxonomy of a matter, in the order first imported.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taxonomies(&self, matter: &MatterSlug) -> Result<Vec<TaxonomyRow>, StoreError> {
        let rows = taxonomy::Entity::find()
            .filter(taxonomy::Column::Matter.eq(matter.as_str()))
            .order_by_asc(taxonomy::Column::Number)
            .order_by_desc(taxonomy::Column::Version)
            .all(&self.connection)
            .await?;
        let mut newest: Vec<taxonomy::Model> = Vec::new();
        for row in rows {
            if newest.last().is_none_or(|last| last.number != row.number) {
                newest.push(row);
            }
        }
        newest.into_iter().map(row_of).collect()
    }

    /// Number and version of the newest version of every taxonomy of a matter: what tells whether any changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taxonomy_versions(&self, matter: &MatterSlug) -> Result<Vec<(i64, i32)>, StoreError> {
        use sea_orm::QuerySelect as _;
        let versions = taxonomy::Entity::find()
            .select_only()
            .column(taxonomy::Column::Number)
            .column_as(taxonomy::Column::Version.max(), "version")
            .filter(taxonomy::Column::Matter.eq(matter.as_str()))
            .group_by(taxonomy::Column::Number)
            .order_by_asc(taxonomy::Column::Number)
            .into_tuple()
            .all(&self.connection)
            .await?;
        Ok(versions)
    }
}

impl Writing<'_> {
    /// Adds a taxonomy; one with the IRI of an earlier one is its next version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_taxonomy(
        &self,
        matter: &MatterSlug,
        import: (&Taxonomy, &[Finding]),
        source: String,
        imported_by: Option<i64>,
        at: String,
    ) -> Result<TaxonomyRow, StoreError> {
        let (content, findings) = import;
        let all = taxonomy::Entity::find()
            .filter(taxonomy::Column::Matter.eq(matter.as_str()))
            .order_by_asc(taxonomy::Column::Number)
            .order_by_asc(taxonomy::Column::Version)
            .all(&self.transaction)
            .await?;
        let same = all.iter().rfind(|row| row.iri == content.iri);
        let (number, version) = match same {
            Some(row) => (row.number, row.version + 1),
            None => (all.last().map_or(1, |last| last.number + 1), 1),
        };
        let json = "taxonomies and findings serialise";
        let row = taxonomy::Model {
            matter: matter.to_string(),
            number,
            version,
            iri: content.iri.clone(),
            content: serde_json::to_string(content).expect(json),
            findings: serde_json::to_string(findings).expect(json),
            source,
            imported_at: at,
            imported_by,
        };
        let new = taxonomy::ActiveModel {
            matter: Set(row.matter.clone()),
            number: Set(row.number),
            version: Set(row.version),
            iri: Set(row.iri.clone()),
            content: Set(row.content.clone()),
            findings: Set(row.findings.clone()),
            source: Set(row.source.clone()),
            imported_at: Set(row.imported_at.clone()),
            imported_by: Set(row.imported_by),
        };
        taxonomy::Entity::insert(new).exec_without_returning(&self.transaction).await?;
        row_of(row)
    }
}
