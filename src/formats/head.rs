//! What a file says of itself, whatever its shape: who made it, for whom, with what, and where the building stands.
//!
//! Prompts that tools write into empty fields ("Enter address here") are no names and no addresses.

use super::json::{Json, Value};
use crate::ifc::{ModelHead, fold, is_a, is_placeholder};

/// Names of one kind that are kept; a file has a few.
const NAMES_MAX: usize = 64;

/// What tools write where nobody entered an address.
const PROMPTS: &[&str] = &["enter address here", "adresse hier eingeben", "geben sie hier die adresse ein"];

/// Who made a file, for whom and with what.
#[derive(Debug, Default)]
pub(super) struct Credits {
    pub(super) application: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) organisations: Vec<String>,
}

impl Credits {
    /// Adds a person by its names, else by its identifier.
    pub(super) fn person(&mut self, [given, family]: [Option<&str>; 2], id: Option<&str>) {
        let named = [given, family].into_iter().flatten().filter_map(trimmed).collect::<Vec<_>>().join(" ");
        self.author(if is_said("author", &named) { &named } else { id.unwrap_or_default() });
    }

    /// Adds an author.
    pub(super) fn author(&mut self, name: &str) {
        add("author", &mut self.authors, name);
    }

    /// Adds an organisation.
    pub(super) fn organisation(&mut self, name: &str) {
        add("organization", &mut self.organisations, name);
    }

    /// Names the software, unless it is named already.
    pub(super) fn software(&mut self, name: Option<&str>, version: Option<&str>) {
        self.application = self.application.take().or_else(|| software(name, version));
    }

    /// Every author and organisation of a header: texts, or lists of them, under the keys that exporters use.
    pub(super) fn header(&mut self, header: Json<'_>) {
        let texts = |keys: [&'static str; 2]| {
            let values = keys.into_iter().filter_map(|key| header.get(key));
            values.flat_map(Json::items).filter_map(Json::text)
        };
        texts(["author", "authors"]).for_each(|name| self.author(name));
        texts(["organization", "organisation"]).for_each(|name| self.organisation(name));
    }

    /// Puts them into a head.
    pub(super) fn give(self, head: &mut ModelHead) {
        head.application = self.application;
        head.authors = self.authors;
        head.organisations = self.organisations;
    }
}

fn add(kind: &str, names: &mut Vec<String>, name: &str) {
    let name = name.trim();
    if is_said(kind, name) && names.len() < NAMES_MAX && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Whether a text is a name and no prompt.
fn is_said(kind: &str, text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && !is_placeholder(kind, text)
}

fn trimmed(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A software with its version, which many names hold already.
pub(super) fn software(name: Option<&str>, version: Option<&str>) -> Option<String> {
    let name = name.and_then(trimmed);
    let version = version.and_then(trimmed).filter(|version| name.is_none_or(|name| !name.contains(version)));
    let words: Vec<&str> = name.into_iter().chain(version).collect();
    Some(words.join(" ")).filter(|words| is_said("application", words))
}

/// The software of a header: the system, or where that is a bare version number, what wrote the file for it.
pub(super) fn system(originating: Option<&str>, preprocessor: Option<&str>) -> Option<String> {
    let system = originating.and_then(trimmed);
    let named = system.filter(|system| system.chars().any(char::is_alphabetic));
    named.or_else(|| preprocessor.and_then(trimmed)).or(system).map(str::to_owned)
}

/// Where the building stands, as its spatial elements say; the first of each kind counts.
#[derive(Debug, Default)]
pub(super) struct Whereabouts {
    building: Option<String>,
    site: Option<String>,
    project: Option<String>,
    coordinates: Option<[f64; 2]>,
}

impl Whereabouts {
    /// Takes the address of an entity.
    pub(super) fn address(&mut self, entity_type: &str, line: Option<String>) {
        let slot = if is_a(entity_type, "IfcBuilding") {
            &mut self.building
        } else if is_a(entity_type, "IfcSite") {
            &mut self.site
        } else if is_a(entity_type, "IfcProject") {
            &mut self.project
        } else {
            return;
        };
        *slot = slot.take().or(line);
    }

    /// Takes latitude and longitude. Zero and zero is what tools write where nobody entered any.
    pub(super) fn coordinates(&mut self, latitude: Option<f64>, longitude: Option<f64>) {
        let Some((latitude, longitude)) = latitude.zip(longitude) else { return };
        let is_on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        if is_on_earth && (latitude != 0.0 || longitude != 0.0) {
            self.coordinates.get_or_insert([latitude, longitude]);
        }
    }

    /// Takes what a JSON record of a site, a building or a project says, under the keys for latitude, longitude and
    /// address in the spelling of the shape.
    pub(super) fn record(&mut self, entity_type: &str, record: Json<'_>, [latitude, longitude, address]: [&str; 3]) {
        let angle = |key| record.get(key).and_then(angle);
        self.coordinates(angle(latitude), angle(longitude));
        self.address(entity_type, record.get(address).and_then(address_of));
    }

    /// Puts them into a head.
    pub(super) fn give(self, head: &mut ModelHead) {
        head.address = self.building.or(self.site).or(self.project);
        head.coordinates = self.coordinates;
    }
}

/// The parts of a postal address.
#[derive(Debug, Default)]
pub(super) struct Address<'a> {
    pub(super) street: Vec<&'a str>,
    pub(super) postal_code: Option<&'a str>,
    pub(super) town: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) country: Option<&'a str>,
}

