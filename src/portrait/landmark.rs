//! The points of the 468-point mesh this crate uses, by name. Right and left are the subject's.

/// Outer corner of the right eye.
pub(crate) const RIGHT_EYE_OUTER: usize = 33;
/// Inner corner of the right eye.
pub(crate) const RIGHT_EYE_INNER: usize = 133;
/// Inner corner of the left eye.
pub(crate) const LEFT_EYE_INNER: usize = 362;
/// Outer corner of the left eye.
pub(crate) const LEFT_EYE_OUTER: usize = 263;
/// Lowest point of the chin.
pub(crate) const CHIN: usize = 152;
/// Middle of the forehead at the hairline.
pub(crate) const FOREHEAD: usize = 10;
/// Right corner of the mouth.
pub(crate) const MOUTH_RIGHT: usize = 61;
/// Left corner of the mouth.
pub(crate) const MOUTH_LEFT: usize = 291;
/// Middle of the upper and of the lower inner lip.
pub(crate) const LIPS_MIDDLE: (usize, usize) = (13, 14);
/// Pairs of upper and lower inner lip.
pub(crate) const INNER_LIPS: [(usize, usize); 3] = [(82, 87), (13, 14), (312, 317)];
/// Pairs of points that mirror each other, right first.
pub(crate) const MIRRORED: [(usize, usize); 6] =
    [(33, 263), (133, 362), (61, 291), (127, 356), (234, 454), (172, 397)];
/// The outline of the face, clockwise in the picture from the forehead.
pub(crate) const OVAL: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
