//! Prints how well each measure orders and separates pictures spoilt in a known way.
//!
//!     cargo run --release -p tram-portrait --example degrade -- ../shared/data/faces
//!
//! A second argument, such as `blur`, runs one trial alone. Limits are set on every second person and reported on
//! the others, with 95 % intervals (normal for the area under the curve, Wilson's for shares).
#![allow(clippy::print_stdout)]

mod cover;
mod spoil;
mod statistics;
mod turn;

use anyhow::Context as _;
use cover::Cover;
use spoil::Spoil;
use statistics::{Area, Separation};
use std::path::{Path, PathBuf};
use tram_biometric::RgbImage;
use tram_portrait::attack::{self, HintKind};
use tram_portrait::{Engine, Face, MeasureKind, decode};

/// What is done to the good pictures, and the measure that must notice.
const TRIALS: [(&str, MeasureKind, [Spoil; 2]); 12] = [
    ("blur", MeasureKind::Sharpness, [Spoil::Blur(3), Spoil::Blur(6)]),
    ("motion", MeasureKind::Sharpness, [Spoil::Motion(8), Spoil::Motion(16)]),
    ("dark", MeasureKind::LuminanceMean, [Spoil::Light(0.25), Spoil::Light(0.08)]),
    ("bright", MeasureKind::OverExposurePrevention, [Spoil::Light(3.0), Spoil::Light(6.0)]),
    ("cast", MeasureKind::NaturalColour, [Spoil::Cast(0.7), Spoil::Cast(0.4)]),
    ("side light", MeasureKind::IlluminationUniformity, [Spoil::SideLight(0.5), Spoil::SideLight(0.8)]),
    ("roll", MeasureKind::HeadPoseRoll, [Spoil::Roll(8.0), Spoil::Roll(16.0)]),
    ("yaw", MeasureKind::HeadPoseYaw, [Spoil::Yaw(10.0), Spoil::Yaw(20.0)]),
    ("background", MeasureKind::BackgroundUniformity, [Spoil::Background(30), Spoil::Background(70)]),
    ("second face", MeasureKind::SingleFacePresent, [Spoil::SecondFace(0.25), Spoil::SecondFace(0.5)]),
    ("closed eyes", MeasureKind::EyesOpen, [Spoil::Eyes(0.6), Spoil::Eyes(1.0)]),
    ("JPEG blocks", MeasureKind::CompressionArtifacts, [Spoil::Jpeg(25), Spoil::Jpeg(8)]),
];

/// What is put on the good faces, and the measure that must notice.
const COVERS: [(&str, MeasureKind, [Cover; 2]); 8] = [
    ("glasses", MeasureKind::NoGlasses, [Cover::Glasses(1.2), Cover::Glasses(3.0)]),
    ("sunglasses", MeasureKind::EyesVisible, [Cover::Sunglasses(0.3), Cover::Sunglasses(0.05)]),
    ("mask", MeasureKind::MouthOcclusionPrevention, [Cover::Mask(0.16), Cover::Mask(0.7)]),
    ("mask", MeasureKind::FaceOcclusionPrevention, [Cover::Mask(0.16), Cover::Mask(0.7)]),
    ("block", MeasureKind::FaceOcclusionPrevention, [Cover::Block(0.2), Cover::Block(0.4)]),
    ("cap", MeasureKind::NoHeadCoverings, [Cover::Cap(0.75), Cover::Cap(0.5)]),
    ("plain cap", MeasureKind::NoHeadCoverings, [Cover::PlainCap(0.75), Cover::PlainCap(0.5)]),
    ("scarf", MeasureKind::NoHeadCoverings, [Cover::Cap(0.75), Cover::Scarf]),
];

/// Simulated attacks, and the hint that must notice.
const ATTACKS: [(&str, HintKind, Spoil); 3] = [
    ("screen 1.4", HintKind::Moire, Spoil::Screen(1.4)),
    ("screen 2.3", HintKind::Moire, Spoil::Screen(2.3)),
    ("photograph", HintKind::FrameEdges, Spoil::Print),
];

