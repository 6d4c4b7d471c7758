//! The data that the binary carries is read while it is compiled; a file that is new there must compile it again.

fn main() {
    for folder in ["commitments", "companies", "demo"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
