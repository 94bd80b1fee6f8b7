//! What is measured is what is there: charts drawn by a path that shares no code with the measurements, through known
//! blur, noise, light, distortion and defects, and each figure within its tolerance of the truth.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout)]

mod board;
mod camera;
mod charts;
mod charuco;
mod devices;
mod draw;
mod finger;
mod iris;
mod printer;
mod repeat;
mod response;
