//! Where the building stands: addresses, and the sites and buildings that name them.

use super::index::{Index, Slot};
use super::schema::Layout;
use super::value::{Arguments, Value};
use crate::formats::head::{Address, Whereabouts, degrees};

/// Addresses that are waited for; a file has one building or a few.
const WAITING_MAX: usize = 1024;

/// Every postal address as one line, and who named it.
#[derive(Debug, Default)]
pub(super) struct Places {
    lines: Vec<Option<Box<str>>>,
    /// Type of the entity and number of its address.
    named: Vec<(Box<str>, u32)>,
    found: Whereabouts,
}

impl Places {
    /// Keeps an address; its row.
    pub(super) fn keep(&mut self, arguments: &Arguments<'_>) -> u32 {
        let text = |at: usize| arguments.at(at).text();
        let street = arguments.at(4).items().iter().filter_map(Value::text).collect();
        let (postal_code, town, region, country) = (text(8), text(6), text(7), text(9));
        let line = Address { street, postal_code, town, region, country }.line();
        self.lines.push(line.map(String::into_boxed_str));
        u32::try_from(self.lines.len() - 1).unwrap_or(u32::MAX)
    }

    /// Takes what a site or a building says.
    pub(super) fn stand(&mut self, entity_type: &str, layout: Layout, arguments: &Arguments<'_>) {
        if let Some(at) = layout.latitude {
            let angle = |at: u8| degrees(arguments.at(usize::from(at)).items().iter().filter_map(Value::number));
            self.found.coordinates(angle(at), angle(at + 1));
        }
        if let Some(address) = layout.address.and_then(|at| arguments.at(usize::from(at)).reference())
            && self.named.len() < WAITING_MAX
        {
            self.named.push((entity_type.into(), address));
        }
    }

    /// What is known when every instance is.
    pub(super) fn resolve(mut self, index: &Index) -> Whereabouts {
        for (entity_type, number) in &self.named {
            let Slot::Address(row) = index.slot(*number) else { continue };
            let line = self.lines.get(row as usize).cloned().flatten();
            self.found.address(entity_type, line.map(String::from));
        }
        self.found
    }
}
