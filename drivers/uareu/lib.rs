//! uareu
