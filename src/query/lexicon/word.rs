//! Words of questions that are not things: heads, measures, units, statistics, comparisons, relations.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::ifc::Unit;
use crate::query::plan::{Comparison, Fact, MeasureKind, Statistic};

/// What a word or phrase asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::query) enum Meaning {
    /// "wie viele", "how many".
    CountHead,
    /// "wie viel", "how much".
    MuchHead,
    /// "welche", "which".
    WhichHead,
    /// "was", "what".
    WhatHead,
    /// "zeige", "list".
    ListHead,
    /// "gibt es", "is there": a yes or no when nothing else heads the question.
    ExistsHead,
    /// "wie groß", "how large".
    SizeHead,
    /// "warum", "fasse zusammen": prose that no plan answers.
    ProseHead,
    /// "wo", "where".
    WhereHead,
    /// Something measured.
    Measure(MeasureKind),
    /// A unit.
    Unit(Unit),
    /// "durchschnittlich", "average".
    Stat(Statistic),
    /// "größte", "largest"; with the measure where the word implies one.
    Superlative(Option<MeasureKind>, bool),
    /// "die meisten", "most"; true for "die wenigsten".
    Most(bool),
    /// "verteilen sich", "distributed".
    Distributed,
    /// "je", "pro", "per".
    Each,
    /// "wie oft", "how many of each".
    HowOften,
    /// "Typ", "type": the type object.
    TypeWord,
    /// "Bauteilarten", "component types".
    ComponentKinds,
    /// "Material", "made of".
    MaterialWord,
    /// "Schichten", "layers".
    Layers,
    /// "Abmessungen", "dimensions".
    Dimensions,
    /// "sitzt", "hosts", "eingebaut".
    Hosts,
    /// "begrenzen", "bound".
    Bounds,
    /// "verbindet", "connect".
    Connects,
    /// "gehören zu", "belong to".
    BelongsTo,
    /// A comparison with a number.
    Compare(Comparison),
    /// "dicker als", "wider than": a comparison that names its measure.
    CompareMeasure(Comparison, MeasureKind),
    /// "nicht", "not", "keine".
    Not,
    /// "ohne", "without".
    Without,
    /// "mit", "with", "haben".
    With,
    /// "Kosten", "cost".
    Cost,
    /// "CO2", "carbon".
    Carbon,
    /// "Fertigstellung", "when": dates and durations.
    Schedule,
    /// "Heizlast", "energy demand".
    Energy,
    /// "Minuten", "minutes".
    Minutes,
    /// "von", "by": may lead a maker or a value.
    Of,
    /// "im", "in", "on": may lead a place.
    In,
    /// "Prozent", "Anteil", "share": a part of a whole.
    Percent,
    /// "mehr Türen als Fenster": two sets compared; true for "weniger".
    More(bool),
    /// "Unterschied", "difference".
    Difference,
    /// "Verhältnis", "ratio".
    Ratio,
    /// "zwischen", "between".
    Between,
    /// "bis", "to": ends a span of numbers.
    Until,
    /// "Nachbarräume", "next to".
    Neighbour,
    /// "Eigenschaften", "details": everything about one thing.
    Describe,
    /// An attribute that everything has: "Name", "GlobalId".
    Attribute(&'static str),
    /// What the model says of itself.
    About(Fact),
    /// "Klassifikation", "classification".
    Classification,
    /// "oder mehr", "or less": after a number, how it is compared.
    OrMore(Comparison),
    /// Politeness and purpose, which change nothing.
    Frame,
    /// "lichte", "clear": from surface to surface, which only spaces are measured by.
    Clear,
}

use Meaning as M;

