//! What a station's audit chain can tell of: one list, so that whoever shows the chain cannot forget one.

/// The actions, each with the word it is recorded by.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $word:literal,)+) => {
        /// Something that is done at a station and recorded.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $action,)+
        }

        impl AuditAction {
            /// The word it is recorded by. Words are never changed: rows that are written are signed for.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$action => $word,)+
                }
            }

            /// By the recorded word; nothing for one of another version.
            pub fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$action),)+
                    _ => None,
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in with their passphrase.
    SignedIn = "signed_in",
    /// Somebody signed in with their own card.
    SignedInByCard = "signed_in_by_card",
    /// A sign-in was refused.
    SignInRefused = "sign_in_refused",
    /// A station that had locked by itself was opened by its officer's own finger.
    OpenedByFinger = "opened_by_finger",
    /// The finger was not its officer's.
    FingerRefused = "finger_refused",
    /// An officer's own finger is kept.
    OwnFingerKept = "own_finger_kept",
    /// An officer's own card is kept.
    OwnCardKept = "own_card_kept",
    /// A supervisor gave somebody a new passphrase.
    PassphraseReset = "passphrase_reset",
    /// A second person signed.
    Approved = "approved",
    /// A dossier was sealed into its packet.
    Sealed = "sealed",
    /// A packet that corrects an earlier one was sealed.
    Corrected = "corrected",
    /// A packet that withdraws an earlier one was sealed.
    Withdrawn = "withdrawn",
    /// A sealed dossier was opened again.
    Reopened = "reopened",
    /// A packet came back from the mirror.
    Recovered = "recovered",
    /// The centre signed for a packet.
    Received = "received",
    /// The centre refused a packet.
    Quarantined = "quarantined",
    /// A person offers a refused packet again.
    Released = "released",
    /// Every packet is offered again, to a centre that lost some.
    OfferedAgain = "offered_again",
    /// The bytes of a received packet were deleted here.
    Purged = "purged",
    /// What was left of a person was deleted here.
    Forgotten = "forgotten",
    /// The centre contradicted itself: nothing is sent to it.
    Distrusted = "distrusted",
    /// A person trusts the centre again.
    TrustedAgain = "trusted_again",
    /// Packets left in a file.
    Exported = "exported",
    /// Packets were given to a courier.
    CourierOut = "courier_out",
    /// Receipts came home by a courier or a colleague.
    ReceiptsCarried = "receipts_carried",
    /// The database was copied.
    BackedUp = "backed_up",
    /// What was done beside dossiers was signed, for the centre to hold against the rules.
    DeedSigned = "deed_signed",
    /// The centre ordered a card.
    CardOrdered = "card_ordered",
    /// A print began.
    PrintStarted = "print_started",
    /// A card came out well.
    CardPrinted = "card_printed",
    /// A print used no blank.
    PrintNotBegun = "print_not_begun",
    /// A blank was spoiled.
    BlankSpoiled = "blank_spoiled",
    /// A citizen has the card.
    HandedOver = "handed_over",
    /// Blank cards came.
    BlanksReceived = "blanks_received",
    /// A device was calibrated.
    Calibrated = "calibrated",
    /// A device that is refused was allowed for some days.
    CalibrationExcepted = "calibration_excepted",
    /// A fault of a device was written down.
    DeviceFault = "device_fault",
    /// How the keys are kept changed.
    Safekeeping = "safekeeping",
    /// The station's certificate was renewed.
    CertificateRenewed = "certificate_renewed",
    /// The machine's clock is off by the centre's.
    ClockAhead = "clock_ahead",
    /// The machine's clock cannot be right.
    ClockImplausible = "clock_implausible",
    /// A signed set of data was taken.
    SetTaken = "set_taken",
    /// A set of data was refused.
    SetRefused = "set_refused",
    /// How fast and when packets are sent was set.
    PaceSet = "pace_set",
}
