//! Secrets that people read off a screen: no letter looks like another.

use crate::error::CentralError;
use ring::rand::{SecureRandom as _, SystemRandom};

const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A passphrase of 80 random bits, such as `k7mp-x2qd-9wfa-3trc`.
///
/// # Errors
/// When the kernel has no random numbers.
pub fn passphrase() -> Result<String, CentralError> {
    let letters: Vec<char> = random::<16>()?
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
        .map(|c| char::from(*c))
        .collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Random bytes.
///
/// # Errors
/// When the kernel has none.
pub fn random<const N: usize>() -> Result<[u8; N], CentralError> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|ring::error::Unspecified| CentralError::Setup("the kernel has no random numbers".into()))?;
    Ok(bytes)
}

/// A random number.
///
/// # Errors
/// As [`random`].
pub fn number() -> Result<u64, CentralError> {
    random().map(u64::from_be_bytes)
}
