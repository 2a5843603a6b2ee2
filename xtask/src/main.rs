fn main() {
    xtask::fixtures::write(&xtask::root()).unwrap();
}
