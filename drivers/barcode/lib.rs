//! Readers of bar codes, QR codes and machine-readable zones on a serial line or a USB line that looks like one.
//!
//! Such a reader sends what it reads in one burst and says nothing else. It is set to its serial mode with a code from its
//! manual. One that still types like a keyboard is taken from the kernel, or it would type into whatever field has the
//! focus.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | readers at configured serial ports |
//! | [`reader`] | an open reader |
//! | [`wedge`] | readers that type like a keyboard |
//! | `keys` | from keys to characters |
//! | `burst` | bytes that belong together |

mod burst;
pub mod driver;
mod keys;
pub mod reader;
pub mod wedge;

pub use driver::Barcode;
pub use reader::Reader;
pub use wedge::{Wedge, WedgeReader};
