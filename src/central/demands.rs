//! What the dated rules demand of a packet: every finger or a reason, and for some matters a second person's signature. The
//! station asks for it before it seals; here it is enforced, and a packet that lacks something is kept until a person
//! decides, never lost. What is done beside dossiers is in [`crate::deeds`].

use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use crate::officers::moment;
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};
use tram_biometric::FingerPosition;
use tram_enrollment::{CentreAct, Field, Matter, ReferenceData, validate};
use tram_packet::{Contents, Opened, PacketKind, SampleRole};

/// What is said of a packet without a finger that the rules ask for.
const FINGERS: &str = "a finger that the rules ask for was neither captured nor excepted";

impl Centre {
    /// What a packet lacks by the rules of the day its dossier was received.
    ///
    /// # Errors
    /// [`CentralError::Setup`] when nothing was published yet, [`CentralError::Database`].
    pub(crate) fn lacking(&self, opened: &Opened) -> Result<Vec<&'static str>, CentralError> {
        let (contents, rules) = (&opened.contents, self.rules()?);
        let day = self.day_of(contents.times.received_at, &opened.station.id, &rules)?;
        let is_by_two =
            opened.supervisor.as_ref().is_some_and(|supervisor| supervisor.is_second_to(&opened.officer));
        let asks = |matter: &Matter| rules.asks_second_person(*matter, day);
        if matches!(contents.kind, PacketKind::Withdrawal { .. }) {
            // What the centre leaves to two people it judges by its own day.
            let practice = rules.practice(self.now().date());
            let is_centres = practice.is_some_and(|it| it.two_at_the_centre.contains(&CentreAct::Withdraw));
            let lacks = !is_by_two && (is_centres || asks(&Matter::PacketWithdrawn));
            return Ok(lacks.then(|| sentence(Matter::PacketWithdrawn)).into_iter().collect());
        }
        let matters = Matter::ALL.into_iter().filter(asks).filter(|matter| concerns(*matter, contents));
        let mut lacking: Vec<_> = if is_by_two { Vec::new() } else { matters.map(sentence).collect() };
        lacking.extend(lacks_fingers(contents, &rules, day).then_some(FINGERS));
        Ok(lacking)
    }

    /// The day whose rules hold for what a station says it did then: that day, unless it cannot be. Nobody gets round a rule
    /// by a clock set to a time before it: such a day is before there were rules, before the station was there, or not
    /// yet come.
    pub(crate) fn day_of(
        &self,
        at: OffsetDateTime,
        station: &str,
        rules: &ReferenceData,
    ) -> Result<Date, CentralError> {
        let admitted = "SELECT admitted_at FROM station WHERE id = ?1";
        let admitted = self.database.first(admitted, values![station])?;
        let admitted = admitted.map(|row| moment(&row.get::<String>(0)?)).transpose()?;
        let (day, today) = (at.date(), self.now().date());
        let is_before = admitted.is_some_and(|admitted| day < admitted.date());
        Ok(if is_before || day > today || rules.practice(day).is_none() { today } else { day })
    }
}

/// Whether a finger is missing without a word, by the rules of a day. A procedure that the rules do not know lacks something
/// whatever it holds: nobody gets round them by a name.
fn lacks_fingers(contents: &Contents, rules: &ReferenceData, day: Date) -> bool {
    let procedure = rules.procedure(&contents.procedure, day);
    let Some(policy) = procedure.and_then(|procedure| rules.policy(&procedure.policy, day)) else {
        return true;
    };
    let birth = validate::parse_date(contents.applicant.value(Field::BirthDate));
    let age = birth.map_or(i32::MAX, |birth| validate::age_on(birth, day));
    let captured: BTreeSet<FingerPosition> = contents
        .samples
        .iter()
        .filter_map(|sample| match sample.role {
            SampleRole::Finger { position, .. } => Some(position),
            _ => None,
        })
        .collect();
    policy
        .fingers_at(age)
        .any(|finger| !captured.contains(&finger) && !contents.exceptions.contains_key(&finger))
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
