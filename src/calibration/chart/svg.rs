//! A chart as SVG in millimetres.

use super::{Chart, Shape};
use std::fmt::Write as _;

/// The file of a chart. The same chart always gives the same bytes.
pub fn write(chart: &Chart) -> String {
    let (width, height) = (number(chart.width), number(chart.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {width} {height}\" \
         shape-rendering=\"geometricPrecision\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escaped(chart.title)
    );
    for ([r, g, b], shape) in &chart.shapes {
        let fill = format!("fill=\"#{r:02x}{g:02x}{b:02x}\"");
        // Writing to a string does not fail.
        let _ = match shape {
            Shape::Disc((x, y), diameter) => {
                let (x, y, r) = (number(*x), number(*y), number(diameter / 2.0));
                writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {fill}/>")
            }
            Shape::Polygon(corners) => {
                let corners: Vec<String> =
                    corners.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
                writeln!(svg, "<polygon points=\"{}\" {fill}/>", corners.join(" "))
            }
            Shape::Text((x, y), height, words) => {
                let (x, y, height) = (number(*x), number(*y), number(*height));
                let words = escaped(words);
                writeln!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{height}\" font-family=\"Be Vietnam Pro\" {fill}>{words}</text>"
                )
            }
        };
    }
    svg.push_str("</svg>\n");
    svg
}

/// Tenths of a micrometre are finer than any printer.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
