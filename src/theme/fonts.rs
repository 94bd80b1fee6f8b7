//! Be Vietnam Pro in four weights. egui has no synthetic bold: every weight is a family of its own.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// How heavy text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400: what is read.
    Regular,
    /// 500: labels of fields, key caps, chips.
    Medium,
    /// 600: titles, names, buttons.
    SemiBold,
    /// 700: the product's name.
    Bold,
}

impl Weight {
    const ALL: [Self; 4] = [Self::Regular, Self::Medium, Self::SemiBold, Self::Bold];

    fn name(self) -> &'static str {
        match self {
            Self::Regular => "be-vietnam-pro",
            Self::Medium => "be-vietnam-pro-medium",
            Self::SemiBold => "be-vietnam-pro-semibold",
            Self::Bold => "be-vietnam-pro-bold",
        }
    }

    fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../assets/fonts/BeVietnamPro-Regular.ttf"),
            Self::Medium => include_bytes!("../../assets/fonts/BeVietnamPro-Medium.ttf"),
            Self::SemiBold => include_bytes!("../../assets/fonts/BeVietnamPro-SemiBold.ttf"),
            Self::Bold => include_bytes!("../../assets/fonts/BeVietnamPro-Bold.ttf"),
        }
    }

    /// The egui family that holds this weight.
    pub fn family(self) -> FontFamily {
        match self {
            Self::Regular => FontFamily::Proportional,
            _ => FontFamily::Name(self.name().into()),
        }
    }
}

/// The four weights and nothing else: the same glyphs on every machine.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for weight in Weight::ALL {
        let name = weight.name().to_owned();
        fonts.font_data.insert(name.clone(), Arc::new(FontData::from_static(weight.file())));
        fonts.families.insert(weight.family(), vec![name]);
    }
    fonts.families.insert(FontFamily::Monospace, vec![Weight::Regular.name().to_owned()]);
    fonts
}
