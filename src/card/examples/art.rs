//! Draws the background art of the identity card's two sides as SVG: `cargo run -p tram-card --example art -- FOLDER`.
//!
//! The geometry is this project's own and imitates no security print: a field of waves, a bronze drum for the front and
//! a lotus for the back, all in millimetres over the card and its bleed.

use std::f64::consts::{PI, TAU};
use std::fmt::Write as _;

const WIDTH: f64 = 86.02;
const HEIGHT: f64 = 54.864;

/// A veil under the machine-readable zone, whose ground must be light and even (Doc 9303-3 section 4.2).
const READING_ZONE: &str = r##"<defs><linearGradient id="v" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="0.14" stop-color="#fff" stop-opacity="0.5"/></linearGradient></defs><rect y="33" width="86.02" height="21.864" fill="url(#v)"/>
"##;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "assets/card".to_owned());
    std::fs::write(
        format!("{folder}/identity-2024-front.svg"),
        page(&(drum(62.0, 34.0, 19.5) + &emblem(14.41, 9.6, 5.95) + &chip_sign(75.2, 17.2))),
    )?;
    std::fs::write(
        format!("{folder}/identity-2024-back.svg"),
        page(&(lotus(43.0, 40.0, 24.0) + READING_ZONE)),
    )
}

/// Ground, waves, and what lies on them.
fn page(motif: &str) -> String {
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="0.18">
<stop offset="0" stop-color="#cfe8cf"/><stop offset="0.3" stop-color="#eef3d2"/><stop offset="0.52" stop-color="#fdf5d3"/>
<stop offset="0.74" stop-color="#eef3d2"/><stop offset="1" stop-color="#c9e6d2"/></linearGradient></defs>
<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/>
{}{motif}</svg>
"##,
        waves()
    )
}

