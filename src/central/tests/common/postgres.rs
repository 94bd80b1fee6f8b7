//! `PostgreSQL` servers that a test starts for itself: a primary on a socket of its own, a standby that follows it.

use super::eventually;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Somebody else than root, which `PostgreSQL` refuses to run as.
const NOBODY: u32 = 65534;

/// A running server on a socket of its own.
pub(crate) struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// `None` where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = home();
        let data = folder.path().join("server/data");
        done(
            as_somebody(&programs.join("initdb"))
                .args([
                    "--auth=trust",
                    "--username=tram",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data)
                .current_dir(folder.path().join("server")),
        );
        Some(Self::run(&programs, folder))
    }

    /// A server that follows this one, and from now on this one commits nothing that the other does not hold.
    pub(crate) fn standby(&self) -> Self {
        let programs = programs().unwrap();
        let folder = home();
        done(
            as_somebody(&programs.join("pg_basebackup"))
                .args(["--username=tram", "--write-recovery-conf", "--checkpoint=fast", "--host"])
                .arg(self.socket())
                .arg("--pgdata")
                .arg(folder.path().join("server/data")),
        );
        let standby = Self::run(&programs, folder);
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.ask("SELECT pg_reload_conf()");
        eventually("a synchronous standby", || {
            (self.ask("SELECT sync_state FROM pg_stat_replication").trim() == "sync").then_some(())
        });
        standby
    }

    fn run(programs: &Path, folder: TempDir) -> Self {
        let home = folder.path().join("server");
        let server = as_somebody(&programs.join("postgres"))
            .args(["-c", "listen_addresses=", "-D"])
            .arg(home.join("data"))
            .arg("-k")
            .arg(&home)
            .current_dir(&home)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let started = Self { server, folder };
        eventually("a server that answers", || {
            started.psql("SELECT 1").output().unwrap().status.success().then_some(())
        });
        started
    }

    /// The process, whose group has all the others.
    pub(crate) fn id(&self) -> u32 {
        self.server.id()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    pub(crate) fn address(&self) -> String {
        format!("host={} user=tram dbname=postgres", self.socket().display())
    }

    /// Power off: the server and all its processes at once.
    pub(crate) fn kill(&mut self) {
        let group = rustix::process::Pid::from_child(&self.server);
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        self.server.wait().ok();
    }

    /// Makes a standby the one that is written to.
    pub(crate) fn promote(&self) {
        assert_eq!(self.ask("SELECT pg_promote()").trim(), "t");
    }

    /// What a statement answers.
    pub(crate) fn ask(&self, sql: &str) -> String {
        String::from_utf8(done(&mut self.psql(sql))).unwrap()
    }

    fn psql(&self, sql: &str) -> Command {
        let mut command = Command::new(programs().unwrap().join("psql"));
        command.args(["--username=tram", "--dbname=postgres", "--tuples-only", "--no-align", "--host"]);
        command.arg(self.socket()).arg("--command").arg(sql);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder whose part `server` belongs to the one who runs servers.
fn home() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let home = folder.path().join("server");
    std::fs::create_dir(&home).unwrap();
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
    if is_root() {
        chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    folder
}

fn done(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    versions.map(|version| version.path().join("bin")).find(|programs| programs.join("initdb").exists())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn as_somebody(program: &Path) -> Command {
    let mut command = Command::new(program);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}
