//! Secrets that people read off a screen: no letter looks like another.

use crate::error::CentralError;
use ring::rand::{SecureRandom as _, SystemRandom};

const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A passphrase of 80 random bits, such as `k7mp-x2qd-9wfa-3trc`.
///
/// # Errors
/// When the kernel has no random numbers.
pub fn passphrase() -> Result<String, CentralError> {
    let mut random = [0_u8; 16];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|ring::error::Unspecified| CentralError::Setup("the kernel has no random numbers".into()))?;
    let letters: Vec<char> = random
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)))
        .map(|c| char::from(*c))
        .collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}
