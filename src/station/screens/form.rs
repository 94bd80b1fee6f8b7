//! The applicant's form: every field with its source, what is wrong with it, and the reason of a change.

use super::desk::{Desk, entered};
use super::frame::{Head, Press, bar, onward, page};
use super::procedure::NUMBERS;
use super::{show, text};
use egui::{Id, Key, Response, Ui};
use std::collections::BTreeMap;
use tram_enrollment::name::fold;
use tram_enrollment::validate::{self, Problem};
use tram_enrollment::{Field as Item, FieldValue, Source};
use tram_theme::tokens::{self, space};
use tram_theme::{
    Button, Card, Choice, Dialog, Field, Shortcut, Status, Suggestion, dialog, notice, suggestions,
    text as type_,
};
use tram_workflow::{Action, Dossier};

/// Fields side by side.
const COLUMNS: usize = 3;

/// The form.
pub(super) fn form_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let Some(dossier) = desk.dossier() else { return };
    let is_typed = dossier.enrollment.applicant.fields().all(|(_, value)| value.source == Source::Typed);
    let subtitle = desk.say(if is_typed { text::FORM_SUBTITLE_TYPED } else { text::FORM_SUBTITLE });
    let actions = bar(desk).right(Press::Do(Action::Continue), onward(desk));
    let problems = problems(desk, dossier);
    page(ui, desk, Head { title: desk.say(text::FORM_TITLE), subtitle, actions }, |ui, desk| {
        if dossier.form.show_all
            && let Some((field, problem)) = problems.iter().find(|(_, problem)| !problem.is_warning())
        {
            let (label, sentence) = (field.label(desk.language()), problem.sentence(desk.language()));
            notice(ui, Status::Bad, &format!("{label}: {}", sentence.to_lowercase()));
        }
        Card::new().show(ui, |ui| {
            ui.spacing_mut().item_spacing = egui::vec2(space::XL, space::L);
            for row in Item::ALL.chunks(COLUMNS) {
                ui.columns(COLUMNS, |columns| {
                    for (column, field) in columns.iter_mut().zip(row) {
                        field_ui(column, desk, dossier, *field, problems.get(field).copied());
                    }
                });
            }
        });
    });
    reason_ui(ui, desk);
}

fn problems(desk: &Desk<'_>, dossier: &Dossier) -> BTreeMap<Item, Problem> {
    let day = dossier.enrollment.received_at.date();
    validate::problems(&dossier.enrollment.applicant, &desk.state.reference, day).into_iter().collect()
}

fn field_id(field: Item) -> Id {
    Id::unique(("applicant", field))
}

fn field_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier, field: Item, problem: Option<Problem>) {
    let has_focus = ui.memory(|memory| memory.has_focus(field_id(field)));
    // While a field is being typed, or has not been visited, it is not found fault with.
    let problem =
        problem.filter(|problem| !has_focus && (*problem != Problem::Empty || dossier.form.show_all));
    let known = dossier.enrollment.applicant.field(field);
    let sentence = problem.map(|problem| problem.sentence(desk.language()));
    let is_warning = problem.is_some_and(Problem::is_warning);
    let source = match (sentence.filter(|_| is_warning), known) {
        (Some(warning), _) => warning.to_owned(),
        (None, Some(known)) if !known.value.is_empty() => source_words(desk, field, known),
        _ if field.is_required() => desk.say(text::NEEDED).to_owned(),
        _ => desk.say(text::OPTIONAL).to_owned(),
    };
    let error = sentence.filter(|_| !is_warning);
    if field == Item::Sex {
        return sex_ui(ui, desk, dossier, error, &source);
    }
    let mut value = match dossier.form.typing.get(&field) {
        Some(typed) => typed.clone(),
        None => show::field(desk.state, field, dossier.enrollment.applicant.value(field)),
    };
    let hint = match field {
        Item::BirthDate => desk.say(text::DATE_HINT),
        Item::ResidenceUnit => desk.say(text::UNIT_HINT),
        _ => "",
    };
    let response = Field::new(field.label(desk.language()), &mut value)
        .id(field_id(field))
        .hint(hint)
        .char_limit(200)
        .error(error)
        .source(Some(&source))
        .show(ui);
    follow(ui, desk, dossier, field, &response, value);
}

/// What typing in a field means: it is told as it is typed, and kept when the field is left.
fn follow(
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    dossier: &Dossier,
    field: Item,
    response: &Response,
    value: String,
) {
    if desk.local.next_field == Some(field) {
        desk.local.next_field = None;
        response.request_focus();
    } else if desk.local.arrived && first_open(dossier) == Some(field) {
        response.request_focus();
    }
    if response.gained_focus() {
        desk.act(Action::FieldEntered(field));
    }
    let offers = if dossier.form.typing.contains_key(&field) {
        offers(desk, dossier, field, &value)
    } else {
        Vec::new()
    };
    let items: Vec<Suggestion> = offers.iter().map(|(suggestion, _)| suggestion.clone()).collect();
    let taken = suggestions(ui, response, &items).and_then(|index| offers.get(index));
    let is_entered = entered(ui, response);
    if let Some((_, value)) = taken {
        desk.act(Action::Typed(field, value.clone()));
        desk.act(Action::Commit(field));
        go_on(desk, dossier, field);
        return;
    }
    if response.changed() {
        desk.act(Action::Typed(field, value));
    }
    if response.lost_focus() {
        desk.act(Action::Commit(field));
    }
    if is_entered {
        go_on(desk, dossier, field);
    }
}

