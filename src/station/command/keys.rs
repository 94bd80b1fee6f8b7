//! `tram keys`: what holds the station's keys, and a supervisor's word that it may be less than before.

use super::terminal;
use crate::clock::now;
use crate::engine::{REFERENCE, safekeeping};
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use tram_enrollment::{OfficerId, Right};
use tram_keys::{Asked, TokenPlace, tpm};
use tram_packet::{Argon2Cost, KeyProtection, ReferenceBundle};
use tram_store::{Act, Store};
use zeroize::Zeroizing;

/// Where new keys shall rest.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// What shall hold the station's keys; without it the TPM, where there is one, else the bare file of a demonstration.
    #[arg(long, value_enum)]
    keys: Option<Holder>,
    /// The TPM, as tpm2-tools names it; without it the machine's own.
    #[arg(long)]
    tpm: Option<String>,
    /// The token's PKCS#11 library.
    #[arg(long, requires = "token_label")]
    token_module: Option<PathBuf>,
    /// The token's label.
    #[arg(long, requires = "token_module")]
    token_label: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Holder {
    /// The machine's TPM 2.0.
    Tpm,
    /// A PKCS#11 token; its PIN is asked for.
    Token,
    /// A file under a passphrase, which is asked for.
    Passphrase,
    /// A bare file: for demonstrations.
    Machine,
}

/// What is to be done with the keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// A supervisor accepts that the keys are protected less than before.
    Accept {
        /// The supervisor's id; the passphrase is asked for.
        supervisor: String,
    },
}

impl Place {
    /// What was asked for, by name or by what only it has; else the best the machine has.
    fn holder(&self) -> Holder {
        let has_tpm = || Path::new(tpm::OF_THE_MACHINE.trim_start_matches("device:")).exists();
        match self.keys {
            Some(holder) => holder,
            None if self.token_module.is_some() => Holder::Token,
            None if self.tpm.is_some() || has_tpm() => Holder::Tpm,
            None => Holder::Machine,
        }
    }

    /// Asks for what the holder wants to know, and does something with the answer.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Asked<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        match self.holder() {
            Holder::Tpm => work(&Asked::Tpm(self.tpm.as_deref().unwrap_or(tpm::OF_THE_MACHINE))),
            Holder::Machine => work(&Asked::Machine),
            Holder::Passphrase => {
                let passphrase = new_secret()?;
                work(&Asked::Passphrase(&passphrase, Argon2Cost::PRODUCT))
            }
            Holder::Token => {
                let (Some(module), Some(label)) = (&self.token_module, &self.token_label) else {
                    bail!("name the token with --token-module and --token-label");
                };
                let place = TokenPlace { module: module.clone(), label: label.clone() };
                let pin = terminal::secret("PIN")?;
                work(&Asked::Token(place, &pin))
            }
        }
    }
}

fn new_secret() -> anyhow::Result<Zeroizing<String>> {
    let passphrase = terminal::secret("new passphrase of the station's keys")?;
    if passphrase.chars().count() < tram_enrollment::SHORTEST_PASSPHRASE {
        bail!("a passphrase has at least {} characters", tram_enrollment::SHORTEST_PASSPHRASE);
    }
    if *terminal::secret("the same again")? != *passphrase {
        bail!("these are two different passphrases");
    }
    Ok(passphrase)
}

/// Says what holds the keys, or carries out what is asked.
pub(super) fn run(home: &Home, asked: Option<KeysCommand>, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(held_by) = home.protection()? else { bail!("this station has no keys yet: see `tram join`") };
    match asked {
        None => {
            writeln!(out, "the station's keys are held by {held_by}")?;
            let recovery = if home.recovery().exists() {
                "the database key is wrapped for the ministry as well"
            } else {
                "the database key is wrapped for nobody else: the centre names no recovery key"
            };
            Ok(writeln!(out, "{recovery}")?)
        }
        Some(KeysCommand::Accept { supervisor }) => accept(home, held_by, &OfficerId(supervisor), out),
    }
}

fn accept(
    home: &Home,
    held_by: KeyProtection,
    supervisor: &OfficerId,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let membership = home.membership()?;
    let key = home.database_key()?;
    let mut store = Store::open(&home.database(), &key)?;
    let signed = store.read().setting(REFERENCE)?.context("this station has no reference data yet")?;
    let bundle = ReferenceBundle::verify(&signed, &membership.station.authority)?;
    let officer = bundle.officer(supervisor).context("there is no such supervisor")?;
    officer.sealed_key.open(&terminal::secret("the supervisor's passphrase")?)?;
    let is_barred = bundle.revoked.contains(&officer.public_key.kid()) || officer.valid_to < now().date();
    if is_barred || !officer.role.may(Right::ApproveException) {
        bail!("{supervisor} may not accept this");
    }
    let found = safekeeping(home, &key, &membership, &bundle, held_by)?;
    store.accept_safekeeping(found, Act { officer: Some(supervisor), at: now() })?;
    Ok(writeln!(out, "accepted and recorded: {found}")?)
}
