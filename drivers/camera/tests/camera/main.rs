//! Network cameras against a server of our own that plays a portrait, cuts, and sends what no camera should.
#![cfg(test)]

mod mjpeg; // Frame rate, latency, cuts, refusals.
mod server; // The MJPEG server.
