use crate::emulator::Emulator;
use std::path::Path;
use std::time::Duration;
use tram_device::recording::digest;
use tram_device::testing::UsbDevice;

/// The jobs of the maker's own Windows driver, with a digest of the dots that another decoder, written apart from this one
/// and its pictures looked at, makes of them. All are black alone: colour is proven against the guide.
const JOBS: [(&str, u64); 4] = [
    ("card-white", 0x6b18_1896_f360_53e2),
    ("evolis-card-text", 0xb1f7_373b_f4db_e8f2),
    ("card-gradient", 0x41a8_9807_8a30_0716),
    ("card-black", 0x14ac_b24f_b23b_5dca),
];

#[test]
fn the_maker_s_own_jobs_are_read_completely() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/card-printer-jobs");
    let mut blackness = Vec::new();
    for (name, dots) in JOBS {
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
        assert_eq!(digest(&card[0].panels[&'k']), dots, "{name}");
        println!("{name}: {:.1} % black; {}", 100.0 * card[0].blackness(), printer.commands.join(" | "));
        blackness.push(card[0].blackness());
    }
    assert!(blackness.is_sorted(), "from white to black");
}
