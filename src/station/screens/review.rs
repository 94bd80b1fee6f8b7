//! The check page: everything that will be sealed, in letters both can read, and the citizen's consent.

use super::desk::{Desk, status_of};
use super::frame::{Head, Press, bar, page_with_evidence};
use super::hands::standing;
use super::{show, text};
use egui::{Key, Ui, vec2};
use tram_biometric::FingerPosition;
use tram_enrollment::{Field, Missing, Step};
use tram_theme::tokens::{self, space};
use tram_theme::{
    Button, Card, Choice, FingerState, Icon, Measure, Shortcut, Status, notice, portrait, scroll,
    text as type_,
};
use tram_workflow::dossier::Sealing;
use tram_workflow::{Action, Dossier, sentence};

/// The review step.
pub(super) fn review_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let is_running = dossier.sealing == Sealing::Running;
    let blocked = is_running.then(|| desk.say(text::SEALING));
    let seal = Button::primary(desk.say(text::SEAL)).icon(Icon::Lock).shortcut(Shortcut::key(Key::Enter));
    let actions = bar(desk).right(Press::Do(Action::Continue), seal.blocked(blocked));
    let head =
        Head { title: desk.say(text::REVIEW_TITLE), subtitle: desk.say(text::REVIEW_SUBTITLE), actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| scroll(ui, "review", |ui| person_ui(ui, desk, dossier)),
        |ui, desk| {
            if let Some((tone, sentence)) = sentence::headline(desk.state) {
                notice(ui, status_of(tone), &sentence);
            }
            missing_ui(ui, desk, dossier);
            consent_ui(ui, desk, dossier);
            captures_ui(ui, desk, dossier);
        },
    );
    super::approval::approval_ui(ui, desk);
}

/// The applicant as the card and the centre will have them.
fn person_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let language = desk.language();
    let applicant = &dossier.enrollment.applicant;
    Card::new().show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::XL;
            let crop =
                dossier.enrollment.portrait().and_then(|portrait| dossier.pictures.get(&portrait.card.id));
            let crop = crop.and_then(|picture| desk.pictures.kept(picture));
            portrait(ui, desk.say(text::PORTRAIT_TITLE), crop, 120.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                type_::TITLE.show(ui, applicant.value(Field::FullName), tokens::INK);
                let number =
                    show::field(desk.state, Field::PersonalNumber, applicant.value(Field::PersonalNumber));
                type_::SENTENCE.medium().show(ui, &number, tokens::PRIMARY_INK);
                ui.add_space(space::S);
                if let Some(procedure) = show::procedure(desk.state, dossier) {
                    type_::LABEL.show(ui, procedure.name(language), tokens::INK);
                    let day = dossier.enrollment.received_at.date();
                    let until = desk.state.reference.calendar().deadline(day, procedure.committed_days);
                    let fee = show::money(procedure.fee_vnd, language);
                    let words =
                        format!("{} · {} {}", fee, desk.say(text::APPOINTMENT), show::day(until, language));
                    type_::muted(ui, &words);
                }
            });
        });
        ui.add_space(space::M);
        let fields: Vec<Field> = Field::ALL
            .into_iter()
            .filter(|field| !matches!(field, Field::FullName | Field::PersonalNumber))
            .filter(|field| !applicant.value(*field).is_empty())
            .collect();
        ui.spacing_mut().item_spacing = vec2(space::XL, space::M);
        for pair in fields.chunks(2) {
            ui.columns(2, |columns| {
                for (column, field) in columns.iter_mut().zip(pair) {
                    value_ui(column, desk, dossier, *field);
                }
            });
        }
    });
}

/// One field: what it is called in small type, what it says in large.
fn value_ui(ui: &mut Ui, desk: &Desk<'_>, dossier: &Dossier, field: Field) {
    let applicant = &dossier.enrollment.applicant;
    ui.spacing_mut().item_spacing.y = 0.0;
    let edited = applicant.field(field).is_some_and(|known| known.replaced.is_some());
    let label = field.label(desk.language());
    let label = if edited { format!("{label} · {}", desk.say(text::EDITED)) } else { label.to_owned() };
    type_::CAPTION.show(ui, &label, if edited { tokens::ATTENTION } else { tokens::MUTED });
    type_::LABEL.medium().show(ui, &show::field(desk.state, field, applicant.value(field)), tokens::INK);
}

