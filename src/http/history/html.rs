//! A small writer of HTML in which escaping cannot be forgotten.
//!
//! Tags, classes and the like are literals of the program (`&'static str`). Everything else gets in through
//! [`Html::text`] or an attribute, and is escaped there; no way leads around it.

use crate::query::Language;

/// An attribute of an element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attribute<'a> {
    /// A class of the stylesheet.
    Class(&'static str),
    /// The language of what is inside.
    Language(Language),
    /// The direction of a text that nobody knows beforehand. It keeps letters that run from the right from turning around
    /// what stands beside them.
    AnyDirection,
    /// An address of this very server; any other leads nowhere.
    Address(&'a str),
    /// Any other of the program's own.
    Own(&'static str, &'static str),
}

/// HTML that is being written.
#[derive(Debug, Default)]
pub(super) struct Html {
    written: String,
}

impl Html {
    /// A whole document.
    pub(super) fn document(
        language: Language,
        title: &str,
        stylesheet: &'static str,
        body: impl FnOnce(&mut Html),
    ) -> String {
        let mut html = Html { written: "<!doctype html>\n".to_owned() };
        html.element("html", &[Attribute::Language(language)], |html| {
            html.element("head", &[], |html| {
                html.void("meta", &[Attribute::Own("charset", "utf-8")]);
                let width = Attribute::Own("content", "width=device-width, initial-scale=1");
                html.void("meta", &[Attribute::Own("name", "viewport"), width]);
                html.leaf("title", &[], title);
                html.void("link", &[Attribute::Own("rel", "stylesheet"), Attribute::Address(stylesheet)]);
            });
            html.element("body", &[], body);
        });
        html.written.push('\n');
        html.written
    }

    /// Text, whatever it holds.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.written.push_str("&amp;"),
                '<' => self.written.push_str("&lt;"),
                '>' => self.written.push_str("&gt;"),
                '"' => self.written.push_str("&quot;"),
                '\'' => self.written.push_str("&#39;"),
                '\n' | '\t' => self.written.push(c),
                // HTML has no way to write these.
                c if c.is_control() => self.written.push('\u{fffd}'),
                c => self.written.push(c),
            }
        }
    }

    /// An element with what is inside.
    pub(super) fn element(&mut self, tag: &'static str, attributes: &[Attribute<'_>], inside: impl FnOnce(&mut Html)) {
        self.void(tag, attributes);
        inside(self);
        self.written.push_str("</");
        self.written.push_str(tag);
        self.written.push('>');
    }

    /// An element with a text inside.
    pub(super) fn leaf(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.element(tag, attributes, |html| html.text(text));
    }

    /// An element that has no inside, such as `meta`.
    fn void(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.written.push('<');
        self.written.push_str(tag);
        for attribute in attributes {
            match *attribute {
                Attribute::Class(class) => self.attribute("class", class),
                Attribute::Language(language) => self.attribute("lang", language.code()),
                Attribute::AnyDirection => self.attribute("dir", "auto"),
                Attribute::Address(address) => self.attribute("href", if is_local(address) { address } else { "#" }),
                Attribute::Own(name, value) => self.attribute(name, value),
            }
        }
        self.written.push('>');
    }

    fn attribute(&mut self, name: &'static str, value: &str) {
        self.written.push(' ');
        self.written.push_str(name);
        self.written.push_str("=\"");
        self.text(value);
        self.written.push('"');
    }
}

/// Whether an address is of this server: a path that is no `//host` and that no browser reads as one.
fn is_local(address: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    address.starts_with('/') && !address.starts_with("//") && address.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut html = Html::default();
        html.leaf("p", &[Attribute::AnyDirection], text);
        html.written
    }

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(written("<script>alert(1)</script>"), "<p dir=\"auto\">&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        assert_eq!(
            written("\"><img src=x onerror='a()'>&amp;"),
            "<p dir=\"auto\">&quot;&gt;&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;amp;</p>"
        );
        assert_eq!(written("a\0\u{1b}\nb"), "<p dir=\"auto\">a\u{fffd}\u{fffd}\nb</p>");
    }

    #[test]
    fn an_address_leads_nowhere_but_to_this_server() {
        let link = |address| {
            let mut html = Html::default();
            html.leaf("a", &[Attribute::Address(address)], "x");
            html.written
        };
        assert_eq!(link("/v1/evidence/a?b=\"c\"&d"), "<a href=\"/v1/evidence/a?b=&quot;c&quot;&amp;d\">x</a>");
        for bad in ["javascript:alert(1)", "//host/x", "/\\host", "https://host", "", "/a b", "/\thost"] {
            assert_eq!(link(bad), "<a href=\"#\">x</a>", "{bad}");
        }
    }
}
