//! Matters and who is on them.

use redwell_model::{MatterSlug, Role};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, Set};

use super::users::user;
use super::{Store, StoreError, Writing};
use crate::review::time_zone::MatterZone;

pub(super) mod matter {
    //! The table `matters`.

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "matters")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub slug: String,
        pub name: String,
        pub client: String,
        pub description: String,
        pub created_at: String,
        pub time_zone: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod member {
    //! The table `members`.
    #![expect(unreachable_pub, reason = "what the derive makes is public, and must agree")]

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub matter: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        pub role: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A matter as people named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Its short name.
    pub slug: MatterSlug,
    /// Its name.
    pub name: String,
    /// Who it is done for.
    pub client: String,
    /// What it is about.
    pub description: String,
    /// The time zone its moments are shown in.
    pub time_zone: MatterZone,
}

/// A person on a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The person's number.
    pub user_id: i64,
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// What they are in the matter.
    pub role: Role,
}

impl MemberRow {
    /// Whether this person is the only administrator among the members of a matter.
    #[must_use]
    pub fn is_last_administrator(members: &[Self], user_id: i64) -> bool {
        let mut administrators = members.iter().filter(|row| row.role == Role::Administrator);
        administrators.next().is_some_and(|row| row.user_id == user_id) && administrators.next().is_none()
    }
}

impl MatterRow {
    /// A matter that nobody named yet: called by its short name.
    #[must_use]
    pub fn unnamed(slug: &MatterSlug) -> Self {
        let (client, description, time_zone) = Default::default();
        Self { slug: slug.clone(), name: slug.to_string(), client, description, time_zone }
    }
}

impl TryFrom<matter::Model> for MatterRow {
    type Error = StoreError;

    fn try_from(row: matter::Model) -> Result<Self, StoreError> {
        let slug = row.slug.parse().map_err(|_| StoreError::Corrupt { what: format!("the matter `{}`", row.slug) })?;
        let time_zone = row.time_zone.parse();
        let time_zone = time_zone.map_err(|error| StoreError::Corrupt { what: format!("{error}") })?;
        Ok(Self { slug, name: row.name, client: row.client, description: row.description, time_zone })
    }
}

fn role(text: &str) -> Result<Role, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: format!("the role `{text}`") })
}

impl Store {
    /// A matter that was given a name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn matter(&self, slug: &MatterSlug) -> Result<Option<MatterRow>, StoreError> {
        let found = matter::Entity::find_by_id(slug.to_string()).one(&self.connection).await?;
        found.map(MatterRow::try_from).transpose()
    }

    /// Every matter that was given a name, by short name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn matters(&self) -> Result<Vec<MatterRow>, StoreError> {
        let rows = matter::Entity::find().order_by_asc(matter::Column::Slug).all(&self.connection).await?;
        rows.into_iter().map(MatterRow::try_from).collect()
    }

    /// What a person is in a matter; `None` when they are not on it or there is no such matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn role_of(&self, slug: &MatterSlug, user_id: i64) -> Result<Option<Role>, StoreError> {
        let found = member::Entity::find_by_id((slug.to_string(), user_id)).one(&self.connection).await?;
        found.map(|row| role(&row.role)).transpose()
    }

    /// The matters a person is on, with their role, by short name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn matters_of(&self, user_id: i64) -> Result<Vec<(MatterRow, Role)>, StoreError> {
        let rows = member::Entity::find()
            .filter(member::Column::UserId.eq(user_id))
            .order_by_asc(member::Column::Matter)
            .all(&self.connection)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let named = matter::Entity::find_by_id(row.matter).one(&self.connection).await?;
            if let Some(named) = named {
                found.push((MatterRow::try_from(named)?, role(&row.role)?));
            }
        }
        Ok(found)
    }

    /// The people on a matter, by sign-in name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn members(&self, slug: &MatterSlug) -> Result<Vec<MemberRow>, StoreError> {
        members(&self.connection, slug).await
    }
}

async fn members<C: ConnectionTrait>(connection: &C, slug: &MatterSlug) -> Result<Vec<MemberRow>, StoreError> {
    let rows = member::Entity::find().filter(member::Column::Matter.eq(slug.as_str())).all(connection).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.user_id).collect();
    let people = user::Entity::find()
        .filter(user::Column::Id.is_in(ids))
        .order_by_asc(user::Column::Name)
        .all(connection)
        .await?;
    let mut found = Vec::with_capacity(people.len());
    for person in people {
        if let Some(row) = rows.iter().find(|row| row.user_id == person.id) {
            let role = role(&row.role)?;
            let (name, display_name) = (person.name, person.display_name);
            found.push(MemberRow { user_id: person.id, name, display_name, role });
        }
    }
    Ok(found)
}

impl Writing<'_> {
    /// Gives a matter a name, or another one. The time zone of one that is there already stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_matter(&self, new: MatterRow, at: String) -> Result<(), StoreError> {
        let row = matter::ActiveModel {
            slug: Set(new.slug.into()),
            name: Set(new.name),
            client: Set(new.client),
            description: Set(new.description),
            created_at: Set(at),
            time_zone: Set(new.time_zone.into()),
        };
        let replace = OnConflict::column(matter::Column::Slug)
            .update_columns([matter::Column::Name, matter::Column::Client, matter::Column::Description])
            .to_owned();
        matter::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Chooses the time zone a matter is shown in; what it was, `None` where there is no such matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_time_zone(&self, slug: &MatterSlug, zone: &MatterZone) -> Result<Option<MatterZone>, StoreError> {
        let Some(row) = matter::Entity::find_by_id(slug.to_string()).one(&self.transaction).await? else {
            return Ok(None);
        };
        let was = MatterRow::try_from(row.clone())?.time_zone;
        let mut row = matter::ActiveModel::from(row);
        row.time_zone = Set(zone.to_string());
        row.update(&self.transaction).await?;
        Ok(Some(was))
    }

    /// The people on a matter, by sign-in name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn members(&self, slug: &MatterSlug) -> Result<Vec<MemberRow>, StoreError> {
        members(&self.transaction, slug).await
    }

    /// Puts a person on a matter, or gives them another role there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_member(&self, slug: &MatterSlug, user_id: i64, role: Role) -> Result<(), StoreError> {
        let row = member::ActiveModel {
            matter: Set(slug.to_string()),
            user_id: Set(user_id),
            role: Set(role.as_str().to_owned()),
        };
        let replace = OnConflict::columns([member::Column::Matter, member::Column::UserId])
            .update_column(member::Column::Role)
            .to_owned();
        member::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    /// Takes a person off a matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_member(&self, slug: &MatterSlug, user_id: i64) -> Result<(), StoreError> {
        member::Entity::delete_by_id((slug.to_string(), user_id)).exec(&self.transaction).await?;
        Ok(())
    }
}
