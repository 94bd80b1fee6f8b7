"""Prints a picture to a file with Gutenprint's driver for a Magicard printer, which we did not write.

gutenprint.py PICTURE WIDTH HEIGHT JOB: PICTURE is WIDTH by HEIGHT pixels of RGB, a byte each, as they lie on the card held
upright, its short side on top.
"""

import ctypes
import sys
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_double, c_int, c_size_t, c_ubyte, c_void_p

MODEL = b"magicard-tango-2e"

library = ctypes.CDLL("libgutenprint.so.9", mode=ctypes.RTLD_GLOBAL)


def function(name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments
    return found


class Image(ctypes.Structure):
    pass


Plain = CFUNCTYPE(None, POINTER(Image))
Size = CFUNCTYPE(c_int, POINTER(Image))
Row = CFUNCTYPE(c_int, POINTER(Image), POINTER(c_ubyte), c_size_t, c_int)
Name = CFUNCTYPE(c_void_p, POINTER(Image))
Out = CFUNCTYPE(None, c_void_p, POINTER(c_ubyte), c_size_t)
Image._fields_ = [
    ("init", Plain), ("reset", Plain), ("width", Size), ("height", Size), ("get_row", Row), ("get_appname", Name),
    ("conclude", Plain), ("rep", c_void_p),
]


def printer():
    at = function("stp_get_printer_by_index", c_void_p, c_int)
    driver = function("stp_printer_get_driver", c_char_p, c_void_p)
    count = function("stp_printer_model_count", c_int)()
    return next(found for found in map(at, range(count)) if driver(found) == MODEL)


def main(picture, width, height, job):
    width, height = int(width), int(height)
    pixels = open(picture, "rb").read()
    assert len(pixels) == 3 * width * height
    assert library.stp_init() == 0
    settings = function("stp_vars_create", c_void_p)()
    function("stp_set_printer_defaults", None, c_void_p, c_void_p)(settings, printer())
    text = function("stp_set_string_parameter", None, c_void_p, c_char_p, c_char_p)
    for name, value in [
        (b"InputImageType", b"RGB"), (b"ColorCorrection", b"Raw"), (b"ChannelBitDepth", b"8"), (b"JobMode", b"Page"),
    ]:
        text(settings, name, value)
    # The imageable part of the page, in points.
    edges = [c_double() for _ in range(4)]
    area = function("stp_get_imageable_area", None, c_void_p, *[POINTER(c_double)] * 4)
    area(settings, *map(ctypes.byref, edges))
    left, right, bottom, top = (edge.value for edge in edges)
    for name, value in [("left", left), ("top", top), ("width", right - left), ("height", bottom - top)]:
        function(f"stp_set_{name}", None, c_void_p, c_double)(settings, value)
    stream = open(job, "wb")
    noise = []

    def row(_, target, room, number):
        line = pixels[3 * width * number : 3 * width * (number + 1)]
        ctypes.memmove(target, line, min(room, len(line)))
        return 0

    out = Out(lambda _, data, count: stream.write(ctypes.string_at(data, count)) and None)
    complain = Out(lambda _, data, count: noise.append(ctypes.string_at(data, count)))
    idle = Plain(lambda _: None)
    image = Image(
        idle, idle, Size(lambda _: width), Size(lambda _: height), Row(row), Name(lambda _: None), idle, None
    )
    function("stp_set_outfunc", None, c_void_p, Out)(settings, out)
    function("stp_set_errfunc", None, c_void_p, Out)(settings, complain)
    assert function("stp_verify", c_int, c_void_p)(settings) == 1, noise
    assert function("stp_print", c_int, c_void_p, POINTER(Image))(settings, ctypes.byref(image)) == 1, noise
    stream.close()
    print(f"page {right - left:.0f} by {bottom - top:.0f} points")


main(*sys.argv[1:])
