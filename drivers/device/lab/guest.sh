# What happens in the lab, step by step; each result is a line that begins with LAB. Programs are the host's, by chroot.
up() { cut -d' ' -f1 /proc/uptime; }
say() { echo "LAB $(up) s: $*"; }
at_root() { chroot /r /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run "$@"; }
same() { cmp -s "$1" "$2" && echo "no byte differs" || echo "DIFFERENT"; }
share=/run/share

say "booted, $(uname -r)"
# Plugs in an emulated reader: port to listen on, and a folder for the pictures to expect.
plug() {
    at_root $share/emulated_reader 127.0.0.1:$1 $2 >/tmp/reader-$1.log 2>&1 &
    for _ in $(seq 40); do grep -q listens /tmp/reader-$1.log && break; sleep 0.5; done
    at_root /usr/sbin/usbip --tcp-port $1 attach -r 127.0.0.1 -b 1-1
    sleep 2
}

plug 3240 $share
at_root $share/capture $share >/tmp/capture.log 2>&1 &
capture=$!
# Unplug once it has its three touches; plug in again after a while.
for _ in $(seq 60); do grep -q "unplug" /tmp/capture.log && break; sleep 0.5; done
sleep 1; say "unplugged"; at_root /usr/sbin/usbip detach -p 0 >/dev/null 2>&1
for _ in $(seq 60); do grep -q "plug it in" /tmp/capture.log && break; sleep 0.5; done
sleep 2; at_root /usr/sbin/usbip --tcp-port 3240 attach -r 127.0.0.1 -b 1-1
wait $capture; sed 's/^/LAB uareu /' /tmp/capture.log
for touch in 1 2 3; do say "uareu over usbfs, touch $touch: $(same /share/frame-$touch.raw /share/touch-$touch.raw)"; done

if [ -f /share/foreign.py ]; then
    at_root /usr/sbin/usbip detach -p 0 >/dev/null 2>&1
    plug 3241
    at_root timeout 180 /usr/bin/python3 $share/foreign.py $share/foreign.raw 2>&1 | sed 's/^/LAB libfprint /'
    say "Debian's libfprint on the emulator: $(same /share/foreign.raw /share/touch-1.raw)"
fi

modprobe vivid n_devs=2 && say "vivid loaded"
at_root $share/look 2>&1 | sed 's/^/LAB v4l2 /'
say "done"
