# Sourced by run and test: what the station needs of Debian, and why. Installs only what is missing.

BUILD_PACKAGES="
gcc|compiles the C parts of SQLCipher and ring
g++|compiles the binding to OpenCV
pkg-config|finds system libraries for the build
libssl-dev|the cryptography behind SQLCipher
libopencv-dev|the networks that find faces, the outlines of a calibration board's markers
clang|reads OpenCV's headers for the binding
libclang-dev|reads OpenCV's headers for the binding
libpcsclite-dev|smart cards
libtss2-dev|keys in the machine's TPM
"

WINDOW_PACKAGES="
libgl1|draws the window
libegl1|draws the window
libgl1-mesa-dri|draws the window without a graphics card too
libx11-6|the window under X11
libx11-xcb1|the window under X11
libxcursor1|the pointer under X11
libxi6|keyboard and touch under X11
libxkbcommon0|keyboard layouts
libxkbcommon-x11-0|keyboard layouts under X11
libwayland-client0|the window under Wayland
libwayland-egl1|the window under Wayland
espeak-ng|says aloud what the citizen is to do, where sound is on
"

TEST_PACKAGES="
xvfb|a display without a screen, for the real window
xdotool|presses keys in the real window
imagemagick|takes pictures of the real window
python3-venv|the independent packet check
poppler-utils|reads the slip's PDF
zbar-tools|reads the printed QR codes
strace|fails every storage call in turn
pcscd|readers of smart cards
libgutenprint9|a driver of card printers we did not write, to compare jobs with
vsmartcard-vpcd|a reader without hardware
opensc|PKCS#11 for officers' cards; makes keys in tokens
opensc-pkcs11|the library officers' cards are reached by
swtpm|a TPM without hardware
libtss2-tcti-swtpm0|speaks to it
softhsm2|a PKCS#11 token without hardware
age|sealing is timed beside it
faketime|clocks that are wrong by years
postgresql|the centre's register on a server, and what takes its place when it dies
haproxy|shares connections out among the centre's processes
"

# Debian's, unless there is another Node.js already.
NODE_PACKAGES="
nodejs|the second independent packet check, and a relay we did not write
npm|brings both
"

LAB_PACKAGES="
qemu-system-x86|the lab's machine
seabios|the lab's machine
busybox-static|the lab's first programs
cpio|packs them for the kernel
kmod|finds the kernel modules a device needs
usbip|plugs emulated devices into the lab's kernel
gir1.2-fprint-2.0|a driver we did not write, to prove the emulated reader with
python3-gi|speaks to that driver
gphoto2|a program we did not write, to prove the emulated camera with
libccid|the driver of QEMU's reader of smart cards
"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs what is missing of the lists given, saying what and why.
need() {
    missing=""
    for list in "$@"; do
        while IFS='|' read -r package why; do
            [ -n "$package" ] || continue
            if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed"; then
                echo "needed: $package, $why"
                missing="$missing $package"
            fi
        done <<LIST
$list
LIST
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        echo "Run this as root once, or install:$missing" >&2
        return 1
    fi
    as_root apt-get update -qq
    # The word splitting is meant: one argument a package.
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
