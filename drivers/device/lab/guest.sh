# What happens in the lab, step by step. Each result is a row of the table: LAB, device, driver, peer, result, seconds.
# Programs are the host's, by chroot; the last line a program says is its result.
share=/run/share
up() { cut -d' ' -f1 /proc/uptime; }
at_root() { chroot /r /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run "$@"; }
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
await() { for _ in $(seq 120); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.25; done; return 1; }
# plug PORT EMULATOR ARGUMENT...: starts an emulated device that listens there, and attaches it.
plug() {
    port=$1 emulator=$2
    shift 2
    at_root $share/$emulator 127.0.0.1:$port "$@" >/tmp/$port.log 2>&1 &
    await listens /tmp/$port.log
    attach $port
}
attach() {
    at_root /usr/sbin/usbip --tcp-port $1 attach -r 127.0.0.1 -b 1-1
    for _ in $(seq 40); do at_root /usr/sbin/usbip port 2>/dev/null | grep -q "Port in Use" && break; sleep 0.1; done
    sleep 0.5
}
unplug() { at_root /usr/sbin/usbip detach -p 0 >/dev/null 2>&1; sleep 0.5; }

row "machine" "-" "QEMU without KVM" "Linux $(uname -r) booted" 0

# U.are.U: three touches to the byte, unplugged in the middle of the fourth, and back at work.
captured() {
    at_root $share/capture $share >/tmp/capture.log 2>&1 &
    await "unplug" /tmp/capture.log && sleep 1 && unplug
    await "plug it in" /tmp/capture.log && sleep 1 && attach 3240
    wait $! || { cat /tmp/capture.log; return 1; }
    cat /tmp/capture.log
    for touch in 1 2 3; do same /share/frame-$touch.raw /share/touch-$touch.raw || return 1; done
    echo "3 touches, no byte differs; unplugged; $(tail -n 1 /tmp/capture.log)"
}
plug 3240 emulated_reader $share
try "U.are.U 4500" uareu "our emulator on vhci_hcd" captured
unplug
foreign() {
    at_root timeout 120 /usr/bin/python3 $share/foreign.py $share/foreign.raw && same /share/foreign.raw /share/touch-1.raw
}
if [ -f /share/foreign.py ]; then
    plug 3241 emulated_reader
    try "U.are.U 4500" "libfprint (Debian)" "our emulator on vhci_hcd" foreign
    unplug
else
    row "U.are.U 4500" "libfprint (Debian)" "-" "skipped: gir1.2-fprint-2.0 is not installed" "$(up)"
fi

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
unplug
plug 3243 emulated_magicard
try "Magicard Enduro" "usblp (kernel)" "our emulator on vhci_hcd" asked_by_kernel '\005\001,REQ,STA,TCQ,\034\003' 12
try "Magicard Enduro" magicard "our emulator on vhci_hcd" at_root $share/magicard_test_card
unplug

plug 3244 emulated_stu
try "Wacom STU-540" stu "our emulator on vhci_hcd" at_root $share/stu_points
unplug

# The serial module: QEMU's USB serial adapter, the kernel's driver for it, our emulator at the far end.
modprobe ftdi_sio
for _ in $(seq 40); do [ -c /dev/ttyUSB0 ] && break; sleep 0.25; done
try "ZFM-20" zfm "QEMU usb-serial, ftdi_sio, our emulator" at_root $share/zfm_touch /dev/ttyUSB0

modprobe vivid n_devs=2
try "camera" v4l2 "vivid (kernel)" at_root $share/look
echo "LAB-DONE"
