//! The words of a printed certificate; the station lays them out.

use crate::DeviceClass;
use crate::certificate::Certificate;
use crate::limits::Basis;
use time::Date;
use time::macros::format_description;
use tram_biometric::Language;

/// A certificate as it is printed, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The heading.
    pub title: String,
    /// Said across the page of a virtual device.
    pub mark: Option<&'static str>,
    /// Label and value: device, who, when, until when.
    pub facts: Vec<(String, String)>,
    /// A sentence for each figure, with the source of its limits and how far that may be trusted.
    pub figures: Vec<(String, String)>,
    /// Whether the device passed.
    pub verdict: String,
    /// What the certificate does not say.
    pub notes: Vec<String>,
}

impl Sheet {
    /// The sheet of a certificate.
    pub fn of(certificate: &Certificate, language: Language) -> Self {
        let device = &certificate.device;
        let facts = [
            (("Số", "Number"), certificate.id.0.to_string()),
            (("Loại thiết bị", "Kind of device"), certificate.class.name(language).to_owned()),
            (("Thiết bị", "Device"), format!("{} ({})", device.model, device.driver)),
            (("Số máy", "Serial number"), device.serial.clone()),
            (
                match certificate.class {
                    DeviceClass::CardPrinter => ("Lô ruy băng", "Ribbon lot"),
                    _ => ("Điểm đặt", "Site"),
                },
                certificate.under.clone(),
            ),
            (("Phiên bản phần mềm", "Firmware"), device.firmware.clone()),
            (("Trạm", "Station"), certificate.station.clone()),
            (("Kỹ thuật viên", "Technician"), certificate.technician.clone()),
            (("Ngày cấp", "Issued"), day(certificate.issued.date(), language)),
            (("Có giá trị đến hết ngày", "Holds up to and including"), day(certificate.last_day, language)),
            (("Số lần dùng", "Uses"), certificate.uses_allowed.to_string()),
            (("Giới hạn từ ngày", "Limits in force from"), day(certificate.limits_from, language)),
        ];
        let verdict = if certificate.passes() {
            language.pick("ĐẠT: thiết bị được dùng.", "PASSED: the device may be used.")
        } else {
            language.pick("KHÔNG ĐẠT: thiết bị không được dùng.", "FAILED: the device may not be used.")
        };
        let figures = certificate.findings.iter().map(|finding| {
            let source = format!("{} – {}", finding.source, finding.basis.name(language));
            (finding.sentence(language), source)
        });
        Self {
            title: language.pick("Chứng nhận hiệu chuẩn", "Calibration certificate").to_owned(),
            mark: device.is_virtual.then_some("TEST"),
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|((vi, en), value)| (language.pick(vi, en).to_owned(), value))
                .collect(),
            figures: figures.collect(),
            verdict: verdict.to_owned(),
            notes: notes(certificate, language),
        }
    }

    /// As lines of plain text.
    pub fn lines(&self) -> Vec<String> {
        let head = self.mark.into_iter().map(str::to_owned).chain([self.title.clone()]);
        let facts = self.facts.iter().map(|(label, value)| format!("{label}: {value}"));
        let figures = self.figures.iter().map(|(figure, source)| format!("{figure} [{source}]"));
        head.chain(facts)
            .chain(figures)
            .chain([self.verdict.clone()])
            .chain(self.notes.iter().cloned())
            .collect()
    }
}

fn notes(certificate: &Certificate, language: Language) -> Vec<String> {
    let none = language.pick(
        "Chứng nhận này không xác nhận phù hợp với tiêu chuẩn nào.",
        "This certificate claims conformity with no standard.",
    );
    let unverified = certificate.findings.iter().filter(|finding| finding.basis == Basis::Unverified).count();
    let count = language.pick(
        format!("{unverified} giới hạn ghi “chưa kiểm chứng”: con số chưa được đối chiếu với văn bản gốc."),
        format!(
            "{unverified} limits are marked “unverified”: nobody has compared the number with its document."
        ),
    );
    std::iter::once(none.to_owned()).chain((unverified > 0).then_some(count)).collect()
}

/// A day as people write it in this language.
pub(crate) fn day(day: Date, language: Language) -> String {
    let written = match language {
        Language::Vietnamese => day.format(format_description!("[day]/[month]/[year]")),
        Language::English => day.format(format_description!("[day padding:none] [month repr:long] [year]")),
    };
    written.unwrap_or_else(|_unwritable| day.to_string())
}
