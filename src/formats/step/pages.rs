//! The upper halves of ISO 8859-2 to 8859-9, from the byte 0xA0 on; U+FFFD where a part leaves a byte free.
//! Part 21 names them by letters: `\\PB\\` is ISO 8859-2.

/// ISO 8859-2.
const B: &str = "\
\u{a0}Ą\u{2d8}Ł\u{a4}ĽŚ\u{a7}\u{a8}ŠŞŤŹ\u{ad}ŽŻ\u{b0}ą\u{2db}ł\u{b4}ľś\u{2c7}\u{b8}šşťź\u{2dd}žżŔÁÂĂ\
ÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ\u{d7}ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö\u{f7}řůúűüýţ\u{2d9}";

/// ISO 8859-3.
const C: &str = "\
\u{a0}Ħ\u{2d8}\u{a3}\u{a4}\u{fffd}Ĥ\u{a7}\u{a8}İŞĞĴ\u{ad}\u{fffd}Ż\u{b0}ħ\u{b2}\u{b3}\u{b4}µĥ\u{b7}\
\u{b8}ışğĵ\u{bd}\u{fffd}żÀÁÂ\u{fffd}ÄĊĈÇÈÉÊËÌÍÎÏ\u{fffd}ÑÒÓÔĠÖ\u{d7}ĜÙÚÛÜŬŜßàáâ\u{fffd}äċĉçèéêëìíîï\
\u{fffd}ñòóôġö\u{f7}ĝùúûüŭŝ\u{2d9}";

/// ISO 8859-4.
const D: &str = "\
\u{a0}ĄĸŖ\u{a4}ĨĻ\u{a7}\u{a8}ŠĒĢŦ\u{ad}Ž\u{af}\u{b0}ą\u{2db}ŗ\u{b4}ĩļ\u{2c7}\u{b8}šēģŧŊžŋĀÁÂÃÄÅÆĮČÉĘ\
ËĖÍÎĪĐŅŌĶÔÕÖ\u{d7}ØŲÚÛÜŨŪßāáâãäåæįčéęëėíîīđņōķôõö\u{f7}øųúûüũū\u{2d9}";

/// ISO 8859-5.
const E: &str = "\
\u{a0}ЁЂЃЄЅІЇЈЉЊЋЌ\u{ad}ЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя\u{2116}ёђ\
ѓєѕіїјљњћќ\u{a7}ўџ";

/// ISO 8859-6.
const F: &str = "\
\u{a0}\u{fffd}\u{fffd}\u{fffd}\u{a4}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{60c}\
\u{ad}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
\u{fffd}\u{fffd}\u{61b}\u{fffd}\u{fffd}\u{fffd}\u{61f}\u{fffd}\u{621}\u{622}\u{623}\u{624}\u{625}\
\u{626}\u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\u{630}\u{631}\u{632}\u{633}\
\u{634}\u{635}\u{636}\u{637}\u{638}\u{639}\u{63a}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{640}\
\u{641}\u{642}\u{643}\u{644}\u{645}\u{646}\u{647}\u{648}\u{649}\u{64a}\u{64b}\u{64c}\u{64d}\u{64e}\
\u{64f}\u{650}\u{651}\u{652}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
\u{fffd}\u{fffd}\u{fffd}\u{fffd}";

/// ISO 8859-7.
const G: &str = "\
\u{a0}\u{2018}\u{2019}\u{a3}\u{20ac}\u{20af}\u{a6}\u{a7}\u{a8}\u{a9}ͺ\u{ab}\u{ac}\u{ad}\u{fffd}\
\u{2015}\u{b0}\u{b1}\u{b2}\u{b3}\u{384}\u{385}Ά\u{b7}ΈΉΊ\u{bb}Ό\u{bd}ΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\u{fffd}ΣΤΥ\
ΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\u{fffd}";

/// ISO 8859-8.
const H: &str = "\
\u{a0}\u{fffd}\u{a2}\u{a3}\u{a4}\u{a5}\u{a6}\u{a7}\u{a8}\u{a9}\u{d7}\u{ab}\u{ac}\u{ad}\u{ae}\u{af}\
\u{b0}\u{b1}\u{b2}\u{b3}\u{b4}µ\u{b6}\u{b7}\u{b8}\u{b9}\u{f7}\u{bb}\u{bc}\u{bd}\u{be}\u{fffd}\
\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{2017}\u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\
\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\u{5de}\u{5df}\u{5e0}\u{5e1}\u{5e2}\
\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}\u{fffd}\u{fffd}\u{200e}\u{200f}\u{fffd}";

/// ISO 8859-9.
const I: &str = "\
\u{a0}\u{a1}\u{a2}\u{a3}\u{a4}\u{a5}\u{a6}\u{a7}\u{a8}\u{a9}ª\u{ab}\u{ac}\u{ad}\u{ae}\u{af}\u{b0}\
\u{b1}\u{b2}\u{b3}\u{b4}µ\u{b6}\u{b7}\u{b8}\u{b9}º\u{bb}\u{bc}\u{bd}\u{be}\u{bf}ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓ\
ÔÕÖ\u{d7}ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö\u{f7}øùúûüışÿ";

/// A byte from 0xA0 on in the page of a letter, `A` to `I`; `None` where it means nothing.
pub(super) fn character(page: u8, byte: u8) -> Option<char> {
    let table = match page {
        b'B' => B,
        b'C' => C,
        b'D' => D,
        b'E' => E,
        b'F' => F,
        b'G' => G,
        b'H' => H,
        b'I' => I,
        _ => return Some(char::from(byte)),
    };
    table.chars().nth(usize::from(byte.checked_sub(0xa0)?)).filter(|found| *found != '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_96_places() {
        for table in [B, C, D, E, F, G, H, I] {
            assert_eq!(table.chars().count(), 96);
        }
    }
}
