//! Two-person rules: what a supervisor must have signed too, by the dated rules. The station asks for it before it
//! seals; here it is enforced, and a packet without it is kept until a person decides, never lost. What is done beside
//! dossiers is in [`crate::deeds`].

use crate::centre::Centre;
use crate::error::CentralError;
use tram_enrollment::{CentreAct, Matter};
use tram_packet::{Contents, Opened, PacketKind, SampleRole};

impl Centre {
    /// Why a packet must wait for a person's decision, if it must: by the rules in force, of the day it was received.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet.
    pub(crate) fn missing_second_person(
        &self,
        opened: &Opened,
    ) -> Result<Option<&'static str>, CentralError> {
        let contents = &opened.contents;
        if opened.supervisor.is_some() {
            return Ok(None);
        }
        let rules = self.rules()?;
        let practice = rules.practice(contents.times.received_at.date());
        if matches!(contents.kind, PacketKind::Withdrawal { .. }) {
            let asks = practice.is_some_and(|practice| {
                practice.two_at_the_centre.contains(&CentreAct::Withdraw)
                    || practice.second_person.contains(&Matter::PacketWithdrawn)
            });
            return Ok(asks.then(|| sentence(Matter::PacketWithdrawn)));
        }
        let matters = practice.map(|practice| practice.second_person.as_slice()).unwrap_or_default();
        Ok(matters.iter().find(|matter| concerns(**matter, contents)).map(|matter| sentence(*matter)))
    }
}

fn concerns(matter: Matter, contents: &Contents) -> bool {
    let has = |is: &dyn Fn(&SampleRole) -> bool| contents.samples.iter().any(|sample| is(&sample.role));
    match matter {
        Matter::FingerExcepted => !contents.exceptions.is_empty(),
        Matter::PortraitKept => {
            has(&|role| matches!(role, SampleRole::PortraitFull { override_reason: Some(_), .. }))
        }
        Matter::NotSigned => !has(&|role| *role == SampleRole::Signature),
        // Not of this dossier's person: `deeds`.
        Matter::PacketWithdrawn | Matter::PacketsExported | Matter::BlankSpoiled => false,
    }
}

/// What is said of a packet that is held for it, or of what was done beside them.
pub(crate) fn sentence(matter: Matter) -> &'static str {
    match matter {
        Matter::FingerExcepted => "a finger was not captured and no supervisor signed for it",
        Matter::PortraitKept => "a portrait that fails a check was kept and no supervisor signed for it",
        Matter::NotSigned => "the applicant did not sign and no supervisor signed for it",
        Matter::PacketWithdrawn => "an enrollment is withdrawn and no supervisor signed for it",
        Matter::PacketsExported => "packets left the station and no supervisor signed for it",
        Matter::BlankSpoiled => "a blank was given up and no supervisor signed for it",
    }
}
