//! Where random numbers come from: the kernel in service, a seed in golden vectors.

pub use hpke::rand_core::{self, CryptoRng};

/// The kernel's random numbers.
pub type SystemRandom = rand_core::UnwrapErr<getrandom::SysRng>;

/// The kernel's random numbers. Should the kernel refuse them, the thread ends: no key may be made from less.
pub fn system() -> SystemRandom {
    rand_core::UnwrapErr(getrandom::SysRng)
}
