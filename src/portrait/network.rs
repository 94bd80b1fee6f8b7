//! One neural network on one thread, through OpenCV's dnn. The only module that knows OpenCV.

use crate::PortraitError;
use opencv::core::{self, Mat, Vector};
use opencv::dnn::{self, Net};
use opencv::prelude::*;

/// A loaded network with its input and outputs.
pub(crate) struct Network {
    net: Net,
    name: &'static str,
    side: i32,
    outputs: Vector<String>,
}

impl Network {
    /// Loads an ONNX model that takes one square RGB picture of `side` pixels.
    pub(crate) fn load(
        name: &'static str,
        model: &[u8],
        side: i32,
        outputs: &[&str],
    ) -> Result<Self, PortraitError> {
        let load = || -> opencv::Result<Net> {
            // One engine per worker: OpenCV's own threads would only fight over the cores.
            core::set_num_threads(1)?;
            let mut net = dnn::read_net_from_onnx_buffer(&Vector::from_slice(model))?;
            net.set_preferable_backend(dnn::DNN_BACKEND_OPENCV)?;
            net.set_preferable_target(dnn::DNN_TARGET_CPU)?;
            Ok(net)
        };
        let net =
            load().map_err(|error| PortraitError::Network { network: name, reason: error.to_string() })?;
        Ok(Self { net, name, side, outputs: outputs.iter().copied().collect() })
    }

    /// Runs the network on planes of red, green and blue, each `side * side` values, and gives the outputs in the
    /// order they were named.
    pub(crate) fn run(&mut self, planes: &[f32]) -> Result<Vec<Vec<f32>>, PortraitError> {
        let name = self.name;
        self.forward(planes)
            .map_err(|error| PortraitError::Network { network: name, reason: error.to_string() })
    }

    fn forward(&mut self, planes: &[f32]) -> opencv::Result<Vec<Vec<f32>>> {
        let blob = Mat::new_nd_with_data(&[1, 3, self.side, self.side], planes)?;
        self.net.set_input(&blob, "", 1.0, core::Scalar::default())?;
        let mut answers = Vector::<Mat>::new();
        self.net.forward(&mut answers, &self.outputs)?;
        answers.iter().map(|answer| Ok(answer.data_typed::<f32>()?.to_vec())).collect()
    }
}
