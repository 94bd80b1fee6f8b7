//! `tram`: the station's window and command line.

fn main() -> std::process::ExitCode {
    tram_station::memory::prepare();
    tram_station::command::main()
}
