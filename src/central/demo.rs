//! A demonstration centre: its own TEST authority, its people with passphrases everybody may know, reference data.
//!
//! It runs in the test profile, which marks all it makes; a centre in service takes nothing from its stations.

use crate::adjudicators::DeskRole;
use crate::centre::Centre;
use crate::error::CentralError;
use crate::officers::Person;
use std::path::Path;
use tram_enrollment::Role;
use tram_packet::Profile;

/// The office demonstration stations belong to.
pub const OFFICE: (&str, &str) = ("G01.822.054", "Công an xã Quảng La (trình diễn)");

/// The people of the demonstration, all invented, with their passphrases.
pub const PEOPLE: [(Person<'static>, &str); 3] = [
    (
        Person { id: "khanh.lv", name: "Lê Văn Khánh", title: "Thượng úy", role: Role::Officer },
        "sen trang 2026",
    ),
    (
        Person { id: "hoa.nt", name: "Nguyễn Thị Hòa", title: "Thiếu tá", role: Role::Supervisor },
        "nui xanh 2026",
    ),
    (
        Person {
            id: "minh.tq", name: "Trần Quang Minh", title: "Kỹ thuật viên", role: Role::Technician
        },
        "song em 2026",
    ),
];

/// The adjudicator of the demonstration: id, name, passphrase.
pub const ADJUDICATOR: (&str, &str, &str) = ("lan.tt", "Trần Thị Lan", "bien xa 2026");

/// The demonstration centre in a folder, made where there is none; a start that was cut short is completed.
///
/// # Errors
/// [`CentralError::Setup`] when the folder holds a centre in service.
pub fn open(folder: &Path) -> Result<Centre, CentralError> {
    let centre = if Centre::exists(folder) {
        Centre::open(folder)?
    } else {
        Centre::make(folder, "Trung tâm trình diễn", Profile::Test)?
    };
    if centre.profile == Profile::Service {
        return Err(CentralError::Setup("this folder holds a centre in service, not a demonstration".into()));
    }
    if centre.adjudicators()?.is_empty() {
        let (id, name, passphrase) = ADJUDICATOR;
        centre.make_adjudicator(id, name, passphrase, DeskRole::Adjudicator)?;
    }
    if centre.edition()? == 0 {
        let known = centre.officers()?;
        for (person, passphrase) in PEOPLE {
            if !known.iter().any(|(record, _)| record.id.0 == person.id) {
                centre.add_officer(person, passphrase)?;
            }
        }
        centre.publish_first()?;
    }
    Ok(centre)
}
