//! Measurements of cameras and of the light they stand in. Pictures are sRGB.

pub mod background;
pub mod illumination;
pub mod lens;
pub mod patches;
pub mod site;
