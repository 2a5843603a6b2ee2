use std::fs;

use super::*;

/// Places at which a seed is damaged; more are the work of the engine.
const STEPS: usize = 4;

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(seeds(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_target_has_seeds_and_runs_them() {
    for target in TARGETS {
        let inputs = inputs(target.name);
        assert!(!inputs.is_empty(), "{} has no seeds", target.name);
        inputs.iter().for_each(|input| (target.run)(input));
    }
}

/// The engine's first steps from a seed: a cut, a byte turned, a part doubled.
#[test]
fn seeds_that_were_damaged_are_taken_without_a_panic() {
    for target in TARGETS {
        for input in inputs(target.name) {
            for at in (0..input.len()).step_by(input.len().div_ceil(STEPS)) {
                (target.run)(&input[..at]);
                let mut turned = input.clone();
                turned[at] ^= 0x5a;
                (target.run)(&turned);
                let doubled = [&input[..at], &input[at / 2..]].concat();
                (target.run)(&doubled);
            }
        }
    }
}
