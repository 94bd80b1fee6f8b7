//! Invented citizens: plausible in every field, nobody in truth, and the same for the same seed on every machine.
//!
//! An invented person can be told from a real one, by eye and by a centre:
//!
//! - the six running digits of the identity number begin with 9 (a real number's may, too);
//! - the phone number begins with 040, which no network has;
//! - the residence's first line contains [`MARK`], which no real address does: [`is_invented`] asks for it.

use crate::names;
use crate::places::{PLACES, Place};
use crate::random::{Random, mix};
use std::fmt;
use std::ops::Range;

/// Stands in the first line of every invented person's residence.
pub const MARK: &str = "TEST";

/// People are invented as of the end of this year: nobody is born later.
const LAST_BIRTH_YEAR: u16 = 2025;

/// Whether the first line of a residence ([`Residence::detail`]) marks its person as invented.
pub fn is_invented(residence_detail: &str) -> bool {
    residence_detail.split_whitespace().any(|word| word == MARK)
}

/// The sex as the identity number and the card know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// A day of the Gregorian calendar that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Year, 1930 to 2025.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

/// An entry of a code list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coded {
    /// The code, with its leading zeros.
    pub code: &'static str,
    /// The name in Vietnamese.
    pub name: &'static str,
}

/// Where a person lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residence {
    /// Hamlet or street group, with [`MARK`].
    pub detail: String,
    /// The commune of today.
    pub commune: Coded,
    /// The province of today.
    pub province: Coded,
}

/// One invented citizen.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The seed it grew from; also names the person's fingers.
    pub seed: u64,
    /// Personal identification number, 12 digits: place of birth registration, century and sex, year, six more.
    /// No two seeds below 1,000,000 share one.
    pub number: String,
    /// The 9-digit number of the old paper card, for most who were 15 while it was given out.
    pub old_number: Option<String>,
    /// Family, middle and given name in the order of the person's people; Unicode NFC.
    pub full_name: String,
    /// Date of birth. Of the old, many only know the year: the first of January.
    pub birth: Date,
    /// Sex.
    pub sex: Sex,
    /// One of the 54 peoples, by the statistics office's numbering.
    pub ethnicity: Coded,
    /// Religion, code 99 for none.
    pub religion: Coded,
    /// Nationality, ISO 3166-1 alpha-3.
    pub nationality: Coded,
    /// Place of birth registration: one of the 63 old provinces, as the number names it.
    pub birth_place: Coded,
    /// Residence.
    pub residence: Residence,
    /// Mobile number of ten digits, for those over 14 who have one.
    pub phone: Option<String>,
    /// The father's full name.
    pub father: String,
    /// The mother's full name.
    pub mother: String,
}

impl fmt::Debug for Person {
    /// The seed alone: code that prints people must not be tried out on invented ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.seed)
    }
}

/// The seed below 1,000,000 whose invented citizen has this identity number, or `None` for any other number.
///
/// This is how a virtual device learns whose fingers to show when only a number is known.
pub fn seed_of(number: &str) -> Option<u64> {
    // Undoes `running_digits`: 46,467 is the inverse of 61,803 modulo 100,000.
    let running: u64 = number.get(7..12)?.parse().ok()?;
    let low = (running + 100_000 - 27_182) * 46_467 % 100_000;
    // Of the ten seeds that end like this, one has the number's year.
    (0..10).map(|block| block * 100_000 + low).find(|seed| Person::invented(*seed).number == number)
}

/// The invented citizens of a range of seeds, one after the other; 200,000 take about a second.
pub fn people(seeds: Range<u64>) -> impl Iterator<Item = Person> {
    seeds.map(Person::invented)
}

impl Person {
    /// The citizen that belongs to `seed`.
    pub fn invented(seed: u64) -> Self {
        let random = &mut Random::new(seed, 1);
        let place = pick_place(random);
        let sex = if random.chance(50) { Sex::Male } else { Sex::Female };
        let birth = birth_date(random, seed);
        let ethnicity = pick_ethnicity(random, place);
        let (family, father) = names::full_name(random, ethnicity.code, Sex::Male, birth.year - 27);
        let (_, mother) = names::full_name(random, ethnicity.code, Sex::Female, birth.year - 25);
        let full_name = names::with_family(random, ethnicity.code, sex, birth.year, family);
        // Three in four live where they were registered, the others where most people live.
        let home = if random.chance(75) { place } else { pick_place(random) };
        Self {
            seed,
            number: number(seed, place, sex, birth.year),
            old_number: (birth.year <= 2001 && random.chance(90)).then(|| old_number(seed)),
            full_name,
            birth,
            sex,
            ethnicity,
            religion: pick_religion(random, place, ethnicity),
            nationality: Coded { code: "VNM", name: "Việt Nam" },
            birth_place: Coded { code: place.code, name: place.name },
            residence: residence(random, home),
            phone: (birth.year <= 2011 && random.chance(85))
                .then(|| format!("040{:07}", random.below(10_000_000))),
            father,
            mother,
        }
    }
}