impl Address<'_> {
    /// In one line: street, postal code and town, region, country.
    pub(super) fn line(&self) -> Option<String> {
        let is_entered = |part: &&str| is_said("address", part) && !PROMPTS.contains(&fold(part).as_str());
        let entered = |part: Option<&'_ str>| part.map(str::trim).filter(is_entered).map(str::to_owned);
        let town = [entered(self.postal_code), entered(self.town)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let street = self.street.iter().filter_map(|line| entered(Some(line)));
        let rest = [Some(town).filter(|town| !town.is_empty()), entered(self.region), entered(self.country)];
        let parts: Vec<String> = street.chain(rest.into_iter().flatten()).collect();
        Some(parts.join(", ")).filter(|line| !line.is_empty())
    }
}

/// A postal address as an object in any spelling of its keys, or as a text.
pub(super) fn address_of(value: Json<'_>) -> Option<String> {
    if let Some(text) = value.text() {
        // Dumps write the class where they cannot write the object.
        let is_class = text == "IfcPostalAddress";
        return if is_class { None } else { Address { street: vec![text], ..Address::default() }.line() };
    }
    let mut address = Address::default();
    for (key, value) in value.fields() {
        match fold(key).replace('_', "").as_str() {
            "addresslines" | "street" => address.street.extend(list(value).filter_map(Json::text)),
            "postalcode" => address.postal_code = value.text(),
            "town" | "city" => address.town = value.text(),
            "region" => address.region = value.text(),
            "country" => address.country = value.text(),
            _ => {}
        }
    }
    address.line()
}

/// An angle as a number of degrees, or as a list of degrees, minutes, seconds and millionths of seconds.
pub(super) fn angle(value: Json<'_>) -> Option<f64> {
    degrees(list(value).filter_map(Json::number))
}

/// The elements of a list, also of one that is wrapped as `{"type", "value"}`.
fn list(value: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    let inner = value.get("value").filter(|inner| inner.value() == Value::Array);
    inner.unwrap_or(value).items()
}

/// Degrees, minutes, seconds and millionths of seconds as degrees. All have the sign of the angle; where only the first
/// that is not zero has it, it is the angle's all the same.
pub(super) fn degrees(parts: impl Iterator<Item = f64>) -> Option<f64> {
    let parts: Vec<f64> = parts.take(4).collect();
    let is_negative = parts.iter().find(|part| **part != 0.0).is_some_and(|part| *part < 0.0);
    let weights = [1.0, 60.0, 3600.0, 3.6e9];
    let sum: f64 = parts.iter().zip(weights).map(|(part, weight)| part.abs() / weight).sum();
    let angle = if is_negative { -sum } else { sum };
    (!parts.is_empty() && angle.is_finite()).then_some(angle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_angle_has_the_sign_of_its_first_part_and_the_weight_of_each() {
        let of = |parts: &[f64]| degrees(parts.iter().copied()).map(|angle| (angle * 1e9).round() / 1e9);
        assert_eq!(of(&[41.0, 52.0, 27.0, 840_000.0]), Some(41.8744));
        assert_eq!(of(&[-87.0, -38.0, -21.0, -839_999.0]), Some(-87.639_4));
        assert_eq!(of(&[-87.0, 38.0, 21.0]), Some(-87.639_166_667));
        assert_eq!(of(&[0.0, -7.0, -30.0]), Some(-0.125), "west of Greenwich the minutes carry the sign");
        assert_eq!(of(&[48.1391]), Some(48.1391));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn an_address_is_one_line_of_what_was_entered() {
        let address = Address {
            street: vec!["Hauptstr. 1", " Hinterhaus "],
            postal_code: Some("80331"),
            town: Some("München"),
            region: Some(""),
            country: Some("Deutschland"),
        };
        assert_eq!(address.line().as_deref(), Some("Hauptstr. 1, Hinterhaus, 80331 München, Deutschland"));
        let prompt = Address { street: vec!["Enter address here"], region: Some("Unknown"), ..Address::default() };
        assert_eq!(prompt.line(), None);
    }

    #[test]
    fn prompts_are_no_people_and_a_bare_version_is_no_software() {
        let mut credits = Credits::default();
        credits.person([Some("//"), Some("//")], Some("mm"));
        credits.person([None, Some("Nicht definiert")], None);
        credits.person([Some("Ada"), Some("Lovelace")], Some("x"));
        credits.author("Ada Lovelace");
        assert_eq!(credits.authors, ["mm", "Ada Lovelace"]);
        assert_eq!(software(Some("CAD 2021"), Some("2021")).as_deref(), Some("CAD 2021"));
        assert_eq!(software(Some("CAD"), Some("7.1")).as_deref(), Some("CAD 7.1"));
        assert_eq!(system(Some("20100326_1700"), Some("CAD 2011")).as_deref(), Some("CAD 2011"));
        assert_eq!(system(Some("CAD 26"), Some("Exporter")).as_deref(), Some("CAD 26"));
    }

    #[test]
    fn the_building_goes_before_the_site_and_nowhere_is_no_place() {
        let mut place = Whereabouts::default();
        place.address("IfcSite", Some("Site".to_owned()));
        place.address("IfcBuilding", Some("House".to_owned()));
        place.coordinates(Some(0.0), Some(0.0));
        place.coordinates(Some(91.0), Some(8.0));
        place.coordinates(Some(49.0), Some(8.0));
        let mut head = ModelHead::of_shape(crate::ifc::Shape::Step);
        place.give(&mut head);
        assert_eq!((head.address.as_deref(), head.coordinates), (Some("House"), Some([49.0, 8.0])));
    }
}
