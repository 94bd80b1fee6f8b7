//! How Trạm looks: design tokens, the typeface, and every widget a screen is made of.
//!
//! This is the only crate that names a colour. Screens put widgets together and say what each means with a [`Status`];
//! they take plain data (words, numbers, pictures) and give back what was pressed. The theme must never know of
//! applicants, dossiers, devices or drivers, nor of languages: every word on the screen is the caller's.
//!
//! What holds for every widget: it works by keyboard and shows where the focus is; it has an accessible name, by which
//! tests find it too; a status is a colour, a painted sign and a word together; what cannot be used says why.
//!
//! Call [`install`] once, then build every screen as one [`Page`]:
//!
//! ```
//! use egui::Key;
//! use tram_theme::{ActionBar, Button, Card, Measure, Page, Shortcut, Status, TopBar, notice};
//!
//! #[derive(Debug)]
//! enum Action { Back, Next }
//!
//! fn screen(ui: &mut egui::Ui) -> Option<Action> {
//!     let bar = TopBar { product: "Trạm", place: "Quảng La", mark: "", pills: &[], officer: "", clock: "09:42" };
//!     let actions = ActionBar::new()
//!         .left(Action::Back, Button::secondary("Quay lại").shortcut(Shortcut::key(Key::Escape)))
//!         .right(Action::Next, Button::primary("Tiếp tục").shortcut(Shortcut::key(Key::Enter)));
//!     let output = Page::new(bar, "Ảnh chân dung", "Bấm F2 để chụp").actions(actions).show_with_evidence(
//!         ui,
//!         &mut (),
//!         |ui, ()| { notice(ui, Status::Live, "Giữ nguyên, đang chụp…"); },
//!         |ui, ()| {
//!             Card::titled("Yêu cầu của ảnh").show(ui, |ui| Measure::new("Độ nét", Status::Good, "84").show(ui));
//!         },
//!     );
//!     output.action
//! }
//!
//! let ctx = egui::Context::default();
//! tram_theme::install(&ctx);
//! ```
//!
//! `examples/gallery` shows everything in the pages it was made for.
//!
//! | for | look in | what is there |
//! | --- | --- | --- |
//! | the look itself | [`tokens`], [`fonts`], [`text`], `style` | colours and sizes, the weights, the type scale, [`install`] |
//! | meaning | `status`, `icon`, `shortcut`, `focus` | [`Status`], [`Icon`], [`Shortcut`] and its key cap, the focus ring |
//! | the frame of a page | `page`, `top_bar`, `rail`, `action_bar` | [`Page`], [`TopBar`], [`Rail`], [`ActionBar`] |
//! | pressing and typing | `button`, `field`, `suggestions`, `choice` | [`Button`], [`Field`], [`suggestions`], [`Choice`] |
//! | telling | `notice`, `chip`, `card`, `measure`, `figure`, `table` | [`notice()`], [`Chip`], [`Card`], [`Measure`], [`fact`], [`Figure`], [`Table`] |
//! | waiting | `placeholder`, `progress` | [`loading`], [`empty`], [`progress()`] |
//! | over the page | [`dialog`], `toast` | [`Dialog`], [`Toasts`] |
//! | capture | `video`, `capture`, `hands`, `finger`, `hand_shape`, `signature`, `picture` | [`Video`], [`samples`], [`attempts`], [`portrait`], [`Hands`], [`signature_pad`], [`Picture`] |
//! | the second screen | `citizen` | [`CitizenScreen`] |

#![allow(clippy::disallowed_methods)] // The one crate that names a colour.

mod action_bar;
mod button;
mod capture;
mod card;
mod chip;
mod choice;
mod citizen;
pub mod dialog;
mod field;
mod figure;
mod finger;
mod focus;
pub mod fonts;
mod hand_shape;
mod hands;
mod icon;
mod measure;
mod notice;
mod page;
mod picture;
mod placeholder;
mod progress;
mod rail;
mod shortcut;
mod signature;
mod status;
mod style;
mod suggestions;
mod table;
pub mod text;
mod toast;
pub mod tokens;
mod top_bar;
mod video;

pub use action_bar::ActionBar;
pub use button::Button;
pub use capture::{Attempt, AttemptState, Sample, attempts, portrait, samples};
pub use card::Card;
pub use chip::{Chip, chip};
pub use choice::Choice;
pub use citizen::{CitizenScreen, Language};
pub use dialog::Dialog;
pub use field::Field;
pub use figure::{Figure, figures};
pub use finger::{Finger, FingerState, finger_legend};
pub use hands::Hands;
pub use icon::Icon;
pub use measure::{Measure, fact};
pub use notice::notice;
pub use page::{Page, PageOutput, scroll};
pub use picture::Picture;
pub use placeholder::{empty, loading};
pub use progress::progress;
pub use rail::{Citizen, Rail, Step, StepState};
pub use shortcut::Shortcut;
pub use signature::{Ink, InkPoint, signature_pad};
pub use status::Status;
pub use style::install;
pub use suggestions::{Suggestion, suggestions};
pub use table::{Cell, Table};
pub use toast::Toasts;
pub use top_bar::{Pill, TopBar, TopBarPress};
pub use video::{Oval, Video};
