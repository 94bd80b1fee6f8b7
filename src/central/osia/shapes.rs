//! The values of the OSIA interfaces Enrollment 1.3.0 and Credential Management System 1.3.0, property by property.

use super::shape::Shape::{
    Anything, Boolean, Free, Integer, List, Long, Moment, Object, Open, Scalar, Text, Uri, Word,
};
use super::shape::{Property, Shape, may, must};

const ENCRYPTION: Shape = Object(&[must("type", &Word(&["JWE", "PKCS7"])), must("scope", &Text)]);
const INTEGRITY: Shape = List(
    &Object(&[
        may("id", &Text),
        may("type", &Word(&["NONE", "JWS", "PKCS7"])),
        must("scope", &Text),
        must("alg", &Text),
        may("encrypted", &Boolean),
        may("followRef", &Boolean),
        must("hash", &Text),
        may("signature", &Text),
        may("signatureRef", &Uri),
    ]),
    0,
);

const SUBTYPES: Shape = Word(&[
    "UNKNOWN",
    "RIGHT_THUMB",
    "RIGHT_INDEX",
    "RIGHT_MIDDLE",
    "RIGHT_RING",
    "RIGHT_LITTLE",
    "LEFT_THUMB",
    "LEFT_INDEX",
    "LEFT_MIDDLE",
    "LEFT_RING",
    "LEFT_LITTLE",
    "PLAIN_RIGHT_FOUR_FINGERS",
    "PLAIN_LEFT_FOUR_FINGERS",
    "PLAIN_THUMBS",
    "UNKNOWN_PALM",
    "RIGHT_FULL_PALM",
    "RIGHT_WRITERS_PALM",
    "LEFT_FULL_PALM",
    "LEFT_WRITERS_PALM",
    "RIGHT_LOWER_PALM",
    "RIGHT_UPPER_PALM",
    "LEFT_LOWER_PALM",
    "LEFT_UPPER_PALM",
    "RIGHT_OTHER",
    "LEFT_OTHER",
    "RIGHT_INTERDIGITAL",
    "RIGHT_THENAR",
    "RIGHT_HYPOTHENAR",
    "LEFT_INTERDIGITAL",
    "LEFT_THENAR",
    "LEFT_HYPOTHENAR",
    "RIGHT_INDEX_AND_MIDDLE",
    "RIGHT_MIDDLE_AND_RING",
    "RIGHT_RING_AND_LITTLE",
    "LEFT_INDEX_AND_MIDDLE",
    "LEFT_MIDDLE_AND_RING",
    "LEFT_RING_AND_LITTLE",
    "RIGHT_INDEX_AND_LEFT_INDEX",
    "RIGHT_INDEX_AND_MIDDLE_AND_RING",
    "RIGHT_MIDDLE_AND_RING_AND_LITTLE",
    "LEFT_INDEX_AND_MIDDLE_AND_RING",
    "LEFT_MIDDLE_AND_RING_AND_LITTLE",
    "EYE_UNDEF",
    "EYE_RIGHT",
    "EYE_LEFT",
    "EYE_BOTH",
    "PORTRAIT",
    "LEFT_PROFILE",
    "RIGHT_PROFILE",
]);

const IMPRESSIONS: Shape = Word(&[
    "LIVE_SCAN_PLAIN",
    "LIVE_SCAN_ROLLED",
    "NONLIVE_SCAN_PLAIN",
    "NONLIVE_SCAN_ROLLED",
    "LATENT_IMPRESSION",
    "LATENT_TRACING",
    "LATENT_PHOTO",
    "LATENT_LIFT",
    "LIVE_SCAN_SWIPE",
    "LIVE_SCAN_VERTICAL_ROLL",
    "LIVE_SCAN_PALM",
    "NONLIVE_SCAN_PALM",
    "LATENT_PALM_IMPRESSION",
    "LATENT_PALM_TRACING",
    "LATENT_PALM_PHOTO",
    "LATENT_PALM_LIFT",
    "LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN",
    "OTHER",
    "UNKNOWN",
]);

const MISSING: Shape = List(
    &Object(&[
        may("biometricSubType", &SUBTYPES),
        may("presence", &Word(&["BANDAGED", "AMPUTATED", "DAMAGED"])),
    ]),
    0,
);

/// One biometric sample; the two interfaces differ in one property.
macro_rules! biometric {
    ($($own:expr),*) => {
        &[
            must("biometricType", &Word(&["FACE", "FINGER", "IRIS", "SIGNATURE", "UNKNOWN"])),
            may("biometricSubType", &SUBTYPES),
            may("instance", &Text),
            may("image", &Text),
            may("imageRef", &Uri),
            may("captureDate", &Moment),
            may("captureDevice", &Text),
            may("impressionType", &IMPRESSIONS),
            may("width", &Integer),
            may("height", &Integer),
            may("bitdepth", &Integer),
            may("mimeType", &Text),
            may("resolution", &Integer),
            may("compression", &Word(&["NONE", "WSQ", "JPEG", "JPEG2000", "PNG"])),
            may("missing", &MISSING),
            may("metadata", &Text),
            may("comment", &Text),
            may("template", &Text),
            may("templateRef", &Uri),
            may("templateFormat", &Text),
            may("quality", &Long),
            may("qualityFormat", &Text),
            may("algorithm", &Text),
            may("vendor", &Text),
            may("encryption", &ENCRYPTION),
            may("integrity", &INTEGRITY),
            $($own),*
        ]
    };
}

