# What happens in the lab, step by step. Each result is a row of the table: LAB, device, driver, peer, result, seconds.
# Programs are the host's, by chroot; the last line a program says is its result.
share=/run/share
up() { cut -d' ' -f1 /proc/uptime; }
# Our programs, and foreign ones: none may keep the lab for ever. One that goes on beside the run takes the shell's place,
# so that `$!` is the program.
station="env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run"
at_root() { $station timeout 100 chroot /r "$@"; }
beside() { exec $station chroot /r "$@"; }
row() { echo "LAB|$1|$2|$3|$4|$(echo "$5 $(up)" | awk '{ printf "%.1f", $2 - $1 }')"; }
# try DEVICE DRIVER PEER COMMAND...: a row of whatever the command says last.
try() {
    device=$1 driver=$2 peer=$3 began=$(up)
    shift 3
    if "$@" >/tmp/try.log 2>&1; then ending=""; else ending="FAILED: "; fi
    sed "s/^/LOG $driver /" /tmp/try.log
    row "$device" "$driver" "$peer" "$ending$(tail -n 1 /tmp/try.log)" "$began"
}
same() { cmp -s "$1" "$2" && echo "no byte differs" || { echo "bytes differ"; return 1; }; }
# until COMMAND...: looks four times a second whether it holds, for half a minute.
until_so() { for _ in $(seq 120); do "$@" && return; sleep 0.25; done; return 1; }
says() { grep -q "$1" "$2" 2>/dev/null; }
await() { until_so says "$1" "$2"; }
# Whether a device hangs on the emulated bus, or none: configured, so that a driver may take it.
bus=/sys/devices/platform/vhci_hcd.0
is_plugged() { ls -d $bus/usb*/*-*/*:1.0 >/dev/null 2>&1; }
is_unplugged() { ! is_plugged; }
# plug PORT EMULATOR ARGUMENT...: starts an emulated device that listens there, and attaches it.
plug() {
    port=$1 emulator=$2
    shift 2
    beside $share/$emulator 127.0.0.1:$port "$@" >/tmp/$port.log 2>&1 &
    await listens /tmp/$port.log
    attach $port
}
attach() { usbip --tcp-port $1 attach -r 127.0.0.1 -b 1-1 && until_so is_plugged; }
unplug() { echo 0 >$bus/detach && until_so is_unplugged; }
write() { echo $1 >$2; }
# returned UNPLUG PLUG PROGRAM ARGUMENT...: a program that works until its device is gone and goes on when it is back.
returned() {
    out=$1 back=$2
    shift 2
    beside "$@" >/tmp/return.log 2>&1 &
    await "unplug" /tmp/return.log && $out
    await "plug it in" /tmp/return.log && sleep 1 && $back
    wait $!
    ending=$?
    cat /tmp/return.log
    return $ending
}

row "machine" "-" "QEMU without KVM" "Linux $(uname -r) booted" 0

# U.are.U: three touches to the byte, unplugged in the middle of the fourth, and back at work.
captured() {
    returned unplug "attach 3240" $share/capture $share || return 1
    for touch in 1 2 3; do same /share/frame-$touch.raw /share/touch-$touch.raw || return 1; done
    echo "3 touches, no byte differs; unplugged; $(tail -n 1 /tmp/return.log)"
}
plug 3240 emulated_reader $share
try "U.are.U 4500" uareu "our emulator on vhci_hcd" captured
unplug
foreign() {
    at_root /usr/bin/python3 $share/foreign.py $share/foreign.raw && same /share/foreign.raw /share/touch-1.raw
}
if [ -f /share/foreign.py ]; then
    plug 3241 emulated_reader
    try "U.are.U 4500" "libfprint (Debian)" "our emulator on vhci_hcd" foreign
    unplug
else
    row "U.are.U 4500" "libfprint (Debian)" "-" "skipped: gir1.2-fprint-2.0 is not installed" "$(up)"
fi

if [ -f /share/foreign.py ]; then
    plug 3245 emulated_reader $share v2
    foreign_v2() {
        at_root /usr/bin/python3 $share/foreign.py $share/foreign-v2.raw &&
            same /share/foreign-v2.raw /share/touch-v2-1.raw
    }
    try "Microsoft v2" "libfprint (Debian)" "our emulator on vhci_hcd" foreign_v2
    unplug
fi
captured_v2() {
    rm -f /share/frame-*.raw
    beside $share/capture $share >/tmp/capture.log 2>&1 &
    reading=$!
    await "unplug" /tmp/capture.log
    reached=$?
    kill $reading
    [ $reached = 0 ] || { cat /tmp/capture.log; return 1; }
    for touch in 1 2 3; do same /share/frame-$touch.raw /share/touch-v2-$touch.raw || return 1; done
    echo "challenge answered, 3 touches, no byte differs"
}
plug 3246 emulated_reader $share v2
try "Microsoft v2" uareu "our emulator on vhci_hcd" captured_v2
unplug

