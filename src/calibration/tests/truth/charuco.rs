//! The `ChArUco` board before cameras whose lens, light, blur and noise are known.

use crate::board::{BOARD_MIDDLE, Camera, charuco, corner, middle};
use crate::draw::{self, Random, View};
use tram_biometric::Language;
use tram_calibration::camera::lens::Lens;
use tram_calibration::charuco::Board;
use tram_calibration::{CalibrationError, Plane, Quantity, procedure};

const SIZE: (usize, usize) = (640, 480);

#[test]
fn lens_distortion_within_a_tenth_of_a_pixel() {
    let mut random = Random(21);
    let (mut worst, mut worst_corner, mut square, mut count) = (0.0_f64, 0.0_f64, 0.0, 0);
    for _ in 0..120 {
        let camera = Camera::any(SIZE, &mut random);
        let picture = camera.picture(&mut random, charuco);
        let board = Board::find(&Plane::of_rgb(&picture)).unwrap();
        assert_eq!(board.corners().count(), 60);
        for (id, found) in board.corners() {
            let truth = camera.pixel(corner(id));
            let far = (found.0 - truth.0).hypot(found.1 - truth.1);
            worst_corner = worst_corner.max(far);
            square += far * far;
            count += 1;
        }
        let lens = Lens::of(&board.pairs(), SIZE.0, SIZE.1).unwrap();
        worst = worst.max((lens.distortion_px - camera.displacement(camera.reach()).abs()).abs());
    }
    let corners = (square / f64::from(count)).sqrt();
    println!("lens distortion: worst {worst:.3} px; corners: {corners:.3} px, worst {worst_corner:.3} px");
    assert!(worst < 0.1, "{worst}");
    assert!(worst_corner < 0.25, "{worst_corner}");
}

#[test]
fn a_board_partly_covered_gives_the_corners_that_are_seen() {
    let mut random = Random(25);
    let (mut worst, mut seen, mut wrong) = (0.0_f64, 0, 0);
    for _ in 0..100 {
        let camera = Camera::any(SIZE, &mut random);
        // A hand over the board, a third of it at most.
        let at = (random.from(0.0, 275.0), random.from(0.0, 175.0));
        let size = (random.from(20.0, 60.0), random.from(20.0, 60.0));
        let is_covered =
            |(u, v): (f64, f64), by: f64| (u - at.0).abs() < size.0 + by && (v - at.1).abs() < size.1 + by;
        let picture = camera.picture(&mut random, |place, blur| {
            if is_covered(place, 0.0) { 0.45 + 0.1 * (place.0 / 9.0).sin() } else { charuco(place, blur) }
        });
        let board = Board::find(&Plane::of_rgb(&picture)).unwrap();
        let free = (0..60).filter(|id| !is_covered(corner(*id), 25.0)).count();
        let found = board.corners().filter(|(id, _)| !is_covered(corner(*id), 25.0)).count();
        assert_eq!(found, free, "corners whose squares are all in the open");
        wrong += board.corners().filter(|(id, _)| is_covered(corner(*id), 0.0)).count();
        for (id, place) in board.corners() {
            let truth = camera.pixel(corner(id));
            worst = worst.max((place.0 - truth.0).hypot(place.1 - truth.1));
        }
        seen += board.corners().count();
    }
    println!("partly covered: {} corners on average, worst {worst:.3} px", seen / 100);
    assert_eq!(wrong, 0, "corners seen through a hand");
    assert!(worst < 0.3, "{worst}");
}

/// What a technician is told of a board that is not as it should be.
#[test]
fn what_is_not_the_board_is_said() {
    let mut random = Random(26);
    for _ in 0..10 {
        let mut camera = Camera::any(SIZE, &mut random);
        let mut told = |camera: &Camera, paper: fn((f64, f64), f64) -> f64| {
            Board::find(&Plane::of_rgb(&camera.picture(&mut random, paper))).unwrap_err()
        };
        assert!(matches!(told(&camera, |_, _| 1.0), CalibrationError::NoBoard { found: 0 }), "paper");
        let dots = |(u, v), blur| draw::dots((u, v), 15.0, (17, 11), blur);
        assert!(matches!(told(&camera, dots), CalibrationError::NoBoard { .. }), "dots");
        let chess = |(u, v): (f64, f64), _| (((u / 25.0).floor() + (v / 25.0).floor()) as i32 & 1).into();
        assert_eq!(told(&camera, chess), CalibrationError::OtherBoard, "a chessboard without markers");
        let mirrored = |(u, v), blur| charuco((275.0 - u, v), blur);
        assert_eq!(told(&camera, mirrored), CalibrationError::Mirrored);
        let turned = |(u, v), blur| charuco((275.0 - u, 175.0 - v), blur);
        assert_eq!(told(&camera, turned), CalibrationError::UpsideDown);
        // Rows in another order: markers that are known where they do not belong.
        let other = |(u, v): (f64, f64), blur| {
            let row = (v / 50.0).floor();
            charuco((u, v - 50.0 * row + 50.0 * (2.0 - row).rem_euclid(3.0)), blur)
        };
        assert_eq!(told(&camera, other), CalibrationError::OtherBoard);
        camera.blur = 6.0;
        assert!(matches!(told(&camera, charuco), CalibrationError::NoBoard { .. }), "out of focus");
    }
    for error in [CalibrationError::OtherBoard, CalibrationError::Mirrored, CalibrationError::UpsideDown] {
        assert_ne!(error.advice(Language::Vietnamese), error.advice(Language::English));
    }
}

#[test]
fn a_board_too_far_away_is_not_measured() {
    let mut random = Random(27);
    let camera = Camera {
        view: View::new(0.9, 1.0, (0.0, 0.0), BOARD_MIDDLE, middle(SIZE)),
        blur: 0.3,
        ..Camera::any(SIZE, &mut random)
    };
    let picture = camera.picture(&mut random, charuco);
    let told = procedure::lens(&picture);
    assert!(matches!(told, Err(CalibrationError::TooLittle(_))), "{told:?}");
    let near = Camera { view: View::new(2.0, 91.0, (0.0, 0.0), BOARD_MIDDLE, middle(SIZE)), ..camera };
    let figures = procedure::lens(&near.picture(&mut random, charuco)).unwrap();
    let eyes = figures.iter().find(|figure| figure.quantity == Quantity::EyeDistance).unwrap().value;
    assert!((eyes - 124.0).abs() < 1.0, "turned by a quarter, partly outside: {eyes}");
}
