//! The app's own process, if the user asked for one to be started.

use std::{
    fs::File,
    io,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::probe::target::Target;

/// A started app. It ends, with all that it started, when this is dropped.
#[derive(Debug)]
pub struct App(Child);

/// Why an app did not start.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// The shell could not be run.
    #[error("the command could not be run: {0}")]
    Shell(#[from] io::Error),
    /// It ended.
    #[error("the app ended ({0}) before it listened at `{1}`")]
    Ended(std::process::ExitStatus, String),
    /// It does not listen where it should: after how many seconds, and where.
    #[error("the app does not listen at `{1}` after {0} s; `--wait` allows more")]
    Deaf(u64, String),
    /// The user did not want to wait.
    #[error("it was interrupted before the app listened at `{0}`")]
    Interrupted(String),
    /// Something else listens there.
    #[error("something listens at `{0}` already; end it, or leave out `--start`")]
    Taken(String),
}

/// The environment that a started app gets beside its own: where keys are served, and where it is itself. `AC_OPTS` keeps
/// ACE from registering with real sites.
pub fn environment(target: &Target, keys: &str) -> [(&'static str, String); 4] {
    [
        ("CONNECT_KEYS_CDN_URL", keys.to_owned()),
        ("AC_OPTS", "no-reg".to_owned()),
        ("AC_LOCAL_BASE_URL", target.base().to_owned()),
        ("PORT", target.port().to_string()),
    ]
}

impl App {
    /// Runs a command of the user's in a shell, and waits until something listens at the target. What the command prints
    /// goes to `log`, or nowhere.
    ///
    /// # Errors
    /// When it ends before, or does not listen in time.
    pub fn start(
        command: &str,
        environment: &[(&str, String)],
        log: Option<File>,
        target: &Target,
        patience: Duration,
        interrupted: impl Fn() -> bool,
    ) -> Result<App, NotStarted> {
        if target.is_up() {
            return Err(NotStarted::Taken(target.base().to_owned()));
        }
        let mut shell = shell(command);
        shell.envs(environment.iter().map(|(name, value)| (name, value)));
        let errors = log.as_ref().map(File::try_clone).transpose()?;
        let [output, errors] = [log, errors].map(|file| file.map_or_else(Stdio::null, Stdio::from));
        let child = shell.stdin(Stdio::null()).stdout(output).stderr(errors).spawn()?;
        let mut app = App(child);
        let begun = Instant::now();
        while !target.is_up() {
            if let Some(status) = app.0.try_wait()? {
                return Err(NotStarted::Ended(status, target.base().to_owned()));
            }
            if interrupted() {
                return Err(NotStarted::Interrupted(target.base().to_owned()));
            }
            if begun.elapsed() > patience {
                return Err(NotStarted::Deaf(begun.elapsed().as_secs(), target.base().to_owned()));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(app)
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}

impl Drop for App {
    fn drop(&mut self) {
        end(&mut self.0);
        let _ = self.0.wait();
    }
}

/// How long an app may take to end by itself.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(3);

/// Ends a process and its children: politely, then not.
#[cfg(unix)]
fn end(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    let _ = kill_process_group(group, Signal::TERM);
    let begun = Instant::now();
    while begun.elapsed() < GRACE {
        let _ = child.try_wait();
        if test_kill_process_group(group).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let _ = kill_process_group(group, Signal::KILL);
}

/// Ends a process and its children.
#[cfg(not(unix))]
fn end(child: &mut Child) {
    let tree = ["/T", "/F", "/PID", &child.id().to_string()].map(str::to_owned);
    let _ = Command::new("taskkill").args(tree).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let _ = child.kill();
}
