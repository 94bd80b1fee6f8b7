//! What an inspector reads: stations, officers, deeds, packets, decisions and how far the log has come. There is no form on
//! it: an inspector changes nothing.

use super::page::{both, escape, page, whose};
use crate::adjudication::is_signed;
use crate::centre::Centre;
use crate::database::values;
use crate::error::CentralError;
use std::fmt::Write as _;
use tram_biometric::Language;

/// So many of the latest packets and deeds are shown.
const LATEST: u32 = 500;

/// A table: its title, the names of its columns, its rows.
struct Table {
    title: (&'static str, &'static str),
    columns: &'static [(&'static str, &'static str)],
    rows: Vec<Vec<String>>,
}

impl Centre {
    /// The page of records.
    pub(super) fn records(&self, name: &str, form: &str) -> Result<String, CentralError> {
        let checkpoint = self.checkpoint()?;
        let mut body = format!("<p><a href=\"/\">{}</a></p>", both("Hồ sơ chờ đối chiếu", "Cases that wait"));
        write!(
            body,
            "<p>{}: {} · <code>{}</code></p>",
            both("Nhật ký: số mục và gốc", "The log: its entries and root"),
            checkpoint.size,
            checkpoint.root
        )
        .ok();
        for table in [
            self.station_table()?,
            self.officer_table()?,
            self.deed_table()?,
            self.decision_table()?,
            self.packet_table()?,
        ] {
            table.write(&mut body);
        }
        Ok(page(("Sổ theo dõi", "Records"), &whose(name, form), &body))
    }

    fn station_table(&self) -> Result<Table, CentralError> {
        let rows = self.database.query(
            "SELECT station.id, office_name, coalesce(revoked_at, ''), count(sequence),
                    coalesce(max(sequence), 0) - count(DISTINCT sequence), count(sequence) - count(DISTINCT sequence)
             FROM station LEFT JOIN packet ON packet.station = station.id
             GROUP BY station.id, office_name, revoked_at ORDER BY station.id",
            values![],
        )?;
        let cells = rows.iter().map(|row| {
            let number = |column| Ok::<_, CentralError>(row.get::<i64>(column)?.to_string());
            Ok(vec![row.get(0)?, row.get(1)?, row.get(2)?, number(3)?, number(4)?, number(5)?])
        });
        Ok(Table {
            title: ("Trạm", "Stations"),
            columns: &[
                ("Trạm", "Station"),
                ("Cơ quan", "Office"),
                ("Đình chỉ từ", "Barred since"),
                ("Gói", "Packets"),
                ("Thiếu", "Missing"),
                ("Trùng số", "Forked"),
            ],
            rows: cells.collect::<Result<_, CentralError>>()?,
        })
    }

    fn officer_table(&self) -> Result<Table, CentralError> {
        let cells = self.officers()?.into_iter().map(|(officer, barred)| {
            let state = if barred { "✕".to_owned() } else { officer.valid_to.to_string() };
            vec![officer.id.0, officer.name, officer.role.label(Language::Vietnamese).to_owned(), state]
        });
        Ok(Table {
            title: ("Cán bộ", "Officers"),
            columns: &[
                ("Tên đăng nhập", "Id"),
                ("Họ tên", "Name"),
                ("Vai trò", "Role"),
                ("Đến ngày", "Valid to"),
            ],
            rows: cells.collect(),
        })
    }

