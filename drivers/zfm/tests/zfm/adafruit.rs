use crate::emulator::Emulator;
use crate::terminal::Terminal;
use std::process::Command;

/// The client names what only the Python of a microcontroller board has, and needs nothing of it here.
const BOARD: &str = "import sys, types
sys.modules['busio'] = types.SimpleNamespace(UART=object)
sys.modules['micropython'] = types.SimpleNamespace(const=lambda number: number)
";

/// Reads the parameters, takes a picture and prints its levels' sum.
const CLIENT: &str = r#"
import serial, adafruit_fingerprint
module = adafruit_fingerprint.Adafruit_Fingerprint(serial.Serial(sys.argv[1], 57600, timeout=2))
assert module.read_sysparam() == adafruit_fingerprint.OK
assert module.get_image() == adafruit_fingerprint.OK
data = module.get_fpdata(sensorbuffer="image")
print(len(data), sum((b >> 4) + (b & 15) for b in data))
"#;

#[test]
fn a_client_others_wrote_takes_a_picture_from_the_emulator() {
    let python = std::env::var("TRAM_INDEPENDENT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_client =
        Command::new(&python).args(["-c", &format!("{BOARD}import serial, adafruit_fingerprint")]).output();
    if !has_client.is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no adafruit_fingerprint and pyserial");
        return;
    }
    let terminal = Terminal::new(Emulator::fast(|_| true));
    let output = Command::new(&python)
        .args(["-c", &format!("{BOARD}{CLIENT}")])
        .arg(&terminal.path)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let levels: u32 = Emulator::levels(1).into_iter().map(u32::from).sum();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim(), format!("36864 {levels}"), "{complaint}");
}
