//! Who wrote the file, from `IfcOwnerHistory`.

use super::index::{Index, Slot};
use super::schema::OwnerKind;
use super::value::Arguments;

/// Authors that are kept; a file has a few.
const AUTHORS_MAX: usize = 64;

#[derive(Debug)]
enum Row {
    Person(String),
    /// The person of a person and organization.
    Of(u32),
    Application(String),
}

/// Persons, applications, and the histories that name them.
#[derive(Debug, Default)]
pub(super) struct Owners {
    rows: Vec<Row>,
    /// User and application of each history that differs from the one before.
    histories: Vec<(u32, u32)>,
}

impl Owners {
    /// Keeps a row; nothing refers to a history that anything here needs.
    pub(super) fn keep(&mut self, kind: OwnerKind, arguments: &Arguments<'_>) -> Slot {
        let reference = |at: usize| arguments.at(at).reference().unwrap_or_default();
        let text = |at: usize| arguments.at(at).text().filter(|text| !text.trim().is_empty());
        let joined = |parts: [Option<&str>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let row = match kind {
            OwnerKind::Person => Row::Person(joined([text(2), text(1)]).trim().to_owned()),
            OwnerKind::PersonAndOrganization => Row::Of(reference(0)),
            OwnerKind::Application => Row::Application(joined([text(2).or_else(|| text(3)), text(1)])),
            OwnerKind::History => {
                let history = (reference(0), reference(1));
                if self.histories.last() != Some(&history) && !arguments.at(0).is_absent() {
                    self.histories.push(history);
                }
                return Slot::Other;
            }
        };
        self.rows.push(row);
        Slot::Owner(u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX))
    }

    /// The application named first, and every author once.
    pub(super) fn resolve(&self, index: &Index) -> (Option<String>, Vec<String>) {
        let (mut application, mut authors) = (None, Vec::new());
        for (user, tool) in &self.histories {
            if let (None, Some(Row::Application(name))) = (&application, self.row(*tool, index)) {
                application = Some(name.clone()).filter(|name| !name.is_empty());
            }
            let person = match self.row(*user, index) {
                Some(Row::Of(person)) => self.row(*person, index),
                other => other,
            };
            if let Some(Row::Person(name)) = person
                && !name.is_empty()
                && authors.len() < AUTHORS_MAX
                && !authors.contains(name)
            {
                authors.push(name.clone());
            }
        }
        (application, authors)
    }

    fn row(&self, number: u32, index: &Index) -> Option<&Row> {
        let Slot::Owner(row) = index.slot(number) else { return None };
        self.rows.get(row as usize)
    }
}
