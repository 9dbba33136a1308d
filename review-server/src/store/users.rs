//! People who can sign in.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use super::{Store, StoreError, Writing};

pub(super) mod user {
    //! The table `users`.

    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub display_name: String,
        pub password_hash: String,
        pub is_administrator: bool,
        pub created_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A person who can sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// A number that never changes.
    pub id: i64,
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Whether they manage the installation.
    pub is_administrator: bool,
    /// When they were added.
    pub created_at: String,
}

/// A person to add.
#[derive(Clone)]
pub struct NewUser {
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Whether they manage the installation.
    pub is_administrator: bool,
    /// When.
    pub at: String,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UserRow({} `{}`)", self.id, self.name)
    }
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewUser(`{}`)", self.name)
    }
}

impl From<user::Model> for UserRow {
    fn from(row: user::Model) -> Self {
        let user::Model { id, name, display_name, password_hash, is_administrator, created_at } = row;
        Self { id, name, display_name, password_hash, is_administrator, created_at }
    }
}

impl Store {
    /// The person with this sign-in name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_by_name(&self, name: &str) -> Result<Option<UserRow>, StoreError> {
        let found = user::Entity::find().filter(user::Column::Name.eq(name)).one(&self.connection).await?;
        Ok(found.map(UserRow::from))
    }

    /// The person with this number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, id: i64) -> Result<Option<UserRow>, StoreError> {
        Ok(user::Entity::find_by_id(id).one(&self.connection).await?.map(UserRow::from))
    }

    /// Everybody who can sign in, by sign-in name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let rows = user::Entity::find().order_by_asc(user::Column::Name).all(&self.connection).await?;
        Ok(rows.into_iter().map(UserRow::from).collect())
    }
}

impl Writing<'_> {
    /// Adds a person; `None` when the name is taken. The first person of an installation manages it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_user(&self, new: NewUser) -> Result<Option<UserRow>, StoreError> {
        let taken = user::Entity::find().filter(user::Column::Name.eq(&new.name)).count(&self.transaction).await?;
        if taken > 0 {
            return Ok(None);
        }
        let is_first = user::Entity::find().count(&self.transaction).await? == 0;
        let row = user::ActiveModel {
            name: Set(new.name),
            display_name: Set(new.display_name),
            password_hash: Set(new.password_hash),
            is_administrator: Set(new.is_administrator || is_first),
            created_at: Set(new.at),
            ..Default::default()
        };
        Ok(Some(row.insert(&self.transaction).await?.into()))
    }

    /// Gives a person another password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, user_id: i64, password_hash: String) -> Result<(), StoreError> {
        let row = user::ActiveModel { id: Set(user_id), password_hash: Set(password_hash), ..Default::default() };
        row.update(&self.transaction).await?;
        Ok(())
    }
}
