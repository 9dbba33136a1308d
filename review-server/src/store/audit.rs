//! The audit log: a chain in which each entry carries the digest of the one before.

use redwell_model::Sha256;
use redwell_model::audit::AuditEntry;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, Set};

use super::{Store, StoreError, Writing, from_db, to_db};

pub(super) mod entry {
    //! The table `audit`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub at: String,
        pub actor: String,
        pub matter: String,
        pub action: String,
        pub subject: String,
        pub detail: String,
        pub previous: String,
        pub digest: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something done that the log must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow<'a> {
    /// When.
    pub at: String,
    /// Who, by sign-in name; `-` where nobody was signed in.
    pub actor: &'a str,
    /// In which matter; empty for the installation itself.
    pub matter: &'a str,
    /// What, such as `deliverable.download`.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// Anything else; never document text.
    pub detail: serde_json::Value,
}

/// Entries read at a time when the whole chain is walked.
const WALK: u64 = 1_000;

impl Store {
    /// The newest entries of a matter before a position, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, matter: &str, before: Option<u64>, limit: u64) -> Result<Vec<AuditEntry>, StoreError> {
        let mut query = entry::Entity::find().filter(entry::Column::Matter.eq(matter));
        if let Some(before) = before {
            query = query.filter(entry::Column::Sequence.lt(to_db(before)));
        }
        let rows = query.order_by_desc(entry::Column::Sequence).limit(limit).all(&self.connection).await?;
        Ok(rows.into_iter().map(|row| entry_of(row).0).collect())
    }

    /// The entries on one action and subject in a matter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_on(
        &self,
        matter: &str,
        subject: &str,
        action: &str,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = entry::Entity::find()
            .filter(entry::Column::Matter.eq(matter))
            .filter(entry::Column::Subject.eq(subject))
            .filter(entry::Column::Action.eq(action))
            .order_by_desc(entry::Column::Sequence)
            .limit(limit)
            .all(&self.connection)
            .await?;
        Ok(rows.into_iter().map(|row| entry_of(row).0).collect())
    }

    /// Walks the whole chain: how many entries there are, and the first that does not fit the one before it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_audit(&self) -> Result<(u64, Option<u64>), StoreError> {
        let (mut checked, mut previous) = (0, AuditEntry::GENESIS.to_owned());
        loop {
            let rows = entry::Entity::find()
                .filter(entry::Column::Sequence.gt(to_db(checked)))
                .order_by_asc(entry::Column::Sequence)
                .limit(WALK)
                .all(&self.connection)
                .await?;
            if rows.is_empty() {
                return Ok((checked, None));
            }
            for row in rows {
                let (entry, digest) = entry_of(row);
                let holds =
                    entry.sequence == checked + 1 && entry.previous == previous && entry.digest().to_string() == digest;
                if !holds {
                    return Ok((checked, Some(checked + 1)));
                }
                (checked, previous) = (entry.sequence, digest);
            }
        }
    }
}

fn entry_of(row: entry::Model) -> (AuditEntry, String) {
    let entry = AuditEntry {
        sequence: from_db(row.sequence),
        at: row.at,
        actor: row.actor,
        matter: row.matter,
        action: row.action,
        subject: row.subject,
        detail: row.detail,
        previous: row.previous,
    };
    (entry, row.digest)
}

impl Writing<'_> {
    /// Appends to the log. Writers take turns, so the chain never forks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, row: AuditRow<'_>) -> Result<Sha256, StoreError> {
        let last = entry::Entity::find().order_by_desc(entry::Column::Sequence).one(&self.transaction).await?;
        let (sequence, previous) = match last {
            Some(last) => (from_db(last.sequence) + 1, last.digest),
            None => (1, AuditEntry::GENESIS.to_owned()),
        };
        let new = AuditEntry {
            sequence,
            at: row.at,
            actor: row.actor.to_owned(),
            matter: row.matter.to_owned(),
            action: row.action.to_owned(),
            subject: row.subject.to_owned(),
            detail: row.detail.to_string(),
            previous,
        };
        let digest = new.digest();
        let row = entry::ActiveModel {
            sequence: Set(to_db(new.sequence)),
            at: Set(new.at),
            actor: Set(new.actor),
            matter: Set(new.matter),
            action: Set(new.action),
            subject: Set(new.subject),
            detail: Set(new.detail),
            previous: Set(new.previous),
            digest: Set(digest.to_string()),
        };
        entry::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        Ok(digest)
    }
}
