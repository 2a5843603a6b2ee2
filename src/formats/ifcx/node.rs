//! One node as its layers add up.

use super::last_part;
use crate::formats::json::{Json, Value};
use crate::formats::loose::{Scalar, Spot, flatten};
use crate::formats::splitter::Place;
use crate::ifc::is_a;

/// Where attributes of IFC stand.
const NAMESPACE: &str = "bsi::ifc::";

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    path: Box<str>,
    /// The first record of the path.
    pub(super) place: Spot,
    /// Key and path of each child.
    pub(super) children: Vec<(Box<str>, Box<str>)>,
    /// Key and path of each node it inherits from.
    pub(super) inherits: Vec<(Box<str>, Box<str>)>,
    /// Attributes in the order they first came.
    pub(super) attributes: Vec<Attribute>,
}

/// One attribute; an object has one value per field.
#[derive(Debug)]
pub(super) struct Attribute {
    key: Box<str>,
    pub(super) values: Vec<(Box<str>, Scalar<'static>)>,
}

impl Node {
    pub(super) fn new(path: &str, place: &Place) -> Node {
        let (children, inherits, attributes) = (Vec::new(), Vec::new(), Vec::new());
        Node { path: path.into(), place: Spot::of(place), children, inherits, attributes }
    }

    /// Lays a record over what is there: later wins, `null` removes.
    pub(super) fn merge(&mut self, record: Json<'_>) {
        for (key, over) in [("children", &mut self.children), ("inherits", &mut self.inherits)] {
            for (name, value) in record.get(key).into_iter().flat_map(Json::fields) {
                let at = over.iter().position(|(known, _)| known.as_ref() == name);
                match (at, value.text().or_else(|| value.text_at("ref"))) {
                    (Some(at), None) => drop(over.remove(at)),
                    (None, None) => {}
                    (Some(at), Some(path)) => {
                        if let Some((_, known)) = over.get_mut(at) {
                            *known = path.into();
                        }
                    }
                    (None, Some(path)) => over.push((name.into(), path.into())),
                }
            }
        }
        for (key, value) in record.get("attributes").into_iter().flat_map(Json::fields) {
            self.attribute(key, value);
        }
    }

    fn attribute(&mut self, key: &str, value: Json<'_>) {
        let at = self.attributes.iter().position(|attribute| attribute.key.as_ref() == key);
        if value.value() == Value::Null {
            if let Some(at) = at {
                self.attributes.remove(at);
            }
            return;
        }
        let mut values = Vec::new();
        flatten("", value, &mut |name, scalar| values.push((name.into(), scalar.into_owned())));
        match at.and_then(|at| self.attributes.get_mut(at)) {
            Some(known) => known.values = values,
            None => self.attributes.push(Attribute { key: key.into(), values }),
        }
    }

    /// Its identifier: the last part of its path.
    pub(super) fn id(&self) -> &str {
        last_part(&self.path)
    }

    /// Its entity type.
    pub(super) fn class(&self) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.is_class())?.text("code")
    }

    /// The name of the material it is.
    pub(super) fn material(&self) -> Option<&str> {
        let material = self.attributes.iter().find(|attribute| attribute.is_material())?;
        material.text("code").or_else(|| material.text("name"))
    }

    /// The space and the element that it says bound each other.
    pub(super) fn boundary(&self) -> Option<(&str, &str)> {
        let boundary = self.attributes.iter().find(|attribute| attribute.is_boundary())?;
        let text = |wanted: &[&str]| {
            let name = |key: &str| key.split('.').next().unwrap_or(key).to_ascii_lowercase();
            let found = boundary.values.iter().find(|(key, _)| wanted.contains(&name(key).as_str()));
            found.and_then(|(_, value)| value.text())
        };
        Some((text(&["relatingspace", "space"])?, text(&["relatedelement", "relatedbuildingelement", "element"])?))
    }

    /// Whether it is a group, a system or a zone.
    pub(super) fn is_group(&self) -> bool {
        self.class().is_some_and(|class| is_a(class, "IfcGroup"))
    }

    /// Its classes in systems other than IFC: the system, then code and name as one text.
    pub(super) fn classifications(&self) -> impl Iterator<Item = (&str, String)> {
        self.attributes.iter().filter_map(|attribute| {
            let system = attribute.key.strip_suffix("::class").filter(|_| !attribute.key.starts_with(NAMESPACE))?;
            let texts = [attribute.text("code"), attribute.field("name")].into_iter().flatten();
            let text = texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some((system, text))
        })
    }

    /// The numbers of a property that is a number or a list of numbers, which is kept as a text.
    pub(super) fn numbers(&self, name: &str) -> impl Iterator<Item = f64> {
        let found =
            self.attributes.iter().find(|attribute| attribute.namespace().is_none() && attribute.name() == name);
        let values = found.into_iter().flat_map(|attribute| &attribute.values);
        let texts = values.clone().filter_map(|(_, value)| value.text()).flat_map(|text| text.split(','));
        let numbers: Vec<f64> = texts.filter_map(|part| part.trim().parse().ok()).collect();
        values.filter_map(|(_, value)| value.number()).chain(numbers)
    }

    /// The text of a property.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|attribute| attribute.namespace().is_none());
        found.find(|attribute| attribute.name() == name)?.text("").filter(|text| !text.trim().is_empty())
    }
}

impl Attribute {
    /// The last part of the key.
    pub(super) fn name(&self) -> &str {
        self.key.rsplit("::").next().unwrap_or(&self.key)
    }

    /// What stands before the name; none for properties of IFC, whose sets the format does not keep.
    pub(super) fn namespace(&self) -> Option<&str> {
        let (namespace, _) = self.key.rsplit_once("::")?;
        let is_property = namespace.starts_with(NAMESPACE) && namespace.ends_with("::prop");
        (!is_property).then_some(namespace)
    }

    pub(super) fn is_class(&self) -> bool {
        self.is("class")
    }

    pub(super) fn is_material(&self) -> bool {
        self.is("material")
    }

    pub(super) fn is_boundary(&self) -> bool {
        self.is("spaceBoundary")
    }

    fn is(&self, name: &str) -> bool {
        self.key.starts_with(NAMESPACE) && self.name() == name && self.namespace().is_some()
    }

    /// The text of a field.
    fn field(&self, field: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| key.as_ref() == field)?.1.text()
    }

    /// The text of a field, or of the attribute where that is a text itself.
    fn text(&self, field: &str) -> Option<&str> {
        let found = self.values.iter().find(|(key, _)| key.as_ref() == field || key.is_empty());
        found.and_then(|(_, value)| value.text())
    }
}