/// Two families of lines whose phase drifts from one to the next, so that they cross in a moving net.
fn waves() -> String {
    let mut svg = String::new();
    for (colour, count, swell, period, drift, lean) in [
        ("#4f9b6a", 44, 2.6, 21.5, 0.21, 0.9),
        ("#c79a3a", 38, 3.4, 33.0, -0.27, -0.7),
        ("#5a86b8", 16, 5.5, 57.0, 0.4, 0.3),
    ] {
        let _ = write!(svg, r#"<g fill="none" stroke="{colour}" stroke-opacity="0.3" stroke-width="0.09">"#);
        for index in 0..count {
            let base = HEIGHT * (f64::from(index) + 0.5) / f64::from(count);
            let phase = f64::from(index) * drift;
            let y = |x: f64| {
                base + swell
                    * (TAU * x / period + phase).sin()
                    * (0.55 + 0.45 * (PI * x / WIDTH * 2.0 + phase * lean).cos())
            };
            curve(
                &mut svg,
                (0..=45).map(|step| {
                    let x = f64::from(step) * 2.0;
                    (x, y(x))
                }),
            );
        }
        svg.push_str("</g>\n");
    }
    svg
}

/// A smooth path through points: quadratic arcs between the middles of their chords.
fn curve(svg: &mut String, points: impl Iterator<Item = (f64, f64)>) {
    let mut last: Option<(f64, f64)> = None;
    svg.push_str(r#"<path d=""#);
    for (x, y) in points {
        match last {
            None => {
                let _ = write!(svg, "M{x:.2} {y:.2}");
            }
            Some((px, py)) => {
                let _ =
                    write!(svg, "Q{px:.2} {py:.2} {:.2} {:.2}", f64::midpoint(px, x), f64::midpoint(py, y));
            }
        }
        last = Some((x, y));
    }
    svg.push_str("\"/>\n");
}

fn polar(cx: f64, cy: f64, radius: f64, turn: f64) -> (f64, f64) {
    (cx + radius * (turn * TAU).sin(), cy - radius * (turn * TAU).cos())
}

/// A drum face: a sun of fourteen rays, rings of teeth, circles with tangents, and flying birds.
fn drum(cx: f64, cy: f64, radius: f64) -> String {
    let mut svg =
        String::from(r##"<g fill="none" stroke="#9a7b2c" stroke-opacity="0.34" stroke-width="0.13">"##);
    for share in [0.16, 0.185, 0.3, 0.325, 0.43, 0.455, 0.68, 0.705, 0.8, 0.825, 0.93, 0.97, 1.0] {
        let _ = writeln!(svg, r#"<circle cx="{cx}" cy="{cy}" r="{:.2}"/>"#, radius * share);
    }
    let mut sun = String::new();
    for ray in 0..28 {
        let share = if ray % 2 == 0 { 0.285 } else { 0.125 };
        let (x, y) = polar(cx, cy, radius * share, f64::from(ray) / 28.0);
        let _ = write!(sun, "{}{x:.2} {y:.2}", if ray == 0 { "M" } else { "L" });
    }
    let _ = writeln!(svg, r##"<path d="{sun}Z" fill="#c9a24a" fill-opacity="0.22"/>"##);
    for (inner, outer, teeth) in [(0.325, 0.43, 48), (0.825, 0.93, 96)] {
        let mut path = String::new();
        for tooth in 0..teeth * 2 {
            let share = if tooth % 2 == 0 { inner } else { outer };
            let (x, y) = polar(cx, cy, radius * share, f64::from(tooth) / f64::from(teeth * 2));
            let _ = write!(path, "{}{x:.2} {y:.2}", if tooth == 0 { "M" } else { "L" });
        }
        let _ = writeln!(svg, r#"<path d="{path}Z"/>"#);
    }
    for place in 0..44 {
        let turn = f64::from(place) / 44.0;
        let (x, y) = polar(cx, cy, radius * 0.7525, turn);
        let (nx, ny) = polar(cx, cy, radius * 0.7525, turn + 1.0 / 44.0);
        let _ = writeln!(
            svg,
            r#"<circle cx="{x:.2}" cy="{y:.2}" r="0.55"/><circle cx="{x:.2}" cy="{y:.2}" r="0.16"/><path d="M{x:.2} {y:.2}L{nx:.2} {ny:.2}"/>"#
        );
    }
    for bird in 0..9 {
        let degrees = f64::from(bird) * 40.0;
        let reach = radius * 0.57;
        let _ = writeln!(
            svg,
            r##"<g transform="rotate({degrees} {cx} {cy}) translate({cx} {:.2})" fill="#9a7b2c" fill-opacity="0.16"><path d="M-3.4 -0.9Q-1.6 -0.55 -0.7 0.1Q0.6 0.5 1.6 -0.1Q2.3 -0.5 2.5 -0.35L4.3 -0.15L2.5 0.15Q2.1 0.5 1.2 0.75Q0.1 1.1 -0.9 0.75Q-2.2 1.3 -3.6 1.2Q-2.4 0.6 -1.5 0.35Q-2.7 -0.1 -3.4 -0.9Z"/><path d="M0.5 0.1Q0.1 -1.2 -1.4 -1.9Q-0.4 -1.8 0.5 -1.2Q1.2 -0.7 1.3 0Z"/></g>"##,
            cy - reach
        );
    }
    svg.push_str("</g>\n");
    svg
}

/// A roundel with a star in a wreath, standing where the blank carries the national emblem.
fn emblem(cx: f64, cy: f64, radius: f64) -> String {
    let mut star = String::new();
    for point in 0..10 {
        let share = if point % 2 == 0 { 0.5 } else { 0.19 };
        let (x, y) = polar(cx, cy - radius * 0.08, radius * share, f64::from(point) / 10.0);
        let _ = write!(star, "{}{x:.2} {y:.2}", if point == 0 { "M" } else { "L" });
    }
    let mut svg = format!(
        r##"<circle cx="{cx}" cy="{cy}" r="{radius}" fill="#d9a62e"/><circle cx="{cx}" cy="{cy}" r="{:.2}" fill="#c8202f"/><path d="{star}Z" fill="#f8d349"/><g fill="#f8d349" stroke="#b98420" stroke-width="0.05">"##,
        radius * 0.93
    );
    for side in [-1.0, 1.0] {
        for leaf in 0..13 {
            let turn = side * (0.13 + 0.028 * f64::from(leaf));
            let (x, y) = polar(cx, cy, radius * 0.76, turn);
            let degrees = turn * 360.0 - side * 60.0;
            let _ = writeln!(
                svg,
                r#"<ellipse cx="{x:.2}" cy="{y:.2}" rx="0.27" ry="0.72" transform="rotate({degrees:.1} {x:.2} {y:.2})"/>"#
            );
        }
    }
    svg.push_str("</g>\n");
    svg
}

/// The sign of a document with a contactless chip: a circle between two plates.
fn chip_sign(x: f64, y: f64) -> String {
    format!(
        r##"<g transform="translate({x} {y})" fill="none" stroke="#8a6a1c" stroke-width="0.42"><rect x="0.2" y="0.2" width="7.2" height="4.2" rx="0.5"/><path d="M0.2 2.3H2.35M5.25 2.3H7.4"/><circle cx="3.8" cy="2.3" r="1.4"/></g>
"##
    )
}

/// A lotus: three rows of petals that open from one foot, over two lines of water.
fn lotus(cx: f64, foot: f64, height: f64) -> String {
    let mut svg = String::from(
        r##"<g fill="#e6a7b4" fill-opacity="0.15" stroke="#b96a80" stroke-opacity="0.36" stroke-width="0.14">"##,
    );
    for (petals, spread, share, width) in [(9, 78.0, 0.84, 0.17), (7, 50.0, 0.93, 0.17), (5, 24.0, 1.0, 0.16)]
    {
        for petal in 0..petals {
            let degrees = spread * (2.0 * f64::from(petal) / f64::from(petals - 1) - 1.0);
            let (tall, wide) = (height * share, height * width);
            for inset in [1.0, 0.8, 0.6] {
                let _ = writeln!(
                    svg,
                    r#"<path transform="rotate({degrees:.1} {cx} {foot}) translate({cx} {foot})" d="M0 0C{:.2} {:.2} {:.2} {:.2} 0 {:.2}C{:.2} {:.2} {:.2} {:.2} 0 0Z"{}/>"#,
                    wide * 1.35 * inset,
                    -tall * 0.3,
                    wide * inset,
                    -tall * 0.78,
                    -tall * (0.72 + 0.28 * inset),
                    -wide * inset,
                    -tall * 0.78,
                    -wide * 1.35 * inset,
                    -tall * 0.3,
                    if inset < 1.0 { r#" fill="none" stroke-opacity="0.22""# } else { "" }
                );
            }
        }
    }
    svg.push_str("</g>\n<g fill=\"none\" stroke=\"#4f9b6a\" stroke-opacity=\"0.4\" stroke-width=\"0.13\">");
    for line in 0..7 {
        let y = foot + 0.9 + f64::from(line) * 0.75;
        let reach = 26.0 - f64::from(line) * 2.6;
        curve(
            &mut svg,
            (-12..=12).map(|step| {
                let x = f64::from(step) / 12.0 * reach;
                (cx + x, y + 0.32 * (x * 0.9 + f64::from(line)).sin())
            }),
        );
    }
    svg.push_str("</g>\n");
    svg
}