struct Person {
    image: RgbImage,
    face: Face,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("give the folder that holds london_neutral and london_smiling")?;
    let only = arguments.next();
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let folder = Path::new(&folder);
    let mut engine = Engine::new()?;
    let mut people = Vec::new();
    for path in pictures(&folder.join("london_neutral"))? {
        let image = spoil::halved(&decode::picture(&std::fs::read(&path)?)?)?;
        let face = engine.assess(&image)?.face.context("no face in a good picture")?;
        people.push(Person { image, face });
    }
    println!("{} people, every second one to set the limit, the others to report", people.len());
    println!(
        "{:<12} {:<24} {:>9} {:>9} {:>9}  {:<22} {:<22} {:>9}  {:<24} {:<24}",
        "spoilt by",
        "measure",
        "good",
        "weak",
        "strong",
        "AUC weak [95 %]",
        "AUC strong [95 %]",
        "limit",
        "good refused",
        "strong accepted"
    );
    for (name, kind, [weak, strong]) in TRIALS.into_iter().filter(|(name, ..)| wanted(name)) {
        let mut taken = [Vec::new(), Vec::new(), Vec::new()];
        for person in &people {
            let spoilt = [person.image.clone(), weak.apply(person)?, strong.apply(person)?];
            for (values, image) in taken.iter_mut().zip(spoilt) {
                values.push(native(&mut engine, &image, kind)?);
            }
        }
        let [good, weak, strong] = taken;
        row(name, &format!("{kind:?}"), &good, Some(&weak), &strong);
    }
    for (name, kind, [weak, strong]) in COVERS.into_iter().filter(|(name, ..)| wanted(name)) {
        let mut taken = [Vec::new(), Vec::new(), Vec::new()];
        for (turn, person) in people.iter().enumerate() {
            let covered =
                [person.image.clone(), weak.apply(person, turn / 2)?, strong.apply(person, turn / 2)?];
            for (values, image) in taken.iter_mut().zip(covered) {
                values.push(native(&mut engine, &image, kind)?);
            }
        }
        let [good, weak, strong] = taken;
        row(name, &format!("{kind:?}"), &good, Some(&weak), &strong);
    }
    for (name, kind, spoils) in ATTACKS.into_iter().filter(|(name, ..)| wanted(name)) {
        let (mut real, mut spoilt) = (Vec::new(), Vec::new());
        for person in &people {
            real.push(evidence(&person.image, &person.face, kind));
            let attack = spoils.apply(person)?;
            // The face is found anew: an attack comes with its own.
            let face = engine.assess(&attack)?.face;
            spoilt.push(face.map_or(f64::NAN, |face| evidence(&attack, &face, kind)));
        }
        row(name, &format!("{kind:?}"), &real, None, &spoilt);
    }
    if wanted("sway") {
        let mut evidences = [Vec::new(), Vec::new()];
        for person in &people {
            for (values, along) in evidences.iter_mut().zip([false, true]) {
                values.push(sway(&mut engine, &spoil::swayed(person, 14.0, along)?)?);
            }
        }
        let [real, photograph] = evidences;
        row("sway", "NoParallax", &real, None, &photograph);
    }
    if wanted("distance") {
        distances(&mut engine, &folder.join("distance"))?;
    }
    if !wanted("smile") {
        return Ok(());
    }
    let mut smiling = Vec::new();
    for path in pictures(&folder.join("london_smiling"))? {
        let image = spoil::halved(&decode::picture(&std::fs::read(&path)?)?)?;
        smiling.push(native(&mut engine, &image, MeasureKind::ExpressionNeutrality)?);
    }
    let mut neutral = Vec::new();
    for person in &people {
        neutral.push(native(&mut engine, &person.image, MeasureKind::ExpressionNeutrality)?);
    }
    row("smile", "ExpressionNeutrality", &neutral, None, &smiling);
    Ok(())
}

/// What one face seen straight from four distances measures: the nearer, the more the nose stands out, and no turn.
fn distances(engine: &mut Engine, folder: &Path) -> anyhow::Result<()> {
    for path in pictures(folder)? {
        let found = engine.assess(&decode::picture(&std::fs::read(&path)?)?)?;
        let value = |kind| found.measure(kind).map_or(f32::NAN, |measure| measure.native);
        let (yaw, pitch) = (value(MeasureKind::HeadPoseYaw), value(MeasureKind::HeadPosePitch));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        println!("distance {name:<6} yaw {yaw:>6.1} pitch {pitch:>6.1} degrees, {} faces", found.faces);
    }
    Ok(())
}

/// Evidence of two pictures of a burst; nothing where they tell nothing.
fn sway(engine: &mut Engine, [before, after]: &[RgbImage; 2]) -> anyhow::Result<f64> {
    let faces = engine.assess(before)?.face.zip(engine.assess(after)?.face);
    let hint = faces.and_then(|(first, second)| attack::burst_hint((before, &first), (after, &second)));
    Ok(hint.map_or(0.0, |hint| f64::from(hint.evidence)))
}

fn evidence(image: &RgbImage, face: &Face, kind: HintKind) -> f64 {
    let hints = attack::hints(image, face);
    hints.iter().find(|hint| hint.kind == kind).map_or(f64::NAN, |hint| f64::from(hint.evidence))
}

/// The value the separation is made on: size only where both signs are bad. A picture without a face is not a number.
fn native(engine: &mut Engine, image: &RgbImage, kind: MeasureKind) -> anyhow::Result<f64> {
    let found = engine.assess(image)?;
    let value = found.measure(kind).map_or(f64::NAN, |measure| f64::from(measure.native));
    let is_turn = matches!(kind, MeasureKind::HeadPoseRoll | MeasureKind::HeadPoseYaw);
    Ok(if is_turn { value.abs() } else { value })
}

fn row(name: &str, what: &str, good: &[f64], weak: Option<&[f64]>, strong: &[f64]) {
    let area = Area::of(good, strong);
    let Separation { limit, refused, accepted } = Separation::of(good, strong, area.rising);
    println!(
        "{name:<12} {what:<24} {:>9.3} {:>9.3} {:>9.3}  {:<22} {:<22} {limit:>9.3}  {refused:<24} {accepted:<24}",
        statistics::mean(good),
        weak.map_or(f64::NAN, statistics::mean),
        statistics::mean(strong),
        weak.map_or_else(String::new, |weak| Area::of(good, weak).to_string()),
        area.to_string(),
    );
}

fn pictures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    paths.sort();
    Ok(paths)
}
