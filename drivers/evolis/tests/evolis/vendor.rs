use crate::emulator::Emulator;
use std::path::Path;
use std::time::Duration;
use tram_device::testing::UsbDevice;

#[test]
fn the_maker_s_own_jobs_are_read_completely() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/card-printer-jobs");
    let mut blackness = Vec::new();
    for name in ["card-white", "evolis-card-text", "card-gradient", "card-black"] {
        let Ok(job) = std::fs::read(folder.join(name)) else {
            println!("skipped: no job {name}");
            return;
        };
        let mut printer = Emulator::new(None);
        // As a spooler would send it, in pieces.
        for piece in job.chunks(4096) {
            printer.receive(1, piece, Duration::ZERO);
        }
        printer.send(0x82, 64, Duration::from_mins(1));
        assert!(printer.complaints.is_empty(), "{name}: {:?}", printer.complaints);
        let [card] = printer.cards.as_slice() else { panic!("{name}: no card") };
        println!("{name}: {:.1} % black; {}", 100.0 * card[0].blackness(), printer.commands.join(" | "));
        blackness.push(card[0].blackness());
    }
    assert!(blackness.is_sorted(), "from white to black");
}