# A reader that another program holds, and one that the station's user may not open.
# refused WORDS COMMAND...: says what the refusal says, which must hold the words.
refused() {
    words=$1
    shift
    if "$@" >/tmp/refused.log 2>&1; then echo "not refused"; return 1; fi
    grep -q "$words" /tmp/refused.log || { cat /tmp/refused.log; return 1; }
    grep "$words" /tmp/refused.log | tail -n 1
}
plug 3248 emulated_reader
beside $share/capture >/tmp/capture.log 2>&1 &
holding=$!
await "unplug" /tmp/capture.log
try "U.are.U 4500" uareu "held by another program" refused "used by another program" at_root $share/capture
kill $holding
sleep 1
try "U.are.U 4500" uareu "user nobody" refused "no permission" at_root /usr/sbin/chroot --userspec=65534:65534 / $share/capture
unplug

# Card printers: first the kernel's own driver asks for the card count, then ours takes the printer from it and prints.
modprobe usblp
asked_by_kernel() {
    exec 3<>/dev/usb/lp0
    printf "$1" >&3
    answer=$(timeout 5 head -c "$2" <&3 | tr -cd '[:alnum:],')
    exec 3>&-
    [ -n "$answer" ] && echo "answers $answer"
}
plug 3242 emulated_evolis
try "Evolis" "usblp (kernel)" "our emulator on vhci_hcd" asked_by_kernel '\033Rco;c\r' 4
try "Evolis" evolis "our emulator on vhci_hcd" at_root $share/evolis_test_card
try "Evolis" evolis "unplugged and plugged in" returned unplug "attach 3242" $share/evolis_test_card return
unplug
plug 3243 emulated_magicard
try "Magicard Enduro" "usblp (kernel)" "our emulator on vhci_hcd" asked_by_kernel '\005\001,REQ,STA,TCQ,\034\003' 12
try "Magicard Enduro" magicard "our emulator on vhci_hcd" at_root $share/magicard_test_card
try "Magicard Enduro" magicard "unplugged and plugged in" returned unplug "attach 3243" $share/magicard_test_card return
unplug

# The kernel's HID driver reads the pen before ours takes the pad from it.
modprobe -a usbhid hid-generic
pen_by_kernel() {
    until_so test -c /dev/hidraw0 || { echo "no hidraw"; return 1; }
    bytes=$(timeout 5 head -c 70 /dev/hidraw0 | wc -c)
    [ "$bytes" = 70 ] && echo "$((bytes / 7)) pen reports"
}
plug 3244 emulated_stu
try "Wacom STU-540" "usbhid (kernel)" "our emulator on vhci_hcd" pen_by_kernel
try "Wacom STU-540" stu "our emulator on vhci_hcd" at_root $share/stu_points
try "Wacom STU-540" stu "unplugged and plugged in" returned unplug "attach 3244" $share/stu_points return
unplug

plug 3247 emulated_camera
try "Canon EOS" ptp "our emulator on vhci_hcd" at_root $share/ptp_shoot
# A program we did not write takes it for a camera of that maker, opens its session and remote mode, and closes it.
summary() {
    at_root /usr/bin/gphoto2 --port usb: --summary >/tmp/summary.log 2>&1
    grep -q 'Model: *TEST EOS' /tmp/summary.log && grep -q 'Canon EOS Capture' /tmp/summary.log || { cat /tmp/summary.log; return 1; }
    echo "opened as $(at_root /usr/bin/gphoto2 --auto-detect | sed -n 's/ *usb:.*//; /Canon/p'), summary read"
}
if [ -x /r/usr/bin/gphoto2 ]; then
    try "Canon EOS" "gphoto2 (Debian)" "our emulator on vhci_hcd" summary
else
    row "Canon EOS" "gphoto2 (Debian)" "-" "skipped: gphoto2 is not installed" "$(up)"
fi
try "Canon EOS" ptp "unplugged and plugged in" returned unplug "attach 3247" $share/ptp_shoot return
unplug
fetched() {
    at_root $share/ptp_store $share/fetched.jpg >/tmp/store.log 2>&1 || { cat /tmp/store.log; return 1; }
    same /share/fetched.jpg /share/stored/TEST.jpg || return 1
    tail -n 1 /tmp/store.log
}
try "usb-mtp" ptp "QEMU" fetched

