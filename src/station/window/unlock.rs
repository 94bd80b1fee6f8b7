//! The station before its keys are open: asks for their passphrase or PIN, and nothing else.

use super::opened;
use crate::home::Home;
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use eframe::egui::{self, Key, Ui};
use std::thread::Builder;
use tram_packet::KeyProtection;
use tram_theme::tokens::space;
use tram_theme::{Button, Field, Status, notice, text};
use zeroize::Zeroizing;

/// Waits for the secret; becomes the station once it was right.
pub(super) struct Locked {
    home: Home,
    typed: String,
    /// Somebody tries: Argon2 and tokens take their time, on a thread of their own.
    trying: Option<Receiver<Result<(), String>>>,
    trouble: Option<String>,
    opened: Option<Box<dyn eframe::App>>,
}

impl Locked {
    pub(super) fn new(home: Home) -> Self {
        Self { home, typed: String::new(), trying: None, trouble: None, opened: None }
    }

    /// Tries what was typed, and keeps none of it.
    fn try_it(&mut self, context: &egui::Context) {
        let secret = Zeroizing::new(std::mem::take(&mut self.typed));
        if secret.is_empty() || self.trying.is_some() {
            return;
        }
        let (tell, heard) = bounded(1);
        let (home, waker) = (self.home.clone(), context.clone());
        let work = move || {
            // The window may be closed meanwhile.
            tell.send(home.unlock(&secret).map_err(|error| format!("{error:#}"))).ok();
            waker.request_repaint();
        };
        match Builder::new().name("unlock".into()).spawn(work) {
            Ok(_) => self.trying = Some(heard),
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }

    fn hear(&mut self, context: &egui::Context) {
        match self.trying.as_ref().map(Receiver::try_recv) {
            Some(Ok(Ok(()))) => self.opened = Some(opened(&self.home, context)),
            Some(Ok(Err(trouble))) => self.trouble = Some(trouble),
            Some(Err(TryRecvError::Disconnected)) => {}
            None | Some(Err(TryRecvError::Empty)) => return,
        }
        self.trying = None;
    }
}

impl eframe::App for Locked {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let context = ui.ctx().clone();
        self.hear(&context);
        if let Some(opened) = &mut self.opened {
            return opened.ui(ui, frame);
        }
        let (label, hint) = match self.home.protection() {
            Ok(Some(KeyProtection::Token)) => (
                "Mã PIN · PIN",
                "Cắm thẻ hoặc USB mật mã giữ khóa của trạm. Plug in the token that holds the station's keys.",
            ),
            _ => (
                "Mật khẩu khóa trạm · Passphrase of the station's keys",
                "Khóa của trạm nằm trong tệp có mật khẩu. The station's keys are in a file under a passphrase.",
            ),
        };
        egui::Frame::new().inner_margin(space::XXL).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::L;
            text::title(ui, "Mở khóa trạm · Unlock the station");
            text::muted(ui, hint);
            let field = Field::new(label, &mut self.typed).secret().char_limit(256).show(ui);
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if self.trying.is_none() && !field.has_focus() && !entered {
                field.request_focus();
            }
            let pressed = Button::primary("Mở khóa · Unlock").show(ui).clicked();
            if entered || pressed {
                self.try_it(&context);
            }
            if self.trying.is_some() {
                notice(ui, Status::Live, "Đang kiểm tra… · Checking…");
            } else if let Some(trouble) = &self.trouble {
                notice(ui, Status::Bad, trouble);
            }
        });
    }

    fn logic(&mut self, context: &egui::Context, frame: &mut eframe::Frame) {
        if let Some(opened) = &mut self.opened {
            opened.logic(context, frame);
        }
    }
}
