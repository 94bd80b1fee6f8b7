//! The printer thread: renders cards, prints them, hands slips to the paper printer, and watches the card printer between
//! jobs.

use super::devices::Bench;
use super::{Outlet, phrase, phrase_of, pictures, vault};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tram_biometric::{Origin, RgbImage};
use tram_calibration::printer::curve::RibbonCurve;
use tram_card::{CardData, PrintJob, Template};
use tram_device::{CardJob, CardPrinter, Device, DeviceError, DeviceKind, Listing, PrintStage, Printed};
use tram_enrollment::reference::Phrase;
use tram_packet::OrderId;
use tram_workflow::Action;

/// An idle printer is asked how it is this often.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// What the printer thread is asked.
pub(super) enum Job {
    /// Show both faces.
    Render(Box<CardData>),
    /// Print this card.
    Print { order: OrderId, card: Box<CardData> },
    /// Hand this PDF to the printer for paper.
    Slip(PathBuf),
    /// Break off the running print, if no blank was used yet.
    Cancel,
}

/// The thread's work.
pub(super) fn run(bench: &Bench, jobs: &Receiver<Job>, vault: &Sender<vault::Job>, outlet: &Outlet) {
    let template = match Template::identity_2024() {
        Ok(template) => template,
        Err(error) => {
            log::error!("cards cannot be rendered: {error}");
            return;
        }
    };
    loop {
        match jobs.recv_timeout(ASK_EVERY) {
            Ok(Job::Render(card)) => {
                outlet.send(Action::CardRendered(render(&template, &card)));
            }
            Ok(Job::Print { order, card }) => {
                let outcome = print(&template, &card, order, (bench, vault), jobs, outlet);
                // A vault that is closed has halted the station already.
                vault.send(vault::Job::CardPrinted { order, outcome }).ok();
            }
            Ok(Job::Slip(pdf)) => {
                outlet.send(Action::SlipPrinted(print_slip(&pdf)));
            }
            Ok(Job::Cancel) => {}
            Err(RecvTimeoutError::Timeout) => ask(bench),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The desk's own print queue takes the slip; which printer it goes to is the machine's setting.
fn print_slip(pdf: &Path) -> Result<(), Phrase> {
    let asked = Command::new("lp").arg("--").arg(pdf).stdin(Stdio::null()).stdout(Stdio::null()).output();
    match asked {
        Ok(answer) if answer.status.success() => Ok(()),
        Ok(answer) => {
            log::error!("the slip is not printed: {}", String::from_utf8_lossy(&answer.stderr).trim());
            Err(phrase(
                "Máy in giấy không nhận: kiểm tra máy in rồi in lại; tệp PDF vẫn còn",
                "The paper printer does not take it: look at the printer and print again; the PDF is kept",
            ))
        }
        Err(_missing) => Err(phrase(
            "Máy này chưa cài máy in giấy (gói cups-client): in tệp PDF ở máy khác",
            "No paper printer is set up here (package cups-client): print the PDF elsewhere",
        )),
    }
}

type Faces = (Arc<RgbImage>, Arc<RgbImage>);

fn render(template: &Template, card: &CardData) -> Result<Faces, Phrase> {
    let trouble = |error: &dyn std::fmt::Display| {
        phrase(
            "Không vẽ được mặt thẻ: kiểm tra lại dữ liệu của lệnh in",
            &format!("The card cannot be rendered: {error}"),
        )
    };
    let job = PrintJob::new(template, card).map_err(|error| trouble(&error))?;
    let front = pictures::ours(job.front).map_err(|error| trouble(&error))?;
    let back = pictures::ours(job.back).map_err(|error| trouble(&error))?;
    Ok((Arc::new(front), Arc::new(back)))
}

fn printer(opened: (Device, Listing)) -> Result<(Box<dyn CardPrinter>, Origin), DeviceError> {
    match opened {
        (Device::CardPrinter(printer), listing) => Ok((printer, listing.origin)),
        (other, _) => Err(DeviceError::Unsupported { detail: format!("{other:?} is no card printer") }),
    }
}

fn ask(bench: &Bench) {
    let opened = bench.open_any(DeviceKind::CardPrinter).and_then(printer);
    let status = opened.and_then(|(mut printer, origin)| {
        bench.ledger().see(&origin, printer.about());
        printer.status()
    });
    match status {
        Ok(status) => {
            bench.set_trouble(DeviceKind::CardPrinter, status.fault.map(DeviceError::Printer));
            bench.set_printer(Some(status));
        }
        Err(DeviceError::Gone { .. }) => bench.set_printer(None),
        // The technician has it open.
        Err(DeviceError::Busy { .. }) => {}
        Err(error) => bench.set_trouble(DeviceKind::CardPrinter, Some(error)),
    }
}

/// Prints one card. The outcome goes to the vault, which counts the blank and tells the screen.
fn print(
    template: &Template,
    card: &CardData,
    order: OrderId,
    (bench, to): (&Bench, &Sender<vault::Job>),
    jobs: &Receiver<Job>,
    outlet: &Outlet,
) -> Result<Printed, Phrase> {
    let (front, back) = render(template, card)?;
    let job = CardJob { id: order.to_string(), front: (*front).clone(), back: Some((*back).clone()) };
    let mut progress = |stage: PrintStage| {
        outlet.send(Action::PrintProgress(stage));
        let cancelled = jobs.try_iter().any(|job| matches!(job, Job::Cancel));
        if cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let opened = bench.open(DeviceKind::CardPrinter).and_then(printer);
    let outcome = opened.and_then(|(mut printer, origin)| {
        let job = through_ribbon(job, bench.ledger().ribbon(&origin).as_deref());
        let printed = printer.print(&job, &mut progress)?;
        let count = move |vault: &mut vault::Vault, _: &Outlet| vault.count_use(&origin);
        // A vault that is closed has halted the station already.
        to.send(vault::Job::Ask(Box::new(count))).ok();
        Ok(printed)
    });
    outcome.map_err(|error| phrase_of(&error))
}

/// The card as it must be sent so that this ribbon shows what is meant.
fn through_ribbon(job: CardJob, ribbon: Option<&RibbonCurve>) -> CardJob {
    let Some(ribbon) = ribbon else { return job };
    CardJob { front: ribbon.apply(job.front), back: job.back.map(|back| ribbon.apply(back)), ..job }
}
