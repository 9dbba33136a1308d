//! The versions of the matter database and the way from one to the next. Forward only.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::FolderError;

/// One statement list for each version, the first making version 1 of nothing.
const VERSIONS: [&str; 4] = [
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
];

/// The newest version this program knows.
pub(super) fn newest() -> u32 {
    u32::try_from(VERSIONS.len()).expect("there are a handful of versions")
}

/// The version of a database; 0 for one that was never set up.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a database up to the newest version. Only the holder of the writer's lock may call this.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), FolderError> {
    let failed = |source| FolderError::Database { path: path.to_owned(), source };
    let found = version(connection).map_err(failed)?;
    if found > newest() {
        return Err(FolderError::Newer { path: path.to_owned(), found, known: newest() });
    }
    for (number, statements) in (1_u32..).zip(VERSIONS).skip(found as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        transaction.execute_batch(statements).map_err(failed)?;
        transaction.pragma_update(None, "user_version", number).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_up_once_and_refuses_what_is_newer() {
        let mut connection = Connection::open_in_memory().unwrap();
        let path = Path::new("matter.db");
        migrate(&mut connection, path).unwrap();
        migrate(&mut connection, path).unwrap();
        assert_eq!(version(&connection).unwrap(), newest());
        connection.pragma_update(None, "user_version", newest() + 1).unwrap();
        let refused = migrate(&mut connection, path).unwrap_err().to_string();
        assert!(refused.contains("newer Redwell"), "{refused}");
    }
}
