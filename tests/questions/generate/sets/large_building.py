"""Large building: a demonstration model in millimetres; some stored volumes and areas contradict the declared units."""
from book import (Book, absent, count, element_text, floor_area, groups, layers, listing, names, none, number, percent, tally, text,
                  unanswerable_pair, yes_no)

L1, L2 = "Level 1", "Level 2"


def questions(m):
    b = Book(m)
    doors, windows, walls, rooms = m.all("IfcDoor"), m.all("IfcWindow"), m.all("IfcWall"), m.all("IfcSpace")
    slabs, desks, ceilings, proxies = m.all("IfcSlab"), m.all("IfcFurnishingElement"), m.all("IfcCovering"), m.all("IfcBuildingElementProxy")
    room = {r.Name: r for r in rooms}
    area = {r.Name: floor_area(m, r) for r in rooms}
    length = {w.id(): m.quantity(w, "Length") for w in walls}
    other_length = {w.id(): m.measure(w, "Length") for w in walls}

    # counts
    b.ask("count", "sloppy", "wieviel fenster", "how many windows", count(windows), "all windows")
    b.ask("count", "short", "Türen?", "doors?", count(doors), "all doors")
    b.ask("count", "typo", "Anzahl der Möbelstükke", "number of furnitre pieces", count(desks), "all furnishing elements")
    b.ask("count", "caps", "WÄNDE GESAMT", "WALLS IN TOTAL", count(walls), "all walls")
    b.ask("count", "umlaut", "Wie viele Waende stehen auf Level 2?", "How many walls stand on level 2", count(m.on(L2, "IfcWall")), "walls on that storey")
    b.ask("count", "polite", "Könnten Sie bitte angeben, wie viele Fenster auf Level 1 sind?", "Could you please state how many windows are on Level 1?", count(m.on(L1, "IfcWindow")), "windows on that storey")
    b.ask("count", "trade", "Unterdecken (IfcCovering), Anzahl", "number of suspended ceilings (IfcCovering)", count(ceilings), "all coverings, each a ceiling")
    b.ask("count", "long", "Für die Reinigung müsste ich bitte wissen, wie viele Räume es auf Level 1 gibt.", "For the cleaning I would need to know, please, how many rooms there are on Level 1.", count(m.on(L1, "IfcSpace")), "rooms of that storey")
    b.ask("count", "mixed", "Wieviele Windows auf Level 2?", "How many Fenster on Level 2?", count(m.on(L2, "IfcWindow")), "windows on that storey")
    b.ask("count", "long", "Ich hätte gern gewusst, wie viele Platten (IfcSlab) es im gesamten Gebäude gibt, besten Dank im Voraus.", "I would like to know how many slabs (IfcSlab) there are in the entire building, many thanks in advance.", count(slabs), "all slabs")

    # filters
    b.ask("filter", "plain", "Wie viele Türen enthalten Glas (Glass)?", "How many doors contain glass?", count([d for d in doors if m.contains(d, "Glass")]), "doors with a material named Glass")
    b.ask("filter", "sloppy", "türen ohne glas (glass) wieviele", "doors without glass how many", count([d for d in doors if not m.contains(d, "Glass")]), "doors without a material named Glass")
    b.ask("filter", "sloppy", "fenster und türen auf level 1 zusammen", "windows and doors on level 1 together", count(m.on(L1, "IfcDoor", "IfcWindow")), "doors or windows on that storey")
    b.ask("filter", "plain", "Welche Platten (IfcSlab) sind außenliegend?", "Which slabs (IfcSlab) are external?", listing([s for s in slabs if m.prop(s, "IsExternal") is True]), "IsExternal is true")
    b.ask("filter", "plain", "Wie viele Wände vom Typ „Basic Wall:Outside wall“ sind auf Level 2?", "How many walls of type \"Basic Wall:Outside wall\" are on Level 2?", count([w for w in m.on(L2, "IfcWall") if m.type_name(w) == "Basic Wall:Outside wall"]), "walls of that type on that storey")
    b.ask("filter", "umlaut", "Welche Raeume enthalten keine Moebel?", "which rooms have no furniture in them", listing([r for r in rooms if not m.inside(r)]), "rooms that contain nothing")
    b.ask("filter", "trade", "tragende Wände, Stk.?", "load-bearing walls, pcs?", count([w for w in walls if m.prop(w, "LoadBearing") is True]), "LoadBearing is true")

    # comparisons
    b.ask("compare", "plain", "Welche Türen sind breiter als 1,20 m?", "Which doors are wider than 1.20 m?", listing([d for d in doors if m.width(d) > 1.2]), "OverallWidth above 1.2 m")
    b.ask("compare", "sloppy", "türen höher als 210 cm wieviele", "doors higher than 210 cm how many", count([d for d in doors if m.height(d) > 2.1]), "OverallHeight above 2.1 m")
    b.ask("compare", "short", "Räume > 45 m²", "rooms > 45 m²", listing([r for r in rooms if area[r.Name] > 45]), "NetFloorArea above 45 m2")
    b.ask("compare", "sloppy", "räume zwischen 30 und 40 qm anzahl", "rooms between 30 and 40 sqm count", count([r for r in rooms if 30 <= area[r.Name] <= 40]), "NetFloorArea in the range")
    b.ask("compare", "trade", "Wände L > 15 m, Stück", "walls longer than 15 m, pieces", count([w for w in walls if length[w.id()] > 15]), "Length above 15 m")
    b.ask("compare", "trade", "Platten dicker 30 cm (IfcSlab)", "slabs (IfcSlab) thicker than 30 cm", listing([s for s in slabs if m.quantity(s, "Width") > 0.3]), "Width above 0.3 m")
    b.ask("compare", "umlaut", "Gibt es Raeume kleiner als 30 qm? Wie viele?", "How many rooms smaller than 30 sqm are there?", count([r for r in rooms if area[r.Name] < 30]), "NetFloorArea below 30 m2")

    # superlatives, shares, differences, averages
    widest = max(ceilings, key=lambda c: m.quantity(c, "GrossCeilingArea"))
    b.ask("superlative", "plain", "Welche Deckenbekleidung (IfcCovering) ist die größte und welche Fläche hat sie?", "Which covering (IfcCovering) is the largest and what is its area?", element_text(widest, m.quantity(widest, "GrossCeilingArea")), "largest area")
    thickest = max(slabs, key=lambda s: m.quantity(s, "Width"))
    b.ask("superlative", "short", "dickste Platte (IfcSlab)?", "thickest slab (IfcSlab)?", element_text(thickest), "largest Width")
    b.ask("superlative", "sloppy", "welches geschoss hat die meisten fenster", "which storey has most windows", text(m.most("IfcWindow")), "largest count by storey")
    b.ask("ranking", "plain", "Welches sind die zwei größten Räume?", "Which are the two largest rooms?", listing(sorted(rooms, key=lambda r: -round(area[r.Name], 3))[:2]), "two largest NetFloorArea")
    b.ask("share", "plain", "Wie viel Prozent der Türen enthalten Glas (Glass)?", "What percentage of the doors contains glass?", percent(len([d for d in doors if m.contains(d, "Glass")]), len(doors)), "doors with Glass by all doors")
    b.ask("share", "short", "Anteil Fenster Level 1 in %", "share of windows on Level 1 in %", percent(len(m.on(L1, "IfcWindow")), len(windows)), "windows on that storey by all windows")
    b.ask("share", "sloppy", "wieviel prozent der wände auf level 2", "percentage of walls on level 2", percent(len(m.on(L2, "IfcWall")), len(walls)), "walls on that storey by all walls")
    b.ask("difference", "polite", "Könnten Sie bitte sagen, wie viele Fenster Level 1 mehr hat als Level 2?", "Could you please say how many more windows Level 1 has than Level 2?", count(len(m.on(L1, "IfcWindow")) - len(m.on(L2, "IfcWindow"))), "difference of two counts")
    b.ask("difference", "sloppy", "mehr wände auf level 1 oder level 2", "more walls on level 1 or level 2", text(m.more(L1, L2, "IfcWall")), "larger of two counts")
    b.ask("difference", "plain", "Um wie viel Quadratmeter ist Raum 1 größer als Raum 4?", "By how many square metres is room 1 larger than room 4?", number(area["1"] - area["4"], "m2"), "difference of two NetFloorArea")
    b.ask("average", "typo", "Wie groß sind die Räume im Durchschnit?", "How large are the rooms on averrage?", number(sum(area.values()) / len(area), "m2"), "mean NetFloorArea")
    b.ask("average", "trade", "mittlere Türbreite", "mean door width", number(sum(m.width(d) for d in doors) / len(doors), "m"), "mean OverallWidth")
    b.ask("average", "plain", "Wie viele Möbel stehen durchschnittlich in einem Raum?", "How many pieces of furniture are in a room on average?", number(len(desks) / len(rooms), ""), "furniture in rooms by all rooms")

    # missing, distinct, types, classification
    b.ask("missing", "plain", "Welche Türen haben keinen U-Wert?", "Which doors have no U-value?", listing([d for d in doors if m.prop(d, "ThermalTransmittance") is None]), "doors without ThermalTransmittance")
    b.ask("missing", "short", "Platten (IfcSlab) ohne LoadBearing?", "slabs (IfcSlab) without LoadBearing?", listing([s for s in slabs if m.prop(s, "LoadBearing") is None]), "slabs without the property")
    b.ask("distinct", "plain", "Aus welchen Materialien bestehen die Türen?", "Which materials are the doors made of?", names(sorted({n for d in doors for n in m.materials(d)})), "distinct materials of the doors")
    b.ask("distinct", "sloppy", "materialien möbel", "materials of the furniture", names(sorted({n for d in desks for n in m.materials(d)})), "distinct materials of the furniture")
    b.ask("type", "short", "Wandtypen mit Anzahl?", "wall types with count?", groups(tally(m.type_name(w) for w in walls)), "walls by type object")
    b.ask("type", "mixed", "Wie viele Siberian Crab Apple Elemente gibt es?", "How many elements named Siberian Crab Apple are there?", count([p for p in proxies if "Siberian Crab Apple" in p.Name]), "elements whose name holds these words")
    b.ask("type", "plain", "Von welchem Typ ist die Tür 353875?", "What is the type of door 353875?", text(m.type_name(m.tagged("353875"))), "name of the type object")
    b.ask("classification", "plain", "Wie viele Türen haben die Uniformat-Klassifikation C1020300?", "How many doors have the Uniformat classification C1020300?", count([e for e in m.classified("C1020300") if e.is_a("IfcDoor")]), "doors with that classification reference")
    b.ask("classification", "trade", "OmniClass Title der Fenster?", "OmniClass Title of the windows?", text(m.only(windows, "OmniClass Title")), "value of the property, the same on all windows")
    b.ask("systems", "sloppy", "welche zonen (IfcZone) sind drin", "which zones (IfcZone) are in there", none(m.all("IfcZone")), "no zone in the file")

    # relations and layers
    b.ask("spatial", "sloppy", "möbel in raum 7 welche", "furniture in room 7 which ones", listing(m.inside(room["7"])), "elements contained in the room")
    b.ask("spatial", "short", "Möbel in Raum 2, wie viele?", "furniture in room 2, how many?", count(m.inside(room["2"])), "elements contained in the room")
    b.ask("relation", "plain", "Welche Fenster sind in der Wand 353059?", "Which windows are in wall 353059?", listing(m.fillings(m.tagged("353059"), "IfcWindow")), "openings of the wall and what fills them")
    b.ask("relation", "plain", "Wie viele Türen sitzen in der Wand 352966?", "How many doors are in wall 352966?", count(m.fillings(m.tagged("352966"), "IfcDoor")), "openings of the wall and what fills them")
    b.ask("relation", "sloppy", "fenster 354238 in welcher wand", "window 354238 sits in which wall", element_text(m.host(m.tagged("354238"))), "wall whose opening the window fills")
    b.ask("relation", "plain", "Wie viele Wände haben keine Öffnung?", "How many walls have no opening?", count([w for w in walls if not w.HasOpenings]), "walls without an opening")
    b.ask("layers", "plain", "Wie ist die Deckenbekleidung 354798 aufgebaut (Schichten und Dicken)?", "What is the build-up of covering 354798 (layers and thickness)?", layers(m.layers(m.tagged("354798"))), "material layer set in stored order")
    b.ask("layers", "plain", "Welche Schichten hat die Wand 353488 und wie dick sind sie?", "Which layers does wall 353488 have and how thick are they?", layers(m.layers(m.tagged("353488"))), "material layer set in stored order")

    # materials and totals
    b.ask("material", "plain", "Wie viel Kubikmeter „Default Floor“ sind verbaut?", "How many cubic metres of \"Default Floor\" are used?", number(sum(m.quantity(s, "NetVolume") for s in slabs if m.contains(s, "Default Floor")), "m3"), "sum of NetVolume")
    b.ask("material", "trade", "Volumen „Gypsum Wall Board“ m³", "volume of \"Gypsum Wall Board\" in m³", number(sum(m.share(c, "Gypsum") * m.measure(c, "Volume") for c in ceilings), "m3"), "Volume by the layer's share of the thickness")
    b.ask("total", "trade", "Fläche Deckenbekleidung (IfcCovering) gesamt in m²", "covering (IfcCovering) area, total, m²", number(sum(m.quantity(c, "GrossCeilingArea") for c in ceilings), "m2"), "sum of the ceiling area")
    b.ask("total", "short", "Wandlänge Level 2?", "wall length level 2?", number(sum(length[w.id()] for w in m.on(L2, "IfcWall")), "m", (sum(other_length[w.id()] for w in m.on(L2, "IfcWall")), "m", "Length property")), "sum of Length on that storey")
    b.ask("total", "plain", "Welche Fläche haben die Fenster auf Level 2 (Breite mal Höhe)?", "What is the area of the windows on Level 2 (width times height)?", number(sum(m.width(w) * m.height(w) for w in m.on(L2, "IfcWindow")), "m2"), "OverallWidth times OverallHeight")

    # look-up
    b.ask("lookup", "short", "Fläche Raum 3", "area of room 3", number(area["3"], "m2"), "NetFloorArea")
    b.ask("lookup", "plain", "Wie hoch ist Raum 5?", "How high is room 5?", number(m.quantity(room["5"], "Height"), "m"), "Height")
    b.ask("lookup", "plain", "Welchen U-Wert hat die Tür 353172?", "What is the U-value of door 353172?", number(m.prop(m.tagged("353172"), "ThermalTransmittance"), "W/(m2K)"), "ThermalTransmittance")
    b.ask("lookup", "trade", "Brüstungshöhe (Sill Height) Fenster 353953 in mm?", "Sill Height of window 353953 in mm?", number(m.prop(m.tagged("353953"), "Sill Height"), "mm"), "Sill Height")
    b.ask("lookup", "plain", "Welches Bauteil hat die GlobalId 2cXV28XOjE6f6irgi0COSH?", "Which element has GlobalId 2cXV28XOjE6f6irgi0COSH?", element_text(m.with_id("2cXV28XOjE6f6irgi0COSH")), "element of that GlobalId")
    b.ask("lookup", "plain", "Ist die Wand 353488 ein Außenbauteil (IsExternal)?", "Is wall 353488 external (IsExternal)?", yes_no(m.prop(m.tagged("353488"), "IsExternal")), "IsExternal")

    b.ask("lookup", "trade", "Rohbaubreite (Rough Width) Tür 353875 in mm", "Rough Width of door 353875 in mm", number(m.prop(m.tagged("353875"), "Rough Width"), "mm"), "Rough Width")
    b.ask("lookup", "trade", "Sturzhöhe (Head Height) Fenster 354238 in mm?", "Head Height of window 354238 in mm?", number(m.prop(m.tagged("354238"), "Head Height"), "mm"), "Head Height")
    b.ask("count", "trade", "Wie viele HLS-Elemente sind enthalten?", "How many MEP elements are included?", count(m.all("IfcDistributionElement")), "no distribution element in the file")

    # project, storeys, existence
    b.ask("project", "sloppy", "welche software", "what software", text("Revit" if "Revit" in m.software() else ""), "application of the owner history")
    b.ask("project", "plain", "In welcher Längeneinheit ist das Modell gespeichert?", "In which unit of length is the model stored?", text("mm", "Millimeter", "millimetre", "MILLIMETRE", "MILLI METRE", "MILLI.METRE"), "unit of length")
    b.ask("project", "plain", "Welche Region nennt die Adresse des Gebäudes?", "Which region does the address of the building give?", text(m.address("IfcBuilding").Region), "region of the postal address")
    b.ask("storey", "polite", "Wie heißt bitte das oberste Geschoss?", "What is the top storey called, please?", text(m.storeys()[-1].Name), "highest elevation")
    b.ask("storey", "trade", "Geschosshöhenlage Level 2 in m", "elevation of Level 2 in m", number(m.elevation(L2), "m"), "Elevation of the storey")
    b.ask("storey", "short", "Räume auf Level 2?", "rooms on level 2?", none(m.on(L2, "IfcSpace")), "no room on that storey")
    b.ask("two", "two", "Welche Möbeltypen gibt es und wie viele von jedem?", "Which furniture types are there and how many of each?", groups(tally(m.type_name(d) for d in desks)), "furniture by type object")
    b.ask("exists", "short", "Gibt es Türen auf Level 2?", "are there doors on level 2?", yes_no(bool(m.on(L2, "IfcDoor"))), "no door on that storey")
    b.ask("exists", "plain", "Gibt es Möbel in Raum 8?", "Is there furniture in room 8?", yes_no(bool(m.inside(room["8"]))), "elements contained in the room")

    # not in this model
    b.ask("absent", "plain", "Welchen Feuerwiderstand haben die Wände?", "What is the fire rating of the walls?", absent("Nur Platzhalter.", "Only placeholders.", m.filled(walls, "FireRating", "Fire Rating")), "only a placeholder")
    b.ask("absent", "trade", "Bauherr (Client Name)?", "client (Client Name)?", absent("Nur der Platzhalter „// CLIENT/NAME //“.", "Only the placeholder \"// CLIENT/NAME //\".", m.filled(m.all("IfcBuilding"), "Client Name")), "only a placeholder")
    b.ask("absent", "plain", "Wie viele Fenster sind auf Level 3?", "How many windows are on Level 3?", absent("Level 3 gibt es nicht.", "There is no Level 3.", m.storeys_like("level 3")), "no such storey")
    b.ask("absent", "plain", "Was kosten die Türen?", "What do the doors cost?", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("absent", "sloppy", "co2 bilanz vom gebäude", "carbon footprint of the building", absent("Keine Ökobilanzdaten.", "No life-cycle data.", m.properties_like("co2", "gwp", "carbon")), "no such value in the file")
    b.ask("absent", "plain", "Welche Räume verbindet die Tür 353172?", "Which rooms does door 353172 connect?", absent("Keine Raumgrenzen im Modell.", "No space boundaries in the model.", m.file.by_type("IfcRelSpaceBoundary")), "no space boundary in the file")
    b.ask("absent", "plain", "Wann wurde das Gebäude gebaut?", "When was the building constructed?", absent("Kein Baujahr.", "No year of construction.", m.properties_like("yearofconstruction", "baujahr")), "no such value in the file")
    b.ask("absent", "sloppy", "welche türen haben feuerwiderstand ei30", "which doors have fire rating ei30", absent("Nur Platzhalter.", "Only placeholders.", m.filled(doors, "FireRating", "Fire Rating")), "only placeholders")
    b.ask("absent", "short", "Gewicht der Möbel?", "weight of the furniture?", absent("Kein Gewicht im Modell.", "No weight in the model.", m.properties_like("grossweight", "netweight", "gewicht")), "no weight in the file")
    b.ask("two-unrelated", "two", "Wie viele Fenster gibt es auf Level 1 und welche Software wurde benutzt?", "How many windows are on Level 1 and which software was used?", unanswerable_pair(), "two askings")
    return b.rows
