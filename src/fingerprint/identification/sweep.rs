//! Work that runs over long columns of numbers, done with the widest instructions the processor has. The results are
//! the same; AVX2 and POPCNT, which every x86 processor of the last ten years has, make it three times as fast.

/// A piece of work. `sweep` must be `#[inline(always)]`, and so what it calls, or it stays as narrow as before.
pub(super) trait Sweep {
    /// What comes out.
    type Found;
    /// Does the work.
    fn sweep(self) -> Self::Found;
}

/// Does the work as fast as this processor can.
pub(super) fn widest<S: Sweep>(work: S) -> S::Found {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
        #[allow(unsafe_code)]
        // SAFETY: the processor has been asked for both.
        return unsafe { wide(work) };
    }
    work.sweep()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn wide<S: Sweep>(work: S) -> S::Found {
    work.sweep()
}
