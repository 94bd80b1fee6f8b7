//! Card orders: preview, printing, handover; blanks that come.

use crate::action::Action;
use crate::effect::Effect;
use crate::lists::OrderState;
use crate::state::{CardWork, Handover, Printing, State};
use tram_capture::Printed;
use tram_enrollment::Matter;
use tram_enrollment::reference::Phrase;

pub(super) fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    if let Action::OpenOrder(order) = action {
        let Some(row) = state.orders.iter().flatten().find(|row| row.order == order).cloned() else {
            return Vec::new();
        };
        let printing = match row.state {
            OrderState::Doubtful => Printing::Doubtful,
            OrderState::Printed | OrderState::HandedOver => Printing::Done,
            OrderState::Ordered => Printing::Idle,
        };
        let handover = if row.state == OrderState::HandedOver { Handover::Done } else { Handover::Idle };
        state.card = Some(CardWork { row, faces: None, printing, handover });
        return vec![Effect::RenderCard(order)];
    }
    if let Action::ReceiveBlanks { count, note } = action {
        let note = note.trim().to_owned();
        return if note.is_empty() { Vec::new() } else { vec![Effect::ReceiveBlanks { count, note }] };
    }
    let Some(card) = &mut state.card else { return Vec::new() };
    let order = card.row.order;
    match action {
        Action::CloseOrder => {
            let live = matches!(card.handover, Handover::Live(_));
            state.card = None;
            if live { vec![Effect::StopFingers] } else { Vec::new() }
        }
        Action::Print
            if matches!(card.printing, Printing::Idle | Printing::Failed(_)) && card.faces.is_some() =>
        {
            card.printing = Printing::Running(None);
            vec![Effect::Print(order)]
        }
        Action::CancelPrint if matches!(card.printing, Printing::Running(_)) => vec![Effect::CancelPrint],
        Action::PrintVerdict { good, approval } if card.printing == Printing::Doubtful => {
            let asks = state.reference.asks_second_person(Matter::BlankSpoiled, state.now.date());
            if !good && asks && approval.is_none() {
                return Vec::new();
            }
            card.printing = if good { Printing::Done } else { Printing::Idle };
            vec![Effect::RecordVerdict { order, good, approval }]
        }
        Action::StartHandover if card.printing == Printing::Done && card.handover != Handover::Done => {
            card.handover = Handover::Live(tram_capture::FingerView::default());
            vec![Effect::StartHandover(order)]
        }
        Action::HandOver => match card.handover {
            Handover::Compared { score, is_match: true } => vec![Effect::RecordHandover { order, score }],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Nobody signed for the blank: what became of it is still open.
pub(super) fn verdict_refused(state: &mut State, trouble: Phrase) {
    if let Some(card) = &mut state.card {
        card.printing = Printing::Doubtful;
    }
    state.notice(trouble.vi, trouble.en, true);
}

/// What the card workers bring.
pub(super) fn heard(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(card) = &mut state.card else { return Vec::new() };
    match action {
        Action::CardRendered(Ok(faces)) => card.faces = Some(faces),
        Action::CardRendered(Err(trouble)) => card.printing = Printing::Failed(trouble),
        Action::PrintProgress(stage) => {
            if let Printing::Running(heard) = &mut card.printing {
                *heard = Some(stage);
            }
        }
        Action::PrintEnded(outcome) => card.printing = printing_after(outcome),
        Action::HandoverSeen(view) => {
            if let Handover::Live(seen) = &mut card.handover {
                *seen = view;
            }
        }
        Action::HandoverCompared(Ok((score, is_match))) => {
            card.handover = Handover::Compared { score, is_match }
        }
        Action::HandoverCompared(Err(trouble)) => card.handover = Handover::Failed(trouble),
        Action::HandoverRecorded => {
            card.handover = Handover::Done;
            return vec![Effect::LoadWorklist];
        }
        _ => {}
    }
    Vec::new()
}

fn printing_after(outcome: Result<Printed, Phrase>) -> Printing {
    match outcome {
        Ok(Printed::Complete) => Printing::Done,
        Ok(Printed::Cancelled) => Printing::Idle,
        Ok(Printed::Doubtful) => Printing::Doubtful,
        Err(trouble) => Printing::Failed(trouble),
    }
}
