"""Tall building: a demonstration model in millimetres with five storeys; names and tags of walls repeat from storey to storey."""
from book import (Book, absent, count, element_text, floor_area, groups, layers, listing, names, none, number, percent, tally, text,
                  unanswerable_pair, yes_no)

L1, L2, L4, L5 = "Level 1", "Level 2", "Level 4", "Level 5"
INSIDE = "Basic Wall:Inside"


def questions(m):
    b = Book(m)
    doors, windows, walls, rooms, slabs = m.all("IfcDoor"), m.all("IfcWindow"), m.all("IfcWall"), m.all("IfcSpace"), m.all("IfcSlab")
    room = {r.Name: r for r in rooms}
    area = {r.Name: floor_area(m, r) for r in rooms}
    length = {w.id(): m.quantity(w, "Length") for w in walls}

    # counts
    b.ask("count", "short", "Türen?", "doors?", count(doors), "all doors")
    b.ask("count", "sloppy", "wieviel wände auf level 4", "how many walls on level 4", count(m.on(L4, "IfcWall")), "walls on that storey")
    b.ask("count", "umlaut", "Anzahl Raeume im ganzen Gebaeude", "number of rooms in the whole building", count(rooms), "all rooms")
    b.ask("count", "typo", "Wie viele Fennster gibt es auf Level 5?", "How many windos are on Level 5?", count(m.on(L5, "IfcWindow")), "windows on that storey")
    b.ask("count", "caps", "FENSTER LEVEL 1", "WINDOWS LEVEL 1", count(m.on(L1, "IfcWindow")), "windows on that storey")
    b.ask("count", "polite", "Wären Sie so freundlich, mir die Anzahl der Geschosse zu nennen?", "Would you be so kind as to tell me the number of storeys?", count(len(m.storeys())), "all storeys")
    b.ask("count", "trade", "Platten (IfcSlab), Stückzahl gesamt", "slabs (IfcSlab), total number of pieces", count(slabs), "all slabs")
    b.ask("count", "long", "Ich muss morgen die Fensterliste abgeben und brauche dafür bitte die Anzahl der Fenster auf Level 2.", "I have to hand in the window schedule tomorrow and need the number of windows on Level 2 for it, please.", count(m.on(L2, "IfcWindow")), "windows on that storey")
    b.ask("count", "plain", "Wie viele Türen gibt es auf Level 2?", "How many doors are there on Level 2?", count(m.on(L2, "IfcDoor")), "no door on that storey")

    # filters and comparisons
    b.ask("filter", "plain", "Wie viele Wände sind vom Typ „Basic Wall:Inside“?", "How many walls are of type \"Basic Wall:Inside\"?", count([w for w in walls if m.type_name(w) == INSIDE]), "walls of that type")
    b.ask("filter", "plain", "Wie viele Wände auf Level 5 sind nicht vom Typ „Basic Wall:Inside“?", "How many walls on Level 5 are not of type \"Basic Wall:Inside\"?", count([w for w in m.on(L5, "IfcWall") if m.type_name(w) != INSIDE]), "walls of other types on that storey")
    b.ask("filter", "sloppy", "türen mit glas (glass) welche", "doors with glass which ones", listing([d for d in doors if m.contains(d, "Glass")]), "doors with a material named Glass")
    b.ask("filter", "umlaut", "Wie viele Fenster und Tueren gibt es auf Level 1 insgesamt?", "number of windows + doors on Level 1 in total", count(m.on(L1, "IfcDoor", "IfcWindow")), "doors or windows on that storey")
    b.ask("filter", "trade", "Außentüren (IsExternal), Anzahl?", "external doors (IsExternal), number?", count([d for d in doors if m.prop(d, "IsExternal") is True]), "IsExternal is true")
    b.ask("filter", "plain", "Wie viele Fenster sind auf Level 4 oder Level 5?", "How many windows are on Level 4 or Level 5?", count(m.on(L4, "IfcWindow") + m.on(L5, "IfcWindow")), "windows on either storey")
    b.ask("compare", "sloppy", "wände kürzer 5m wieviele", "walls shorter than 5m how many", count([w for w in walls if length[w.id()] < 5]), "Length below 5 m")
    b.ask("compare", "short", "Türen breiter 1 m?", "doors wider 1 m?", listing([d for d in doors if m.width(d) > 1]), "OverallWidth above 1 m")
    b.ask("compare", "sloppy", "räume grösser als 20qm", "rooms bigger than 20 sqm", listing([r for r in rooms if area[r.Name] > 20]), "NetFloorArea above 20 m2")
    b.ask("compare", "plain", "Wie viele Räume haben höchstens 15 m²?", "How many rooms have at most 15 m²?", count([r for r in rooms if area[r.Name] <= 15]), "NetFloorArea of 15 m2 or less")
    b.ask("compare", "trade", "Platten (IfcSlab) mit Dicke unter 200 mm, Anzahl", "slabs (IfcSlab) with a thickness below 200 mm, number", count([s for s in slabs if m.quantity(s, "Width") < 0.2]), "Width below 0.2 m")
    b.ask("compare", "typo", "Welche Türen sind höher als 205 Zentimter?", "Which doors are higher than 205 centimtres?", listing([d for d in doors if m.height(d) > 2.05]), "OverallHeight above 2.05 m")

    # superlatives, shares, differences, averages
    big = max(rooms, key=lambda r: area[r.Name])
    b.ask("superlative", "plain", "Welches ist der größte Raum und wie groß ist er?", "Which is the largest room and how large is it?", text(big.Name, item=big, figure=area[big.Name]), "largest NetFloorArea")
    b.ask("superlative", "sloppy", "geschoss mit den wenigsten fenstern", "storey with fewest windows", text(m.fewest("IfcWindow")), "smallest count by storey")
    thick = max(slabs, key=lambda s: m.quantity(s, "Width"))
    b.ask("superlative", "short", "dickste Platte (IfcSlab)", "thickest slab (IfcSlab)", element_text(thick), "largest Width")
    widest = max(doors, key=m.width)
    b.ask("superlative", "plain", "Welche Tür ist die breiteste?", "Which door is the widest?", element_text(widest), "largest OverallWidth")
    b.ask("share", "typo", "Wie viel Prozent der Fensterr sind auf Level 2?", "What percentage of the windoows is on Level 2?", percent(len(m.on(L2, "IfcWindow")), len(windows)), "windows on that storey by all windows")
    b.ask("share", "short", "Anteil der Wände auf Level 1 in Prozent", "percentage of walls on Level 1", percent(len(m.on(L1, "IfcWall")), len(walls)), "walls on that storey by all walls")
    b.ask("share", "trade", "Anteil Raum 10 an der NGF", "share of room 10 in the net floor area", percent(area["10"], sum(area.values())), "NetFloorArea of the room by the sum over all rooms")
    b.ask("difference", "polite", "Könnten Sie mir bitte sagen, um wie viele Fenster Level 2 mehr hat als Level 4?", "Could you please tell me how many more windows Level 2 has than Level 4?", count(len(m.on(L2, "IfcWindow")) - len(m.on(L4, "IfcWindow"))), "difference of two counts")
    b.ask("difference", "sloppy", "mehr fenster auf level 1 oder auf level 5", "more windows on level 1 or on level 5", text(m.more(L1, L5, "IfcWindow")), "larger of two counts")
    b.ask("average", "sloppy", "durchschnittliche raumgröße", "average room size", number(sum(area.values()) / len(area), "m2"), "mean NetFloorArea")
    b.ask("average", "short", "mittlere Türhöhe", "average door height", number(sum(m.height(d) for d in doors) / len(doors), "m"), "mean OverallHeight")

    # missing, distinct, types, classification
    b.ask("missing", "plain", "Welche Tür hat keinen U-Wert?", "Which door has no U-value?", listing([d for d in doors if m.prop(d, "ThermalTransmittance") is None]), "doors without ThermalTransmittance")
    b.ask("missing", "sloppy", "platten ohne LoadBearing", "slabs without LoadBearing", listing([s for s in slabs if m.prop(s, "LoadBearing") is None]), "slabs without the property")
    b.ask("distinct", "plain", "Welche Materialien haben die Fenster?", "Which materials do the windows have?", names(sorted({n for w in windows for n in m.materials(w)})), "distinct materials of the windows")
    b.ask("distinct", "mixed", "Welche materials haben die slabs (IfcSlab)?", "Which Materialien do the slabs (IfcSlab) have?", names(sorted({n for s in slabs for n in m.materials(s)})), "distinct materials of the slabs")
    b.ask("type", "sloppy", "welche wandtypen und wie oft", "which wall types and how often", groups(tally(m.type_name(w) for w in walls)), "walls by type object")
    b.ask("type", "trade", "Plattentypen (IfcSlab) mit Anzahl", "slab types (IfcSlab) with number", groups(tally(m.type_name(s) for s in slabs)), "slabs by type object")
    b.ask("classification", "plain", "Welche Tür hat die Klassifikation C1020300?", "Which door has the classification C1020300?", listing([e for e in m.classified("C1020300") if e.is_a("IfcDoor")]), "doors with that classification reference")
    b.ask("classification", "short", "OmniClass Number der Türen?", "OmniClass Number of the doors?", text(m.only(doors, "OmniClass Number")), "value of the property, the same on all doors")

    # relations, layers, materials, totals
    wall = m.with_id("0ZBert7zf3GhThdOD2NK86")
    b.ask("relation", "plain", "Welche Fenster sind in der Wand 0ZBert7zf3GhThdOD2NK86?", "Which windows are in wall 0ZBert7zf3GhThdOD2NK86?", listing(m.fillings(wall, "IfcWindow")), "openings of the wall and what fills them")
    b.ask("relation", "plain", "Wie viele Türen sind in der Wand 0ZBert7zf3GhThdO12NK9o?", "How many doors are in wall 0ZBert7zf3GhThdO12NK9o?", count(m.fillings(m.with_id("0ZBert7zf3GhThdO12NK9o"), "IfcDoor")), "openings of the wall and what fills them")
    b.ask("relation", "sloppy", "in welcher wand sitzt tür 358703", "which wall hosts door 358703", element_text(m.host(m.tagged("358703"))), "wall whose opening the door fills")
    b.ask("relation", "plain", "Auf welchem Geschoss ist das Fenster 361212?", "On which storey is window 361212?", text(m.storey(m.tagged("361212"))), "storey that contains the window")
    b.ask("layers", "plain", "Welche Schichten hat die Platte 360649 und wie dick sind sie?", "Which layers does slab 360649 have and how thick are they?", layers(m.layers(m.tagged("360649"))), "material layer set in stored order")
    b.ask("material", "plain", "Wie viele Bauteile enthalten „Cherry“?", "How many elements contain \"Cherry\"?", count([e for e in m.all("IfcElement") if m.contains(e, "Cherry")]), "elements with that material")
    b.ask("material", "trade", "„Default Floor“ in m³", "\"Default Floor\" in m³", number(sum(m.quantity(s, "NetVolume") for s in slabs if m.contains(s, "Default Floor")), "m3"), "sum of NetVolume")
    b.ask("total", "trade", "Fensterfläche Level 1 (Breite x Höhe) in m²", "window area Level 1 (width x height) in m²", number(sum(m.width(w) * m.height(w) for w in m.on(L1, "IfcWindow")), "m2"), "OverallWidth times OverallHeight")
    other = sum(m.measure(w, "Length") for w in m.on(L2, "IfcWall"))
    b.ask("total", "sloppy", "wandlänge level 2 in m", "wall length level 2 in m", number(sum(length[w.id()] for w in m.on(L2, "IfcWall")), "m", (other, "m", "Length property")), "sum of Length on that storey")

    # look-up
    b.ask("lookup", "short", "Fläche von Raum 11?", "area of room 11?", number(area["11"], "m2"), "NetFloorArea")
    b.ask("lookup", "trade", "Raumhöhe Raum 12", "height of room 12", number(m.quantity(room["12"], "Height"), "m"), "Height")
    b.ask("lookup", "umlaut", "Staerke der Platte 360649?", "thickness of slab 360649?", number(m.quantity(m.tagged("360649"), "Width"), "m"), "Width")
    b.ask("lookup", "plain", "Welchen U-Wert hat das Fenster 359493?", "What is the U-value of window 359493?", number(m.prop(m.tagged("359493"), "ThermalTransmittance"), "W/(m2K)"), "ThermalTransmittance")
    b.ask("lookup", "plain", "Wie heißt das Element mit der Id 0ZBert7zf3GhThbO52NKCH?", "What is the name of the element with id 0ZBert7zf3GhThbO52NKCH?", element_text(m.with_id("0ZBert7zf3GhThbO52NKCH")), "element of that GlobalId")

    # project, storeys, existence
    b.ask("project", "short", "Welches IFC Schema?", "Which IFC schema is it?", text(m.file.schema), "schema of the file")
    b.ask("project", "polite", "Könnten Sie mir bitte sagen, mit welchem Programm die Datei erzeugt wurde?", "Could you please tell me which program the file was made with?", text("Revit" if "Revit" in m.software() else ""), "application of the owner history")
    b.ask("project", "sloppy", "einheit länge im modell", "length unit of the model", text("mm", "Millimeter", "millimetre", "MILLIMETRE", "MILLI METRE", "MILLI.METRE"), "unit of length")
    b.ask("storey", "short", "oberstes Geschoss?", "top floor?", text(m.storeys()[-1].Name), "highest elevation")
    b.ask("storey", "trade", "Höhenkote Level 5 in m?", "elevation of Level 5 in m?", number(m.elevation(L5), "m"), "Elevation of the storey")
    b.ask("two", "two", "Welche Geschosse gibt es und wie viele Wände hat jedes davon?", "Which storeys are there and how many walls does each of them have?", groups(m.per_storey("IfcWall")), "walls by storey")
    b.ask("exists", "plain", "Hat das Gebäude Stützen?", "Does the building have columns?", yes_no(bool(m.all("IfcColumn"))), "no column in the file")
    b.ask("exists", "short", "Gibt es Räume auf Level 1?", "Are there rooms on Level 1?", yes_no(bool(m.on(L1, "IfcSpace"))), "rooms of that storey")
    b.ask("systems", "plain", "Welche Gruppen (IfcGroup) sind im Modell?", "Which groups (IfcGroup) are in the model?", none(m.all("IfcGroup")), "no group in the file")

    # not in this model
    b.ask("absent", "plain", "Wie viele Fenster sind auf Level 3?", "How many windows are on Level 3?", absent("Level 3 gibt es nicht, auf Level 2 folgt Level 4.", "There is no Level 3; Level 4 follows Level 2.", m.storeys_like("level 3")), "no such storey")
    b.ask("absent", "trade", "Feuerwiderstandsklasse der Wände?", "fire resistance class of the walls?", absent("Nur Platzhalter.", "Only placeholders.", m.filled(walls, "FireRating", "Fire Rating")), "only a placeholder")
    b.ask("absent", "plain", "Wie viel wiegen die Türen?", "How much do the doors weigh?", absent("Kein Gewicht im Modell.", "No weight in the model.", m.properties_like("grossweight", "netweight", "gewicht")), "no weight in the file")
    b.ask("absent", "sloppy", "was kostet das dach", "what does the roof cost", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("absent", "plain", "Welche Nutzung hat Raum „25“?", "What is room \"25\" used for?", absent("Einen Raum 25 gibt es nicht.", "There is no room 25.", [r for r in rooms if r.Name == "25"]), "no room of that number")
    b.ask("absent", "plain", "Welche Räume verbindet die Tür 359375?", "Which rooms does door 359375 connect?", absent("Keine Raumgrenzen im Modell.", "No space boundaries in the model.", m.file.by_type("IfcRelSpaceBoundary")), "no space boundary in the file")
    b.ask("absent", "polite", "Könnten Sie mir bitte den Schallschutzwert der Wände nennen?", "Could you please tell me the acoustic rating of the walls?", absent("Kein Schallschutzwert.", "No acoustic rating.", m.filled(walls, "AcousticRating")), "no such value in the file")
    b.ask("absent", "caps", "TÜREN IM 9. OBERGESCHOSS", "DOORS ON THE 9TH UPPER FLOOR", absent("Ein 9. Obergeschoss gibt es nicht.", "There is no 9th upper floor.", m.storeys()[9:]), "no such storey")
    b.ask("two-unrelated", "two", "Wie groß ist Raum 10 und wie viele Türen gibt es?", "How large is room 10 and how many doors are there?", unanswerable_pair(), "two askings")
    return b.rows