fn pick_place(random: &mut Random) -> &'static Place {
    let place = random.weighted(PLACES.iter().map(|place| place.thousands));
    PLACES.get(place).unwrap_or(&PLACES[0])
}

/// The last five digits: a permutation of the seed's, so that neighbours do not look alike.
fn running_digits(seed: u64) -> u64 {
    (seed % 100_000 * 61_803 + 27_182) % 100_000
}

/// Two seeds with the same last five digits differ in the last digit of the year of birth, unless they are a
/// million apart: that makes numbers unique without a list of those given out.
fn last_digit_of_year(seed: u64) -> u16 {
    ((mix(running_digits(seed)) % 10 + seed / 100_000) % 10) as u16
}

fn birth_date(random: &mut Random, seed: u64) -> Date {
    // How many live of those born in the 1930s, 1940s … 2020s.
    const DECADES: [u32; 10] = [1, 2, 5, 9, 11, 15, 16, 15, 17, 9];
    let decade = 1930 + 10 * random.weighted(DECADES.into_iter()) as u16;
    let digit = last_digit_of_year(seed);
    let year = if decade + digit > LAST_BIRTH_YEAR { decade - 10 + digit } else { decade + digit };
    if year < 1965 && random.chance(25) {
        return Date { year, month: 1, day: 1 };
    }
    let month = 1 + random.below(12) as u8;
    let days = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    Date { year, month, day: 1 + random.below(days) as u8 }
}

/// Decree 137/2015/NĐ-CP, article 13: place, century and sex, two digits of the year, six more.
fn number(seed: u64, place: &Place, sex: Sex, year: u16) -> String {
    let century_and_sex = (year / 100 - 19) * 2 + u16::from(sex == Sex::Female);
    format!("{}{century_and_sex}{:02}9{:05}", place.code, year % 100, running_digits(seed))
}

/// Nine digits without structure; a permutation of the seeds below 1,000,000,000.
fn old_number(seed: u64) -> String {
    format!("{:09}", (seed % 1_000_000_000 * 618_033_989 + 141_592_653) % 1_000_000_000)
}

fn pick_ethnicity(random: &mut Random, place: &Place) -> Coded {
    let mut left = random.below(100) as u32;
    for (code, percent) in place.peoples {
        if left < *percent {
            return coded(&ETHNICITIES, code);
        }
        left -= percent;
    }
    ETHNICITIES[0]
}

fn pick_religion(random: &mut Random, place: &Place, ethnicity: Coded) -> Coded {
    let (believers, religions): (u32, &[&str]) = match (ethnicity.code, place.code) {
        ("05", _) => (90, &["01"]),
        ("17", "089") => (95, &["04"]),
        ("17", _) => (90, &["13", "13", "04"]),
        ("08", _) => (20, &["08"]),
        ("10" | "12" | "13" | "14" | "16" | "20" | "22" | "28", _) => (55, &["08", "02"]),
        (_, "072") => (40, &["05"]),
        (_, "089") => (55, &["03", "03", "10", "01"]),
        (_, "087") => (25, &["03", "01"]),
        (_, "075" | "036" | "037") => (35, &["02", "02", "01"]),
        _ => (13, &["02", "02", "02", "01", "01", "08", "05"]),
    };
    let code = if random.chance(believers) { random.pick(religions) } else { "99" };
    coded(&RELIGIONS, code)
}

fn residence(random: &mut Random, home: &Place) -> Residence {
    let (code, name) = random.pick(&home.communes);
    let number = 1 + random.below(15);
    let detail = if name.starts_with("Phường") {
        format!("Tổ dân phố {MARK} {number}")
    } else if home.code >= "070" {
        format!("Ấp {MARK} {number}")
    } else if home.peoples.iter().map(|(_, percent)| percent).sum::<u32>() > 30 {
        format!("Bản {MARK} {number}")
    } else {
        format!("Thôn {MARK} {number}")
    };
    let (province_code, province) = home.province;
    Residence {
        detail,
        commune: Coded { code, name },
        province: Coded { code: province_code, name: province },
    }
}

fn coded(list: &[Coded], code: &str) -> Coded {
    list.iter()
        .find(|entry| entry.code == code)
        .or(list.first())
        .copied()
        .unwrap_or(Coded { code: "", name: "" })
}

