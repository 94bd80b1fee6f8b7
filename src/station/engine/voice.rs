//! The voice thread: says the newest sentence through the speech program of this machine, if it has one.
//!
//! The program is another process: Speech Dispatcher's `spd-say`, or `espeak-ng`. Sentences are the station's own words; no
//! person's name is ever said.

use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tram_biometric::Language;

/// How often it is looked whether a sentence has ended.
const LOOK: Duration = Duration::from_millis(100);
/// Programs that may be there, with what they are told before the language and before the sentence.
const PROGRAMS: [(&str, &[&str], &[&str]); 2] =
    [("spd-say", &["--wait", "--language"], &["--"]), ("espeak-ng", &["-s", "150", "-v"], &["--"])];

/// A sentence to be said.
pub(super) struct Job {
    pub(super) sentence: String,
    pub(super) language: Language,
}

/// The thread's work: a newer sentence ends the one that is being said.
pub(super) fn run(jobs: &Receiver<Job>) {
    let mut saying: Option<Child> = None;
    loop {
        let job = match (&mut saying, jobs.recv_timeout(LOOK)) {
            (_, Ok(job)) => Some(job),
            (_, Err(RecvTimeoutError::Disconnected)) => break,
            (Some(child), Err(RecvTimeoutError::Timeout)) => {
                if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                    saying = None;
                }
                None
            }
            (None, Err(RecvTimeoutError::Timeout)) => match jobs.recv() {
                Ok(job) => Some(job),
                Err(_) => break,
            },
        };
        // Of several that wait only the newest still holds.
        if let Some(job) = job.map(|job| jobs.try_iter().last().unwrap_or(job)) {
            hush(saying.take());
            saying = say(&job);
        }
    }
    hush(saying);
}

fn say(job: &Job) -> Option<Child> {
    let language = job.language.pick("vi", "en");
    PROGRAMS.into_iter().find_map(|(program, before, after)| {
        let mut command = Command::new(program);
        command.args(before).arg(language).args(after).arg(&job.sentence);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
    })
}

/// Ends what is being said.
fn hush(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself.
        child.kill().ok();
        child.wait().ok();
    }
}