const PHRASES: &[(&str, Meaning)] = &[
    (
        "wie viele|wieviele|anzahl|how many|number of|zaehle|count|count of|wieviel stueck|die anzahl|the number of|anzahl der|stueckzahl|stueckzahlen|stueck|stk|pcs|no of|nr of|number of pieces|pieces|piece count|wie vielen|bei wie vielen|in wie vielen|anz|wv|tell me how many|die zahl der|zahl der|with number|with count|with counts|with quantity",
        M::CountHead,
    ),
    ("wie viel|wieviel|how much", M::MuchHead),
    ("welche|welcher|welches|welchen|welchem|which", M::WhichHead),
    ("was|what|wer|who|whats", M::WhatHead),
    ("zeige|zeig|liste|list|nenne|show|name all|gib mir|show me|list all|auflisten|aufzaehlen", M::ListHead),
    (
        "gibt es|gibts|gibt s|is there|are there|existiert|existieren|is any|are any|does the building have|does the model have|does it have|hat das gebaeude|hat das haus|hat das modell|enthaelt das modell|sind vorhanden|ist vorhanden|vorhanden",
        M::ExistsHead,
    ),
    ("wie gross|how large|how big|wie gross ist|groesse|size", M::SizeHead),
    (
        "warum|weshalb|wieso|why|fasse|zusammenfassen|zusammenfassung|summarize|summarise|summary|beschreibe|describe|erklaere|explain|bewerte|evaluate|empfiehl|recommend",
        M::ProseHead,
    ),
    ("wo|where", M::WhereHead),
    (
        "volumen|volumens|rauminhalt|volume|volumes|nettovolumen|net volume|kubatur|gesamtvolumen|total volume",
        M::Measure(MeasureKind::Volume),
    ),
    (
        "flaeche|flaechen|grundflaeche|grundflaechen|area|areas|floor area|floor areas|nettoflaeche|bodenflaeche|net area|surface area|surface|gesamtflaeche|total area|seitenflaeche|side area|net floor area|total floor area",
        M::Measure(MeasureKind::Area),
    ),
    (
        "breite mal hoehe|width times height|width x height|breite x hoehe|breite mal der hoehe",
        M::Measure(MeasureKind::OpeningArea),
    ),
    (
        "laenge|laengen|length|lengths|gesamtlaenge|total length|wie lang|how long|lang|laufmeter",
        M::Measure(MeasureKind::Length),
    ),
    ("breite|breiten|width|widths|wie breit|how wide|breit|wide", M::Measure(MeasureKind::Width)),
    ("hoehe|hoehen|height|heights|wie hoch|how high|how tall|hoch|high|tall", M::Measure(MeasureKind::Height)),
    ("dicke|dicken|thickness|thicknesses|staerke|wie dick|how thick|dick|thick", M::Measure(MeasureKind::Thickness)),
    ("umfang|perimeter|umfaenge|perimeters", M::Measure(MeasureKind::Perimeter)),
    (
        "bruttovolumen|gross volume|brutto volumen|bri|bruttorauminhalt|brutto rauminhalt",
        M::Measure(MeasureKind::GrossVolume),
    ),
    (
        "bruttoflaeche|bruttogrundflaeche|brutto grundflaeche|bruttogeschossflaeche|bgf|gfa|gross floor area|gross area|brutto flaeche|bruttowandflaeche|gross wall area",
        M::Measure(MeasureKind::GrossArea),
    ),
    (
        "hoehenlage|hoehenlagen|hoehenkote|hoehenkoten|kote|koten|okffb|ok ffb|elevation|elevations|auf welcher hoehe|at which elevation|at what elevation|at what height|niveau",
        M::Measure(MeasureKind::Elevation),
    ),
    (
        "gewicht|gewichte|weight|weights|masse|mass|wie schwer|how heavy|schwer|heavy|gesamtgewicht|total weight|wiegt|wiegen|weigh",
        M::Measure(MeasureKind::Weight),
    ),
    (
        "kubikmeter|kubikmetern|cubic metres|cubic meters|cubic metre|cubic meter|m3|cbm|kubik|m^3",
        M::Unit(Unit::CubicMetre),
    ),
    ("kubikfuss|cubic feet|cubic foot|ft3", M::Unit(Unit::CubicFoot)),
    ("liter|litern|litres|liters|litre", M::Unit(Unit::Litre)),
    (
        "quadratmeter|quadratmetern|square metres|square meters|square metre|square meter|m2|qm|sqm|sq m|m^2|quadrat",
        M::Unit(Unit::SquareMetre),
    ),
    ("quadratfuss|square feet|square foot|ft2|sq ft|sqft", M::Unit(Unit::SquareFoot)),
    ("quadratzentimeter|quadratzentimetern|square centimetres|square centimeters|cm2", M::Unit(Unit::SquareCentimetre)),
    ("hektar|hectares|hectare|ha", M::Unit(Unit::Hectare)),
    ("millimeter|millimetern|millimetres|millimeters|mm", M::Unit(Unit::Millimetre)),
    ("zentimeter|zentimetern|centimetres|centimeters|cm", M::Unit(Unit::Centimetre)),
    ("meter|metern|metres|meters|metre|m|laufende meter|laufenden metern", M::Unit(Unit::Metre)),
    ("kilometer|kilometern|kilometres|kilometers|km", M::Unit(Unit::Kilometre)),
    ("fuss|feet|foot|ft", M::Unit(Unit::Foot)),
    ("zoll|inches|inch", M::Unit(Unit::Inch)),
    ("kilogramm|kilograms|kilogrammes|kg|kilo", M::Unit(Unit::Kilogram)),
    ("tonnen|tonne|tons|tonnes|t", M::Unit(Unit::Tonne)),
    ("pfund|pounds|lb|lbs", M::Unit(Unit::Pound)),
    ("w m2k|w/m2k|w/(m2k)", M::Unit(Unit::ThermalTransmittance)),
    (
        "gesamt|gesamte|gesamten|gesamter|gesamtes|insgesamt|summe|total|sum|zusammen|zusammengerechnet|altogether|overall|in total|together|combined|aufsummiert",
        M::Stat(Statistic::Sum),
    ),
    (
        "durchschnitt|durchschnittlich|durchschnittliche|durchschnittlichen|durchschnittlicher|durchschnittliches|mittelwert|mittlere|mittleren|im mittel|im schnitt|im durchschnitt|average|mean|on average|ø|durchschn",
        M::Stat(Statistic::Average),
    ),
    (
        "minimal|minimale|minimalen|minimum|mindestwert|geringste|geringsten|niedrigste|niedrigsten|lowest",
        M::Stat(Statistic::Minimum),
    ),
    (
        "maximal|maximale|maximalen|maximum|hoechstwert|hoechster wert|highest|hoechsten|hoechste",
        M::Stat(Statistic::Maximum),
    ),
    ("top|groesste|groessten|groesster|groesstes|largest|biggest|greatest|am groessten", M::Superlative(None, false)),
    ("kleinste|kleinsten|kleinster|kleinstes|smallest|am kleinsten", M::Superlative(None, true)),
    ("laengste|laengsten|laengster|laengstes|longest|am laengsten", M::Superlative(Some(MeasureKind::Length), false)),
    (
        "kuerzeste|kuerzesten|kuerzester|kuerzestes|shortest|am kuerzesten",
        M::Superlative(Some(MeasureKind::Length), true),
    ),
    (
        "breiteste|breitesten|breitester|breitestes|widest|am breitesten",
        M::Superlative(Some(MeasureKind::Width), false),
    ),
    (
        "schmalste|schmalsten|schmalster|schmalstes|narrowest|am schmalsten",
        M::Superlative(Some(MeasureKind::Width), true),
    ),
    ("tallest", M::Superlative(Some(MeasureKind::Height), false)),
    ("dickste|dicksten|dickster|dickstes|thickest|am dicksten", M::Superlative(Some(MeasureKind::Thickness), false)),
    (
        "duennste|duennsten|duennster|duennstes|thinnest|am duennsten",
        M::Superlative(Some(MeasureKind::Thickness), true),
    ),
    (
        "schwerste|schwersten|schwerster|schwerstes|heaviest|am schwersten",
        M::Superlative(Some(MeasureKind::Weight), false),
    ),
    ("leichteste|leichtesten|lightest|am leichtesten", M::Superlative(Some(MeasureKind::Weight), true)),
    ("meisten|die meisten|most|the most|am meisten", M::Most(false)),
    ("wenigsten|die wenigsten|fewest|the fewest|least|am wenigsten", M::Most(true)),
    (
        "verteilen|verteilt|verteilung|verteilen sich|distributed|distribution|aufteilung|aufgeteilt|broken down|breakdown|gliedern|are distributed",
        M::Distributed,
    ),
    (
        "je|pro|per|for each|nach|by each|jedem|jeder|jede|jedes|each|every|pro jedem|in jedem|in each|on each|auf jedem|grouped by|gruppiert nach",
        M::Each,
    ),
    (
        "wie oft|und wie oft|how often|and how often|how many of each|and how many of each|and how many of each are there|wie viele davon|and how many|und wie viele|jeweils wie viele|in each case|mit anzahl|und anzahl|je anzahl|number per type|number each|how many per type",
        M::HowOften,
    ),
    ("typ|typen|typs|type|types|vom typ|of type", M::TypeWord),
    (
        "bauteilart|bauteilarten|bauteiltyp|bauteiltypen|bauteilgruppen|bauteilklassen|component type|component types|element type|element types|kinds of elements|kinds of components|elementtypen|elementarten|arten von bauteilen|types of elements|types of components|entity types|ifc klassen|ifc classes",
        M::ComponentKinds,
    ),
    (
        "material|materialien|materials|baustoff|baustoffe|baustoffen|werkstoff|werkstoffe|made of|woraus|worin|aus was|aus welchem material|bestehen|besteht|made from|consist of|consists of|consist",
        M::MaterialWord,
    ),
    (
        "schicht|schichten|schichtdicke|schichtdicken|layer thickness|layer thicknesses|schichtaufbau|aufbau|aufgebaut|layer|layers|build up|buildup|layer structure|wandaufbau",
        M::Layers,
    ),
    ("abmessung|abmessungen|masse und abmessungen|masze|dimension|dimensions|aussenmasse|ausmasse", M::Dimensions),
    (
        "sitzt|sitzen|sits|sit|hosts|host|eingebaut|einbaut|hosting|hosted|contains door|contains window|verbaut in|built into|installed in|steckt|embedded",
        M::Hosts,
    ),
    (
        "begrenzen|begrenzt|bound|bounds|bounding|angrenzen|grenzen|grenzt|angrenzend|adjacent to|border|fuehren in|fuehrt in|lead into|leads into|lead to",
        M::Bounds,
    ),
    ("verbindet|verbinden|verbunden|connect|connects|connected|connecting", M::Connects),
    (
        "gehoeren zur|gehoeren zum|gehoeren zu|gehoert zur|gehoert zum|gehoert zu|gehoeren|gehoert|belong to|belongs to|belong|belonging to|zugehoerig zu|zugeordnet",
        M::BelongsTo,
    ),
    (
        "mehr als|groesser als|ueber|more than|greater than|larger than|bigger than|above|over|exceeding|oberhalb|oberhalb von|>|groesser|> als|larger|bigger|greater",
        M::Compare(Comparison::Above),
    ),
    (
        "weniger als|kleiner als|unter|less than|smaller than|below|under|fewer than|unterhalb|unterhalb von|<|kleiner|smaller",
        M::Compare(Comparison::Below),
    ),
    (
        "mindestens|wenigstens|at least|minimum of|groesser gleich|ab|no less than|not less than|nicht weniger als|nicht kleiner als|not smaller than|>=|≥|> =",
        M::Compare(Comparison::AtLeast),
    ),
    (
        "hoechstens|maximal|at most|bis zu|up to|kleiner gleich|no more than|not more than|nicht mehr als|nicht groesser als|not larger than|<=|≤|< =|max|maximum of",
        M::Compare(Comparison::AtMost),
    ),
    ("gleich|genau|exactly|equal to|equals|in hoehe von|=", M::Compare(Comparison::Equal)),
    ("dicker als|thicker than|dicker|thicker", M::CompareMeasure(Comparison::Above, MeasureKind::Thickness)),
    ("duenner als|thinner than|duenner|thinner", M::CompareMeasure(Comparison::Below, MeasureKind::Thickness)),
    (
        "breiter als|wider than|broader than|breiter|wider|broader",
        M::CompareMeasure(Comparison::Above, MeasureKind::Width),
    ),
    (
        "schmaler als|schmaeler als|narrower than|schmaler|schmaeler|narrower",
        M::CompareMeasure(Comparison::Below, MeasureKind::Width),
    ),
    ("laenger als|longer than|laenger|longer", M::CompareMeasure(Comparison::Above, MeasureKind::Length)),
    ("kuerzer als|shorter than|kuerzer|shorter", M::CompareMeasure(Comparison::Below, MeasureKind::Length)),
    (
        "hoeher als|higher than|taller than|hoeher|higher|taller",
        M::CompareMeasure(Comparison::Above, MeasureKind::Height),
    ),
    ("niedriger als|lower than|niedriger|lower", M::CompareMeasure(Comparison::Below, MeasureKind::Height)),
    ("schwerer als|heavier than|schwerer|heavier", M::CompareMeasure(Comparison::Above, MeasureKind::Weight)),
    ("leichter als|lighter than|leichter|lighter", M::CompareMeasure(Comparison::Below, MeasureKind::Weight)),
    (
        "nicht|not|kein|keine|keinen|keiner|keinem|keines|no|nicht als|weder|noch|neither|nor|arent|isnt|dont|doesnt|ausser|bis auf|except|except for|excluding|other than|abgesehen von|aren t|isn t|don t|doesn t",
        M::Not,
    ),
    (
        "ohne|without|fehlt|fehlen|lack|lacking|missing|lacks|have no|has no|haben keine|haben keinen|hat keine|hat keinen|do not have|does not have|don t have",
        M::Without,
    ),
    ("mit|with|haben|hat|have|has|having", M::With),
    ("kosten|kostet|preis|preise|cost|costs|price|prices|expensive|teuer|baukosten|euro|eur", M::Cost),
    (
        "co2|co2 fussabdruck|co2 bilanz|carbon|carbon footprint|gwp|treibhauspotential|treibhauspotenzial|fussabdruck|oekobilanz|global warming potential|embodied carbon|life cycle assessment|lca|graue energie|emissionen|emissions|footprint",
        M::Carbon,
    ),
    (
        "fertigstellung|fertiggestellt|montage|montiert|bauzeit|bauablauf|termin|termine|terminplan|liefertermin|lieferzeit|gewartet|wartung|wartungsintervall|letzte wartung|inbetriebnahme|completion|completed|construction start|schedule|scheduled|deadline|serviced|maintained|maintenance|commissioning|delivery date|lead time|installation date",
        M::Schedule,
    ),
    (
        "heizlast|kuehllast|heizwaermebedarf|energiebedarf|energieverbrauch|primaerenergiebedarf|energieausweis|heating load|cooling load|energy demand|energy consumption|heat demand|energy rating|energy label",
        M::Energy,
    ),
    ("minuten|minute|minutes|min|minuetig|minuetige|minuetigen", M::Minutes),
    (
        "oder mehr|or more|und mehr|and more|oder groesser|or larger|or bigger|or greater|oder breiter|or wider|oder laenger|or longer|oder hoeher|or higher|or taller|oder dicker|or thicker|and above|and up|or above|aufwaerts|oder schwerer|or heavier",
        M::OrMore(Comparison::AtLeast),
    ),
    (
        "oder weniger|or less|or fewer|und weniger|oder kleiner|or smaller|oder schmaler|or narrower|oder kuerzer|or shorter|oder niedriger|or lower|oder duenner|or thinner|and below|or below|oder leichter|or lighter",
        M::OrMore(Comparison::AtMost),
    ),
    (
        "fuer die ausschreibung|fuer die kalkulation|fuer das leistungsverzeichnis|fuer das lv|fuer die mengenermittlung|fuer das angebot|fuer die abrechnung|fuer die bestellung|for the tender|for the costing|for the bill of quantities|for the quantity take off|for the estimate|for the offer|for the order|on the quantity take off|quantity take off|guten tag|guten morgen|sehr geehrte damen und herren|vielen dank|thank you|thanks|danke|many thanks|so freundlich|so kind as to|so nett|look it up|look up|der reihe nach|in der reihenfolge|in order|in reihenfolge|mit freundlichen gruessen|besten dank|herzlichen dank|im voraus|in advance|mfg|lg|mit bestem dank|gern gewusst|gerne gewusst|kind regards|taken together|would like to know|i need|we need",
        M::Frame,
    ),
    (
        "klassifiziert|klassifizierte|klassifizierten|klassiert|klassifikationssystem|klassifikationssysteme|classification system|classification systems|classified as|classified",
        M::Classification,
    ),
    ("lichte|lichten|lichter|im lichten|clear", M::Clear),
    (
        "prozent|prozentual|prozentsatz|anteil|anteile|anteilig|percent|percentage|share|proportion|fraction|%|wie viel %|wieviel %|wie viel prozent|wieviel prozent|welcher anteil|welchen anteil|wie hoch ist der anteil|what percentage|what share|what proportion|what fraction|what percent|how many percent",
        M::Percent,
    ),
    ("mehr|more", M::More(false)),
    ("weniger|fewer", M::More(true)),
    ("unterschied|differenz|difference", M::Difference),
    ("verhaeltnis|ratio", M::Ratio),
    ("zwischen|between", M::Between),
    ("bis|until|till", M::Until),
    (
        "nachbarraum|nachbarraeume|nachbarraeumen|nachbarzimmer|nebenraum|nebenraeume|benachbart|benachbarte|benachbarten|neben|daneben|neighbour|neighbours|neighbor|neighbors|neighbouring|neighboring|next to|adjacent|adjoining|adjoin",
        M::Neighbour,
    ),
    (
        "eigenschaften|eigenschaft|merkmale|details|infos|info|informationen|information|alle angaben|alle daten|alle eigenschaften|alle merkmale|properties|attributes|all properties|all attributes|all details|everything about|tell me about|alles ueber|alles zu|datenblatt|steckbrief|data sheet|was weisst du ueber|was ist bekannt ueber|what do you know about|what is known about",
        M::Describe,
    ),
    ("name|namen|names|bezeichnung|bezeichnungen|heisst|heissen|called|named|namens", M::Attribute("name")),
    ("numbered|nummer|nummern|raumnummer|raumnummern|number|numbers|room number|room numbers", M::Attribute("number")),
    ("tag|tags|kennzeichen", M::Attribute("tag")),
    ("beschreibung|beschreibungen|description|descriptions", M::Attribute("description")),
    (
        "id|ids|globalid|globalids|global id|global ids|guid|guids|ifc guid|ifcguid|globally unique id|globally unique identifier",
        M::Attribute("global_id"),
    ),
    (
        "ifc klasse|ifc class|ifc typ|ifc type|ifcklasse|ifctyp|entitaetstyp|entity type|ifc entity|ifc entitaet|ifc entity type",
        M::Attribute("entity_type"),
    ),
    (
        "vordefinierter typ|vordefinierten typ|predefined type|predefinedtype|predefined types",
        M::Attribute("predefined_type"),
    ),
    ("objekttyp|object type|objecttype", M::Attribute("object_type")),
    (
        "projektname|projektnamen|name des projekts|name des projektes|name of the project|project name|wie heisst das projekt|what is the project called|what is the project named|what s the project called|welches projekt ist das|which project is this|projektbezeichnung",
        M::About(Fact::ProjectName),
    ),
    (
        "gebaeudename|name des gebaeudes|name of the building|building name|wie heisst das gebaeude|what is the building called|what is the building named|wie heisst das haus|wie heisst das bauwerk",
        M::About(Fact::BuildingName),
    ),
    (
        "name des grundstuecks|name of the site|site name|wie heisst das grundstueck|grundstuecksname|what is the site called|liegenschaft|name der liegenschaft",
        M::About(Fact::SiteName),
    ),
    (
        "beschreibung des projekts|projektbeschreibung|project description|description of the project|description of the building|beschreibung des gebaeudes|gebaeudebeschreibung",
        M::About(Fact::Description),
    ),
    (
        "autor|autoren|verfasser|ersteller|author|authors|wer hat das modell erstellt|wer hat das modell gezeichnet|wer hat das modell gemacht|wer hat die datei erstellt|wer hat das erstellt|von wem ist das modell|von wem stammt das modell|who created the model|who made the model|who created this model|who made this model|who authored the model|who is the author|who created the file|who drew the model|who modelled this|wer hat modelliert|creator",
        M::About(Fact::Author),
    ),
    (
        "organisation|organisationen|organization|organizations|firma|planungsbuero|architekturbuero|company|welches buero|welche firma|which company|which organisation|which organization",
        M::About(Fact::Organisation),
    ),
    (
        "software|mit welcher software|welche software|autorensoftware|cad software|cad programm|programm|mit welchem programm|welches programm|which software|what software|with which software|authoring tool|authoring software|application|anwendung|originating system|with what software|which application|which tool",
        M::About(Fact::Application),
    ),
    (
        "erstellungsdatum|exportdatum|zeitstempel|creation date|export date|timestamp|time stamp|wann wurde das modell erstellt|wann wurde die datei erstellt|wann wurde das modell exportiert|wann wurde exportiert|when was the model created|when was the file created|when was the model exported|when was the file exported|when was it exported|when was this model created|when was this exported|datum der datei|date of the file|date of export",
        M::About(Fact::WrittenAt),
    ),
    (
        "ifc version|ifc schema|ifcschema|schema|schemaversion|schema version|ifcversion|welche ifc version|which ifc version|version of ifc|ifc schema version|dateischema|file schema",
        M::About(Fact::Schema),
    ),
    (
        "einheiten|masseinheiten|laengeneinheit|units|length unit|in welchen einheiten|in welcher einheit|masseinheit|which units|units of measurement|what units|einheit|unit",
        M::About(Fact::Units),
    ),
    (
        "adresse|anschrift|postanschrift|address|postal address|wo steht das gebaeude|wo steht das haus|wo befindet sich das gebaeude|wo liegt das gebaeude|where is the building|where is the building located|where does the building stand|standort|strasse|street address|in welcher stadt|which city|in which city|in which town|welche stadt|stadt|ort|region|plz|postleitzahl|postal code|zip code|country|land",
        M::About(Fact::Address),
    ),
    (
        "koordinaten|geokoordinaten|breitengrad|laengengrad|coordinates|latitude|longitude|latitude and longitude|geographic coordinates|geolocation|georeferenz|breiten und laengengrad|geografische lage|geographische lage",
        M::About(Fact::Coordinates),
    ),
    (
        "klassifikation|klassifikationen|klassifizierung|klassifizierungen|classification|classifications|classification code|classification codes|klassifikationscode|klassifikationscodes",
        M::Classification,
    ),
    ("von|vom|des|der|of|by", M::Of),
    ("im|in|auf|on|at|inside|innerhalb", M::In),
];

