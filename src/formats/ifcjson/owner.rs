//! Who wrote the file, from `IfcOwnerHistory`.

use super::IfcJson;
use crate::formats::json::Json;

impl IfcJson {
    /// Application and author; the first of each kind counts, and every author once.
    pub(super) fn owner_history(&mut self, record: Json<'_>) {
        if let Some(application) = record.get("owningApplication") {
            let name =
                application.text_at("applicationFullName").or_else(|| application.text_at("applicationIdentifier"));
            let words: Vec<&str> = name.into_iter().chain(application.text_at("version")).collect();
            if !words.is_empty() && self.head.application.is_none() {
                self.head.application = Some(words.join(" "));
            }
        }
        let user = record.get("owningUser");
        let person = user.and_then(|user| user.get("thePerson").or(Some(user)));
        let Some(person) = person else { return };
        let parts: Vec<&str> = ["givenName", "familyName"].iter().filter_map(|key| person.text_at(key)).collect();
        let author = parts.join(" ").trim().to_owned();
        if !author.is_empty() && !self.head.authors.contains(&author) {
            self.head.authors.push(author);
        }
    }
}
