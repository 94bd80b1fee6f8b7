//! Where everything stands on the appointment slip.

use crate::data::slashed;
use crate::fit::{fit, wrap};
use crate::font::Face;
use crate::sheet::{Align, BLACK, Colour, Sheet, WHITE};
use crate::slip::{Bilingual, Captured, SlipData, SlipLanguage};
use crate::symbol::{QUIET_MODULES, Symbol};
use crate::{CardError, Part, money, specimen};
use resvg::tiny_skia::Rect;
use time::{Date, Weekday};

const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const LEFT: f32 = 20.0;
const RIGHT: f32 = WIDTH - 15.0;
const MIDDLE: f32 = f32::midpoint(LEFT, RIGHT);
/// The lowest baseline of the body; the two signatures and the foot stand below it.
const BODY_END: f32 = 235.0;
const LABEL_WIDTH: f32 = 50.0;
const QR_SIDE: f32 = 38.0;
/// 38 mm in 97 modules (version 20) makes modules of 0.39 mm, which any phone reads from paper.
const MOST_QR_MODULES: usize = 97;

const GREY: Colour = [96, 98, 104, 255];
const RULE: Colour = [170, 172, 178, 255];
/// Lets the specimen mark show through.
const PALE: Colour = [40, 44, 64, 14];
const STAMP: Colour = [200, 16, 46, 48];

/// The body's type sizes to try, as shares of the normal ones, until the page holds everything: large where it can be,
/// for old eyes.
const DENSITIES: [f32; 15] =
    [1.2, 1.15, 1.1, 1.05, 1.0, 0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6];

/// The page.
pub(crate) fn page(slip: &SlipData) -> Result<Sheet, CardError> {
    for density in DENSITIES {
        let mut page = Page { sheet: Sheet::new(WIDTH, HEIGHT), slip, density, y: 0.0 };
        page.draw()?;
        if page.y <= BODY_END {
            page.foot()?;
            return Ok(page.sheet);
        }
    }
    Err(CardError::TextTooLong(Part::SlipText))
}

/// Below this density the list of what was captured runs together into one paragraph.
const RUN_TOGETHER: f32 = 0.7;

struct Page<'a> {
    sheet: Sheet,
    slip: &'a SlipData,
    density: f32,
    /// The baseline or edge reached so far.
    y: f32,
}

