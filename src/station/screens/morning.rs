//! The morning test: one thing after the other, green or a sentence with a picture of what to do.

use super::desk::Desk;
use super::frame::{Head, Press, back, home, page_with_evidence};
use super::text::{self, Text, text as both};
use egui::{Color32, Key, Painter, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};
use tram_calibration::morning::Check;
use tram_theme::tokens::{self, space};
use tram_theme::{ActionBar, Button, Card, Icon, Measure, Shortcut, Status, notice, text as type_};
use tram_workflow::Action;
use tram_workflow::bench::{BenchAction, Looked, Morning};

const TITLE: Text = both("Kiểm tra buổi sáng", "Morning test");
const SUBTITLE: Text =
    both("Dưới một phút, trước người dân đầu tiên", "Under a minute, before the first citizen");
const RUNNING: Text = both("Đang kiểm tra, không cần làm gì", "Looking by itself, nothing to do");
const GREEN: Text = both("Trạm sẵn sàng cho ngày hôm nay", "The station is ready for today");
const RED: Text = both("Xử lý việc sau rồi kiểm tra lại", "Mend this, then test again");
const AGAIN: Text = both("Kiểm tra lại", "Test again");
const WHAT_TO_DO: Text = both("Việc cần làm", "What to do");
const LOOKED: Text = both("Đã kiểm tra", "Looked at");
const START: Text = both("Bắt đầu kiểm tra", "Begin the test");

/// The page of the morning test.
pub(super) fn morning_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    let morning = desk.state.bench.morning.clone().unwrap_or_default();
    let enter = Shortcut::key(Key::Enter);
    let mut actions =
        ActionBar::new().left(Press::Do(home(desk.state)), back(desk)).note(desk.say(text::KEYS_SHORT));
    if morning.is_green() {
        actions = actions
            .right(Press::Do(home(desk.state)), Button::primary(desk.say(text::CONTINUE)).shortcut(enter));
    } else if morning.is_done || desk.state.bench.morning.is_none() {
        let label = if morning.is_done { AGAIN } else { START };
        let again = Button::primary(desk.say(label)).shortcut(Shortcut::key(Key::F3));
        actions = actions.right(Press::Do(Action::Bench(BenchAction::Morning)), again);
    }
    let head = Head { title: desk.say(TITLE), subtitle: desk.say(SUBTITLE), actions };
    page_with_evidence(
        ui,
        desk,
        head,
        |ui, desk| now_ui(ui, desk, &morning),
        |ui, desk| looked_ui(ui, desk, &morning.looked),
    );
}

/// The one thing that matters now.
fn now_ui(ui: &mut Ui, desk: &Desk<'_>, morning: &Morning) {
    let language = desk.language();
    let bad = morning.looked.iter().find(|looked| !looked.is_good);
    let (check, status, sentence) = if morning.is_green() {
        (None, Status::Good, desk.say(GREEN))
    } else if let (true, Some(bad)) = (morning.is_done, bad) {
        (Some(bad.check), Status::Bad, bad.said.text(language))
    } else {
        let asked = morning.next.and_then(|check| check.instruction(language));
        (morning.next, Status::Info, asked.unwrap_or(desk.say(RUNNING)))
    };
    Card::titled(desk.say(if status == Status::Bad { RED } else { WHAT_TO_DO })).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::L;
        let side = (ui.available_height() - 120.0).clamp(160.0, 300.0);
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), side), Sense::hover());
        picture(ui.painter(), Rect::from_center_size(area.center(), vec2(side, side)), check, status);
        notice(ui, status, sentence);
    });
}

fn looked_ui(ui: &mut Ui, desk: &Desk<'_>, looked: &[Looked]) {
    let language = desk.language();
    Card::titled(desk.say(LOOKED)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for looked in looked {
            let status = if looked.is_good { Status::Good } else { Status::Bad };
            let word = if looked.is_good { desk.say(text::READY) } else { desk.say(text::FAILED) };
            Measure::new(name(looked.check).of(language), status, word).show(ui);
            type_::caption(ui, looked.said.text(language));
        }
    });
}

fn name(check: Check) -> Text {
    match check {
        Check::Clock => both("Đồng hồ", "Clock"),
        Check::Battery => both("Pin, điện", "Battery, mains"),
        Check::Disk => both("Ổ đĩa", "Disk"),
        Check::Certificate(_) => both("Chứng nhận hiệu chuẩn", "Calibration certificate"),
        Check::Platen => both("Mặt kính vân tay", "Fingerprint platen"),
        Check::Background => both("Phông và đèn", "Background and lamps"),
        Check::Printer => both("Máy in thẻ", "Card printer"),
    }
}

