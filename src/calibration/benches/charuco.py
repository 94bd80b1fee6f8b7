"""OpenCV's ChArUco calibration of the cameras that come in as lines `k1 k2 noise seed`: one picture, then ten.

Answers a line for each camera: error in pixels of the largest displacement from one picture, from ten, and milliseconds
for each. The lens is r' = r (1 + k1 r^2 + k2 r^4), r in half diagonals, as in lens.rs.
"""

import sys
import time

import cv2
import numpy

WIDTH, HEIGHT, VIEWS = 1280, 960, 10
MIDDLE = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
HALF = float(numpy.hypot(*MIDDLE))
FOCAL = 1500.0
REACH = 0.9
BOARD = cv2.aruco.CharucoBoard((11, 8), 24.0, 18.0, cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
PER_MM = 8
DRAWN = BOARD.generateImage((11 * 24 * PER_MM, 8 * 24 * PER_MM))
DRAWN = cv2.copyMakeBorder(DRAWN, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=255)


def without_lens(k1, k2):
    """For each pixel, where it would be without the lens."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH].astype(numpy.float64)
    x, y = (x - MIDDLE[0]) / HALF, (y - MIDDLE[1]) / HALF
    far = numpy.hypot(x, y)
    true = far.copy()
    for _ in range(6):
        true = far / (1 + k1 * true**2 + k2 * true**4)
    back = numpy.where(far > 0, true / numpy.maximum(far, 1e-12), 1.0)
    return x * back * HALF / FOCAL, y * back * HALF / FOCAL


def picture(rays, random, noise):
    """The board from somewhere before the camera."""
    turn, _ = cv2.Rodrigues(random.uniform(-0.35, 0.35, 3) * (1, 1, 0.3))
    middle = numpy.array([132.0, 96.0, 0.0])
    at = numpy.array([random.uniform(-25, 25), random.uniform(-20, 20), random.uniform(330, 420)])
    shift = at - turn @ middle
    plane = numpy.column_stack([turn[:, 0], turn[:, 1], shift])
    back = numpy.linalg.inv(plane)
    x, y = rays
    u, v, w = (back[i, 0] * x + back[i, 1] * y + back[i, 2] for i in range(3))
    u, v = u / w * PER_MM + 200 - 0.5, v / w * PER_MM + 200 - 0.5
    # Four samples to a pixel's worth of board: the board is drawn finer than the camera sees it.
    blurred = cv2.GaussianBlur(DRAWN, (0, 0), 1.2)
    seen = cv2.remap(blurred, u.astype(numpy.float32), v.astype(numpy.float32), cv2.INTER_LINEAR, borderValue=255)
    seen = 30 + seen.astype(numpy.float64) * 190 / 255 + noise * random.standard_normal(seen.shape)
    return numpy.clip(numpy.rint(seen), 0, 255).astype(numpy.uint8)


def measured(pictures):
    """The displacement the found lens gives at REACH, in pixels."""
    objects, images = [], []
    for seen in pictures:
        corners, ids, _, _ = cv2.aruco.CharucoDetector(BOARD).detectBoard(seen)
        if corners is None or len(corners) < 12:
            continue
        matched = BOARD.matchImagePoints(corners, ids)
        objects.append(matched[0])
        images.append(matched[1])
    flags = cv2.CALIB_FIX_K3 | cv2.CALIB_ZERO_TANGENT_DIST | cv2.CALIB_FIX_ASPECT_RATIO | cv2.CALIB_USE_INTRINSIC_GUESS
    if len(pictures) == 1:
        flags |= cv2.CALIB_FIX_FOCAL_LENGTH | cv2.CALIB_FIX_PRINCIPAL_POINT
    guess = numpy.array([[FOCAL, 0, MIDDLE[0]], [0, FOCAL, MIDDLE[1]], [0, 0, 1.0]])
    _, matrix, lens, _, _ = cv2.calibrateCamera(objects, images, (WIDTH, HEIGHT), guess, numpy.zeros(5), flags=flags)
    k = lens.ravel()
    far = REACH * HALF / matrix[0, 0]
    return (k[0] * far**2 + k[1] * far**4) * far * matrix[0, 0]


for line in sys.stdin:
    k1, k2, noise, seed = (float(word) for word in line.split())
    random = numpy.random.default_rng(int(seed))
    rays = without_lens(k1, k2)
    views = [picture(rays, random, noise) for _ in range(VIEWS)]
    truth = (k1 * REACH**2 + k2 * REACH**4) * REACH * HALF
    answer = []
    for pictures in (views[:1], views):
        begun = time.perf_counter()
        try:
            answer.append(abs(measured(pictures) - truth))
        except cv2.error:
            answer.append(float("nan"))
        answer.append(1000 * (time.perf_counter() - begun))
    print(*answer, flush=True)
