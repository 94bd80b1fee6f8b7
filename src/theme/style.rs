//! What egui itself paints (text fields, tooltips, scroll bars), brought to the look of the rest.

use egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals};

use crate::tokens::{self, radius, size, space};
use crate::{fonts, text};

/// Gives a context the fonts and the look. Call it once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_theme(Theme::Light);
    ctx.all_styles_mut(|style| *style = self::style());
}

/// The shadow under what floats above the page.
pub(crate) fn shadow() -> Shadow {
    Shadow { offset: [0, 8], blur: 24, spread: 0, color: tokens::SHADOW }
}

fn style() -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, text::CAPTION.font()),
            (TextStyle::Body, text::BODY.font()),
            (TextStyle::Button, text::BODY.strong().font()),
            (TextStyle::Heading, text::TITLE.font()),
            (TextStyle::Monospace, text::BODY.font()),
        ]
        .into(),
        visuals: visuals(),
        animation_time: 0.0,
        ..Style::default()
    };
    style.spacing.item_spacing = Vec2::new(space::S, space::S);
    style.spacing.button_padding = Vec2::new(space::L, space::M);
    style.spacing.interact_size = Vec2::new(size::CONTROL, size::CHIP);
    style.spacing.menu_margin = Margin::same(space::S as i8);
    // The font's own rows are 1.265 high; this brings the 17-point text of fields to 1.4.
    style.spacing.extra_text_line_spacing = text::LABEL.size * (text::LINE_HEIGHT - 1.265);
    style.spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        foreground_color: true,
        dormant_handle_opacity: 0.35,
        active_handle_opacity: 0.5,
        interact_handle_opacity: 0.7,
        ..ScrollStyle::thin()
    };
    style.interaction.selectable_labels = false;
    style
}

fn visuals() -> Visuals {
    let line = |colour: Color32| Stroke::new(1.0, colour);
    let widget = |fill: Color32, stroke: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        fg_stroke: line(tokens::INK),
        corner_radius: CornerRadius::same(radius::CONTROL),
        expansion: 0.0,
    };
    Visuals {
        override_text_color: None,
        weak_text_color: Some(tokens::MUTED),
        widgets: Widgets {
            noninteractive: widget(tokens::SURFACE, line(tokens::OUTLINE)),
            inactive: widget(tokens::SURFACE, line(tokens::CONTROL)),
            hovered: widget(tokens::HOVER, line(tokens::PRIMARY)),
            active: widget(tokens::PRIMARY_SOFT, line(tokens::PRIMARY)),
            open: widget(tokens::HOVER, line(tokens::PRIMARY)),
        },
        selection: Selection { bg_fill: tokens::PRIMARY_SOFT, stroke: line(tokens::PRIMARY_INK) },
        hyperlink_color: tokens::PRIMARY,
        faint_bg_color: tokens::SUNKEN,
        extreme_bg_color: tokens::SURFACE,
        warn_fg_color: tokens::ATTENTION,
        error_fg_color: tokens::BAD,
        window_corner_radius: CornerRadius::same(radius::CARD),
        menu_corner_radius: CornerRadius::same(radius::CONTROL),
        window_fill: tokens::SURFACE,
        window_stroke: line(tokens::OUTLINE),
        window_shadow: shadow(),
        popup_shadow: shadow(),
        panel_fill: tokens::GROUND,
        text_cursor: TextCursorStyle {
            stroke: Stroke::new(2.0, tokens::PRIMARY),
            // A page at rest paints nothing; a caret that blinks would paint it twice a second.
            blink: false,
            ..TextCursorStyle::default()
        },
        image_loading_spinners: false,
        ..Visuals::light()
    }
}
