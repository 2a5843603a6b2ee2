//! What the environment says. No other module reads it.

use std::path::PathBuf;

use ifc_json_chunking::query::Language;

use crate::older::OlderSettings;

/// The environment, resolved once at start.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The language of reports and errors: German when the locale begins with `de`.
    pub(crate) language: Language,
    /// `RUST_LOG`, when it is set.
    pub(crate) log_filter: Option<String>,
    /// The settings of the older product.
    pub(crate) older: OlderSettings,
    /// Where temporary folders go.
    pub(crate) temporary: PathBuf,
}

impl Settings {
    #[expect(clippy::disallowed_methods, reason = "the one place of the program that reads the environment")]
    pub(crate) fn from_environment() -> Settings {
        Settings::resolve(|name| std::env::var(name).ok(), std::env::temp_dir())
    }

    fn resolve(variable: impl Fn(&str) -> Option<String>, temporary: PathBuf) -> Settings {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        // POSIX, "Internationalization Variables": the first one that is set decides.
        let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
        let language = if locale.starts_with("de") { Language::De } else { Language::En };
        Settings { language, log_filter: set("RUST_LOG"), older: OlderSettings::resolve(set), temporary }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let language = |variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            Settings::resolve(find, PathBuf::new()).language
        };
        assert_eq!(language(&[]), Language::En);
        assert_eq!(language(&[("LANG", "de_DE.UTF-8")]), Language::De);
        assert_eq!(language(&[("LC_ALL", "C.UTF-8"), ("LANG", "de_DE.UTF-8")]), Language::En);
        assert_eq!(language(&[("LC_ALL", ""), ("LANG", "de_AT")]), Language::De);
    }
}