const ETHNICITIES: [Coded; 24] = [
    Coded { code: "01", name: "Kinh" },
    Coded { code: "02", name: "Tày" },
    Coded { code: "03", name: "Thái" },
    Coded { code: "04", name: "Hoa" },
    Coded { code: "05", name: "Khơ-me" },
    Coded { code: "06", name: "Mường" },
    Coded { code: "07", name: "Nùng" },
    Coded { code: "08", name: "HMông" },
    Coded { code: "09", name: "Dao" },
    Coded { code: "10", name: "Gia-rai" },
    Coded { code: "12", name: "Ê-đê" },
    Coded { code: "13", name: "Ba-na" },
    Coded { code: "14", name: "Xơ-đăng" },
    Coded { code: "16", name: "Cơ-ho" },
    Coded { code: "17", name: "Chăm" },
    Coded { code: "19", name: "Hrê" },
    Coded { code: "20", name: "Mnông" },
    Coded { code: "21", name: "Ra-glai" },
    Coded { code: "22", name: "Xtiêng" },
    Coded { code: "23", name: "Bru-Vân Kiều" },
    Coded { code: "25", name: "Giáy" },
    Coded { code: "26", name: "Cơ-tu" },
    Coded { code: "28", name: "Mạ" },
    Coded { code: "31", name: "Tà-ôi" },
];

const RELIGIONS: [Coded; 9] = [
    Coded { code: "99", name: "Không" },
    Coded { code: "01", name: "Phật giáo" },
    Coded { code: "02", name: "Công giáo" },
    Coded { code: "03", name: "Phật giáo Hòa Hảo" },
    Coded { code: "04", name: "Hồi giáo" },
    Coded { code: "05", name: "Cao Đài" },
    Coded { code: "08", name: "Tin lành" },
    Coded { code: "10", name: "Phật giáo Tứ Ân Hiếu Nghĩa" },
    Coded { code: "13", name: "Bà-la-môn giáo" },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use unicode_normalization::is_nfc;

    #[test]
    fn numbers_are_unique_and_agree_with_the_record() {
        // Every fifth of a million, and both ends of it whole.
        let seeds = (0..1_000_000).step_by(5).chain(1..2_000).chain(998_001..1_000_000);
        let (mut numbers, mut old_numbers) = (HashSet::new(), HashSet::new());
        let mut asked = HashSet::new();
        for seed in seeds.filter(|seed| asked.insert(*seed)) {
            let person = Person::invented(seed);
            let number = &person.number;
            assert!(number.len() == 12 && number.bytes().all(|digit| digit.is_ascii_digit()), "{number}");
            let century_and_sex = match (person.birth.year / 100, person.sex) {
                (19, Sex::Male) => "0",
                (19, Sex::Female) => "1",
                (_, Sex::Male) => "2",
                (_, Sex::Female) => "3",
            };
            let year = format!("{:02}", person.birth.year % 100);
            assert_eq!(
                (&number[..3], &number[3..4], &number[4..6]),
                (person.birth_place.code, century_and_sex, &*year)
            );
            assert!(numbers.insert(number.clone()), "{number} twice");
            if let Some(old) = person.old_number {
                assert!(old.len() == 9 && old_numbers.insert(old));
            }
        }
    }

    #[test]
    fn every_field_is_filled_marked_and_composed() {
        for person in people(0..5_000) {
            let texts = [&person.full_name, &person.father, &person.mother, &person.residence.detail];
            for text in texts {
                assert!(
                    !text.is_empty() && is_nfc(text) && !text.contains("  ") && text.trim() == text,
                    "{text}"
                );
            }
            assert!(is_invented(&person.residence.detail));
            assert!(person.phone.is_none_or(|phone| phone.len() == 10 && phone.starts_with("040")));
            assert!((1930..=LAST_BIRTH_YEAR).contains(&person.birth.year));
            assert!(is_nfc(person.residence.commune.name) && !person.residence.commune.code.is_empty());
        }
        assert!(!is_invented("Số 12 đường Trần Phú"));
    }

    #[test]
    fn a_number_leads_back_to_its_seed() {
        for seed in (0..1_000_000).step_by(9_973) {
            assert_eq!(seed_of(&Person::invented(seed).number), Some(seed));
        }
        for number in ["", "001090900000", "079190123456", "không phải số"] {
            assert_eq!(seed_of(number), None);
        }
    }

    #[test]
    fn a_seed_keeps_its_person() {
        let person = Person::invented(7);
        assert!(person == Person::invented(7));
        let card = format!("{} {} {:?}", person.number, person.full_name, person.birth);
        assert_eq!(card, "014197959803 Lường Thị Hặc Date { year: 1997, month: 10, day: 22 }");
    }

    #[test]
    fn the_peoples_of_the_mountains_are_among_them() {
        let names: Vec<String> = people(0..60_000).map(|person| person.full_name).collect();
        for part in ["H'Blơi", "Y Bhô", " A Páo", "K'Brêu", "Tôn Thất "] {
            assert!(names.iter().any(|name| name.contains(part)), "{part}");
        }
    }
}
