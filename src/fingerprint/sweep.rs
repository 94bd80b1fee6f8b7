//! Work that runs over long columns of numbers, done with the widest instructions the processor has. The results are
//! the same. AVX2 and POPCNT, which every x86 processor of the last ten years has, make it three times as fast; counting
//! bits in AVX-512 is faster again.

/// A piece of work. `sweep` must be `#[inline(always)]`, and so what it calls, or it stays as narrow as before;
/// its long loops are `for` loops, for an iterator that collects is not inlined.
pub(crate) trait Sweep {
    /// What comes out.
    type Found;
    /// Does the work.
    fn sweep(self) -> Self::Found;
}

/// Does the work as fast as this processor can.
pub(crate) fn widest<S: Sweep>(work: S) -> S::Found {
    #[cfg(target_arch = "x86_64")]
    {
        let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
        let has_avx512 = is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx512vpopcntdq");
        #[allow(unsafe_code)]
        if has_avx2 && has_avx512 {
            // SAFETY: the processor has been asked for all of them.
            return unsafe { widest_of_all(work) };
        } else if has_avx2 {
            // SAFETY: the processor has been asked for both.
            return unsafe { wide(work) };
        }
    }
    work.sweep()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn wide<S: Sweep>(work: S) -> S::Found {
    work.sweep()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,avx512vl,avx512vpopcntdq")]
fn widest_of_all<S: Sweep>(work: S) -> S::Found {
    work.sweep()
}
