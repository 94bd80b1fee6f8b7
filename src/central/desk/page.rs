//! What the desk shows: plain pages without a script, Vietnamese first, English second.

use crate::adjudication::Case;
use crate::adjudicators::SignedIn;
use crate::clearance::best_fingers;
use crate::matcher::Alike;
use std::fmt::Write as _;
use tram_biometric::{FingerPosition, Language};
use tram_enrollment::Field;
use tram_fingerprint::matching::Score;
use tram_packet::Opened;

/// What is told of the two people.
const FIELDS: [(Field, &str, &str); 8] = [
    (Field::FullName, "Họ và tên", "Full name"),
    (Field::PersonalNumber, "Số định danh", "Personal number"),
    (Field::BirthDate, "Ngày sinh", "Date of birth"),
    (Field::Sex, "Giới tính", "Sex"),
    (Field::BirthPlace, "Nơi đăng ký khai sinh", "Place of birth registration"),
    (Field::Ethnicity, "Dân tộc", "Ethnicity"),
    (Field::ResidenceDetail, "Nơi cư trú", "Residence"),
    (Field::OldNumber, "Số giấy tờ cũ", "Former number"),
];

pub(super) const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid; }
small { opacity: .75; font-weight: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid GrayText; }
img { max-width: 100%; max-height: 20rem; background: Canvas; }
label, button, textarea { display: block; margin: .5rem 0; font: inherit; }
textarea { width: 100%; min-height: 5rem; box-sizing: border-box; }
button { padding: .4rem 1rem; }
[role=alert] { border: 2px solid; padding: .5rem 1rem; }
";

/// A label in both languages.
pub(super) fn both(vi: &str, en: &str) -> String {
    format!("{vi} <small lang=\"en\">{en}</small>")
}

/// Text that came from elsewhere.
pub(super) fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, letter| {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

pub(super) fn page(title: (&str, &str), head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{} · Trạm</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\">\
         <body><header><h1>{}</h1>{head}</header><main>{body}</main></body></html>",
        title.0,
        both(title.0, title.1),
    )
}

fn alert(sentence: Option<(&str, &str)>) -> String {
    sentence.map(|(vi, en)| format!("<p role=\"alert\">{}</p>", both(vi, en))).unwrap_or_default()
}

/// The page that asks for name and passphrase.
pub(super) fn sign_in(refused: Option<(&str, &str)>) -> String {
    let body = format!(
        "{}<form method=\"post\" action=\"/sign-in\">\
         <label>{} <input name=\"id\" autocomplete=\"username\" required autofocus></label>\
         <label>{} <input name=\"passphrase\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <button>{}</button></form>",
        alert(refused),
        both("Tên đăng nhập", "Name"),
        both("Mật khẩu", "Passphrase"),
        both("Đăng nhập", "Sign in"),
    );
    page(("Đối chiếu hồ sơ", "Adjudication"), "", &body)
}

pub(super) fn whose(name: &str, form: &str) -> String {
    format!(
        "<form method=\"post\" action=\"/sign-out\"><input type=\"hidden\" name=\"form\" value=\"{form}\">{} \
         <button>{}</button></form>",
        escape(name),
        both("Thoát", "Sign out"),
    )
}

/// The cases that wait.
pub(super) fn list(cases: &[Case], who: &SignedIn, form: &str) -> String {
    let mut body = String::new();
    if cases.is_empty() {
        write!(body, "<p>{}</p>", both("Không có hồ sơ nào chờ đối chiếu.", "Nothing waits for a decision."))
            .ok();
    } else {
        write!(
            body,
            "<table><tr><th>{}<th>{}<th>{}<th>{}</tr>",
            both("Số", "Case"),
            both("Lý do", "Why"),
            both("Độ mạnh", "Strength"),
            both("Từ lúc", "Since"),
        )
        .ok();
        for case in cases {
            let (vi, en) = case.question.sentence();
            write!(
                body,
                "<tr><td><a href=\"/cases/{0}\">{0}</a><td>{1}<td>{2:.1}<td>{3}</tr>",
                case.number,
                both(vi, en),
                case.strength,
                escape(&case.opened_at),
            )
            .ok();
        }
        body.push_str("</table>");
    }
    if who.is_inspector {
        write!(body, "<p><a href=\"/records\">{}</a></p>", both("Sổ theo dõi", "Records")).ok();
    }
    page(("Hồ sơ chờ đối chiếu", "Cases that wait"), &whose(&who.name, form), &body)
}

/// Two enrollments side by side, and the question.
pub(super) struct Comparison<'a> {
    pub(super) case: &'a Case,
    pub(super) waiting: &'a Opened,
    pub(super) candidate: &'a Opened,
    pub(super) who: &'a SignedIn,
    pub(super) form: &'a str,
    pub(super) refused: Option<(&'a str, &'a str)>,
}

