fn main() {
    let path = std::env::args().nth(1).unwrap_or(".".into());
    let on = std::env::args()
        .nth(2)
        .and_then(|d| d.parse().ok())
        .unwrap_or_else(|| countersign::domain::Day::new(2026, 11, 23).unwrap());
    let register = countersign::register::Register::open(std::path::Path::new(&path)).unwrap();
    if let Err(e) = countersign::ui::run(
        register,
        countersign::ui::Options { at: countersign::register::At::Head, on, colour: true },
    ) {
        eprintln!("{e} {:?}", e.hint());
    }
}
