//! The walking station, end to end with real processes: three citizens go through the headless flow while there is no
//! network, and the station is killed in the middle of a capture and of sealing. Then the network is back, and the
//! connection to a real centre is cut twice in mid-upload. At the end the centre holds exactly three registrations that
//! equal what was captured, and each purge names a receipt that is verified here.

mod common;

use common::{Cutter, Demonstration};
use std::collections::BTreeSet;
use tram_packet::{Receipt, ReferenceBundle};
use tram_store::PacketState;

#[test]
fn three_citizens_reach_the_centre_whatever_is_cut_or_killed() {
    let Some(demonstration) = Demonstration::start() else { return };
    let cutter = Cutter::before(demonstration.centre_port(), 2, 150_000);
    let station = demonstration.station_behind(cutter.port());
    cutter.unplug(true);

    // The first: complete, the station killed in the middle of the finger captures, then taken up again.
    let mut first = station.enroll(&["--citizen", "nguyen van", "--no-card"]);
    first.wait_for("fingers");
    first.kill();
    station.enroll(&["--citizen", "nguyen van", "--no-card", "--resume"]).succeeds();

    // The second: two fingers missing, killed in the middle of sealing.
    let missing = ["--citizen", "tran thi", "--missing", "4", "--missing", "6", "--no-card"];
    let mut second = station.enroll(&missing);
    second.wait_for("sealing");
    second.kill();
    assert!(station.has_draft(), "killed before the one transaction that seals: the draft is whole");
    station.enroll(&[&missing[..], &["--resume"]].concat()).succeeds();

    // The third: typed in by hand, and this one waits for its card.
    let typed = [
        "personal_number=022194900001",
        "full_name=Hoàng Thị Ngân",
        "birth_date=12/03/1994",
        "sex=female",
        "ethnicity=Tày",
        "birth_place=Quảng Ninh",
        "residence_unit=00004",
        "residence_detail=TEST Khe Lèn",
    ];
    let typed: Vec<&str> = typed.iter().flat_map(|field| ["--typed", field]).collect();
    let mut third = station.enroll(&typed);
    third.wait_for("slip:");
    let held = station.digests();
    cutter.unplug(false);
    third.succeeds();

    assert!(cutter.cuts() >= 2, "the connection was to be cut twice, it was cut {} times", cutter.cuts());
    let persons = demonstration.persons();
    assert_eq!(persons.len(), 3, "{persons:?}");
    assert!(persons.iter().any(|person| person.contains("022194900001")));

    let reader = station.reader();
    let rows = reader.outbox(time::OffsetDateTime::UNIX_EPOCH).unwrap();
    assert_eq!(rows.len(), 3);
    let authority = &station.home().membership().unwrap().station.authority;
    let bundle = ReferenceBundle::verify(&reader.setting("reference").unwrap().unwrap(), authority).unwrap();
    let mut places = BTreeSet::new();
    for row in &rows {
        assert_eq!(row.state, PacketState::Purged, "{row:?}");
        let signed = reader.receipts(row.packet).unwrap().pop().expect("a purge names a receipt");
        let key = bundle.centre_key(Receipt::signed_by(&signed).unwrap()).expect("a key of the centre");
        let receipt = Receipt::verify(&signed, key).unwrap();
        assert_eq!((receipt.packet, receipt.digest), (row.packet, row.digest));
        places.insert(receipt.log_index);
    }
    assert_eq!(places.len(), 3, "each packet has a place of its own in the log");
    reader.verify_audit().unwrap();
    demonstration.contents_equal(&reader, &rows, &held);
}
