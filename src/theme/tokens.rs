//! Design tokens: the colours, spaces, radii and sizes everything else is made of.
//!
//! Screens name no colour. They pick a [`Status`](crate::Status) or a widget, and the widget picks from here.
//! The tests at the bottom hold the table to WCAG 2.2: text 4.5:1 (1.4.3), outlines of controls 3:1 (1.4.11).

use egui::Color32;

/// A colour from its usual notation, `0xRRGGBB`.
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Text.
pub const INK: Color32 = rgb(0x14_20_2E);
/// Secondary text: hints, notes, what is not yet done.
pub const MUTED: Color32 = rgb(0x5A_6A_7C);
/// Cards, bars at the bottom, fields.
pub const SURFACE: Color32 = rgb(0xFF_FF_FF);
/// What the cards lie on.
pub const GROUND: Color32 = rgb(0xF3_F5_F8);
/// A surface inside a card: the glass of the scanner, skeleton of what is loading.
pub const SUNKEN: Color32 = rgb(0xF7_F9_FB);
/// Separates surfaces; never the only sign that something can be used.
pub const OUTLINE: Color32 = rgb(0xDF_E5_EC);
/// Outlines what must be seen to be used: fields, buttons, finger shapes.
pub const CONTROL: Color32 = rgb(0x81_90_A3);
/// A row or a quiet button under the pointer.
pub const HOVER: Color32 = rgb(0xEE_F2_F7);

/// The top bar, the citizen's screen, the guidance pill.
pub const BAR: Color32 = rgb(0x0D_2B_4E);
/// A pill lying on the bar.
pub const BAR_PILL: Color32 = rgb(0x1F_40_69);
/// A pill on the bar under the pointer.
pub const BAR_PILL_HOVER: Color32 = rgb(0x2A_4F_7C);
/// Text on the bar.
pub const ON_BAR: Color32 = rgb(0xFF_FF_FF);
/// Secondary text on the bar.
pub const ON_BAR_MUTED: Color32 = rgb(0xC6_D2_E0);
/// The empty part of a progress bar on the bar.
pub const BAR_TRACK: Color32 = rgb(0x3A_55_77);

/// The one main action; the current step.
pub const PRIMARY: Color32 = rgb(0x0B_5C_AD);
/// The main action under the pointer.
pub const PRIMARY_HOVER: Color32 = rgb(0x09_4E_94);
/// The main action pressed.
pub const PRIMARY_PRESSED: Color32 = rgb(0x07_40_7B);
/// Text on the main action.
pub const ON_PRIMARY: Color32 = rgb(0xFF_FF_FF);
/// The key cap on the main action.
pub const PRIMARY_KEY: Color32 = rgb(0x2B_6F_B7);
/// Outline of the key cap on the main action.
pub const PRIMARY_KEY_LINE: Color32 = rgb(0x7F_AB_D9);
/// Ground of what is selected or informs.
pub const PRIMARY_SOFT: Color32 = rgb(0xE6_EF_FA);
/// Text on [`PRIMARY_SOFT`].
pub const PRIMARY_INK: Color32 = rgb(0x0B_4A_8F);

/// Passed: text and outline.
pub const GOOD: Color32 = rgb(0x1C_7C_4C);
/// Passed: ground. A shade lighter than a chip needs, so that [`GOOD`] keeps 4.5:1 on it.
pub const GOOD_SOFT: Color32 = rgb(0xE4_F4_EA);
/// Passed: text on [`GOOD_SOFT`].
pub const GOOD_INK: Color32 = rgb(0x15_6B_40);
/// Needs a look: text.
pub const ATTENTION: Color32 = rgb(0x7D_4C_00);
/// Needs a look: outline.
pub const ATTENTION_LINE: Color32 = rgb(0xB3_73_0C);
/// Needs a look: ground.
pub const ATTENTION_SOFT: Color32 = rgb(0xFD_F1_D8);
/// Failed or refused: text and outline.
pub const BAD: Color32 = rgb(0x97_23_1B);
/// Failed or refused: ground.
pub const BAD_SOFT: Color32 = rgb(0xFC_E6_E3);
/// Neither good nor bad: ground of a chip, of a key cap, of a button that cannot be used yet.
pub const NEUTRAL_SOFT: Color32 = rgb(0xEA_EE_F3);
/// Outline of a key cap. A cap is printed on what is pressed, it is not pressed itself.
pub const KEY_LINE: Color32 = rgb(0xC3_CC_D7);
/// Text on [`NEUTRAL_SOFT`].
pub const NEUTRAL_INK: Color32 = rgb(0x44_54_66);

/// Good, on the bar and over live video only.
pub const LIVE: Color32 = rgb(0x5B_D0_8B);
/// Attention, on the bar only.
pub const LIVE_ATTENTION: Color32 = rgb(0xF5_B8_41);
/// Bad, on the bar only.
pub const LIVE_BAD: Color32 = rgb(0xFF_8A_7E);

/// The focus ring on light surfaces.
pub const FOCUS: Color32 = PRIMARY;
/// The focus ring on the bar and over video.
pub const FOCUS_ON_DARK: Color32 = rgb(0xFF_D8_4D);

