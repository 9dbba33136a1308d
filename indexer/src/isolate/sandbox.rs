//! What a worker process gives up for good before it reads a file: the file system, the network, other programs.
//!
//! Two locks of the Linux kernel, each enough for its part and both there on any recent system: Landlock takes away
//! every path (what is open stays open) and, where it can, TCP; a seccomp filter answers the calls that open sockets, start
//! programs or look into other processes with "not permitted". Where the kernel has neither, work goes on without,
//! and the run says so. A process that recognises text must start the program that does it: it keeps that call, and the
//! right to read the folders programs lie in.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the kernel keeps a worker from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// It can open no file.
    pub from_files: bool,
    /// It can open no connection and start no program.
    pub from_network: bool,
}

impl Confinement {
    /// Both.
    pub const FULL: Self = Self { from_files: true, from_network: true };

    /// What both are kept from.
    pub(super) fn and(self, other: Self) -> Self {
        Self { from_files: self.from_files && other.from_files, from_network: self.from_network && other.from_network }
    }

    /// As one byte, for the greeting.
    pub(super) fn to_byte(self) -> u8 {
        u8::from(self.from_files) | u8::from(self.from_network) << 1
    }

    /// From the byte of a greeting.
    pub(super) fn from_byte(byte: u8) -> Self {
        Self { from_files: byte & 1 != 0, from_network: byte & 2 != 0 }
    }
}

/// Confines the calling thread and every thread it starts from now on. There is no way back.
#[must_use]
pub fn confine() -> Confinement {
    Confinement { from_files: lock::files(&[]).unwrap_or(false), from_network: lock::network(false).is_some() }
}

/// As [`confine`], but for reading and executing what lies in these folders, and starting programs.
#[must_use]
pub fn confine_to_programs(folders: &[PathBuf]) -> Confinement {
    Confinement { from_files: lock::files(folders).unwrap_or(false), from_network: lock::network(true).is_some() }
}

#[cfg(target_os = "linux")]
mod lock {
    use std::path::PathBuf;

    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus,
        Scope, path_beneath_rules,
    };
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    /// Takes away every path but for reading what lies in some folders; whether the kernel does so.
    pub(super) fn files(folders: &[PathBuf]) -> Option<bool> {
        let ruleset = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V5)))
            .and_then(|ruleset| ruleset.scope(Scope::from_all(ABI::V6)))
            .and_then(Ruleset::create)
            // Folders that are not there are passed over.
            .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(folders, AccessFs::from_read(ABI::V5))));
        let status = ruleset.ok()?.restrict_self().ok()?;
        Some(status.ruleset != RulesetStatus::NotEnforced)
    }

    /// Refuses the calls in [`REFUSED`] and, unless programs may be started, those in [`STARTING`].
    pub(super) fn network(may_start: bool) -> Option<()> {
        let starting = if may_start { &[] } else { STARTING };
        let rules = REFUSED.iter().chain(starting).map(|call| (*call, Vec::new())).collect();
        let architecture = std::env::consts::ARCH.try_into().ok()?;
        let not_permitted = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, not_permitted, architecture).ok()?;
        let program: BpfProgram = filter.try_into().ok()?;
        seccompiler::apply_filter(&program).ok()
    }

    /// Calls that start programs.
    const STARTING: &[libc::c_long] = &[libc::SYS_execve, libc::SYS_execveat];

    /// Calls that reach beyond this process.
    const REFUSED: &[libc::c_long] = &[
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_sendmmsg,
        libc::SYS_kill,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_open,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_keyctl,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_io_uring_setup,
        libc::SYS_userfaultfd,
        libc::SYS_open_by_handle_at,
    ];
}

#[cfg(not(target_os = "linux"))]
mod lock {
    pub(super) fn files(_: &[std::path::PathBuf]) -> Option<bool> {
        None
    }

    pub(super) fn network(_: bool) -> Option<()> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confined_thread_reaches_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("probe.txt");
        std::fs::write(&path, "kept").unwrap();
        let probe = path.clone();
        // The lock is for good, so it is put on a thread that ends with the test.
        let tried = std::thread::spawn(move || {
            let confined = confine();
            let inside = std::thread::spawn(move || {
                let read = std::fs::read(&probe).is_ok();
                let written = std::fs::write(probe.with_extension("new"), "x").is_ok();
                let removed = std::fs::remove_file(&probe).is_ok();
                let connected = std::net::UdpSocket::bind("127.0.0.1:0").is_ok();
                let started = std::process::Command::new("/bin/true").status().is_ok();
                [read, written, removed, connected, started]
            });
            (confined, inside.join().unwrap())
        });
        let (confined, [read, written, removed, connected, started]) = tried.join().unwrap();
        if !confined.from_files {
            eprintln!("skipped in part: this kernel has no Landlock");
        }
        assert_eq!([read, written, removed], [!confined.from_files; 3]);
        assert_eq!([connected, started], [!confined.from_network; 2]);
        assert!(path.exists() || !confined.from_files);
    }

    #[test]
    fn a_thread_that_may_start_programs_reads_theirs_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("probe.txt");
        std::fs::write(&path, "kept").unwrap();
        let folders = ["/usr", "/bin", "/lib", "/lib64", "/nowhere"].map(PathBuf::from);
        let tried = std::thread::spawn(move || {
            let confined = confine_to_programs(&folders);
            let read = std::fs::read(&path).is_ok();
            let written = std::fs::write("/usr/probe.txt", "x").is_ok();
            let connected = std::net::UdpSocket::bind("127.0.0.1:0").is_ok();
            let started =
                std::process::Command::new("/bin/true").stdin(std::process::Stdio::inherit()).status().is_ok();
            (confined, [read, written, connected, started])
        });
        let (confined, [read, written, connected, started]) = tried.join().unwrap();
        assert!(started);
        assert!(!(read || written) || !confined.from_files);
        assert_eq!(connected, !confined.from_network);
    }

    #[test]
    fn travels_as_a_byte() {
        for byte in 0..4 {
            assert_eq!(Confinement::from_byte(byte).to_byte(), byte);
        }
        assert_eq!(Confinement::from_byte(3), Confinement::FULL);
    }
}
