//! Reads a pcapng file of Linux' usbmon (link type 220) into a recording of one device.

use std::collections::BTreeMap;
use std::time::Duration;
use tram_device::recording::{Event, Failure, Recording};
use tram_device::transport::{Recipient, Request, RequestKind};

const ENHANCED_PACKET: u32 = 6;
const USBMON_HEADER: usize = 64;
const CONTROL: u8 = 2;
const INTERRUPT: u8 = 1;
const BULK: u8 = 3;

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Everything but the kernel's own enumeration, requests at the time they were made.
pub(crate) fn import(pcapng: &[u8]) -> Recording {
    let mut events: Vec<(Duration, Event)> = Vec::new();
    let mut open_requests: BTreeMap<u64, usize> = BTreeMap::new();
    let mut rest = pcapng;
    while rest.len() >= 12 {
        let (kind, length) = (u32_at(rest, 0), u32_at(rest, 4) as usize);
        if kind == ENHANCED_PACKET {
            let captured = u32_at(rest, 20) as usize;
            packet(&rest[28..28 + captured], &mut events, &mut open_requests);
        }
        rest = &rest[length..];
    }
    let (driver, about) = ("uareu".to_owned(), "usbmon".to_owned());
    Recording { driver, about, events, expected: Vec::new() }
}

fn packet(packet: &[u8], events: &mut Vec<(Duration, Event)>, open_requests: &mut BTreeMap<u64, usize>) {
    let urb = u64::from_le_bytes(packet[..8].try_into().expect("eight bytes"));
    let (phase, transfer, endpoint) = (packet[8], packet[9], packet[10]);
    let status = u32_at(packet, 28) as i32;
    let length = u32_at(packet, 32) as usize;
    let data = packet[USBMON_HEADER..].to_vec();
    let failure = if status == -32 { Failure::Stall } else { Failure::Gone };
    match (phase, transfer) {
        (b'S', CONTROL) => {
            let setup = &packet[40..48];
            if setup[0] & 0x60 != 0x40 {
                return;
            }
            let word = |at: usize| u16::from_le_bytes([setup[at], setup[at + 1]]);
            let request = Request {
                kind: RequestKind::Vendor,
                recipient: Recipient::Device,
                request: setup[1],
                value: word(2),
                index: word(4),
            };
            open_requests.insert(urb, events.len());
            let event = if setup[0] & 0x80 == 0 {
                Event::ControlOut { request, data, outcome: Ok(()) }
            } else {
                Event::ControlIn { request, length: word(6), outcome: Ok(vec![]) }
            };
            events.push((Duration::ZERO, event));
        }
        (b'C', CONTROL) => {
            let Some(at) = open_requests.remove(&urb) else { return };
            match &mut events[at].1 {
                Event::ControlOut { outcome, .. } if status != 0 => *outcome = Err(failure),
                Event::ControlIn { outcome, .. } => {
                    *outcome = if status == 0 { Ok(data) } else { Err(failure) };
                }
                _ => {}
            }
        }
        (b'S', INTERRUPT | BULK) if endpoint & 0x80 != 0 => {
            events.push((Duration::ZERO, Event::Submit { endpoint, length }));
        }
        // -2 is a read that the host took back.
        (b'C', INTERRUPT | BULK) if endpoint & 0x80 != 0 && status != -2 => {
            let outcome = if status == 0 { Ok(data) } else { Err(failure) };
            events.push((Duration::ZERO, Event::Came { endpoint, outcome }));
        }
        _ => {}
    }
}
