//! DET curves as a picture (ISO/IEC 19795-1): false non-matches over false matches, both axes logarithmic.

use std::fmt::Write as _;
use tram_fingerprint::rates::Point;

/// The frame of the plot, pixels.
const LEFT: f64 = 70.0;
const TOP: f64 = 20.0;
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 400.0;
/// The ends of the axes, shares of 1.
const FMR: (f64, f64) = (5e-5, 1.0);
const FNMR: (f64, f64) = (2e-3, 1.0);
const INKS: [&str; 5] = ["#0b6e4f", "#c1440e", "#3a5a98", "#8a6d00", "#6b4c9a"];

fn place(value: f64, (low, high): (f64, f64)) -> f64 {
    (value.clamp(low, high).ln() - low.ln()) / (high.ln() - low.ln())
}

/// The curves of some matchers as SVG.
pub(super) fn det(matchers: &[(&str, Vec<Point>)]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 620 480\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"620\" height=\"480\" fill=\"#ffffff\"/>\n",
    );
    let x = |fmr: f64| LEFT + WIDTH * place(fmr, FMR);
    let y = |fnmr: f64| TOP + HEIGHT * (1.0 - place(fnmr, FNMR));
    let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
    for percent in [0.01, 0.1, 1.0, 10.0, 100.0] {
        let at = x(percent / 100.0);
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {TOP}V{bottom}\" stroke=\"#d8d8d8\"/>\
             <text x=\"{at:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{percent} %</text>",
            bottom + 18.0
        );
    }
    for percent in [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0] {
        let at = y(percent / 100.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#d8d8d8\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{percent} %</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">false match rate</text>\
         <text transform=\"translate(16 {:.0}) rotate(-90)\" text-anchor=\"middle\">false non-match rate</text>",
        LEFT + WIDTH / 2.0,
        bottom + 42.0,
        TOP + HEIGHT / 2.0
    );
    for (row, ((name, points), ink)) in matchers.iter().zip(INKS.iter().cycle()).enumerate() {
        let mut path = String::new();
        // Thousands of points share a pixel.
        let mut places: Vec<(f64, f64)> = points
            .iter()
            .filter(|point| point.fmr > 0.0)
            .map(|point| (x(point.fmr).round(), y(point.fnmr).round()))
            .collect();
        places.dedup();
        for (across, down) in places {
            let command = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{command}{across} {down}");
        }
        let at = TOP + 20.0 + 20.0 * row as f64;
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"2\"/>\
             <path d=\"M{:.0} {:.0}h24\" stroke=\"{ink}\" stroke-width=\"2\"/><text x=\"{:.0}\" y=\"{at:.0}\">{name}</text>",
            right - 190.0,
            at - 4.0,
            right - 160.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_becomes_a_line_and_names_cannot_break_the_picture() {
        let points = vec![
            Point { threshold: 9.0, fmr: 0.0, fnmr: 0.5 },
            Point { threshold: 5.0, fmr: 0.01, fnmr: 0.1 },
            Point { threshold: 1.0, fmr: 1.0, fnmr: 0.0 },
        ];
        let svg = det(&[("A <b> & c", points)]);
        assert!(svg.contains("A &lt;b> &amp; c") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("fill=\"none\"").count(), 1);
    }
}