impl Page<'_> {
    fn draw(&mut self) -> Result<(), CardError> {
        if self.slip.specimen {
            specimen::stamp(&mut self.sheet, (WIDTH * 0.43, HEIGHT * 0.55), 215.0, 58.0, STAMP)?;
        }
        self.head()?;
        self.title()?;
        self.number_and_symbol()?;
        self.applicant()?;
        self.captured()?;
        self.appointment()?;
        self.notes()
    }

    fn english(&self) -> bool {
        self.slip.language == SlipLanguage::WithEnglish
    }

    /// The office on the left, the state's name and motto on the right.
    fn head(&mut self) -> Result<(), CardError> {
        let (left, right) = (LEFT + 36.0, RIGHT - 47.0);
        let authority = fit(Part::Office, &self.slip.authority.to_uppercase(), Face::Regular, 3.5, 74.0, 2)?;
        let below = self.sheet.lines(authority, (left, 17.0), 1.3, Align::Centre, BLACK);
        let office = fit(Part::Office, &self.slip.office.to_uppercase(), Face::Bold, 3.6, 74.0, 3)?;
        let below = self.sheet.lines(office, (left, below + 5.0), 1.3, Align::Centre, BLACK);
        self.rule(left, below + 2.0, 24.0);
        self.centred((right, 17.0), Face::Bold, 3.6, BLACK, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")?;
        self.centred((right, 22.2), Face::SemiBold, 3.9, BLACK, "Độc lập - Tự do - Hạnh phúc")?;
        self.rule(right, 24.4, 48.0);
        self.y = below.max(24.0);
        if self.english() {
            self.centred((right, 28.4), Face::Regular, 2.6, GREY, "SOCIALIST REPUBLIC OF VIET NAM")?;
            self.centred((right, 31.8), Face::Regular, 2.6, GREY, "Independence - Freedom - Happiness")?;
            self.y = self.y.max(31.8);
        }
        Ok(())
    }

    fn title(&mut self) -> Result<(), CardError> {
        self.y += 13.0;
        self.centred((MIDDLE, self.y), Face::Bold, 7.0, BLACK, "GIẤY HẸN TRẢ KẾT QUẢ")?;
        if self.english() {
            self.y += 5.6;
            self.centred((MIDDLE, self.y), Face::Medium, 3.4, GREY, "APPOINTMENT SLIP")?;
        }
        self.y += 6.0;
        let procedure = fit(Part::Procedure, &self.slip.procedure.vi, Face::Medium, 4.0, RIGHT - LEFT, 2)?;
        self.y = self.sheet.lines(procedure, (MIDDLE, self.y), 1.3, Align::Centre, BLACK);
        if self.english() {
            let english = fit(Part::Procedure, &self.slip.procedure.en, Face::Regular, 3.0, RIGHT - LEFT, 2)?;
            self.y = self.sheet.lines(english, (MIDDLE, self.y + 4.6), 1.3, Align::Centre, GREY);
        }
        self.y += 7.0;
        Ok(())
    }

    /// The dossier number large, the signed QR beside it.
    fn number_and_symbol(&mut self) -> Result<(), CardError> {
        let top = self.y;
        let symbol = Symbol::new(&self.slip.qr_payload, MOST_QR_MODULES)?;
        // The specimen mark would cost readers the quiet zone.
        let quiet = QR_SIDE / symbol.side() as f32 * QUIET_MODULES as f32;
        let (left, side) = (RIGHT - QR_SIDE - quiet, QR_SIDE + 2.0 * quiet);
        if let Some(ground) = Rect::from_xywh(left, top - quiet, side, side) {
            self.sheet.fill_box(ground, WHITE);
        }
        self.sheet.symbol(symbol, (RIGHT - QR_SIDE, top), QR_SIDE);
        let width = RIGHT - QR_SIDE - 8.0 - LEFT;
        let below_label = if self.english() { 3.4 * self.density } else { 0.0 };
        self.y += 3.0;
        self.label(LEFT, "Mã hồ sơ", "Dossier number")?;
        let number = fit(Part::DossierNumber, &self.slip.dossier_number, Face::Bold, 7.2, width, 1)?;
        self.y = self.sheet.lines(number, (LEFT, self.y + 8.6 + below_label), 1.3, Align::Left, BLACK);
        self.y += 8.4;
        self.label(LEFT, "Tiếp nhận lúc", "Received at")?;
        let at = self.slip.received;
        let text = format!("{:02}:{:02}, ngày {}", at.hour(), at.minute(), slashed(at.date()));
        self.y += 6.4 + below_label;
        self.sheet.text((LEFT, self.y), (Face::SemiBold, 4.6), Align::Left, BLACK, &text)?;
        self.y += 6.2;
        self.paragraph(
            (LEFT, width),
            "Quét mã để kiểm tra giấy hẹn này và theo dõi hồ sơ.",
            "Scan the code to check this slip and follow the dossier.",
        )?;
        self.y = (self.y + 1.0).max(top + QR_SIDE) + 5.0;
        Ok(())
    }

    fn applicant(&mut self) -> Result<(), CardError> {
        let slip = self.slip;
        self.row(("Người đề nghị", "Applicant"), &slip.applicant.to_uppercase(), Face::Bold)?;
        if let Some(number) = &slip.personal_number {
            self.row(("Số định danh cá nhân", "Personal identification number"), number, Face::SemiBold)?;
        }
        self.row(("Ngày, tháng, năm sinh", "Date of birth"), &slashed(slip.birth), Face::SemiBold)?;
        self.row(("Nơi cư trú", "Place of residence"), &slip.residence, Face::Medium)
    }

    fn captured(&mut self) -> Result<(), CardError> {
        if self.slip.captured.is_empty() {
            return Ok(());
        }
        self.rule_across();
        let slip = self.slip;
        self.label(LEFT, "Đã thu nhận", "Captured")?;
        let size = 3.7 * self.density;
        let lines = slip.captured.iter().map(|Captured { what, outcome }| {
            Bilingual::new(format!("{}: {}", what.vi, outcome.vi), format!("{}: {}", what.en, outcome.en))
        });
        for line in if self.density < RUN_TOGETHER { joined(lines) } else { lines.collect() } {
            self.wrapped((LEFT + LABEL_WIDTH, RIGHT), &line.vi, Face::Regular, size, BLACK)?;
            if self.english() {
                self.y += size * 1.25;
                self.wrapped((LEFT + LABEL_WIDTH, RIGHT), &line.en, Face::Regular, size * 0.78, GREY)?;
            }
            self.y += size * 1.65;
        }
        Ok(())
    }

    /// The box that the slip is for: the day, the place, the fee.
    fn appointment(&mut self) -> Result<(), CardError> {
        let slip = self.slip;
        let (inner, place) = (LEFT + 6.0, self.sheet.marks.len());
        let top = self.y;
        let d = self.density;
        self.y += 7.0 * d;
        self.label(inner, "Hẹn trả kết quả", "Appointment")?;
        let day = format!("{}, ngày {}", weekday(slip.due).vi, slashed(slip.due));
        self.sheet.text(
            (LEFT + LABEL_WIDTH, self.y + 1.2 * d),
            (Face::Bold, 6.4 * d),
            Align::Left,
            BLACK,
            &day,
        )?;
        if self.english() {
            self.y += 6.2 * d;
            let day = format!("{}, {}", weekday(slip.due).en, english_date(slip.due));
            self.sheet.text(
                (LEFT + LABEL_WIDTH, self.y),
                (Face::Regular, 3.0 * d),
                Align::Left,
                GREY,
                &day,
            )?;
        }
        self.y += 9.0 * d;
        self.label(inner, "Nơi trả kết quả", "Collect at")?;
        let ends = (LEFT + LABEL_WIDTH, RIGHT - 5.0);
        self.wrapped(ends, &slip.collect_at, Face::Medium, 3.9 * d, BLACK)?;
        self.y += 9.5 * d;
        self.label(inner, "Lệ phí", "Fee")?;
        let fee = match slip.fee_vnd {
            0 => "Không thu lệ phí".to_owned(),
            vnd => format!("{} ({})", money::figures(vnd), money::words(vnd)),
        };
        self.wrapped(ends, &fee, Face::SemiBold, 3.9 * d, BLACK)?;
        if self.english() {
            self.y += 4.4 * d;
            let fee = match slip.fee_vnd {
                0 => "No fee".to_owned(),
                vnd => format!("VND {}", money::grouped(vnd, ',')),
            };
            self.wrapped(ends, &fee, Face::Regular, 3.0 * d, GREY)?;
        }
        if let Some(note) = &slip.fee_note {
            self.y += 5.0 * d;
            self.wrapped(ends, &note.vi, Face::Regular, 3.5 * d, BLACK)?;
            if self.english() {
                self.y += 4.2 * d;
                self.wrapped(ends, &note.en, Face::Regular, 3.0 * d, GREY)?;
            }
        }
        self.y += 5.5 * d;
        if let Some(frame) = Rect::from_ltrb(LEFT, top, RIGHT, self.y) {
            let mut under = Sheet::new(WIDTH, HEIGHT);
            under.fill_box(frame, PALE);
            under.frame(frame, 0.35, BLACK);
            self.sheet.marks.splice(place..place, under.marks);
        }
        self.y += 7.0 * d;
        Ok(())
    }

    fn notes(&mut self) -> Result<(), CardError> {
        let phone = self.slip.phone.as_deref();
        self.paragraph(
            (LEFT, RIGHT - LEFT),
            "Khi đến nhận kết quả, mang theo giấy hẹn này. Chưa có kết quả vào ngày hẹn thì cơ quan tiếp nhận thông báo lý do.",
            "Bring this slip when you come for the result. If it is not ready on that day, the office tells you why.",
        )?;
        if let Some(phone) = phone {
            self.paragraph(
                (LEFT, RIGHT - LEFT),
                &format!("Điện thoại hỏi kết quả: {phone}"),
                &format!("Telephone: {phone}"),
            )?;
        }
        Ok(())
    }

    /// The signatures, always at the same height so that they can be signed by habit.
    fn foot(&mut self) -> Result<(), CardError> {
        let (left, right, top) = (LEFT + 40.0, RIGHT - 44.0, BODY_END + 12.0);
        let slip = self.slip;
        let received = slip.received.date();
        let date = format!(
            "Ngày {:02} tháng {:02} năm {}",
            received.day(),
            u8::from(received.month()),
            received.year()
        );
        self.centred((right, top - 5.4), Face::Regular, 3.6, BLACK, &date)?;
        for (x, title, english, name) in [
            (left, "NGƯỜI NHẬN GIẤY HẸN", "Recipient", &slip.applicant),
            (right, "CÁN BỘ TIẾP NHẬN", "Receiving officer", &slip.officer),
        ] {
            self.centred((x, top), Face::Bold, 3.7, BLACK, title)?;
            let hint = if self.english() {
                format!("(Ký, ghi rõ họ tên) – {english}")
            } else {
                "(Ký, ghi rõ họ tên)".to_owned()
            };
            self.centred((x, top + 4.8), Face::Regular, 3.0, GREY, &hint)?;
            let name = fit(Part::FullName, name, Face::SemiBold, 3.8, 78.0, 2)?;
            self.sheet.lines(name, (x, top + 27.0), 1.25, Align::Centre, BLACK);
        }
        self.sheet.line((LEFT, HEIGHT - 15.5), (RIGHT, HEIGHT - 15.5), 0.2, RULE);
        self.sheet.text((LEFT, HEIGHT - 11.0), (Face::Regular, 2.7), Align::Left, GREY, "Mẫu CC02")?;
        self.sheet.text(
            (RIGHT, HEIGHT - 11.0),
            (Face::Regular, 2.7),
            Align::Right,
            GREY,
            &slip.dossier_number,
        )
    }

    /// A label on the left and a value that wraps beside it.
    fn row(&mut self, (label, english): (&str, &str), value: &str, face: Face) -> Result<(), CardError> {
        let from = self.y;
        self.label(LEFT, label, english)?;
        let size = 4.1 * self.density;
        self.wrapped((LEFT + LABEL_WIDTH, RIGHT), value, face, size, BLACK)?;
        let least = if self.english() { from + 4.0 * self.density } else { from };
        self.y = self.y.max(least) + 6.2 * self.density;
        Ok(())
    }

    /// Vietnamese on the current baseline, English just under it; the baseline stays.
    fn label(&mut self, x: f32, vietnamese: &str, english: &str) -> Result<(), CardError> {
        let d = self.density;
        self.sheet.text((x, self.y), (Face::Regular, 3.6 * d), Align::Left, GREY, vietnamese)?;
        if self.english() {
            let english = fit(Part::SlipText, english, Face::Regular, 2.6 * d, LABEL_WIDTH - 2.0, 1)?;
            self.sheet.lines(english, (x, self.y + 3.5 * d), 1.2, Align::Left, GREY);
        }
        Ok(())
    }

    /// Lines from the current baseline on; ends on the last one.
    fn wrapped(
        &mut self,
        (left, right): (f32, f32),
        text: &str,
        face: Face,
        size: f32,
        colour: Colour,
    ) -> Result<(), CardError> {
        let fitted = wrap(Part::SlipText, text, face, size, right - left)?;
        self.y = self.sheet.lines(fitted, (left, self.y), 1.32, Align::Left, colour).max(self.y);
        Ok(())
    }

    /// Small print in both languages; ends under its last line.
    fn paragraph(
        &mut self,
        (left, width): (f32, f32),
        vietnamese: &str,
        english: &str,
    ) -> Result<(), CardError> {
        let size = 3.3 * self.density;
        self.wrapped((left, left + width), vietnamese, Face::Regular, size, BLACK)?;
        if self.english() {
            self.y += size * 1.25;
            self.wrapped((left, left + width), english, Face::Regular, size * 0.82, GREY)?;
        }
        self.y += size * 1.6;
        Ok(())
    }

    fn centred(
        &mut self,
        at: (f32, f32),
        face: Face,
        size: f32,
        colour: Colour,
        text: &str,
    ) -> Result<(), CardError> {
        self.sheet.text(at, (face, size), Align::Centre, colour, text)
    }

    fn rule(&mut self, centre: f32, y: f32, length: f32) {
        self.sheet.line((centre - length / 2.0, y), (centre + length / 2.0, y), 0.25, BLACK);
    }

    /// A pale line over the whole width, with air around it.
    fn rule_across(&mut self) {
        let y = self.y - 3.4 * self.density;
        self.sheet.line((LEFT, y), (RIGHT, y), 0.2, RULE);
        self.y += 2.6 * self.density;
    }
}

fn joined(lines: impl Iterator<Item = Bilingual>) -> Vec<Bilingual> {
    let (vi, en): (Vec<_>, Vec<_>) = lines.map(|line| (line.vi, line.en)).unzip();
    vec![Bilingual::new(vi.join("; "), en.join("; "))]
}

fn weekday(date: Date) -> Bilingual {
    let (vi, en) = match date.weekday() {
        Weekday::Monday => ("Thứ Hai", "Monday"),
        Weekday::Tuesday => ("Thứ Ba", "Tuesday"),
        Weekday::Wednesday => ("Thứ Tư", "Wednesday"),
        Weekday::Thursday => ("Thứ Năm", "Thursday"),
        Weekday::Friday => ("Thứ Sáu", "Friday"),
        Weekday::Saturday => ("Thứ Bảy", "Saturday"),
        Weekday::Sunday => ("Chủ nhật", "Sunday"),
    };
    Bilingual::new(vi, en)
}

/// 5 December 2026.
fn english_date(date: Date) -> String {
    format!("{} {} {}", date.day(), date.month(), date.year())
}