/// What lies over the page behind a dialog.
pub const VEIL: Color32 = Color32::from_rgba_premultiplied(6, 14, 26, 140);
/// What lies over live video outside the oval.
pub const VIDEO_VEIL: Color32 = Color32::from_rgba_premultiplied(44, 60, 80, 140);
/// The thin ring of the oval before its progress covers it.
pub const VIDEO_RING: Color32 = Color32::from_rgba_premultiplied(190, 190, 190, 190);
/// The soft shadow under what floats: dialogs, lists, toasts.
pub const SHADOW: Color32 = Color32::from_rgba_premultiplied(2, 6, 12, 44);
/// Leaves a picture's own colours as they are.
pub const UNTINTED: Color32 = Color32::WHITE;
/// Fades the picture of an attempt that is not the one kept.
pub const FADED: Color32 = Color32::from_rgba_premultiplied(150, 150, 150, 150);

/// Spaces between things, in points.
pub mod space {
    /// 4: between a sign and its word.
    pub const XS: f32 = 4.0;
    /// 8: between parts of one thing.
    pub const S: f32 = 8.0;
    /// 12: between things in a row.
    pub const M: f32 = 12.0;
    /// 16: between things in a column.
    pub const L: f32 = 16.0;
    /// 24: between groups; margin of a page.
    pub const XL: f32 = 24.0;
    /// 32: between parts of a page.
    pub const XXL: f32 = 32.0;
}

/// Corner radii, in points.
pub mod radius {
    /// Chips and key caps.
    pub const CHIP: u8 = 6;
    /// Buttons and fields.
    pub const CONTROL: u8 = 8;
    /// Cards, dialogs, the live picture.
    pub const CARD: u8 = 10;
    /// The picture on the citizen's screen.
    pub const PICTURE: u8 = 28;
}

/// Fixed sizes, in points.
pub mod size {
    /// Least height of anything one presses (WCAG 2.5.5).
    pub const CONTROL: f32 = 44.0;
    /// Width of the focus ring.
    pub const FOCUS: f32 = 3.0;
    /// Gap between a thing and its focus ring.
    pub const FOCUS_GAP: f32 = 2.0;
    /// Height of a chip.
    pub const CHIP: f32 = 24.0;
    /// Side of a sign beside a word.
    pub const ICON: f32 = 14.0;
    /// Height of the top bar.
    pub const TOP_BAR: f32 = 56.0;
    /// Height of the bar of actions.
    pub const ACTION_BAR: f32 = 60.0;
    /// Width of the step rail.
    pub const RAIL: f32 = 232.0;
    /// Height of a row of a table.
    pub const ROW: f32 = 49.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2 relative luminance of an opaque colour.
    fn luminance(colour: Color32) -> f32 {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[track_caller]
    fn check(least: f32, table: &[(&str, Color32, &[Color32])]) {
        for (name, front, grounds) in table {
            for ground in *grounds {
                let found = contrast(*front, *ground);
                assert!(found >= least, "{name} on {ground:?}: {found:.2} < {least}");
            }
        }
    }

    #[test]
    fn text_is_readable_on_every_ground_it_is_written_on() {
        check(
            4.5,
            &[
                ("ink", INK, &[SURFACE, GROUND, SUNKEN, HOVER, PRIMARY_SOFT, NEUTRAL_SOFT]),
                ("muted", MUTED, &[SURFACE, GROUND, SUNKEN, HOVER, NEUTRAL_SOFT]),
                ("on bar", ON_BAR, &[BAR, BAR_PILL, BAR_PILL_HOVER]),
                ("on bar muted", ON_BAR_MUTED, &[BAR, BAR_PILL]),
                ("on primary", ON_PRIMARY, &[PRIMARY, PRIMARY_HOVER, PRIMARY_PRESSED, PRIMARY_KEY, BAD]),
                ("primary ink", PRIMARY_INK, &[SURFACE, GROUND, PRIMARY_SOFT]),
                ("good", GOOD, &[SURFACE, GROUND]),
                ("good ink", GOOD_INK, &[SURFACE, GOOD_SOFT]),
                ("attention", ATTENTION, &[SURFACE, GROUND, ATTENTION_SOFT]),
                ("bad", BAD, &[SURFACE, GROUND, BAD_SOFT]),
                ("neutral ink", NEUTRAL_INK, &[SURFACE, NEUTRAL_SOFT, OUTLINE]),
            ],
        );
    }

    #[test]
    fn what_must_be_seen_to_be_used_has_an_outline() {
        check(
            3.0,
            &[
                ("control", CONTROL, &[SURFACE]),
                ("focus", FOCUS, &[SURFACE, GROUND, SUNKEN, HOVER]),
                ("focus on dark", FOCUS_ON_DARK, &[BAR, BAR_PILL]),
                ("primary", PRIMARY, &[SURFACE, GROUND, PRIMARY_SOFT]),
                ("good", GOOD, &[SURFACE, GOOD_SOFT]),
                ("attention line", ATTENTION_LINE, &[SURFACE, ATTENTION_SOFT]),
                ("bad", BAD, &[SURFACE, BAD_SOFT]),
                ("live", LIVE, &[BAR, BAR_PILL, BAR_PILL_HOVER, BAR_TRACK]),
                ("live attention", LIVE_ATTENTION, &[BAR, BAR_PILL, BAR_PILL_HOVER]),
                ("live bad", LIVE_BAD, &[BAR, BAR_PILL, BAR_PILL_HOVER]),
            ],
        );
    }
}
