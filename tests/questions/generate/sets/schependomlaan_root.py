"""Schependomlaan: Dutch apartments in millimetres, Dutch names, classification by NL/SfB, no rooms."""
from book import (Book, absent, count, element_text, groups, layers, listing, names, none, number, percent, tally, text,
                  unanswerable_pair, yes_no)

S0, S1, S2, S3 = "00 begane grond", "01 eerste verdieping", "02 tweede verdieping", "03 derde verdieping"
FIRE = "30 minuten brandwerend en zelfsluitend"


def questions(m):
    b = Book(m)
    doors, windows, walls, slabs = m.all("IfcDoor"), m.all("IfcWindow"), m.all("IfcWall"), m.all("IfcSlab")
    beams, columns, stairs, coverings = m.all("IfcBeam"), m.all("IfcColumn"), m.all("IfcStair"), m.all("IfcCovering")
    everything = [e for e in m.all("IfcElement") if not e.is_a("IfcFeatureElement")]
    width = {w.id(): m.quantity(w, "Width") for w in walls}

    def short_name(storey):
        """The storey by its name, with or without the number before it."""
        return text(storey, storey.split(" ", 1)[1])

    def true(items, name, value=True):
        return [i for i in items if m.prop(i, name) is value]

    # counts
    b.ask("count", "short", "Fenster EG?", "windows ground floor?", count(m.on(S0, "IfcWindow")), "windows on the storey at elevation 0")
    b.ask("count", "trade", "Stützen, Stückzahl", "columns, number of pieces", count(columns), "all columns")
    b.ask("count", "sloppy", "wieviel träger sind verbaut", "how many beams are built in", count(beams), "all beams")
    b.ask("count", "umlaut", "Wie viele Tueren sind im 1. OG (eerste verdieping)?", "How many doors are on the storey eerste verdieping?", count(m.on(S1, "IfcDoor")), "doors on that storey")
    b.ask("count", "typo", "Wie viele Trepen gibt es?", "How many stiars are there?", count(stairs), "all stairs")
    b.ask("count", "caps", "ANZAHL FENSTER IM 2. OG", "NUMBER OF WINDOWS ON THE STOREY TWEEDE VERDIEPING", count(m.on(S2, "IfcWindow")), "windows on that storey")
    b.ask("count", "polite", "Könnten Sie mir bitte die Anzahl der Geländer nennen?", "Could you please give me the number of railings?", count(m.all("IfcRailing")), "all railings")
    b.ask("count", "long", "Für das Leistungsverzeichnis bräuchte ich noch die Anzahl der Türen im Erdgeschoss, könnten Sie die bitte heraussuchen?",
          "For the bill of quantities I still need the number of doors on the ground floor, could you look it up please?", count(m.on(S0, "IfcDoor")), "doors on that storey")
    b.ask("count", "mixed", "Wie viele walls hat die „03 derde verdieping“?", "How many Wände are on \"03 derde verdieping\"?", count(m.on(S3, "IfcWall")), "walls on that storey")
    b.ask("count", "plain", "Wie viele Deckenbekleidungen (IfcCovering) gibt es?", "How many coverings (IfcCovering) are there?", count(coverings), "all coverings")
    b.ask("count", "plain", "Wie viele Stützen stehen im 3. Obergeschoss (derde verdieping)?", "How many columns stand on the storey derde verdieping?", count(m.on(S3, "IfcColumn")), "columns on that storey")
    b.ask("count", "short", "Räume?", "rooms?", count(m.all("IfcSpace")), "no room in the file")

    # filters
    b.ask("filter", "trade", "tragende Wände EG, Stk.", "load-bearing walls ground floor, pcs", count(true(m.on(S0, "IfcWall"), "LoadBearing")), "LoadBearing is true on that storey")
    b.ask("filter", "sloppy", "wände tragend und außen anzahl", "walls load-bearing and external count", count(true(true(walls, "LoadBearing"), "IsExternal")), "LoadBearing and IsExternal are true")
    b.ask("filter", "sloppy", "tragende innenwände wieviele", "load-bearing internal walls how many", count(true(true(walls, "LoadBearing"), "IsExternal", False)), "LoadBearing is true, IsExternal is false")
    b.ask("filter", "trade", "Außentüren EG, Stk.", "external doors ground floor, pcs", count(true(m.on(S0, "IfcDoor"), "IsExternal")), "IsExternal is true on that storey")
    b.ask("filter", "plain", "Wie viele Türen haben den FireRating „30 minuten brandwerend en zelfsluitend“?", "How many doors have FireRating \"30 minuten brandwerend en zelfsluitend\"?", count([d for d in doors if m.prop(d, "FireRating") == FIRE]), "value of FireRating")
    b.ask("filter", "plain", "Wie viele Türen im 1. Obergeschoss sind keine Außentüren?", "How many doors on the storey eerste verdieping are not external?", count(true(m.on(S1, "IfcDoor"), "IsExternal", False)), "IsExternal is false on that storey")
    b.ask("filter", "plain", "Wie viele Fenster und Türen gibt es im Erdgeschoss zusammen?", "How many windows and doors are there on the ground floor together?", count(m.on(S0, "IfcDoor", "IfcWindow")), "doors or windows on that storey")
    b.ask("filter", "short", "Wände mit dem Namen „liftwand“, Anzahl", "number of walls named \"liftwand\"", count([w for w in walls if w.Name == "liftwand"]), "walls of that name")
    b.ask("filter", "polite", "Könnten Sie bitte nachsehen, wie viele Platten (IfcSlab) nicht tragend sind?", "Could you please check how many slabs (IfcSlab) are not load-bearing?", count(true(slabs, "LoadBearing", False)), "LoadBearing is false")
    b.ask("filter", "umlaut", "Wie viele Waende aus kalkzandsteen sind im Erdgeschoss?", "How many walls of kalkzandsteen are on the ground floor?", count([w for w in m.on(S0, "IfcWall") if m.contains(w, "kalkzandsteen")]), "walls with that material on that storey")

    # comparisons
    b.ask("compare", "umlaut", "Wie viele Waende sind dicker als 20 cm?", "How many walls are thicker than 200 mm?", count([w for w in walls if width[w.id()] > 0.2]), "Width above 0.2 m")
    b.ask("compare", "sloppy", "wände dünner als 6cm anzahl", "walls thinner than 0.06 m count", count([w for w in walls if width[w.id()] < 0.06]), "Width below 0.06 m")
    b.ask("compare", "plain", "Wie viele Wände sind zwischen 11 und 13 cm dick?", "How many walls are between 11 and 13 cm thick?", count([w for w in walls if 0.11 <= width[w.id()] <= 0.13]), "Width in the range")
    b.ask("compare", "trade", "Türen breiter 2,00 m, Anzahl", "doors wider than 2.00 m, number", count([d for d in doors if m.width(d) > 2]), "OverallWidth above 2 m")
    b.ask("compare", "sloppy", "fenster schmaler als 1m wieviele", "windows narrower than 1m how many", count([w for w in windows if m.width(w) < 1]), "OverallWidth below 1 m")
    b.ask("compare", "typo", "Wie viele Türen sind breiter als 2500 Millimter?", "How many doors are wider than 2500 milimetres?", count([d for d in doors if m.width(d) > 2.5]), "OverallWidth above 2.5 m")
    b.ask("compare", "plain", "Wie viele Wände im Erdgeschoss sind mindestens 30 cm dick?", "How many walls on the ground floor are at least 30 cm thick?", count([w for w in m.on(S0, "IfcWall") if width[w.id()] >= 0.2999]), "Width of 0.3 m or more on that storey")

    # superlatives and rankings
    biggest = sorted(slabs, key=lambda s: -(m.quantity(s, "NetVolume") or 0))
    b.ask("superlative", "plain", "Welche Platte (IfcSlab) hat das größte Volumen und wie groß ist es?", "Which slab (IfcSlab) has the largest volume and how large is it?",
          text(biggest[0].Name, item=biggest[0], figure=m.quantity(biggest[0], "NetVolume"), accept=[m.quantity(biggest[0], "GrossVolume")]), "largest NetVolume")
    b.ask("superlative", "short", "Geschoss mit den meisten Türen?", "storey with the most doors?", short_name(m.most("IfcDoor")), "largest count by storey")
    b.ask("superlative", "sloppy", "welches geschoss hat die meisten wände", "which storey has the most walls", short_name(m.most("IfcWall")), "largest count by storey")
    b.ask("superlative", "umlaut", "In welchem Geschoss gibt es die meisten Traeger?", "which storey has the most beams", short_name(m.most("IfcBeam")), "largest count by storey")
    b.ask("ranking", "trade", "Top 3 Platten (IfcSlab) nach Volumen", "top 3 slabs (IfcSlab) by volume", listing(biggest[:3]), "three largest NetVolume")

    # shares, differences, averages
    b.ask("share", "typo", "Wie viel Prozent der Wände sind traggend?", "What percentagge of the walls is load-bearing?", percent(len(true(walls, "LoadBearing")), len(walls)), "LoadBearing is true by all walls")
    b.ask("share", "short", "Anteil Außentüren in %", "share of external doors in %", percent(len(true(doors, "IsExternal")), len(doors)), "IsExternal is true by all doors")
    b.ask("share", "sloppy", "wieviel prozent der fenster liegen im erdgeschoss", "what percent of the windows are on the ground floor", percent(len(m.on(S0, "IfcWindow")), len(windows)), "windows on that storey by all windows")
    b.ask("share", "plain", "Wie viel Prozent der Wände enthalten kalkzandsteen?", "What percentage of the walls contains kalkzandsteen?", percent(len([w for w in walls if m.contains(w, "kalkzandsteen")]), len(walls)), "walls with that material by all walls")
    b.ask("difference", "trade", "Fenster 1. OG minus Fenster 2. OG: wie viele mehr?", "how many more windows on eerste verdieping than on tweede verdieping", count(len(m.on(S1, "IfcWindow")) - len(m.on(S2, "IfcWindow"))), "difference of two counts")
    b.ask("difference", "plain", "Gibt es mehr Fenster in „00 begane grond“ oder in „03 derde verdieping“?", "Are there more windows on \"00 begane grond\" or on \"03 derde verdieping\"?", text(m.more(S0, S3, "IfcWindow")), "larger of two counts")
    b.ask("difference", "sloppy", "um wieviel hat das eg mehr türen als das 3. og", "by how many does the ground floor have more doors than derde verdieping", count(len(m.on(S0, "IfcDoor")) - len(m.on(S3, "IfcDoor"))), "difference of two counts")
    b.ask("average", "umlaut", "Wie breit ist eine Tuer im Durchschnitt?", "how wide is a door on averge", number(sum(m.width(d) for d in doors) / len(doors), "m"), "mean OverallWidth")
    b.ask("average", "trade", "mittlere Fensterhöhe im 1. OG", "mean window height on eerste verdieping", number(sum(m.height(w) for w in m.on(S1, "IfcWindow")) / len(m.on(S1, "IfcWindow")), "m"), "mean OverallHeight on that storey")

    # missing, distinct, types, classification
    unmeasured = [s for s in slabs if m.quantity(s, "Width") is None]
    b.ask("missing", "plain", "Wie viele Wände haben keine Klassifikation?", "How many walls have no classification?", count([w for w in walls if w not in m.classified()]), "walls without a classification reference")
    b.ask("missing", "trade", "Platten ohne Width (IfcSlab), Namen", "slabs (IfcSlab) without Width, names", listing(unmeasured), "slabs without the quantity")
    b.ask("distinct", "typo", "Aus welchen Materialen bestehen die Träger?", "Which materals are the beams made of?", names(sorted({n for e in beams for n in m.materials(e)})), "distinct materials of the beams")
    b.ask("distinct", "plain", "Welche Materialien haben die Träger und wie oft kommt jedes vor?", "Which materials do the beams have and how often does each occur?", groups(tally(m.materials(e)[0] for e in beams)), "distinct materials with counts")
    b.ask("distinct", "sloppy", "wieviele verschiedene wandstärken", "how many different wall thicknesses", count(len({round(v, 4) for v in width.values()})), "distinct Width")
    b.ask("type", "trade", "Stützentypen, Anzahl je Typ", "column types, number per type", groups(tally(m.type_name(c) for c in columns)), "columns by type object")
    b.ask("type", "plain", "Wie viele Wände sind vom Typ „IFC_kalkzandsteen_214mm 214“?", "How many walls are of type \"IFC_kalkzandsteen_214mm 214\"?", count([w for w in walls if m.type_name(w) == "IFC_kalkzandsteen_214mm 214"]), "walls of that type")
    b.ask("type", "short", "Türtypen mit Anzahl", "door types with counts", groups(tally(m.type_name(d) for d in doors)), "doors by type object")
    b.ask("type", "sloppy", "wieviele trägertypen", "how many beam types", count(len({m.type_name(e) for e in beams})), "distinct type objects of the beams")
    b.ask("classification", "plain", "Wie viele Wände sind mit NL/SfB 22.21 klassifiziert?", "How many walls are classified as NL/SfB 22.21?", count([e for e in m.classified("22.21") if e.is_a("IfcWall")]), "walls with that classification reference")
    b.ask("classification", "trade", "Bauteile mit NL/SfB-Code 34.11, Anzahl", "elements with NL/SfB code 34.11, number", count(m.classified("34.11")), "elements with that classification reference")
    b.ask("classification", "plain", "Wie viele Bauteile haben die Klassifikation 41.11?", "How many elements have the classification 41.11?", count(m.classified("41.11")), "elements with that classification reference")
    b.ask("classification", "plain", "Welches Klassifikationssystem wird verwendet?", "Which classification system is used?", text(min({c.Name for c in m.file.by_type("IfcClassification")}).split(" ")[0]), "name of the classification")
    b.ask("systems", "plain", "Welche Systeme (IfcSystem) gibt es?", "Which systems (IfcSystem) are there?", none(m.all("IfcSystem")), "no system in the file")

    # relations and layers
    host = m.with_id("0uG931DjD31hhRwgBkGmit")
    b.ask("relation", "plain", "Wie viele Fenster sind in der Wand 0uG931DjD31hhRwgBkGmit?", "How many windows are in wall 0uG931DjD31hhRwgBkGmit?", count(m.fillings(host, "IfcWindow")), "openings of the wall and what fills them")
    b.ask("relation", "plain", "In welchem Geschoss ist die Tür „merk A2“?", "On which storey is door \"merk A2\"?", short_name(m.storey(m.named("merk A2"))), "storey that contains the door")
    b.ask("relation", "sloppy", "welche stützen im eg", "which columns on the ground floor", listing(m.on(S0, "IfcColumn")), "columns on that storey")
    roof = m.with_id("2vGfAAaCDC$u2rePIbFqLy")
    side = m.with_id("3gnRbbc8f6xQGyDQ_NG2tX")
    b.ask("layers", "plain", "Welche Schichten hat die Platte 2vGfAAaCDC$u2rePIbFqLy und wie dick sind sie?", "Which layers does slab 2vGfAAaCDC$u2rePIbFqLy have and how thick are they?", layers(m.layers(roof)), "material layer set in stored order")
    b.ask("layers", "trade", "Wandaufbau 3gnRbbc8f6xQGyDQ_NG2tX mit Schichtdicken", "wall build-up of 3gnRbbc8f6xQGyDQ_NG2tX with thickness of the layers", layers(m.layers(side)), "material layer set in stored order")

    # materials and totals
    lime = [w for w in m.on(S0, "IfcWall") if m.contains(w, "kalkzandsteen")]
    b.ask("material", "plain", "Wie viel Kubikmeter kalkzandsteen sind im Erdgeschoss verbaut?", "How many cubic metres of kalkzandsteen are used on the ground floor?",
          number(sum(m.quantity(w, "NetVolume") for w in lime), "m3", (sum(m.quantity(w, "GrossVolume") for w in lime), "m3", "gross volume")), "sum of NetVolume")
    b.ask("material", "trade", "Bauteile aus „033 - constructief staal“, Stückzahl", "number of elements of \"033 - constructief staal\"", count([e for e in everything if m.contains(e, "constructief staal")]), "elements with that material")
    b.ask("material", "sloppy", "woraus sind die treppen", "what are the stairs made of", names(sorted({n for s in stairs for n in m.materials(s)})), "distinct materials of the stairs")
    b.ask("total", "caps", "GESAMTFLÄCHE DECKENBEKLEIDUNGEN (IfcCovering)", "TOTAL AREA OF COVERINGS (IfcCovering)", number(sum(m.quantity(c, "NetArea") for c in coverings), "m2"), "sum of NetArea")
    b.ask("total", "trade", "Wandlänge 1. OG gesamt in m", "total wall length on eerste verdieping in m", number(sum(m.quantity(w, "Length") for w in m.on(S1, "IfcWall")), "m"), "sum of Length on that storey")
    b.ask("total", "plain", "Wie groß ist die Fensterfläche im 1. Obergeschoss (Breite mal Höhe)?", "How large is the window area on eerste verdieping (width times height)?", number(sum(m.width(w) * m.height(w) for w in m.on(S1, "IfcWindow")), "m2"), "OverallWidth times OverallHeight")

    # look-up, project, storeys, existence
    b.ask("lookup", "plain", "Wie breit ist die Tür „merk A2“?", "How wide is door \"merk A2\"?", number(m.width(m.named("merk A2")), "m"), "OverallWidth")
    b.ask("lookup", "plain", "Was ist das Bauteil 0KNmVKmh519eKhcfjdm0L1?", "What is element 0KNmVKmh519eKhcfjdm0L1?", element_text(m.with_id("0KNmVKmh519eKhcfjdm0L1")), "element of that GlobalId")
    b.ask("lookup", "trade", "Wandstärke 3gnRbbc8f6xQGyDQ_NG2tX in mm", "thickness of wall 3gnRbbc8f6xQGyDQ_NG2tX in mm", number(1000 * m.quantity(side, "Width"), "mm"), "Width")
    b.ask("lookup", "plain", "Ist die Wand 3gnRbbc8f6xQGyDQ_NG2tX tragend?", "Is wall 3gnRbbc8f6xQGyDQ_NG2tX load-bearing?", yes_no(m.prop(side, "LoadBearing")), "LoadBearing")
    b.ask("project", "short", "Projektname?", "project name?", text(m.project().Name), "name of the project")
    b.ask("project", "plain", "In welcher Stadt steht das Gebäude?", "In which city does the building stand?", text(m.address("IfcBuilding").Town), "town of the building's address")
    b.ask("project", "plain", "Welches Büro hat das Modell erstellt?", "Which company made the model?", text(m.owner().TheOrganization.Name), "organization of the owner history")
    b.ask("project", "sloppy", "mit welchem programm erstellt", "made with which program", text(m.software()[:8]), "application of the owner history")
    b.ask("storey", "short", "unterstes Geschoss?", "lowest storey?", text(m.storeys()[0].Name), "lowest elevation")
    b.ask("storey", "plain", "Wie hoch ist das Geschoss „01 eerste verdieping“?", "How high is storey \"01 eerste verdieping\"?", number(m.quantity(m.storeys()[1], "Height"), "m"), "Height of the storey, equal to its elevation")
    b.ask("two", "two", "Welche Geschosse gibt es und wie viele Fenster hat jedes Geschoss?", "Which storeys are there and how many windows does each storey have?", groups(m.per_storey("IfcWindow")), "windows by storey")
    b.ask("exists", "short", "Gibt es Stützen?", "are there columns?", yes_no(bool(columns)), "columns in the file")
    b.ask("exists", "plain", "Gibt es Möbel im Modell?", "Is there furniture in the model?", yes_no(bool(m.all("IfcFurnishingElement"))), "no furnishing element in the file")

    # not in this model
    b.ask("absent", "plain", "Wie groß ist die Grundfläche aller Räume?", "What is the total floor area of all rooms?", absent("Das Modell hat keine Räume.", "The model has no rooms.", m.all("IfcSpace")), "no room in the file")
    b.ask("absent", "short", "Fenster im Keller?", "windows in the basement?", absent("Einen Keller gibt es nicht.", "There is no basement.", m.storeys_like("kelder", "keller", "basement")), "no such storey")
    b.ask("absent", "plain", "Was kostet eine Tür im Durchschnitt?", "What does a door cost on average?", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("absent", "trade", "Welche Schallschutzklasse haben die Fenster?", "Which acoustic rating do the windows have?", absent("Schallschutz nicht belegt.", "Acoustic rating not filled.", m.filled(windows, "AcousticRating")), "AcousticRating empty")
    b.ask("absent", "sloppy", "feuerwiderstand der fenster", "fire rating of the windows", absent("Feuerwiderstand an Fenstern nicht belegt.", "Fire rating not filled on windows.", m.filled(windows, "FireRating")), "FireRating empty")
    b.ask("absent", "plain", "Welche Türen begrenzen den Raum Küche?", "Which doors bound room Küche?", absent("Das Modell hat keine Räume.", "The model has no rooms.", m.all("IfcSpace")), "no room in the file")
    b.ask("absent", "polite", "Könnten Sie mir bitte sagen, wie hoch der CO2-Fußabdruck der Wände ist?", "Could you please tell me how high the carbon footprint of the walls is?", absent("Keine Ökobilanzdaten.", "No life-cycle data.", m.properties_like("co2", "gwp", "carbon")), "no such value in the file")
    b.ask("absent", "plain", "Wann beginnt die Montage der Fenster?", "When does the installation of the windows start?", absent("Keine Termine im Modell.", "No dates in the model.", m.file.by_type("IfcTask")), "no schedule in the file")
    b.ask("absent", "plain", "Welche Fläche haben die Räume im 1. Obergeschoss?", "What is the area of the rooms on eerste verdieping?", absent("Das Modell hat keine Räume.", "The model has no rooms.", m.all("IfcSpace")), "no room in the file")
    b.ask("absent", "short", "Preis der Stützen?", "price of the columns?", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("two-unrelated", "two", "Wie viele Stützen gibt es und wer hat das Modell erstellt?", "How many columns are there and who made the model?", unanswerable_pair(), "two askings")
    return b.rows