    fn deed_table(&self) -> Result<Table, CentralError> {
        let cells = self.deeds(LATEST)?.into_iter().map(|deed| {
            let what = match deed.kind.as_str() {
                "blank-spoiled" => ("Hủy phôi thẻ", "Blank given up"),
                "packets-exported" => ("Chép hồ sơ ra ngoài", "Packets copied out"),
                "database-copied" => ("Chép cơ sở dữ liệu", "Database copied"),
                _ => ("Không đọc được", "Unreadable"),
            };
            let state = match deed.state.as_str() {
                "sound" => ("✓ Đủ chữ ký", "Signed as asked"),
                "lacking" => ("✕ Thiếu người thứ hai", "No second person"),
                "accepted" => ("✓ Hai người đã chấp nhận", "Accepted by two"),
                _ => ("✕ Chữ ký không đúng", "Not signed as it says"),
            };
            let words = |(vi, en): (&str, &str)| format!("{vi} · {en}");
            vec![
                deed.number.to_string(),
                deed.station,
                words(what),
                deed.officer,
                deed.supervisor,
                deed.at,
                words(state),
            ]
        });
        Ok(Table {
            title: ("Việc ngoài hồ sơ", "Done beside dossiers"),
            columns: &[
                ("Số", "Number"),
                ("Trạm", "Station"),
                ("Việc", "What"),
                ("Cán bộ", "Officer"),
                ("Người thứ hai", "Second person"),
                ("Lúc", "At"),
                ("Trạng thái", "State"),
            ],
            rows: cells.collect(),
        })
    }

    fn decision_table(&self) -> Result<Table, CentralError> {
        let rows = self.database.query(
            "SELECT number, coalesce(decision, ''), coalesce(decided_at, ''), coalesce(record, '')
             FROM adjudication ORDER BY number DESC",
            values![],
        )?;
        let cells = rows.iter().map(|row| {
            let (number, record): (u64, String) = (row.get(0)?, row.get(3)?);
            let by = record.lines().find_map(|line| line.strip_prefix("by ")).unwrap_or_default().to_owned();
            let signed = if record.is_empty() {
                ""
            } else if is_signed(&record) {
                "✓"
            } else {
                "✕"
            };
            Ok(vec![number.to_string(), row.get(1)?, row.get(2)?, by, signed.to_owned()])
        });
        Ok(Table {
            title: ("Đối chiếu", "Adjudication"),
            columns: &[
                ("Số", "Case"),
                ("Quyết định", "Verdict"),
                ("Lúc", "At"),
                ("Người quyết định", "By"),
                ("Chữ ký", "Signature"),
            ],
            rows: cells.collect::<Result<_, CentralError>>()?,
        })
    }

    fn packet_table(&self) -> Result<Table, CentralError> {
        let rows = self.database.query(
            "SELECT id, packet.state, coalesce(station, carrier), coalesce(sequence, 0), coalesce(log_index, -1),
                    coalesce(reason, note, ''), announced_at
             FROM packet LEFT JOIN clearance ON clearance.packet = packet.id
             ORDER BY announced_at DESC, id LIMIT ?1",
            values![LATEST],
        )?;
        let cells = rows.iter().map(|row| {
            let number = |column| Ok::<_, CentralError>(row.get::<i64>(column)?.to_string());
            Ok(vec![row.get(0)?, row.get(1)?, row.get(2)?, number(3)?, number(4)?, row.get(5)?, row.get(6)?])
        });
        Ok(Table {
            title: ("Gói mới nhất", "Latest packets"),
            columns: &[
                ("Gói", "Packet"),
                ("Trạng thái", "State"),
                ("Trạm", "Station"),
                ("Số thứ tự", "Sequence"),
                ("Mục nhật ký", "Entry"),
                ("Ghi chú", "Note"),
                ("Báo lúc", "Announced"),
            ],
            rows: cells.collect::<Result<_, CentralError>>()?,
        })
    }
}

impl Table {
    fn write(&self, body: &mut String) {
        write!(body, "<h2>{}</h2><table><tr>", both(self.title.0, self.title.1)).ok();
        for (vi, en) in self.columns {
            write!(body, "<th>{}", both(vi, en)).ok();
        }
        body.push_str("</tr>");
        for row in &self.rows {
            body.push_str("<tr>");
            for cell in row {
                _ = write!(body, "<td>{}", escape(cell));
            }
            body.push_str("</tr>");
        }
        body.push_str("</table>");
    }
}
