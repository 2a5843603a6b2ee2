//! Who wrote the file, from `IfcOwnerHistory`, and where the building stands.

use super::IfcJson;
use crate::formats::json::Json;
use crate::ifc::{EntityIndex, PropertyDraft, ValueDraft};

impl IfcJson {
    /// Application, author and organisation; the first application counts, and every name once.
    pub(super) fn owner_history(&mut self, record: Json<'_>) {
        let credits = &mut self.head.credits;
        if let Some(application) = record.get("owningApplication") {
            let name =
                application.text_at("applicationFullName").or_else(|| application.text_at("applicationIdentifier"));
            credits.software(name, application.text_at("version"));
        }
        let Some(user) = record.get("owningUser") else { return };
        let person = user.get("thePerson").unwrap_or(user);
        let id = person.text_at("identification").or_else(|| person.text_at("id"));
        credits.person(["givenName", "familyName"].map(|key| person.text_at(key)), id);
        if let Some(name) = user.get("theOrganization").and_then(|organization| organization.text_at("name")) {
            credits.organisation(name);
        }
    }

    /// Takes an author or an organisation of the root.
    pub(super) fn credit(&mut self, key: &str, value: Json<'_>) {
        let credits = &mut self.head.credits;
        let names = value.items().filter_map(Json::text);
        match key {
            "author" | "authors" => names.for_each(|name| credits.author(name)),
            "organization" => names.for_each(|name| credits.organisation(name)),
            _ => {}
        }
    }

    /// Takes where a site or a building stands.
    pub(super) fn stands(&mut self, entity_type: &str, record: Json<'_>) {
        let address = match entity_type {
            "IfcSite" => "siteAddress",
            "IfcBuilding" => "buildingAddress",
            _ => return,
        };
        self.head.places.record(entity_type, record, ["refLatitude", "refLongitude", address]);
    }

    /// Keeps the phase of the project as a property without a set.
    pub(super) fn phase(&mut self, project: EntityIndex, phase: &str) {
        let draft = PropertyDraft { set: None, name: "Phase", value: ValueDraft::Text(phase), from_type: false };
        self.builder.property(project, &draft);
    }
}
