//! The words that people use, as they stand in the files of the folder `lexicon`: one entry a line, its fields parted by tabs.
//!
//! The files are part of the program; a line that is no entry is passed over when it runs and fails the tests.

use super::fold;

/// The entries of a file of the lexicon, each of `N` fields; the number of the line, from one, where it is none.
///
/// Lines that begin with `#` are comments, empty ones part groups.
pub fn lexicon_entries<const N: usize>(file: &'static str) -> impl Iterator<Item = Result<[&'static str; N], usize>> {
    let lines = file.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| {
        let fields: Vec<&str> = line.split('\t').collect();
        let whole = fields.iter().all(|field| !field.is_empty() && field.trim() == *field);
        <[&str; N]>::try_from(fields).ok().filter(|_| whole).ok_or(number + 1)
    })
}

/// A form as questions and names are compared with it: folded.
#[must_use]
pub fn folded_form(form: &'static str) -> &'static str {
    let folded = fold(form);
    // The lexicon is read once and lasts as long as the program.
    if folded == form { form } else { folded.leak() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_empty_lines_are_no_entries_and_what_is_malformed_is_named_by_its_line() {
        let file = "# id<TAB>form\n\nwall\tWand\nwall\t\nwall\tWand \nwall\nwall\tWand\ttrade\nwall\tMauer\r\n";
        let entries: Vec<_> = lexicon_entries::<2>(file).collect();
        assert_eq!(entries, [Ok(["wall", "Wand"]), Err(4), Err(5), Err(6), Err(7), Ok(["wall", "Mauer"])]);
    }

    #[test]
    fn forms_are_folded_as_texts_are() {
        assert_eq!(folded_form("Türen"), fold("Türen"));
        assert_eq!(folded_form("doors"), "doors");
    }
}
