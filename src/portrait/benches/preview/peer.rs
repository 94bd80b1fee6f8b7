//! `MediaPipe`'s face mesh with irises, on one core.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tram_biometric::RgbImage;

/// Takes frames as raw pixels and answers with the milliseconds of CPU each took.
const PROGRAM: &str = r"
import os, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
out = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)
import numpy, mediapipe
mesh = mediapipe.solutions.face_mesh.FaceMesh(
    static_image_mode=sys.argv[1] == 'still', max_num_faces=1, refine_landmarks=True)
take = sys.stdin.buffer
while line := take.readline():
    width, height = map(int, line.split())
    frame = numpy.frombuffer(take.read(width * height * 3), numpy.uint8).reshape(height, width, 3)
    start = time.process_time()
    mesh.process(frame)
    print((time.process_time() - start) * 1e3, file=out, flush=True)
";

pub(crate) struct Peer {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// The peer following a face, or finding it anew in each frame; `None` where it is not at hand.
    pub(crate) fn start(following: bool) -> Option<Self> {
        let python = std::env::var_os("MEDIAPIPE_PYTHON")?;
        let mode = if following { "live" } else { "still" };
        let mut command = Command::new(python);
        let command = command.args(["-c", PROGRAM, mode]).stderr(Stdio::null());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (asks, answers) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        Some(Self { child, asks, answers })
    }

    /// Milliseconds of CPU for one frame.
    pub(crate) fn frame(&mut self, frame: &RgbImage) -> Option<f64> {
        writeln!(self.asks, "{} {}", frame.width(), frame.height()).ok()?;
        self.asks.write_all(frame.pixels()).ok()?;
        self.asks.flush().ok()?;
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        line.trim().parse().ok()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may be gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
