//! Portrait cameras: network cameras that send MJPEG over HTTP, and whatever the kernel drives as V4L2.
//!
//! Both are live video through a thread of their own and a slot that holds the newest frame only: who asks late
//! gets the latest picture, never an old one. Frames are decoded when they are asked for.
//!
//! The crate knows pictures and nothing of faces.
//!
//! | module | holds |
//! | --- | --- |
//! | [`mjpeg`] | network cameras: configured addresses, reconnecting |
//! | [`v4l2`] | cameras of the kernel: listing, opening |
//! | `node` | a camera as V4L2 has it, over whatever makes its calls |
//! | `kernel` | the calls, by the kernel |
//! | `recorded` | the calls, written down and played again |
//! | `tape` | a network camera's connection, written down and played again |
//! | `live` | the thread, the newest-frame slot and the camera made of both |
//! | `controls` | what can be set about a camera of the kernel's |
//! | `http` | just enough HTTP/1.1, every length bounded |
//! | `multipart` | pictures out of a multipart stream |
//! | `picture` | JPEG and YUYV to RGB, dimensions bounded |

mod controls;
#[cfg(test)]
#[path = "tests/camera/emulator.rs"]
mod emulator; // Cameras in emulated time.
mod http;
mod kernel;
mod live;
pub mod mjpeg;
mod multipart;
mod node;
mod picture;
mod recorded;
mod tape;
pub mod v4l2;

pub use mjpeg::Mjpeg;
pub use v4l2::V4l2;
