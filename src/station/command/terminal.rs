//! A secret from the person at the terminal.

use anyhow::{Context as _, bail};
use rustix::termios::{LocalModes, OptionalActions, isatty, tcgetattr, tcsetattr};
use std::io::Write as _;
use zeroize::Zeroizing;

/// Asks for a secret without showing it; one line of standard input where that is no terminal.
///
/// # Errors
/// When nothing is said.
pub(super) fn secret(what: &str) -> anyhow::Result<Zeroizing<String>> {
    let input = std::io::stdin();
    let shown = if isatty(&input) {
        write!(std::io::stderr(), "{what}: ")?;
        let shown = tcgetattr(&input)?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&input, OptionalActions::Flush, &hidden)?;
        Some(shown)
    } else {
        None
    };
    let mut line = Zeroizing::new(String::new());
    let read = input.read_line(&mut line);
    if let Some(shown) = shown {
        tcsetattr(&input, OptionalActions::Flush, &shown)?;
        writeln!(std::io::stderr())?;
    }
    read.context("nothing can be read from the terminal")?;
    let said = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    if said.is_empty() {
        bail!("{what} is needed");
    }
    Ok(said)
}