# Gadgets: the kernel is both ends of the bus, and the emulators stand behind its files.
modprobe libcomposite
modprobe dummy_hcd num=3
mount -t configfs config /sys/kernel/config 2>/dev/null
modprobe -a cdc-acm usbhid hid-generic evdev
# gadget NAME VENDOR PRODUCT MAKER FUNCTION [SETTING=VALUE...]: a device of one function on the next free controller.
gadget() {
    name=$1 function=$5 g=/sys/kernel/config/usb_gadget/$1 udc=$(ls /sys/class/udc | sed -n "$((controller + 1))p")
    controller=$((controller + 1))
    mkdir $g $g/strings/0x409 $g/configs/c.1
    echo $2 >$g/idVendor && echo $3 >$g/idProduct
    echo "$4" >$g/strings/0x409/manufacturer && echo "TEST $name gadget" >$g/strings/0x409/product
    mkdir $g/functions/$function
    shift 5
    for setting in "$@"; do printf "${setting#*=}" >$g/functions/$function/${setting%%=*}; done
    ln -s $g/functions/$function $g/configs/c.1/
    echo $udc >$g/UDC
    until_so configured $udc
}
configured() { grep -q configured /sys/class/udc/$1/state; }
controller=0
gadget printer 0x0f49 0x0a00 Evolis printer.usb0
beside $share/emulated_evolis /dev/g_printer0 >/tmp/gadget.log 2>&1 &
try "Evolis" "usblp (kernel)" "printer gadget, our emulator behind" asked_by_kernel '\033Rco;c\r' 4
try "Evolis" evolis "printer gadget, our emulator behind" at_root $share/evolis_test_card
gadget serial 0x1d6b 0x0104 TEST acm.usb0
stty -F /dev/ttyGS0 raw -echo 2>/dev/null
beside $share/emulated_module /dev/ttyGS0 >/tmp/module.log 2>&1 &
try "ZFM-20" zfm "serial gadget, cdc_acm, our emulator" at_root $share/zfm_touch /dev/ttyACM0
# A keyboard's report descriptor: modifiers, a spare byte, six keys (HID 1.11, appendix B.1).
gadget keyboard 0x05e0 0x1200 Symbol hid.usb0 protocol=1 subclass=1 report_length=8 \
    'report_desc=\x05\x01\x09\x06\xa1\x01\x05\x07\x19\xe0\x29\xe7\x15\x00\x25\x01\x75\x01\x95\x08\x81\x02\x95\x01\x75\x08\x81\x03\x95\x06\x75\x08\x15\x00\x25\x65\x05\x07\x19\x00\x29\x65\x81\x00\xc0'
# The newest input device is the gadget's.
typed() {
    events=$(ls -t /dev/input/event* 2>/dev/null | head -1)
    [ -n "$events" ] || { echo "no input device"; return 1; }
    cat $events >/tmp/typed &
    reading=$!
    at_root $share/emulated_wedge /dev/hidg0
    kill $reading
    [ -s /tmp/typed ] || { echo "the kernel heard no key"; return 1; }
    echo "$(($(wc -c </tmp/typed) / 24)) input events"
}
try "code reader" "usbhid (kernel)" "keyboard gadget, our emulator behind" typed
read_code() {
    beside $share/wedge_read >/tmp/wedge.log 2>&1 &
    reading=$!
    await "listens" /tmp/wedge.log || { cat /tmp/wedge.log; return 1; }
    before=$(ls /dev/input/event* 2>/dev/null | wc -l)
    at_root $share/emulated_wedge /dev/hidg0 >/dev/null
    wait $reading || { cat /tmp/wedge.log; return 1; }
    echo "$(tail -n 1 /tmp/wedge.log); the kernel has no such keyboard meanwhile ($before input devices)"
}
try "code reader" wedge "keyboard gadget, our emulator behind" read_code

# Smart cards: QEMU's reader, Debian's CCID driver.
if [ -x /r/usr/sbin/pcscd ]; then
    mkdir -p /r/run/pcscd
    beside /usr/sbin/pcscd --foreground >/tmp/pcscd.log 2>&1 &
    sleep 3
    try "CCID" smartcard "QEMU, pcscd and libccid (Debian)" at_root $share/card_look CCID
    kill $!
fi

# The serial module: QEMU's USB serial adapter, the kernel's driver for it, our emulator at the far end.
modprobe ftdi_sio
until_so test -c /dev/ttyUSB0
try "ZFM-20" zfm "QEMU usb-serial, ftdi_sio, our emulator" at_root $share/zfm_touch /dev/ttyUSB0
# QEMU's devices hang on a hub (device class 9): with it goes everything at once, in the middle of work.
for device in /sys/bus/usb/devices/*; do
    case "$(cat $device/bDeviceClass 2>/dev/null) ${device##*/}" in "09 usb"*) ;; "09 "*) hub=$device ;; esac
done
try "ZFM-20" zfm "its hub gone and back" \
    returned "write 0 $hub/authorized" "write 1 $hub/authorized" $share/zfm_touch /dev/ttyUSB0 return
try "usb-mtp" ptp "its hub gone and back" fetched

modprobe vivid n_devs=2
try "camera" v4l2 "vivid (kernel)" at_root $share/look
try "camera" v4l2 "vivid (kernel), failing by script" at_root $share/camera_faults
vivid=/sys/bus/platform/drivers/vivid
try "camera" v4l2 "vivid (kernel), unbound and bound" \
    returned "write vivid.0 $vivid/unbind" "write vivid.0 $vivid/bind" $share/look return
echo "LAB-DONE"
