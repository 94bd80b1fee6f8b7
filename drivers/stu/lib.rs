//! Wacom STU signature pads: 430, 530 and 540.
//!
//! A pad is a HID device that sends a report two hundred times a second while the pen is near. It is spoken to over its
//! USB interface and taken from the kernel's driver meanwhile, so a citizen's pen never moves the officer's pointer.
//!
//! The reports are known from public drivers and have not met a pad. The pad could encrypt what it sends; that part is
//! not public, so a signature is in the clear on the cable, and the station seals it at once.
//!
//! | module | holds |
//! | --- | --- |
//! | [`driver`] | finding pads on the bus |
//! | [`pad`] | an open pad |
//! | [`report`] | what a pad sends, byte by byte |

pub mod driver;
pub mod pad;
pub mod report;

pub use driver::Stu;
pub use pad::Pad;
