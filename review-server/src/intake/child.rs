//! One run at work: the program as a child process, what it says of itself, and what it is told.
//!
//! Nothing of a document passes here: progress is counts, and of what the child complains about only the last lines
//! are kept.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_indexer::collect::{ProgressLine, RunState};
use redwell_model::MatterSlug;
use rustix::process::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, Command};
use tokio::sync::{mpsc, watch};

use super::order::Order;
use crate::app::App;
use crate::hub::Event;
use crate::store::moment;

/// A run at work, or one that ended.
#[derive(Debug)]
pub struct Child {
    /// `ingest` or `retry`.
    pub command: &'static str,
    /// Who started it, by sign-in name.
    pub started_by: String,
    /// When.
    pub started_at: String,
    told: Mutex<Told>,
    words: mpsc::UnboundedSender<Word>,
    has_ended: watch::Sender<bool>,
}

/// What a child said of itself.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Its last progress.
    pub progress: Option<ProgressLine>,
    /// Whether the process is gone.
    pub is_gone: bool,
    /// The last lines it complained.
    pub complaints: VecDeque<String>,
}

/// What a child is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Begin nothing new.
    Pause,
    /// Go on.
    Resume,
    /// Keep what is done, and end.
    Cancel,
    /// End at once.
    Kill,
}

/// Lines of complaints kept, and characters of each.
const COMPLAINTS: usize = 20;
const COMPLAINT_CHARS: usize = 500;

/// How much less urgent than the server's own work the reading is.
const NICER: i32 = 5;

impl Child {
    /// Starts the program.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(app: &App, slug: &MatterSlug, order: &Order, started_by: &str) -> std::io::Result<Arc<Self>> {
        let mut process = Command::new(&app.config().program)
            .args(order.words(app.data(), slug))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl+C at the server's terminal is the server's to handle.
            .process_group(0)
            .spawn()?;
        let lost = || std::io::Error::other("a pipe of the indexer is missing");
        let stdin = process.stdin.take().ok_or_else(lost)?;
        let stdout = process.stdout.take().ok_or_else(lost)?;
        let stderr = process.stderr.take().ok_or_else(lost)?;
        if let Some(pid) = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            // Reviewers come first; where the system refuses, all are alike.
            let _ = rustix::process::setpriority_process(Some(pid), NICER);
        }
        let (words, orders) = mpsc::unbounded_channel();
        let child = Arc::new(Self {
            command: order.command.as_str(),
            started_by: started_by.to_owned(),
            started_at: moment(app.now()),
            told: Mutex::default(),
            words,
            has_ended: watch::Sender::new(false),
        });
        let (killing, kill) = mpsc::channel(1);
        tokio::spawn(steer(stdin, order.first_input(), orders, killing));
        tokio::spawn(watch_over(app.clone(), slug.clone(), Arc::clone(&child), process, (stdout, stderr), kill));
        tracing::info!(matter.id = %slug, command = child.command, "reading documents in");
        Ok(child)
    }

    /// What it said of itself so far.
    #[must_use]
    pub fn told(&self) -> Told {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells it something. One that has ended does not hear it.
    pub fn tell(&self, word: Word) {
        let _ = self.words.send(word);
    }

    /// Whether it has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        *self.has_ended.borrow()
    }

    /// Waits until it has ended.
    pub async fn ended(&self) {
        // The sender lives as long as this.
        let _ = self.has_ended.subscribe().wait_for(|ended| *ended).await;
    }

    fn change(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Told {
    /// Whether the run came to an end that it told of itself.
    #[must_use]
    pub fn end(&self) -> Option<RunState> {
        let state = self.progress.as_ref().map(|line| line.state);
        state.filter(|state| matches!(state, RunState::Complete | RunState::Cancelled | RunState::Failed))
    }
}

/// Passes on what the child is told, for as long as it runs. Should this server die, its input ends, and it cancels.
async fn steer(
    mut stdin: ChildStdin,
    first_input: String,
    mut orders: mpsc::UnboundedReceiver<Word>,
    killing: mpsc::Sender<()>,
) {
    // A child that does not listen any more has ended, which its watcher sees.
    drop(stdin.write_all(first_input.as_bytes()).await);
    loop {
        let word = tokio::select! {
            word = orders.recv() => word,
            // Its watcher saw it end.
            () = killing.closed() => return,
        };
        let line: &[u8] = match word {
            Some(Word::Pause) => b"pause\n",
            Some(Word::Resume) => b"resume\n",
            Some(Word::Cancel) => b"cancel\n",
            Some(Word::Kill) => {
                let _ = killing.send(()).await;
                return;
            }
            None => return,
        };
        drop(stdin.write_all(line).await);
    }
}

async fn watch_over(
    app: App,
    slug: MatterSlug,
    child: Arc<Child>,
    mut process: tokio::process::Child,
    (stdout, stderr): (impl AsyncRead + Unpin, impl AsyncRead + Unpin + Send + 'static),
    mut kill: mpsc::Receiver<()>,
) {
    let complained = tokio::spawn(keep_complaints(Arc::clone(&child), stderr));
    let mut lines = BufReader::new(stdout).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => {
                let Ok(Some(line)) = line else { break };
                let Ok(progress) = serde_json::from_str::<ProgressLine>(&line) else { continue };
                child.change(|told| told.progress = Some(progress));
                app.hub().tell(&slug, Event::Intake(Arc::clone(&child)));
            }
            Some(()) = kill.recv() => {
                drop(process.start_kill());
            }
        }
    }
    let status = process.wait().await;
    drop(complained.await);
    child.change(|told| told.is_gone = true);
    child.has_ended.send_replace(true);
    let (ended, status) = (child.told().end(), status.map(|status| status.to_string()).unwrap_or_default());
    tracing::info!(matter.id = %slug, command = child.command, ?ended, status, "the reading of documents ended");
    app.hub().tell(&slug, Event::Intake(child));
}

async fn keep_complaints(child: Arc<Child>, stderr: impl AsyncRead + Unpin) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        child.change(|told| {
            if told.complaints.len() == COMPLAINTS {
                told.complaints.pop_front();
            }
            told.complaints.push_back(line.chars().take(COMPLAINT_CHARS).collect());
        });
    }
}