fn missing_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let missing: Vec<Missing> = dossier
        .missing(&desk.state.reference)
        .into_iter()
        .filter(|missing| !matches!(missing, Missing::Consent))
        .collect();
    if missing.is_empty() {
        return;
    }
    let mut go = None;
    Card::titled(desk.say(text::MISSING)).chip(Status::Attention, &missing.len().to_string()).show(
        ui,
        |ui| {
            for thing in missing.iter().take(6) {
                let said = sentence::missing_sentence(thing, desk.language());
                // The whole line leads to where it is mended.
                if Button::quiet(&said).icon(Icon::ChevronRight).show(ui).clicked() {
                    go = Some(thing.step());
                }
            }
        },
    );
    if let Some(step) = go {
        desk.act(Action::Enter(step));
    }
}

fn consent_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let given = dossier.enrollment.consent.as_ref();
    let statement = given.map_or_else(
        || desk.state.reference.rules().consent.text(desk.language()).to_owned(),
        |consent| consent.statement.clone(),
    );
    let choice = Choice::tick(desk.say(text::CONSENT), given.is_some()).detail(&statement);
    if choice.shortcut(Shortcut::key(Key::F4)).chosen(ui) && given.is_none() {
        desk.act(Action::Consent);
    }
}

fn captures_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier) {
    let standings = FingerPosition::TEN.map(|finger| standing(dossier, finger).0);
    let count = |state| standings.iter().filter(|standing| **standing == state).count();
    let (passed, below, excepted) =
        (count(FingerState::Passed), count(FingerState::Below), count(FingerState::Exception));
    let language = desk.language();
    Card::titled(desk.say(text::CAPTURES)).show(ui, |ui| {
        let (status, word) = match dossier.enrollment.portrait() {
            Some(portrait) if portrait.override_reason.is_some() => {
                (Status::Attention, language.pick("giữ kèm lý do", "kept with a reason"))
            }
            Some(portrait) if portrait.is_kept() => (Status::Good, desk.say(text::PASSES)),
            _ => (Status::Bad, desk.say(text::NONE)),
        };
        Measure::new(desk.say(text::step(Step::Portrait)), status, word).show(ui);
        let counts =
            [(passed, "đạt", "good"), (below, "dưới ngưỡng", "below"), (excepted, "ngoại lệ", "excepted")];
        let words: Vec<String> = counts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, vi, en)| format!("{count} {}", language.pick(vi, en)))
            .collect();
        let fingers =
            if words.is_empty() { desk.say(text::FINGER_OPEN).to_owned() } else { words.join(", ") };
        let is_done = dossier.is_done(Step::Fingers, &desk.state.reference);
        let status = match (is_done, below + excepted) {
            (false, _) => Status::Bad,
            (true, 0) => Status::Good,
            (true, _) => Status::Attention,
        };
        Measure::new(desk.say(text::step(Step::Fingers)), status, &fingers).show(ui);
        super::portrait_checks::hints_ui(ui, desk, dossier.enrollment.portrait());
        if dossier.has_step(Step::Irises) {
            let done = dossier.is_done(Step::Irises, &desk.state.reference);
            let (status, word) =
                if done { (Status::Good, text::CAPTURED) } else { (Status::Bad, text::FINGER_OPEN) };
            Measure::new(desk.say(text::step(Step::Irises)), status, desk.say(word)).show(ui);
        }
        match (&dossier.enrollment.signature, &dossier.enrollment.unsigned) {
            (Some(signature), _) => {
                Measure::new(
                    desk.say(text::step(Step::Signature)),
                    Status::Good,
                    desk.say(text::PHOTO_TAKEN),
                )
                .show(ui);
                let picture =
                    dossier.pictures.get(&signature.id).and_then(|picture| desk.pictures.kept(picture));
                if let Some(picture) = picture {
                    picture.show(ui, desk.say(text::SIGNED), vec2(ui.available_width(), 110.0));
                }
            }
            (None, Some(reason)) => {
                Measure::new(desk.say(text::step(Step::Signature)), Status::Attention, reason).show(ui);
            }
            (None, None) => {
                Measure::new(desk.say(text::step(Step::Signature)), Status::Bad, desk.say(text::NONE))
                    .show(ui);
            }
        }
    });
}
