"""Captures one picture with Debian's libfprint, a driver we did not write, and leaves it as a raw file."""

import sys
import gi

gi.require_version("FPrint", "2.0")
from gi.repository import FPrint

context = FPrint.Context()
context.enumerate()
device = context.get_devices()[0]
print(device.get_driver(), device.get_name())
device.open_sync()
picture = device.capture_sync(True)
print("captured", picture.get_width(), "by", picture.get_height())
with open(sys.argv[1], "wb") as file:
    file.write(bytes(picture.get_data()))
device.close_sync()
