//! Hit reports: what was asked, and once it is counted, the counts and the documents of each term. A report is never
//! changed after that; asking again makes another.

use redwell_indexer::analyse::hit_report::HitReport;
use redwell_model::MatterSlug;
use redwell_search::DocumentSet;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing, from_db, set_from_db, set_to_db, to_db};

pub(super) mod report {
    //! The table `hit_reports`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hit_reports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub name: String,
        pub terms: String,
        pub dialect: String,
        pub scope: String,
        pub earlier: Option<i64>,
        pub by_month: bool,
        pub state: String,
        pub error: Option<String>,
        pub searched: i64,
        pub counts: Option<String>,
        pub user_id: i64,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod term {
    //! The table `hit_report_terms`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hit_report_terms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub report: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub term: i64,
        pub canonical: String,
        pub documents: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How far a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Its terms are being counted.
    Counting,
    /// It is done.
    Ready,
    /// It could not be made.
    Failed,
}

impl ReportState {
    const ALL: [Self; 3] = [Self::Counting, Self::Ready, Self::Failed];

    /// Its name in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counting => "counting",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// A report to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHitReport {
    /// Its name, which no other report of the matter has.
    pub name: String,
    /// The list of terms as pasted.
    pub terms: String,
    /// How the terms are written.
    pub dialect: String,
    /// The query that limits what is searched, in canonical form; empty for none.
    pub scope: String,
    /// The number of the report that documents are new since.
    pub earlier: Option<i64>,
    /// Whether documents are counted by month too.
    pub by_month: bool,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitReportRow {
    /// Its number in the matter.
    pub number: i64,
    /// What was asked.
    pub asked: NewHitReport,
    /// How far it is.
    pub state: ReportState,
    /// Why it could not be made.
    pub error: Option<String>,
    /// Documents of the matter that were searched.
    pub searched: u64,
    /// The counts, once it is done; left out of lists.
    pub counts: Option<HitReport>,
    /// Who asked for it.
    pub user_id: i64,
    /// When.
    pub at: String,
}

/// The documents of one term of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct HitReportTerm {
    /// Its number in the report, from 1.
    pub number: u32,
    /// The term as read.
    pub canonical: String,
    /// Its documents.
    pub documents: DocumentSet,
}

/// Terms written with one statement.
const CHUNK: usize = 100;

fn row_of(row: report::Model) -> Result<HitReportRow, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("hit report {}", row.number) };
    let state = ReportState::ALL.into_iter().find(|state| state.as_str() == row.state).ok_or_else(corrupt)?;
    let counts = row.counts.as_deref().map(serde_json::from_str).transpose().map_err(|_| corrupt())?;
    Ok(HitReportRow {
        number: row.number,
        asked: NewHitReport {
            name: row.name,
            terms: row.terms,
            dialect: row.dialect,
            scope: row.scope,
            earlier: row.earlier,
            by_month: row.by_month,
        },
        state,
        error: row.error,
        searched: from_db(row.searched),
        counts,
        user_id: row.user_id,
        at: row.at,
    })
}

fn term_of(row: term::Model) -> Result<HitReportTerm, StoreError> {
    let corrupt = || StoreError::Corrupt { what: format!("a term of hit report {}", row.report) };
    let number = u32::try_from(row.term).map_err(|_| corrupt())?;
    let documents = set_from_db(&row.documents, "the documents of a term")?;
    Ok(HitReportTerm { number, canonical: row.canonical, documents })
}

fn of_matter(matter: &MatterSlug) -> Select<report::Entity> {
    report::Entity::find().filter(report::Column::Matter.eq(matter.as_str()))
}

