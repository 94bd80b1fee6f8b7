//! Keys: what they are called, how they look, and when they fire.

use egui::{Color32, Key, Modifiers, Painter, Rect, Stroke, StrokeKind, Ui, Vec2, vec2};

use crate::text::CAPTION;
use crate::tokens::{self, radius, space};

/// A key, with or without Ctrl, Alt or Shift. A key has one meaning on every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shortcut {
    modifiers: Modifiers,
    key: Key,
}

impl Shortcut {
    /// The key alone.
    pub const fn key(key: Key) -> Self {
        Self { modifiers: Modifiers::NONE, key }
    }

    /// Ctrl and the key.
    pub const fn ctrl(key: Key) -> Self {
        Self { modifiers: Modifiers::CTRL, key }
    }

    /// Alt and the key.
    pub const fn alt(key: Key) -> Self {
        Self { modifiers: Modifiers::ALT, key }
    }

    /// What is printed on the cap: `F2`, `Enter`, `Esc`, `Ctrl K`.
    pub fn label(self) -> String {
        let key = match self.key {
            Key::Escape => "Esc",
            key => key.name(),
        };
        let mut label = String::new();
        for (held, name) in
            [(self.modifiers.ctrl, "Ctrl "), (self.modifiers.alt, "Alt "), (self.modifiers.shift, "Shift ")]
        {
            if held {
                label.push_str(name);
            }
        }
        label + key
    }

    /// Was it pressed in this frame? The press is consumed, so one press does one thing.
    ///
    /// False while a dialog lies over `ui`. Keys that also serve whatever has the focus (Enter, Space, letters, digits,
    /// arrows) fire only when nothing has it.
    pub fn pressed(self, ui: &Ui) -> bool {
        let covered = !ui.memory(|memory| memory.is_above_modal_layer(ui.layer_id()));
        if covered || !ui.is_enabled() || (self.serves_focus() && ui.memory(|m| m.focused().is_some())) {
            return false;
        }
        ui.input_mut(|input| input.consume_key(self.modifiers, self.key))
    }

    fn serves_focus(self) -> bool {
        let function_key = self.key.name().starts_with('F') && self.key.name().len() > 1;
        let held = self.modifiers.ctrl || self.modifiers.alt;
        !(function_key || held || self.key == Key::Escape)
    }
}

/// The colours of a key cap, after what it lies on.
#[derive(Clone, Copy)]
pub(crate) struct CapColours {
    pub(crate) fill: Color32,
    pub(crate) line: Color32,
    pub(crate) ink: Color32,
}

/// A cap on a white or pale surface.
pub(crate) const CAP: CapColours =
    CapColours { fill: tokens::NEUTRAL_SOFT, line: tokens::KEY_LINE, ink: tokens::NEUTRAL_INK };

/// A cap on the main action.
pub(crate) const CAP_ON_PRIMARY: CapColours =
    CapColours { fill: tokens::PRIMARY_KEY, line: tokens::PRIMARY_KEY_LINE, ink: tokens::ON_PRIMARY };

/// Size a cap needs.
pub(crate) fn cap_size(ui: &Ui, shortcut: Shortcut) -> Vec2 {
    let text = CAPTION.medium().line(ui, &shortcut.label(), tokens::INK, f32::INFINITY);
    vec2((text.size().x + 2.0 * space::S).max(28.0), 24.0)
}

/// Paints a cap that fills `rect`.
pub(crate) fn paint_cap(ui: &Ui, painter: &Painter, rect: Rect, shortcut: Shortcut, colours: CapColours) {
    let CapColours { fill, line, ink } = colours;
    painter.rect(rect, radius::CHIP - 1, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let text = CAPTION.medium().line(ui, &shortcut.label(), ink, f32::INFINITY);
    painter.galley(rect.center() - text.size() / 2.0, text, ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_read_as_the_keyboard_does() {
        for (shortcut, cap) in [
            (Shortcut::key(Key::F2), "F2"),
            (Shortcut::key(Key::Enter), "Enter"),
            (Shortcut::key(Key::Escape), "Esc"),
            (Shortcut::ctrl(Key::K), "Ctrl K"),
            (Shortcut::alt(Key::Num1), "Alt 1"),
        ] {
            assert_eq!(shortcut.label(), cap);
        }
    }

    #[test]
    fn keys_a_focused_widget_needs_are_left_to_it() {
        assert!(Shortcut::key(Key::Enter).serves_focus());
        assert!(Shortcut::key(Key::F).serves_focus());
        assert!(!Shortcut::key(Key::F2).serves_focus());
        assert!(!Shortcut::ctrl(Key::K).serves_focus());
        assert!(!Shortcut::key(Key::Escape).serves_focus());
    }
}
