//! The networks alone, without anything of ours around them.

use crate::Times;
use opencv::core::{self, Mat, Scalar, Vector};
use opencv::dnn;
use opencv::prelude::*;
use std::time::Duration;

const ROUNDS: usize = 60;
/// Rounds that warm up.
const WARM: usize = 5;

const NETWORKS: [(&str, &[u8], i32); 3] = [
    ("detector", include_bytes!("../../../../assets/models/mp_face_detection_full_range.onnx"), 192),
    ("mesh", include_bytes!("../../../../assets/models/mp_face_landmark.onnx"), 192),
    ("one iris", include_bytes!("../../../../assets/models/mp_iris_landmark.onnx"), 64),
];

pub(crate) fn networks_alone(clock: fn() -> f64) -> anyhow::Result<Vec<(&'static str, Times)>> {
    core::set_num_threads(1)?;
    NETWORKS
        .into_iter()
        .map(|(name, model, side)| {
            let mut net = dnn::read_net_from_onnx_buffer(&Vector::from_slice(model))?;
            let values = vec![0.5_f32; (3 * side * side) as usize];
            let blob = Mat::new_nd_with_data(&[1, 3, side, side], &values)?;
            let outputs = net.get_unconnected_out_layers_names()?;
            let mut times = Times::default();
            for round in 0..ROUNDS + WARM {
                let start = clock();
                net.set_input(&blob, "", 1.0, Scalar::default())?;
                let mut answers = Vector::<Mat>::new();
                net.forward(&mut answers, &outputs)?;
                if round >= WARM {
                    times.0.push(clock() - start);
                }
                // So that the rounds do not all fall into one moment of a busy machine.
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok((name, times))
        })
        .collect()
}
