//! The appointment slip: what it says, as a PDF and as a picture.

use super::{phrase, pictures};
use std::path::Path;
use std::sync::Arc;
use time::{Date, PrimitiveDateTime};
use tram_biometric::{FingerPosition, Language, RgbImage};
use tram_card::slip::{Bilingual, Captured, Slip, SlipData, SlipLanguage};
use tram_enrollment::reference::Phrase;
use tram_enrollment::{Enrollment, Field, ReferenceData, validate};
use tram_workflow::Officer;

/// The page on the screen: enough to read it at the size it is shown.
const PREVIEW_DPI: u16 = 110;

/// What the slip needs besides the dossier.
pub(super) struct Around<'a> {
    pub(super) reference: &'a ReferenceData,
    pub(super) office: &'a str,
    pub(super) officer: &'a Officer,
    pub(super) appointment: Date,
    pub(super) qr_payload: String,
    pub(super) specimen: bool,
}

/// Draws the slip and writes its PDF, complete or not at all.
pub(super) fn make(
    enrollment: &Enrollment,
    around: &Around<'_>,
    pdf: &Path,
) -> Result<Arc<RgbImage>, Phrase> {
    let trouble = |error: &dyn std::fmt::Display| {
        phrase(
            "Không lập được giấy hẹn; hồ sơ đã lưu vẫn an toàn",
            &format!("The slip cannot be made: {error}; what was saved is safe"),
        )
    };
    let slip = Slip::new(&data(enrollment, around)).map_err(|error| trouble(&error))?;
    let bytes = slip.pdf().map_err(|error| trouble(&error))?;
    crate::home::write_whole(pdf, &bytes).map_err(|error| trouble(&error))?;
    let page = slip.preview(PREVIEW_DPI).map_err(|error| trouble(&error))?;
    Ok(Arc::new(pictures::ours(page).map_err(|error| trouble(&error))?))
}

fn data(enrollment: &Enrollment, around: &Around<'_>) -> SlipData {
    let applicant = &enrollment.applicant;
    let value = |field| applicant.value(field).to_owned();
    let received = enrollment.received_at;
    let procedure =
        enrollment.procedure.as_deref().and_then(|code| around.reference.procedure(code, received.date()));
    let number = value(Field::PersonalNumber);
    SlipData {
        authority: around
            .reference
            .practice(received.date())
            .map(|practice| practice.authority.clone())
            .unwrap_or_default(),
        office: around.office.to_owned(),
        collect_at: around.office.to_owned(),
        phone: None,
        dossier_number: enrollment.dossier.to_string(),
        applicant: value(Field::FullName),
        personal_number: (!number.is_empty()).then_some(number),
        birth: validate::parse_date(applicant.value(Field::BirthDate)).unwrap_or(received.date()),
        residence: residence(enrollment, around.reference),
        procedure: procedure
            .map(|procedure| Bilingual::new(&procedure.name_vi, &procedure.name_en))
            .unwrap_or_default(),
        captured: captured(enrollment),
        received: PrimitiveDateTime::new(received.date(), received.time()),
        due: around.appointment,
        fee_vnd: procedure.map_or(0, |procedure| u64::from(procedure.fee_vnd)),
        fee_note: None,
        officer: around.officer.name.clone(),
        qr_payload: around.qr_payload.clone(),
        language: SlipLanguage::WithEnglish,
        specimen: around.specimen,
    }
}

/// The place of residence in words.
pub(super) fn residence(enrollment: &Enrollment, reference: &ReferenceData) -> String {
    let applicant = &enrollment.applicant;
    let unit = applicant.value(Field::ResidenceUnit);
    let unit = reference.units().get(unit).map_or_else(|| unit.to_owned(), tram_enrollment::Unit::address);
    [applicant.value(Field::ResidenceDetail), &unit]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn captured(enrollment: &Enrollment) -> Vec<Captured> {
    let mut lines = Vec::new();
    if enrollment.portrait().is_some() {
        lines.push(Captured {
            what: Bilingual::new("Ảnh chân dung", "Portrait"),
            outcome: Bilingual::new("1 ảnh", "1 picture"),
        });
    }
    let fingers =
        FingerPosition::TEN.iter().filter(|finger| enrollment.best_finger(**finger).is_some()).count();
    if fingers > 0 || !enrollment.exceptions.is_empty() {
        let names = |language: Language| {
            let names: Vec<&str> = enrollment.exceptions.keys().map(|finger| finger.name(language)).collect();
            if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
        };
        let absent = enrollment.exceptions.len();
        let outcome = if absent == 0 {
            Bilingual::new(format!("{fingers} ngón"), format!("{fingers} fingers"))
        } else {
            Bilingual::new(
                format!("{fingers} ngón, {absent} ngón không lấy được{}", names(Language::Vietnamese)),
                format!("{fingers} fingers, {absent} could not be captured{}", names(Language::English)),
            )
        };
        lines.push(Captured { what: Bilingual::new("Vân tay", "Fingerprints"), outcome });
    }
    let signature = |vi: &str, en: &str| Captured {
        what: Bilingual::new("Chữ ký", "Signature"),
        outcome: Bilingual::new(vi, en),
    };
    match &enrollment.unsigned {
        _ if enrollment.signature.is_some() => lines.push(signature("đã ký", "signed")),
        Some(_) => lines.push(signature("không ký, có lý do", "not signed, with a reason")),
        None => {}
    }
    lines
}
