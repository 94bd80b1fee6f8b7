//! The citizen's window: borderless over the whole of the second screen where there is one, else a window to be moved.

use crate::screens::{Pictures, citizen_ui};
use eframe::egui::{Context, ViewportBuilder, ViewportId};
use tram_workflow::State;

/// Shows it beside the officer's; true when it was closed.
pub(super) fn show(context: &Context, state: &State, pictures: &mut Pictures) -> bool {
    let id = ViewportId::from_hash_of("citizen");
    context.show_viewport_immediate(id, builder(), |ui, _| {
        citizen_ui(ui, state, pictures);
        ui.ctx().input(|input| input.viewport().close_requested())
    })
}

fn builder() -> ViewportBuilder {
    let window =
        ViewportBuilder::default().with_title("Trạm").with_app_id("tram").with_inner_size([1024.0, 768.0]);
    if crate::engine::screens_connected() > 1 { window.with_monitor(1) } else { window }
}
