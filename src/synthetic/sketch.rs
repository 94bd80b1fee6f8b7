//! Fingers as templates only: the flow of the same model with minutiae strewn over it, for galleries of a size for which
//! growing the ridges of every finger would take hours.
//!
//! A sketch is no finger of [`Master::grow`](crate::Master::grow): its minutiae are as dense as those of masters and
//! follow the flow as those do, but no ridges hold them together.

use crate::finger::{build, skin};
use crate::impression::{ImpressionParams, flat};
use crate::minutiae::Minutia;
use crate::orientation::Flow;
use crate::random::Random;
use std::f32::consts::{FRAC_PI_2, PI, TAU};
use tram_biometric::FingerPosition;
use tram_fingerprint::template::{self, MinutiaKind, Template};

/// Minutiae on a square pixel of skin, as masters have them (mean of two hundred).
const DENSITY: f32 = 0.00062;
/// No two are closer, px.
const APART: f32 = 10.0;

/// One finger: its flow and its minutiae.
pub struct Sketch {
    flow: Flow,
    scale: f32,
    minutiae: Vec<Minutia>,
}

impl Sketch {
    /// Draws the finger at `position` of the person `seed`: the same pair gives the same finger. Takes microseconds.
    pub fn draw(seed: u64, position: FingerPosition) -> Self {
        let (mut random, build) = build(seed, position);
        let (width, height) = skin(build.scale);
        let area = (width * height) as f32;
        let mut minutiae: Vec<Minutia> = Vec::new();
        for _ in 0..(DENSITY * area) as usize * 2 {
            let x = random.between(-0.5, 0.5) * width as f32;
            let y = random.between(-0.5, 0.5) * height as f32;
            let is_free = minutiae.iter().all(|other| (other.x - x).hypot(other.y - y) > APART);
            if is_free && (minutiae.len() as f32) < DENSITY * area {
                let along = build.flow.direction((x / build.scale, -y / build.scale));
                let direction = (along + if random.chance(50) { PI } else { 0.0 }).rem_euclid(TAU);
                minutiae.push(Minutia { x, y, direction, is_ending: random.chance(55) });
            }
        }
        Self { flow: build.flow, scale: build.scale, minutiae }
    }

    /// The template of a touch, as extraction would give it: minutiae missed and invented, places and directions off.
    pub fn touch(&self, params: &ImpressionParams) -> Template {
        let random = &mut Random::new(params.seed, 7);
        let (across, along) = flat(self.scale, params);
        let (half_width, half_height) = (params.size.0 as f32 / 2.0, params.size.1 as f32 / 2.0);
        let (sin, cos) = params.rotation_deg.to_radians().sin_cos();
        let missed = (8.0 + 30.0 * (params.moisture.abs() + params.wear)).clamp(0.0, 60.0) as u32;
        let inside = |x: f32, y: f32| {
            let (u, v) = ((x - params.touched.0) / across, (y - params.touched.1) / along);
            u.hypot(v) < 0.9
        };
        let placed = |x: f32, y: f32| {
            // What lies further out was pulled further.
            let slip = (x.hypot(y) / along).min(1.0);
            let (x, y) = (x - slip * params.pull.0, y - slip * params.pull.1);
            (
                x * cos + y * sin + params.shift.0 + half_width,
                y * cos - x * sin + params.shift.1 + half_height,
            )
        };
        let turn = params.rotation_deg.to_radians();
        let mut seen = Vec::new();
        for minutia in &self.minutiae {
            if random.chance(missed) || !inside(minutia.x, minutia.y) {
                continue;
            }
            let (x, y) = placed(minutia.x, minutia.y);
            let (x, y) = (x + 1.6 * random.normal(), y + 1.6 * random.normal());
            let direction = minutia.direction + turn + 0.09 * random.normal();
            seen.extend(recorded(random, (x, y), direction, minutia.is_ending));
        }
        for _ in 0..seen.len() * missed as usize / 150 {
            let (x, y) = (across * random.between(-0.8, 0.8), along * random.between(-0.8, 0.8));
            if inside(x, y) {
                let direction = self.flow.direction((x / self.scale, -y / self.scale)) + turn;
                let is_ending = random.chance(50);
                seen.extend(recorded(random, placed(x, y), direction, is_ending));
            }
        }
        seen.sort_by(|a, b| (b.quality, a.y, a.x).cmp(&(a.quality, b.y, b.x)));
        let flow = |x: f32, y: f32| {
            let (x, y) = (x - half_width - params.shift.0, y - half_height - params.shift.1);
            let (x, y) = (x * cos - y * sin, x * sin + y * cos);
            let along = self.flow.direction((x / self.scale, -y / self.scale)) + turn;
            // Across the ridges, y down.
            inside(x, y).then(|| (FRAC_PI_2 - along).rem_euclid(PI))
        };
        Template::of_parts(seen, params.size, flow)
    }
}

/// A minutia as a template holds it; `None` outside the picture.
fn recorded(
    random: &mut Random,
    (x, y): (f32, f32),
    direction: f32,
    is_ending: bool,
) -> Option<template::Minutia> {
    let whole = |value: f32| (0.0..8000.0).contains(&value).then_some(value as u16);
    // Noise changes endings to bifurcations and back.
    let is_ending = is_ending != random.chance(12);
    Some(template::Minutia {
        x: whole(x)?,
        y: whole(y)?,
        angle: ((direction.rem_euclid(TAU) / TAU * 256.0).round() as u32 % 256) as u8,
        kind: if is_ending { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
        quality: random.between(35.0, 95.0) as u8,
    })
}
