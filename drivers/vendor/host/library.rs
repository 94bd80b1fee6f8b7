//! A library with the functions of `tram_vendor.h`. The only place where foreign code is called.
#![allow(unsafe_code)] // Calling a library of C is nothing else.

use std::ffi::{CString, c_char, c_int, c_void};
use std::path::Path;
use tram_vendor::words::{Answer, ROOM_BYTES};

const ABI: c_int = 1;
const SLAPS: c_int = 1;
const ROLLED: c_int = 2;
/// Room for the list of readers.
const LIST_BYTES: usize = 16 * 1024;
const GARBAGE: i32 = -6;

type AbiFn = unsafe extern "C" fn() -> c_int;
type ListFn = unsafe extern "C" fn(*mut c_char, usize) -> c_int;
type OpenFn = unsafe extern "C" fn(*const c_char, *mut c_int, *mut *mut c_void) -> c_int;
type BeginFn = unsafe extern "C" fn(*mut c_void, c_int, c_int) -> c_int;
type NextFn = unsafe extern "C" fn(*mut c_void, c_int, *mut u8, usize, *mut Frame) -> c_int;
type EndFn = unsafe extern "C" fn(*mut c_void) -> c_int;

/// `struct tram_vendor_frame`.
#[repr(C)]
#[derive(Default)]
pub(crate) struct Frame {
    width: i32,
    height: i32,
    ppi: i32,
    is_final: i32,
}

impl Frame {
    pub(crate) fn bytes(&self) -> usize {
        let side = |pixels: i32| usize::try_from(pixels).unwrap_or_default();
        side(self.width).saturating_mul(side(self.height))
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::Picture {
            width: self.width as u32,
            height: self.height as u32,
            ppi: u16::try_from(self.ppi).unwrap_or_default(),
            is_final: self.is_final != 0,
        }
    }
}

/// An open reader, in the library's own words.
#[derive(Clone)]
pub(crate) struct Reader(*mut c_void);

/// A loaded library.
pub(crate) struct Library {
    list: ListFn,
    open: OpenFn,
    begin: BeginFn,
    next: NextFn,
    end: EndFn,
    /// Holds the functions above.
    _code: libloading::Library,
}

impl Library {
    pub(crate) fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: what the library does when it is loaded is trusted no more than the rest of it: that is why this process
        // exists.
        let library = unsafe { libloading::Library::new(path) }?;
        // SAFETY: the types are those of the header, which the library was compiled with; the check of the ABI refuses one
        // that was compiled with another.
        let library = unsafe {
            let abi = *library.get::<AbiFn>(b"tram_vendor_abi\0")?;
            if abi() != ABI {
                return Err(libloading::Error::DlSymUnknown);
            }
            Self {
                list: *library.get(b"tram_vendor_list\0")?,
                open: *library.get(b"tram_vendor_open\0")?,
                begin: *library.get(b"tram_vendor_begin\0")?,
                next: *library.get(b"tram_vendor_next\0")?,
                end: *library.get(b"tram_vendor_end\0")?,
                _code: library,
            }
        };
        Ok(library)
    }

    /// Model, serial number and port of each reader.
    pub(crate) fn list(&self) -> Result<Vec<[String; 3]>, i32> {
        let mut lines = vec![0_u8; LIST_BYTES];
        // SAFETY: the buffer is as long as is said; a library that writes more harms this process alone.
        well(unsafe { (self.list)(lines.as_mut_ptr().cast(), lines.len()) })?;
        let text: Vec<u8> = lines.into_iter().take_while(|byte| *byte != 0).collect();
        let text = String::from_utf8_lossy(&text);
        let devices = text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\t').map(|part| part.replace(char::is_control, " "));
            Some([parts.next()?, parts.next()?, parts.next()?])
        });
        Ok(devices.collect())
    }

    /// The reader at a port, and whether it takes slaps and rolled fingers.
    pub(crate) fn open(&self, port: &str) -> Result<(Reader, bool, bool), i32> {
        let port = CString::new(port).map_err(|_zero| GARBAGE)?;
        let (mut reach, mut reader) = (0, std::ptr::null_mut());
        // SAFETY: a string with its end, and two places that outlive the call.
        well(unsafe { (self.open)(port.as_ptr(), &raw mut reach, &raw mut reader) })?;
        Ok((Reader(reader), reach & SLAPS != 0, reach & ROLLED != 0))
    }

    pub(crate) fn begin(&self, reader: &Reader, position: u8, impression: u8) -> Result<(), i32> {
        // SAFETY: the reader is what the library itself gave.
        well(unsafe { (self.begin)(reader.0, position.into(), impression.into()) })?;
        Ok(())
    }

    /// The next picture, into `pixels`.
    pub(crate) fn next(&self, reader: &Reader, millis: u32, pixels: &mut [u8]) -> Result<Option<Frame>, i32> {
        let mut frame = Frame::default();
        let room = pixels.len().min(ROOM_BYTES);
        let millis = c_int::try_from(millis).unwrap_or(c_int::MAX);
        // SAFETY: the buffer is at least as long as is said, and the frame outlives the call.
        let came = well(unsafe { (self.next)(reader.0, millis, pixels.as_mut_ptr(), room, &raw mut frame) })?;
        if came > 0 && !(1..=room).contains(&frame.bytes()) {
            return Err(GARBAGE);
        }
        Ok((came > 0).then_some(frame))
    }

    pub(crate) fn end(&self, reader: &Reader) -> Result<(), i32> {
        // SAFETY: the reader is what the library itself gave.
        well(unsafe { (self.end)(reader.0) })?;
        Ok(())
    }
}

fn well(result: c_int) -> Result<c_int, i32> {
    if result < 0 { Err(result) } else { Ok(result) }
}