pub(super) fn comparison(shown: &Comparison<'_>) -> String {
    let (vi, en) = shown.case.question.sentence();
    let mut body = format!(
        "<p><a href=\"/\">{}</a></p>{}<h2>{}</h2><table><tr><th><th>{}<th>{}</tr>",
        both("Danh sách", "All cases"),
        alert(shown.refused),
        both(vi, en),
        both("Hồ sơ đang chờ", "Waits for the decision"),
        both("Hồ sơ đã có", "Was there before"),
    );
    row(&mut body, &both("Ảnh chân dung", "Portrait"), &|side| picture(shown.case, side, "portrait"));
    for (field, vi, en) in FIELDS {
        row(&mut body, &both(vi, en), &|side| told(shown.side(side), field));
    }
    row(&mut body, &both("Hồ sơ", "Dossier"), &|side| {
        let contents = &shown.side(side).contents;
        escape(&format!("{} · {} · {}", contents.dossier.as_str(), contents.station, contents.officer.0))
    });
    fingers(&mut body, shown);
    body.push_str("</table>");
    body.push_str(&decision(shown));
    let title = format!("Đối chiếu số {}", shown.case.number);
    page((&title, &format!("Case {}", shown.case.number)), &whose(&shown.who.name, shown.form), &body)
}

/// The two columns.
pub(super) const SIDES: [&str; 2] = ["waiting", "candidate"];

impl Comparison<'_> {
    fn side(&self, side: &str) -> &Opened {
        if side == SIDES[0] { self.waiting } else { self.candidate }
    }
}

/// What an enrollment says in a field.
fn told(opened: &Opened, field: Field) -> String {
    match (field, opened.contents.applicant.value(field)) {
        (Field::Sex, "female") => both("Nữ", "Female"),
        (Field::Sex, "male") => both("Nam", "Male"),
        (_, value) => escape(value),
    }
}

fn row(body: &mut String, label: &str, cell: &dyn Fn(&str) -> String) {
    write!(body, "<tr><th>{label}").ok();
    for side in SIDES {
        write!(body, "<td>{}", cell(side)).ok();
    }
    body.push_str("</tr>");
}

fn picture(case: &Case, side: &str, name: &str) -> String {
    format!("<img src=\"/cases/{}/{side}/{name}\" alt=\"{name}\" loading=\"lazy\">", case.number)
}

/// Finger by finger: the partner is the one that fits best, wherever it is.
fn fingers(body: &mut String, shown: &Comparison<'_>) {
    for alike in &shown.case.fingers {
        let Alike { probe, other, score } = *alike;
        let verdict =
            if Score(score).is_match() { ("giống", "alike") } else { ("không giống", "not alike") };
        let label = format!("{}<br>{score:.0} · {}", named(probe), both(verdict.0, verdict.1));
        row(body, &label, &|side| {
            let position = if side == SIDES[0] { probe } else { other };
            let elsewhere =
                if position == probe { String::new() } else { format!("{}<br>", named(position)) };
            elsewhere + &picture(shown.case, side, &position.code().to_string())
        });
    }
    let compared: Vec<FingerPosition> = shown.case.fingers.iter().map(|alike| alike.probe).collect();
    for position in best_fingers(&shown.waiting.contents).into_keys().filter(|it| !compared.contains(it)) {
        let label = format!("{}<br>{}", named(position), both("không so được", "not compared"));
        row(body, &label, &|side| {
            if side == SIDES[0] {
                picture(shown.case, side, &position.code().to_string())
            } else {
                String::new()
            }
        });
    }
}

fn named(position: FingerPosition) -> String {
    both(position.name(Language::Vietnamese), position.name(Language::English))
}

fn decision(shown: &Comparison<'_>) -> String {
    if let Some((record, log_index)) = &shown.case.decided {
        let label = both("Quyết định đã ký, mục nhật ký số", "The signed decision, entry of the log");
        return format!("<h2>{label} {log_index}</h2><pre>{}</pre>", escape(record));
    }
    if shown.who.is_inspector {
        return format!("<p>{}</p>", both("Chưa quyết định.", "Not decided yet."));
    }
    format!(
        "<h2>{}</h2><form method=\"post\" action=\"/cases/{}\">\
         <input type=\"hidden\" name=\"form\" value=\"{}\">\
         <label><input type=\"radio\" name=\"verdict\" value=\"same\" required> {}</label>\
         <label><input type=\"radio\" name=\"verdict\" value=\"different\" required> {}</label>\
         <label>{} <textarea name=\"reason\" minlength=\"5\" maxlength=\"500\" required></textarea></label>\
         <button>{}</button></form>",
        both("Hai hồ sơ này là của một người?", "Are these two of one person?"),
        shown.case.number,
        shown.form,
        both("Một người", "One person"),
        both("Hai người khác nhau", "Two people"),
        both("Căn cứ", "Reason"),
        both("Ký quyết định", "Sign the decision"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_is_never_markup() {
        assert_eq!(escape("<b a='x' c=\"y\">&"), "&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;");
        let key = tram_packet::OfficerKey::from_seed(&[1; 32]).unwrap();
        let who = SignedIn { id: "thu.nt".into(), name: "<script>".into(), is_inspector: false, key };
        let shown = list(&[], &who, "token");
        assert!(!shown.contains("<script>") && shown.contains("&lt;script&gt;"));
    }
}
