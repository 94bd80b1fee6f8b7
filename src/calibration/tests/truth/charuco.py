"""OpenCV's own ChArUco on pictures of the board: what another program reads.

Prints for each picture named on the command line `picture MILLISECONDS`, then `corner NUMBER X Y` of each corner of the
chessboard and `marker NUMBER X Y` of each marker's top left corner, in pixels.
"""

import sys
import time

import cv2

BOARD = cv2.aruco.CharucoBoard((11, 7), 25.0, 18.0, cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
DETECTOR = cv2.aruco.CharucoDetector(BOARD)

for path in sys.argv[1:]:
    picture = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    begun = time.perf_counter()
    places, numbers, marked, markers = DETECTOR.detectBoard(picture)
    print("picture", 1000 * (time.perf_counter() - begun))
    if places is None:
        continue
    for number, (x, y) in zip(numbers.ravel(), places.reshape(-1, 2)):
        print("corner", number, x, y)
    for number, quad in zip(markers.ravel(), marked):
        print("marker", number, *quad.reshape(-1, 2)[0])
