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
//! | [`v4l2`] | cameras of the kernel: listing, formats, streaming |
//! | `live` | the thread, the newest-frame slot and the camera made of both |
//! | `controls` | what can be set about a camera of the kernel's |
//! | `http` | just enough HTTP/1.1, every length bounded |
//! | `multipart` | pictures out of a multipart stream |
//! | `picture` | JPEG and YUYV to RGB, dimensions bounded |

mod controls;
mod http;
mod live;
pub mod mjpeg;
mod multipart;
mod picture;
pub mod v4l2;

pub use mjpeg::Mjpeg;
pub use v4l2::V4l2;