static BY_PHRASE: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for (phrases, meaning) in PHRASES {
        for phrase in phrases.split('|') {
            map.entry(phrase).or_insert(*meaning);
        }
    }
    map
});

/// Longest phrase, in words.
const PHRASE_WORDS_MAX: usize = 6;

/// The meaning of the longest known phrase at the start of a slice of folded words, and how many words it takes.
pub(in crate::query) fn phrase(words: &[&str]) -> Option<(Meaning, usize)> {
    (1..=words.len().min(PHRASE_WORDS_MAX)).rev().find_map(|taken| {
        let joined = words.get(..taken)?.join(" ");
        BY_PHRASE.get(joined.as_str()).map(|meaning| (*meaning, taken))
    })
}

/// A German word for an English one of the trade, where a model in German says it so.
pub(in crate::query) fn translate(word: &str) -> Option<&'static str> {
    const PAIRS: &[(&str, &str)] = &[
        ("spruce", "fichte"),
        ("beech", "buche"),
        ("oak", "eiche"),
        ("pine", "kiefer"),
        ("larch", "laerche"),
        ("fir", "tanne"),
        ("ash", "esche"),
        ("kitchen", "kueche"),
        ("bathroom", "bad"),
        ("bedroom", "schlafzimmer"),
        ("hallway", "flur"),
        ("corridor", "flur"),
        ("office", "buero"),
        ("storage", "abstellraum"),
        ("garage", "garage"),
        ("cellar", "keller"),
        ("balcony", "balkon"),
        ("terrace", "terrasse"),
        ("toilet", "wc"),
        ("untreated", "unbehandelt"),
        ("treated", "behandelt"),
    ];
    PAIRS.iter().find(|(en, _)| *en == word).map(|(_, de)| *de)
}

/// The other language's word for a direction, since names carry it: "north" and "nord".
pub(in crate::query) fn compass(word: &str) -> Option<&'static [&'static str]> {
    const DIRECTIONS: &[&[&str]] = &[
        &["nord", "north", "noerdlich", "noerdliche", "noerdlichen", "northern", "norden"],
        &["sued", "south", "suedlich", "suedliche", "suedlichen", "southern", "sueden"],
        &["ost", "east", "oestlich", "oestliche", "oestlichen", "eastern", "osten"],
        &["west", "westlich", "westliche", "westlichen", "western", "westen"],
    ];
    DIRECTIONS.iter().find(|words| words.contains(&word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(phrase(&["wie", "viele", "tueren"]), Some((Meaning::CountHead, 2)));
        assert_eq!(phrase(&["wie", "viel"]), Some((Meaning::MuchHead, 2)));
        assert_eq!(phrase(&["breite", "mal", "hoehe"]), Some((Meaning::Measure(MeasureKind::OpeningArea), 3)));
        assert_eq!(phrase(&["tueren"]), None);
    }
}