/// After Enter: to the next field that is still needed; with none left the page's Enter goes on.
fn go_on(desk: &mut Desk<'_>, dossier: &Dossier, from: Item) {
    let applicant = &dossier.enrollment.applicant;
    let open = |field: &Item| *field != from && field.is_required() && applicant.value(*field).is_empty();
    let later = Item::ALL.into_iter().filter(|field| *field > from);
    let earlier = Item::ALL.into_iter().filter(|field| *field < from);
    desk.local.next_field = later.chain(earlier).find(open).filter(|field| *field != Item::Sex);
}

/// Where a dossier that is opened again goes on; a form that is complete has no focus, so that Enter goes on.
fn first_open(dossier: &Dossier) -> Option<Item> {
    let applicant = &dossier.enrollment.applicant;
    Item::ALL.into_iter().find(|field| field.is_required() && applicant.value(*field).is_empty())
}

/// What may be meant, with what is stored for it.
fn offers(desk: &Desk<'_>, dossier: &Dossier, field: Item, typed: &str) -> Vec<(Suggestion, String)> {
    let rules = desk.state.reference.rules();
    let words: Vec<&str> = match field {
        Item::ResidenceUnit => {
            let units = dossier.form.units.iter();
            return units
                .map(|unit| {
                    let suggestion = Suggestion { title: unit.name.clone(), detail: unit.province.clone() };
                    (suggestion, unit.code.clone())
                })
                .collect();
        }
        Item::Ethnicity => rules.ethnic_groups.iter().map(String::as_str).collect(),
        Item::Religion => rules.religions.iter().map(String::as_str).collect(),
        Item::BirthPlace => rules.number_places.iter().map(|place| place.name.as_str()).collect(),
        _ => return Vec::new(),
    };
    let key = fold(typed);
    if key.is_empty() || words.contains(&typed) {
        return Vec::new();
    }
    let fitting = words.into_iter().filter(|word| fold(word).starts_with(&key)).take(6);
    fitting
        .map(|word| (Suggestion { title: word.to_owned(), detail: String::new() }, word.to_owned()))
        .collect()
}

/// Where a value comes from, and what it replaced.
fn source_words(desk: &Desk<'_>, field: Item, known: &FieldValue) -> String {
    let source = known.source.label(desk.language());
    match (&known.replaced, &known.reason) {
        (Some(before), Some(reason)) => {
            let before = show::field(desk.state, field, before);
            desk.language().pick(format!("trước là {before} · {reason}"), format!("was {before} · {reason}"))
        }
        _ => source.to_owned(),
    }
}

/// Two choices in place of a field.
fn sex_ui(ui: &mut Ui, desk: &mut Desk<'_>, dossier: &Dossier, error: Option<&str>, source: &str) {
    let value = dossier.text(Item::Sex);
    ui.spacing_mut().item_spacing.y = space::XS;
    type_::BODY.medium().show(ui, Item::Sex.label(desk.language()), tokens::INK);
    ui.spacing_mut().item_spacing.x = space::S;
    let mut chosen = None;
    ui.columns(2, |columns| {
        let choices = [("male", text::MALE), ("female", text::FEMALE)];
        for (column, (stored, word)) in columns.iter_mut().zip(choices) {
            if Choice::new(desk.say(word), value == stored).chosen(column) {
                chosen = Some(stored);
            }
        }
    });
    match error {
        Some(error) => type_::CAPTION.show(ui, error, tokens::BAD),
        None => type_::CAPTION.show(ui, source, tokens::MUTED),
    };
    if let Some(stored) = chosen {
        desk.act(Action::Typed(Item::Sex, stored.to_owned()));
        desk.act(Action::Commit(Item::Sex));
    }
}

/// Why a field differs from what the register or card said.
fn reason_ui(ui: &Ui, desk: &mut Desk<'_>) {
    let Some((field, value)) = desk.dossier().and_then(|dossier| dossier.form.asks_reason.as_ref()) else {
        return;
    };
    let before = desk.dossier().map_or("", |dossier| dossier.enrollment.applicant.value(*field));
    let (label, becomes) = (field.label(desk.language()), desk.language().pick("thành", "becomes"));
    let (before, after) = (show::field(desk.state, *field, before), show::field(desk.state, *field, value));
    let sentence = format!("{label}: “{before}” {becomes} “{after}”");
    let mut chosen = None;
    let answer = Dialog::new(desk.say(text::REASON_TITLE), Status::Attention)
        .typing()
        .answer((), Button::secondary(desk.say(text::TAKE_BACK)).shortcut(Shortcut::key(Key::Escape)))
        .show(ui.ctx(), |ui| {
            dialog::paragraph(ui, &sentence);
            ui.spacing_mut().item_spacing.y = space::S;
            for (index, reason) in desk.state.reference.rules().edit_reasons.iter().enumerate() {
                let mut choice = Choice::new(reason.text(desk.language()), false);
                if let Some(key) = NUMBERS.get(index) {
                    choice = choice.shortcut(Shortcut::alt(*key));
                }
                if choice.chosen(ui) {
                    chosen = Some(reason.text(desk.language()).to_owned());
                }
            }
        });
    if chosen.is_some() || answer.is_some() {
        desk.act(Action::Reason(chosen));
    }
}
