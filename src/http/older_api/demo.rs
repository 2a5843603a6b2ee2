//! `/api/demo`: questions to try, and a look into a list of components that the operator names (`DEMO_DATA_PATH`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path as FilePath;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use super::errors::OlderError;
use super::{OlderApi, validation};
use crate::limits;

const SAMPLES: u64 = 5;
/// Keys of a component, in German, as such lists have them.
const MATERIALS: [&str; 3] = ["Holzart", "Material", "Materialart"];
const FLOORS: [&str; 2] = ["Geschoss", "Stockwerk"];
const MANUFACTURERS: [&str; 2] = ["Hersteller/Produkt", "Hersteller"];

/// Each is one that the sample building, or a building of timber, can be asked.
pub(super) async fn list_examples() -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "quantity": [
            "Wie viele Fenster befinden sich im Erdgeschoss?", "Wie viel Kubikmeter Beton sind verbaut?",
            "Wie groß ist die gesamte Wandfläche?", "Wie viele Türen gibt es im Gebäude?",
            "Wie groß ist die Grundfläche aller Räume?", "Wie viele Stützen gibt es im 1. Obergeschoss?",
            "Wie lang sind alle Träger zusammen?",
        ],
        "component": [
            "Welche Türen gibt es im Erdgeschoss?", "Welche Bauteile gibt es?", "Welche Wände sind tragend?",
            "Liste alle Fenster auf", "Welche Decken gibt es?", "Welche Außenwände gibt es?", "Welche Treppen gibt es?",
        ],
        "material": [
            "Welche Materialien kommen vor?", "Welche Wände sind aus Beton?", "Welche Bauteile sind aus Holz?",
            "Aus welchem Material sind die Stützen?", "Wie verteilen sich die Wände auf die Materialien?",
            "Wie viel Holz ist verbaut?", "Welche Schichten haben die Außenwände?",
        ],
        "spatial": [
            "Welche Räume gibt es im Erdgeschoss?", "Wie verteilen sich die Wände auf die Geschosse?",
            "Welche Geschosse gibt es?", "Was befindet sich im Obergeschoss?", "Welcher Raum ist der größte?",
            "Wie viele Räume gibt es im Dachgeschoss?", "Welche Türen führen in die Küche?",
        ],
        "cost": [
            "Was kosten die Wände?", "Wie hoch sind die Baukosten?", "Was kosten die Fenster?",
            "Welche Bauteile gehören zur Kostengruppe 330?", "Welche Bauteile gehören zur DIN 276?",
            "Was kostet der Beton?", "Welche Kosten haben die Türen?",
        ],
        "prompt_template": [
            "Wie viele {Bauteile} gibt es im {Geschoss}?", "Wie viel Kubikmeter {Material} sind verbaut?",
            "Welche {Bauteile} haben keinen {Eigenschaft}?", "Wie verteilen sich die {Bauteile} auf die Geschosse?",
        ],
    }))
}

type Components = BTreeMap<String, Vec<Map<String, Value>>>;

fn read(path: &FilePath) -> Result<Components, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut file = file.take(limits::OLDER_DEMO_BYTES_MAX);
    file.read_to_string(&mut text).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

async fn components(api: &OlderApi) -> Result<Components, OlderError> {
    let none = || OlderError::missing("Demo data is not configured (DEMO_DATA_PATH)");
    let path = api.demo_data.clone().ok_or_else(none)?;
    let read = tokio::task::spawn_blocking(move || read(&path)).await;
    let read = read.unwrap_or_else(|error| Err(error.to_string()));
    read.map_err(|error| {
        tracing::error!(error, "the data of the demonstration cannot be read");
        OlderError::new(StatusCode::INTERNAL_SERVER_ERROR, "Error generating demo stats")
    })
}

fn values(components: &Components, keys: &[&str]) -> BTreeSet<String> {
    let all = components.values().flatten().flat_map(|component| keys.iter().filter_map(|key| component.get(*key)));
    all.filter_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn counts(components: &Components) -> BTreeMap<&str, usize> {
    components.iter().map(|(kind, list)| (kind.as_str(), list.len())).collect()
}

pub(super) async fn read_stats(api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let found = components(&api).await?;
    let counts = counts(&found);
    // The name of the file only: the folders above it are nobody's business.
    let name = api.demo_data.as_deref().and_then(FilePath::file_name).map(|name| name.to_string_lossy().into_owned());
    Ok(HttpResponse::Ok().json(json!({
        "total_components": counts.values().sum::<usize>(), "component_types": counts,
        "materials": values(&found, &MATERIALS), "floors": values(&found, &FLOORS),
        "manufacturers": values(&found, &MANUFACTURERS),
        "file_info": { "path": name, "description": "Components of the demonstration" },
    })))
}

pub(super) async fn read_sample(
    request: HttpRequest,
    kind: Path<String>,
    api: Data<OlderApi>,
) -> Result<HttpResponse, OlderError> {
    let wanted = validation::count(request.query_string(), SAMPLES)?;
    let found = components(&api).await?;
    let list = found.get(kind.as_str()).ok_or_else(|| OlderError::missing("Component type not found"))?;
    let sample: Vec<&Map<String, Value>> = list.iter().take(wanted).collect();
    Ok(HttpResponse::Ok().json(json!({
        "component_type": kind.as_str(), "total_count": list.len(), "sample_count": sample.len(),
        "sample_components": sample,
    })))
}

/// Loads nothing, as it never did: to ask the list, upload it.
pub(super) async fn preload(api: Data<OlderApi>) -> Result<HttpResponse, OlderError> {
    let found = components(&api).await?;
    let counts = counts(&found);
    Ok(HttpResponse::Ok().json(json!({
        "total_components": counts.values().sum::<usize>(), "component_types": counts, "status": "preloaded",
        "message": "Demo data can be read; upload it to ask it",
    })))
}
