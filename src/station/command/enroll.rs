//! `tram enroll`: one citizen without a window, driven by the scripted officer.

use crate::compose;
use crate::engine::Engine;
use crate::headless::Headless;
use crate::home::Home;
use anyhow::{Context as _, bail};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use tram_biometric::FingerPosition;
use tram_enrollment::{ExceptionKind, Field, OfficerId};
use tram_workflow::Secret;
use tram_workflow::dossier::Approval;
use tram_workflow::officer::{Identify, Plan, ScriptedOfficer};

/// What `tram enroll` is asked.
#[derive(Debug, Args)]
pub(super) struct Enroll {
    /// Without a window; the only way so far.
    #[arg(long, required = true)]
    headless: bool,
    /// Who enrolls; the passphrase is read from `TRAM_PASSPHRASE` or the first line of standard input.
    #[arg(long)]
    officer: String,
    /// A personal number or a name of the register.
    #[arg(long, conflicts_with = "typed")]
    citizen: Option<String>,
    /// Fields typed in by hand, as FIELD=VALUE (`full_name`, `birth_date`, …), for someone the register does not know.
    #[arg(long, value_name = "FIELD=VALUE", value_parser = parse_field)]
    typed: Vec<(Field, String)>,
    /// The procedure's code.
    #[arg(long, default_value = "identity-card.exchange")]
    procedure: String,
    /// Fingers the citizen does not have, by their codes 1 to 10.
    #[arg(long, value_name = "CODE")]
    missing: Vec<u8>,
    /// The supervisor who signs too where the rules ask for one; the passphrase is read from `TRAM_SUPERVISOR_PASSPHRASE`.
    #[arg(long)]
    supervisor: Option<String>,
    /// Go on with the newest draft instead of opening a new dossier.
    #[arg(long)]
    resume: bool,
    /// Do not wait for the centre and print no card: leave the packet in the outbox.
    #[arg(long)]
    no_card: bool,
    /// Where the pictures of the slip and the card are left; else the station's directory.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn parse_field(text: &str) -> Result<(Field, String), String> {
    let (field, value) = text.split_once('=').ok_or("it is FIELD=VALUE")?;
    let field = Field::ALL
        .into_iter()
        .find(|known| serde_json::to_value(known).is_ok_and(|name| name == field))
        .ok_or_else(|| format!("there is no field {field}"))?;
    Ok((field, value.to_owned()))
}

/// Carries it out.
pub(super) fn run(home: &Home, asked: Enroll, out: &mut dyn Write) -> anyhow::Result<()> {
    let passphrase = passphrase()?;
    let identify = match asked.citizen {
        Some(query) => Identify::Register(query),
        None if asked.typed.is_empty() => bail!("name a citizen with --citizen, or type one in with --typed"),
        None => Identify::Typed(asked.typed),
    };
    let exceptions = asked
        .missing
        .iter()
        .map(|code| {
            let finger = FingerPosition::from_code(*code).filter(|_| (1..=10).contains(code));
            finger.map(|finger| (finger, ExceptionKind::Missing, "Không có ngón này".to_owned()))
        })
        .collect::<Option<_>>()
        .context("finger codes are 1 to 10")?;
    let approval = asked.supervisor.map(|supervisor| Approval {
        supervisor: OfficerId(supervisor),
        passphrase: Secret::new(std::env::var("TRAM_SUPERVISOR_PASSPHRASE").unwrap_or_default()),
    });
    let devices = tram_virtual::Config::immediate(home.cards());
    let (drivers, stage) = compose::drivers(home, Some(devices));
    let (engine, state) = Engine::start(home, drivers, stage, Arc::new(|| {}))?;
    if !state.station.is_demonstration {
        bail!("virtual devices belong to demonstrations: this station is in service");
    }
    let mut officer = ScriptedOfficer {
        id: OfficerId(asked.officer),
        passphrase,
        plan: Plan { procedure: asked.procedure, identify, exceptions, approval },
        draft: None,
    };
    let mut flow = Headless::new(engine, state, out);
    if asked.resume {
        officer.draft = flow.newest_draft(&officer)?;
    }
    let slip = flow.enroll(&officer)?;
    let enrollment = flow.state.dossier.as_ref().map(|dossier| dossier.enrollment.id);
    let folder = asked.out.unwrap_or_else(|| home.dir().to_owned());
    let page = folder.join(format!("slip-{}.png", slip.dossier));
    crate::pictures::save(&slip.page, &page)?;
    flow.say(&format!("slip: {} and {}", slip.pdf.display(), page.display()))?;
    if asked.no_card {
        return Ok(());
    }
    flow.drain_outbox()?;
    flow.say("outbox: the centre has signed for everything")?;
    flow.issue(enrollment.context("the dossier is gone")?)?;
    let faces =
        flow.state.card.as_ref().and_then(|card| card.faces.clone()).context("no card was rendered")?;
    for (face, side) in [(faces.0, "front"), (faces.1, "back")] {
        let path = folder.join(format!("card-{}-{side}.png", slip.dossier));
        crate::pictures::save(&face, &path)?;
        flow.say(&format!("card: {}", path.display()))?;
    }
    Ok(())
}

/// From the environment or the first line of standard input: never from the command line, where others can read it.
fn passphrase() -> anyhow::Result<Secret> {
    if let Ok(passphrase) = std::env::var("TRAM_PASSPHRASE") {
        return Ok(Secret::new(passphrase));
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