/// A drawing of what to do, in a square: thick lines, one accent.
fn picture(painter: &Painter, area: Rect, check: Option<Check>, status: Status) {
    let unit = area.width() / 100.0;
    let at = |x: f32, y: f32| pos2(area.left() + x * unit, area.top() + y * unit);
    let pen = Stroke::new(2.5 * unit, tokens::NEUTRAL_INK);
    let accent = Stroke::new(3.0 * unit, status.ink());
    match check {
        Some(Check::Platen) => {
            frame(painter, Rect::from_min_max(at(18.0, 45.0), at(82.0, 85.0)), pen);
            frame(painter, Rect::from_min_max(at(30.0, 55.0), at(70.0, 78.0)), pen);
            // A cloth that goes to and fro.
            wave(
                painter,
                [at(28.0, 34.0), at(40.0, 24.0), at(52.0, 34.0), at(64.0, 24.0), at(74.0, 34.0)],
                accent,
            );
            arrow(painter, at(50.0, 38.0), at(50.0, 52.0), accent);
        }
        Some(Check::Background) => {
            frame(painter, Rect::from_min_max(at(12.0, 12.0), at(56.0, 80.0)), pen);
            wave(
                painter,
                [at(30.0, 44.0), at(30.0, 66.0), at(46.0, 66.0), at(46.0, 84.0), at(30.0, 84.0)],
                pen,
            );
            for (x, y) in [(70.0, 20.0), (70.0, 62.0)] {
                painter.circle_stroke(at(x, y), 7.0 * unit, accent);
                arrow(painter, at(x - 9.0, y + 3.0), at(x - 22.0, y + 8.0), accent);
            }
        }
        Some(Check::Printer) => {
            frame(painter, Rect::from_min_max(at(18.0, 36.0), at(82.0, 78.0)), pen);
            frame(painter, Rect::from_min_max(at(36.0, 10.0), at(64.0, 28.0)), accent);
            arrow(painter, at(50.0, 28.0), at(50.0, 46.0), accent);
        }
        Some(Check::Battery) => {
            frame(painter, Rect::from_min_max(at(20.0, 34.0), at(74.0, 66.0)), pen);
            frame(painter, Rect::from_min_max(at(74.0, 44.0), at(80.0, 56.0)), pen);
            wave(
                painter,
                [at(52.0, 22.0), at(42.0, 50.0), at(54.0, 50.0), at(44.0, 78.0), at(44.0, 78.0)],
                accent,
            );
        }
        Some(Check::Clock) => {
            painter.circle_stroke(at(50.0, 50.0), 34.0 * unit, pen);
            arrow(painter, at(50.0, 50.0), at(50.0, 26.0), accent);
            arrow(painter, at(50.0, 50.0), at(68.0, 58.0), accent);
        }
        Some(Check::Disk) => {
            for y in [26.0, 46.0, 66.0] {
                frame(painter, Rect::from_min_max(at(24.0, y), at(76.0, y + 14.0)), pen);
            }
            painter.circle_filled(at(68.0, 73.0), 3.0 * unit, status.ink());
        }
        Some(Check::Certificate(_)) => {
            frame(painter, Rect::from_min_max(at(24.0, 12.0), at(76.0, 88.0)), pen);
            for y in [28.0, 40.0, 52.0] {
                painter.line_segment([at(34.0, y), at(66.0, y)], pen);
            }
            painter.circle_stroke(at(60.0, 70.0), 9.0 * unit, accent);
        }
        None => sign(painter, area.shrink(26.0 * unit), status.ink()),
    }
}

fn sign(painter: &Painter, area: Rect, colour: Color32) {
    Icon::Check.paint(painter, area, colour);
}

fn frame(painter: &Painter, area: Rect, pen: Stroke) {
    painter.rect_stroke(area, 4.0, pen, egui::StrokeKind::Middle);
}

fn wave(painter: &Painter, places: [Pos2; 5], pen: Stroke) {
    for pair in places.windows(2) {
        if let [from, to] = pair {
            painter.line_segment([*from, *to], pen);
        }
    }
}

fn arrow(painter: &Painter, from: Pos2, to: Pos2, pen: Stroke) {
    painter.arrow(from, to - from, pen);
}
