//! `tram`: the station's window and command line.

fn main() -> std::process::ExitCode {
    tram_station::memory::prepare();
    tram_station::memory::keep_to_itself();
    tram_station::command::main()
}