const ENROLLED: &[Property] = biometric!();
const ENCOUNTERED: &[Property] = biometric!(may("encounterId", &Text));

const PART: Shape = Object(&[
    may("pages", &List(&Integer, 1)),
    may("data", &Text),
    may("dataRef", &Uri),
    may("width", &Integer),
    may("height", &Integer),
    may("mimeType", &Text),
    may("captureDate", &Moment),
    may("captureDevice", &Text),
    may("encryption", &ENCRYPTION),
    may("integrity", &INTEGRITY),
]);

const DOCUMENT: Shape = Object(&[
    must("documentType", &Word(&["ID_CARD", "PASSPORT", "INVOICE", "BIRTH_CERTIFICATE", "FORM", "OTHER"])),
    may("documentTypeOther", &Text),
    may("instance", &Text),
    must("parts", &List(&PART, 1)),
    may("integrity", &INTEGRITY),
]);

/// What a client sends of an enrollment: id and status are the centre's to say, and may be left out.
pub(super) const ENROLLMENT: Shape = Object(&[
    may("enrollmentId", &Text),
    may("status", &Word(&["FINALIZED", "IN_PROGRESS"])),
    may("enrollmentType", &Text),
    may("enrollmentFlags", &Anything),
    may("requestData", &Anything),
    may("contextualData", &Anything),
    may("biographicData", &Anything),
    may("biometricData", &List(&Object(ENROLLED), 0)),
    may("documentData", &List(&DOCUMENT, 0)),
    may("encryption", &ENCRYPTION),
    may("integrity", &INTEGRITY),
]);

/// What is searched for.
pub(super) const EXPRESSIONS: Shape = List(
    &Object(&[
        must("attributeName", &Text),
        must("operator", &Word(&["<", ">", "=", ">=", "<=", "!="])),
        must("value", &Scalar),
    ]),
    0,
);

const ADDRESS: Shape = Object(&[
    may("address1", &Text),
    may("address2", &Text),
    may("city", &Text),
    may("state", &Text),
    may("postalCode", &Text),
    may("country", &Text),
    may("others", &Free),
]);

const REQUEST: Shape = Object(&[
    must("priority", &Integer),
    must("credentialProfileId", &Text),
    may("credentialProfileVersion", &Text),
    may("credentialProfileSubtype", &Text),
    may("numberOfPages", &Integer),
    must("requestType", &Word(&["FIRST_ISSUANCE", "RENEWAL", "REPLACEMENT", "OTHER"])),
    may("requestTypeOther", &Text),
    may("validFromDate", &Moment),
    may("validToDate", &Moment),
    may("credentialNumber", &Text),
    may("issuingAuthority", &Text),
    may("deliveryOffice", &Text),
    may("deliveryAddress", &ADDRESS),
    may("parentCredentialId", &Text),
    may("others", &Free),
]);

/// A request for a credential.
pub(super) const CREDENTIAL_REQUEST: Shape = Object(&[
    may("credentialRequestId", &Text),
    may("status", &Word(&["PENDING", "ISSUED", "CANCELLED", "FAILED"])),
    must("requestData", &REQUEST),
    must("personId", &Text),
    must("biographicData", &Free),
    may("biometricData", &List(&Object(ENCOUNTERED), 0)),
    may("credentialIds", &List(&Text, 0)),
    may("encryption", &ENCRYPTION),
    may("integrity", &INTEGRITY),
]);

/// What a client may change of a credential; the rest is the centre's to say.
pub(super) const CREDENTIAL: Shape = Object(&[
    may("credentialId", &Text),
    may("status", &Word(&["NEW", "ACTIVE", "SUSPENDED", "REVOKED", "OTHER"])),
    may("statusOther", &Text),
    may("credentialNumber", &Text),
    may("personId", &Text),
    may("credentialProfileId", &Text),
    may("credentialProfileVersion", &Text),
    may("credentialProfileSubtype", &Text),
    may("numberOfPages", &Integer),
    may("issuedDate", &Moment),
    may("expiryDate", &Moment),
    may("serialNumber", &Text),
    may("issuingAuthority", &Text),
    may("issuingPlace", &Text),
    may("others", &Free),
]);

/// Why a credential is suspended or revoked.
pub(super) const REASON: Shape = Open(&[may("reason", &Text)]);

/// Another status of a credential, and why.
pub(super) const STATUS: Shape =
    Object(&[must("status", &Text), may("reason", &Text), may("requester", &Text), may("comment", &Text)]);
