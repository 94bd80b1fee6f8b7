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
/// The outline of the right eye from its outer corner, below and back above; the inner corner stands in the middle.
pub(crate) const RIGHT_EYE: [usize; 16] =
    [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
/// The same of the left eye.
pub(crate) const LEFT_EYE: [usize; 16] =
    [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];
/// The outline of the right brow.
pub(crate) const RIGHT_BROW: [usize; 10] = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46];
/// The outline of the left brow.
pub(crate) const LEFT_BROW: [usize; 10] = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276];
/// The outer edge of the lips.
pub(crate) const OUTER_LIPS: [usize; 20] =
    [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185];
/// The inner edge of the lips.
pub(crate) const INNER_LIPS_OUTLINE: [usize; 20] =
    [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191];
