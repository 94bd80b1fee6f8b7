//! Commands of any length to an emulated card: directly, and through PC/SC and the virtual reader of vsmartcard.
#![cfg(test)]

mod card; // A card that stores what it is given.
mod faults; // Randomized fault scripts.
mod lengths; // Chains, extended length, answers in pieces.
mod line; // Where a card is put in and taken out.
mod recorded; // The recording.
mod vpcd; // Through pcscd, with the card coming and going.
