//! The matcher thread: compares the prints of the open dossier with each other and with everybody this station knows.
//!
//! It holds the templates of the dossiers that are sealed here and not purged yet, and of those captured since it
//! started. When the store forgets people, so does it.

use super::Outlet;
use super::vault::{self, ask};
use crossbeam_channel::{Receiver, Sender, select};
use std::collections::{BTreeMap, BTreeSet};
use tram_biometric::{FingerPosition, SampleId};
use tram_capture::check::{self, Finding, ONE_PERSON, Print};
use tram_enrollment::EnrollmentId;
use tram_fingerprint::identification::Gallery;
use tram_fingerprint::matching::Prepared;
use tram_fingerprint::template::{Template, extract};
use tram_workflow::Action;
use tram_workflow::effect::TakenPrint;

/// So many fingers of the person are searched among all, the richest ones.
const SEARCHED: usize = 4;
/// The people one finger may point to.
const MOST: usize = 5;

/// What the matcher thread is asked.
pub(super) enum Job {
    /// Check the prints of a dossier.
    Check { id: EnrollmentId, dossier: String, prints: Vec<TakenPrint> },
    /// The store has forgotten people.
    Forget,
}

/// A finger of the gallery.
struct Known {
    enrollment: EnrollmentId,
    dossier: String,
    position: FingerPosition,
    template: Template,
}

/// Everybody known here.
#[derive(Default)]
struct People {
    fingers: Vec<Known>,
    gallery: Gallery,
    /// The fingers that officers of this station had kept, by their names.
    officers: Vec<(String, Prepared)>,
}

impl People {
    fn of_store(vault: &Sender<vault::Job>) -> Option<Self> {
        let (rows, officers) =
            ask(vault, |vault, _| (vault.store().read().all_templates(), vault.officers_fingers()))?;
        let officers = officers.into_iter().map(|(name, finger)| (name, Prepared::new(finger))).collect();
        let mut people = Self { officers, ..Self::default() };
        match rows {
            Ok(rows) => {
                for row in rows {
                    let Ok(template) = Template::from_bytes(&row.bytes) else { continue };
                    let (enrollment, position) = (row.enrollment, row.position);
                    people.add(Known { enrollment, dossier: row.dossier.to_string(), position, template });
                }
            }
            Err(error) => log::error!("templates cannot be read, nobody is looked for: {error}"),
        }
        Some(people)
    }

    fn add(&mut self, known: Known) {
        self.gallery.add(self.fingers.len() as u64, &Prepared::new(known.template.clone()));
        self.fingers.push(known);
    }

    /// The officer whose kept finger is among these, whichever finger that is.
    fn officer(&self, prints: &[Print]) -> Option<Finding> {
        let is_theirs =
            |finger: &Prepared| prints.iter().any(|print| check::is_officers(&print.ready, finger));
        let (name, _) = self.officers.iter().find(|(_, finger)| is_theirs(finger))?;
        Some(Finding::Officer { name: name.clone() })
    }

    /// The dossier of another person's enrollment with the same fingers.
    fn find(&self, id: EnrollmentId, prints: &[Print]) -> Option<String> {
        let mut richest: Vec<&Print> = prints.iter().collect();
        richest.sort_by_key(|print| std::cmp::Reverse(print.ready.template().minutiae().len()));
        let mut strengths: BTreeMap<EnrollmentId, (BTreeSet<FingerPosition>, f32)> = BTreeMap::new();
        let mut searched = BTreeSet::new();
        for print in richest {
            if searched.len() == SEARCHED || !searched.insert(print.position) {
                continue;
            }
            let known = |number: u64| self.fingers.get(number as usize);
            let is_other = |known: &Known| known.enrollment != id && known.position == print.position;
            let wanted = |number| known(number).is_some_and(is_other);
            for candidate in self.gallery.search_among(&print.ready, MOST, wanted) {
                let Some(known) = known(candidate.id) else { continue };
                let (fingers, strength) = strengths.entry(known.enrollment).or_default();
                if fingers.insert(print.position) {
                    *strength += check::strength(candidate.score);
                }
            }
        }
        let best = strengths.into_iter().max_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
        let (enrollment, (_, strength)) = best;
        let known = self.fingers.iter().find(|known| known.enrollment == enrollment)?;
        (strength >= ONE_PERSON).then(|| known.dossier.clone())
    }
}

/// The prints of the dossier checked last, so that each is extracted once.
#[derive(Default)]
struct Open {
    id: Option<EnrollmentId>,
    dossier: String,
    ready: BTreeMap<SampleId, (FingerPosition, Prepared)>,
}

impl Open {
    fn prints(&mut self, taken: &[TakenPrint]) -> Vec<Print> {
        // A better attempt has taken the place of what is not named any more.
        self.ready.retain(|sample, _| taken.iter().any(|print| print.sample == *sample));
        let print = |taken: &TakenPrint| {
            let fresh = || (taken.position, Prepared::new(extract(&taken.image)));
            let (position, ready) = self.ready.entry(taken.sample).or_insert_with(fresh).clone();
            Print { position, from_slap: taken.from_slap, ready }
        };
        taken.iter().map(print).collect()
    }

    /// Leaves this dossier: from now on its fingers are known.
    fn close(&mut self, people: &mut People) {
        let Some(enrollment) = self.id.take() else { return };
        let is_known = people.fingers.iter().any(|known| known.enrollment == enrollment);
        let fingers = std::mem::take(&mut self.ready).into_values();
        for (position, ready) in fingers.filter(|_| !is_known) {
            let (dossier, template) = (self.dossier.clone(), ready.template().clone());
            people.add(Known { enrollment, dossier, position, template });
        }
    }
}

/// The thread's work.
pub(super) fn run(vault: &Sender<vault::Job>, jobs: &Receiver<Job>, outlet: &Outlet) {
    let Some(mut people) = People::of_store(vault) else { return };
    let mut open = Open::default();
    loop {
        // The vault asks too and ends later: the engine's own word is waited for.
        let job = select! {
            recv(jobs) -> job => job,
            recv(outlet.closed) -> _ => return,
        };
        let Ok(job) = job else { return };
        match job {
            Job::Forget => {
                let Some(read) = People::of_store(vault) else { return };
                people = read;
            }
            Job::Check { id, dossier, prints } => {
                if open.id != Some(id) {
                    open.close(&mut people);
                    (open.id, open.dossier) = (Some(id), dossier);
                }
                let prints = open.prints(&prints);
                let mut findings = check::findings(&prints);
                findings.extend(people.officer(&prints));
                findings.extend(people.find(id, &prints).map(|dossier| Finding::Enrolled { dossier }));
                outlet.send(Action::FingersChecked { id, findings });
            }
        }
    }
}
