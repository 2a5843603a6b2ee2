//! Who wrote the file, from `IfcOwnerHistory`.

use super::index::{Index, Slot};
use super::schema::OwnerKind;
use super::value::Arguments;
use crate::formats::head::Credits;

#[derive(Debug)]
enum Row {
    /// Given name, family name and identifier.
    Person([Option<String>; 3]),
    Organization(Option<String>),
    /// The person and the organization of both.
    Of(u32, u32),
    /// Name and version.
    Application([Option<String>; 2]),
}

/// Persons, organizations, applications, and the histories that name them.
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
        let text = |at: usize| arguments.at(at).text().filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let row = match kind {
            OwnerKind::Person => Row::Person([text(2), text(1), text(0)]),
            OwnerKind::Organization => Row::Organization(text(1)),
            OwnerKind::PersonAndOrganization => Row::Of(reference(0), reference(1)),
            OwnerKind::Application => Row::Application([text(2).or_else(|| text(3)), text(1)]),
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

    /// The application named first, and every author and organisation once.
    pub(super) fn resolve(&self, index: &Index) -> Credits {
        let mut credits = Credits::default();
        for (user, tool) in &self.histories {
            if let Some(Row::Application([name, version])) = self.row(*tool, index) {
                credits.software(name.as_deref(), version.as_deref());
            }
            let (person, organization) = match self.row(*user, index) {
                Some(Row::Of(person, organization)) => (self.row(*person, index), self.row(*organization, index)),
                other => (other, None),
            };
            if let Some(Row::Person([given, family, id])) = person {
                credits.person([given.as_deref(), family.as_deref()], id.as_deref());
            }
            if let Some(Row::Organization(Some(name))) = organization {
                credits.organisation(name);
            }
        }
        credits
    }

    fn row(&self, number: u32, index: &Index) -> Option<&Row> {
        let Slot::Owner(row) = index.slot(number) else { return None };
        self.rows.get(row as usize)
    }
}
