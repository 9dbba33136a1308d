//! `redwell user`: people, their passwords and their roles. Passwords come from the environment or standard input,
//! never from an argument, which every process on the machine could read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use redwell_indexer::command::ExitStatus;
use redwell_model::{MatterSlug, Role};
use rustix::termios::{LocalModes, OptionalActions};

use super::{audit, open, wait_for};
use crate::auth::name::check_name;
use crate::auth::{PasswordCost, Passwords};
use crate::store::{MatterRow, MemberRow, NewUser, Store, UserRow, moment};

/// The commands over people.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a person. The first one manages the installation.
    Add(Add),
    /// Set a person's password and end their sessions.
    Passwd(Passwd),
    /// Put a person on a matter, change their role there, or take them off it with `none`.
    Role(RoleIn),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The sign-in name.
    name: String,
    /// The name shown to others; the sign-in name unless given.
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Let them manage the installation.
    #[arg(long)]
    administrator: bool,
}

#[derive(Debug, Args)]
pub(super) struct Passwd {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The sign-in name.
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct RoleIn {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The sign-in name.
    name: String,
    /// administrator, lead, reviewer, analyst, client, or none.
    role: String,
    /// The matter's short name.
    #[arg(long, value_name = "SLUG")]
    matter: MatterSlug,
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitStatus> {
    match command {
        Command::Add(arguments) => wait_for(add(arguments)),
        Command::Passwd(arguments) => wait_for(passwd(arguments)),
        Command::Role(arguments) => wait_for(role(arguments)),
    }
}

async fn add(arguments: &Add) -> anyhow::Result<ExitStatus> {
    check_name(&arguments.name)?;
    let password_hash = hash(password()?).await?;
    let store = open(&arguments.data).await?;
    let writing = store.write().await?;
    let name = arguments.name.clone();
    let display_name = arguments.display_name.clone().unwrap_or_else(|| name.clone());
    let (is_administrator, at) = (arguments.administrator, moment(Timestamp::now()));
    let new = NewUser { name, display_name, password_hash, is_administrator, at };
    let Some(user) = writing.add_user(new).await? else {
        bail!("somebody signs in as `{}` already; choose another name", arguments.name);
    };
    let detail = serde_json::json!({ "is_administrator": user.is_administrator });
    audit(&writing, "", "user.add", &user.name, detail).await?;
    writing.commit().await?;
    Ok(ExitStatus::Done)
}

async fn passwd(arguments: &Passwd) -> anyhow::Result<ExitStatus> {
    let store = open(&arguments.data).await?;
    let user = user(&store, &arguments.name).await?;
    let hash = hash(password()?).await?;
    let writing = store.write().await?;
    writing.set_password(user.id, hash).await?;
    writing.end_sessions_of(user.id, "").await?;
    writing.forget_attempts(&format!("name:{}", user.name)).await?;
    audit(&writing, "", "user.password", &user.name, serde_json::json!({})).await?;
    writing.commit().await?;
    Ok(ExitStatus::Done)
}

async fn role(arguments: &RoleIn) -> anyhow::Result<ExitStatus> {
    let slug = &arguments.matter;
    let role: Option<Role> = match arguments.role.as_str() {
        "none" => None,
        role => Some(role.parse().map_err(anyhow::Error::msg)?),
    };
    let store = open(&arguments.data).await?;
    let user = user(&store, &arguments.name).await?;
    let is_named = store.matter(slug).await?.is_some();
    if !is_named && !has_folder(&arguments.data, slug)? {
        bail!("there is no matter `{slug}`; `redwell ingest` or `redwell matter add` creates one");
    }
    let writing = store.write().await?;
    if !is_named {
        writing.put_matter(MatterRow::unnamed(slug), moment(Timestamp::now())).await?;
    }
    let would_stay = role == Some(Role::Administrator);
    if !would_stay && MemberRow::is_last_administrator(&writing.members(slug).await?, user.id) {
        bail!("`{}` is the last administrator of `{slug}`; make somebody else one first", user.name);
    }
    match role {
        Some(role) => {
            writing.put_member(slug, user.id, role).await?;
            let detail = serde_json::json!({ "role": role.as_str() });
            audit(&writing, slug.as_str(), "member.put", &user.name, detail).await?;
        }
        None => {
            writing.remove_member(slug, user.id).await?;
            audit(&writing, slug.as_str(), "member.remove", &user.name, serde_json::json!({})).await?;
        }
    }
    writing.commit().await?;
    Ok(ExitStatus::Done)
}

fn has_folder(data: &Path, slug: &MatterSlug) -> anyhow::Result<bool> {
    Ok(redwell_indexer::matter_folder::matters(data)?.contains(slug))
}

async fn user(store: &Store, name: &str) -> anyhow::Result<UserRow> {
    store
        .user_by_name(name)
        .await?
        .with_context(|| format!("nobody signs in as `{name}`; `redwell user add` adds them"))
}

async fn hash(password: String) -> anyhow::Result<String> {
    Ok(Passwords::new(PasswordCost::default())?.hash(password).await?)
}

/// The password from `REDWELL_PASSWORD`, else the first line of standard input, unseen while it is typed.
fn password() -> anyhow::Result<String> {
    use std::io::{BufRead as _, IsTerminal as _};
    if let Ok(password) = std::env::var("REDWELL_PASSWORD") {
        return Ok(password);
    }
    let input = std::io::stdin();
    let mut line = String::new();
    let reading =
        if input.is_terminal() { read_unseen(&input, &mut line) } else { input.lock().read_line(&mut line).map(drop) };
    reading.context("reading the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks on the terminal and reads a line without showing it.
fn read_unseen(terminal: &std::io::Stdin, line: &mut String) -> std::io::Result<()> {
    use std::io::{BufRead as _, Write as _};
    let mut error = std::io::stderr();
    write!(error, "password, at least 12 characters: ")?;
    error.flush()?;
    let shown = rustix::termios::tcgetattr(terminal)?;
    let mut unseen = shown.clone();
    unseen.local_modes.remove(LocalModes::ECHO);
    rustix::termios::tcsetattr(terminal, OptionalActions::Flush, &unseen)?;
    let read = terminal.lock().read_line(line);
    rustix::termios::tcsetattr(terminal, OptionalActions::Flush, &shown)?;
    writeln!(error)?;
    read.map(drop)
}