impl Store {
    /// The reports of a matter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hit_reports(&self, matter: &MatterSlug) -> Result<Vec<HitReportRow>, StoreError> {
        let rows = of_matter(matter).order_by_desc(report::Column::Number).all(&self.connection).await?;
        rows.into_iter().map(row_of).collect()
    }

    /// One report.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hit_report(&self, matter: &MatterSlug, number: i64) -> Result<Option<HitReportRow>, StoreError> {
        let row = report::Entity::find_by_id((matter.to_string(), number)).one(&self.connection).await?;
        row.map(row_of).transpose()
    }

    /// The report of this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hit_report_named(&self, matter: &MatterSlug, name: &str) -> Result<Option<i64>, StoreError> {
        let row = of_matter(matter).filter(report::Column::Name.eq(name)).one(&self.connection).await?;
        Ok(row.filter(|row| row.state == ReportState::Ready.as_str()).map(|row| row.number))
    }

    /// The documents of the terms of a report, or of one of them, in the order of the report.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hit_report_terms(
        &self,
        matter: &MatterSlug,
        number: i64,
        only: Option<u32>,
    ) -> Result<Vec<HitReportTerm>, StoreError> {
        let mut wanted = term::Entity::find()
            .filter(term::Column::Matter.eq(matter.as_str()))
            .filter(term::Column::Report.eq(number))
            .order_by_asc(term::Column::Term);
        if let Some(only) = only {
            wanted = wanted.filter(term::Column::Term.eq(i64::from(only)));
        }
        wanted.all(&self.connection).await?.into_iter().map(term_of).collect()
    }
}

impl Writing<'_> {
    /// Whether a report of the matter has this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_hit_report_named(&self, matter: &MatterSlug, name: &str) -> Result<bool, StoreError> {
        let row = of_matter(matter).filter(report::Column::Name.eq(name)).one(&self.transaction).await?;
        Ok(row.is_some())
    }

    /// Adds a report that is to be counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_hit_report(
        &self,
        matter: &MatterSlug,
        new: NewHitReport,
        user_id: i64,
        at: String,
    ) -> Result<HitReportRow, StoreError> {
        let newest = of_matter(matter).order_by_desc(report::Column::Number).one(&self.transaction).await?;
        let model = report::Model {
            matter: matter.to_string(),
            number: newest.map_or(1, |newest| newest.number + 1),
            name: new.name,
            terms: new.terms,
            dialect: new.dialect,
            scope: new.scope,
            earlier: new.earlier,
            by_month: new.by_month,
            state: ReportState::Counting.as_str().to_owned(),
            error: None,
            searched: 0,
            counts: None,
            user_id,
            at,
        };
        let row: report::ActiveModel = model.clone().into();
        report::Entity::insert(row.reset_all()).exec_without_returning(&self.transaction).await?;
        row_of(model)
    }

    /// Records what was counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_hit_report(
        &self,
        matter: &MatterSlug,
        number: i64,
        counts: &HitReport,
        terms: &[HitReportTerm],
    ) -> Result<(), StoreError> {
        let change = report::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(number),
            state: Set(ReportState::Ready.as_str().to_owned()),
            searched: Set(to_db(counts.searched)),
            counts: Set(Some(serde_json::to_string(counts).expect("counts serialise"))),
            ..Default::default()
        };
        report::Entity::update(change).exec(&self.transaction).await?;
        for terms in terms.chunks(CHUNK) {
            let rows = terms.iter().map(|one| term::ActiveModel {
                matter: Set(matter.to_string()),
                report: Set(number),
                term: Set(i64::from(one.number)),
                canonical: Set(one.canonical.clone()),
                documents: Set(set_to_db(&one.documents)),
            });
            term::Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        }
        Ok(())
    }

    /// Records why a report could not be made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_hit_report(&self, matter: &MatterSlug, number: i64, why: String) -> Result<(), StoreError> {
        let change = report::ActiveModel {
            matter: Set(matter.to_string()),
            number: Set(number),
            state: Set(ReportState::Failed.as_str().to_owned()),
            error: Set(Some(why)),
            ..Default::default()
        };
        report::Entity::update(change).exec(&self.transaction).await?;
        Ok(())
    }

    /// Marks the reports as failed that a server left half counted. Gives matter and number of each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_interrupted_hit_reports(&self, why: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let left = report::Entity::find()
            .filter(report::Column::State.eq(ReportState::Counting.as_str()))
            .order_by_asc(report::Column::Matter)
            .order_by_asc(report::Column::Number)
            .all(&self.transaction)
            .await?;
        for row in &left {
            let change = report::ActiveModel {
                matter: Set(row.matter.clone()),
                number: Set(row.number),
                state: Set(ReportState::Failed.as_str().to_owned()),
                error: Set(Some(why.to_owned())),
                ..Default::default()
            };
            report::Entity::update(change).exec(&self.transaction).await?;
        }
        Ok(left.into_iter().map(|row| (row.matter, row.number)).collect())
    }
}
