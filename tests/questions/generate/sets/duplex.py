"""Duplex Apartment: an American two-family house, metres, measure-typed properties, rooms with boundaries and furniture."""
from book import (Book, absent, count, element_text, floor_area, groups, layers, listing, names, none, number, percent, tally, text,
                  unanswerable_pair, yes_no)

L1, L2, FOUNDATION = "Level 1", "Level 2", "T/FDN"


def questions(m):
    b = Book(m)
    doors, windows, walls, rooms = m.all("IfcDoor"), m.all("IfcWindow"), m.all("IfcWall"), m.all("IfcSpace")
    slabs, beams, furniture = m.all("IfcSlab"), m.all("IfcBeam"), m.all("IfcFurnishingElement")
    everything = m.all("IfcElement")
    room = {r.Name: r for r in rooms}
    area = {r.Name: floor_area(m, r) for r in rooms}

    def is_true(item, name):
        return m.prop(item, name) is True

    def measure(items, name):
        return sum(m.measure(i, name) or 0 for i in items)

    outside = [w for w in walls if is_true(w, "IsExternal")]

    # counts
    b.ask("count", "short", "Fenster Level 2?", "windows level 2?", count(m.on(L2, "IfcWindow")), "windows on that storey")
    b.ask("count", "sloppy", "wieviele möbel insgesamt", "how much furniture pieces in total", count(furniture), "all furnishing elements")
    b.ask("count", "umlaut", "Wie viele Tueren gibt es auf Level 2", "how many doors are on level 2", count(m.on(L2, "IfcDoor")), "doors on that storey")
    b.ask("count", "typo", "Wie viele Fundamnte hat das Gebäude?", "How many footngs does the building have?", count(m.all("IfcFooting")), "all footings")
    b.ask("count", "caps", "ANZAHL TRÄGER", "NUMBER OF BEAMS", count(beams), "all beams")
    b.ask("count", "polite", "Würden Sie mir bitte die Anzahl der Räume nennen?", "Would you please tell me the number of rooms?", count(rooms), "all rooms")
    b.ask("count", "trade", "Wieviel Stück Türen im EG (Level 1)?", "door count, ground floor (Level 1)?", count(m.on(L1, "IfcDoor")), "doors on that storey")
    b.ask("count", "long", "Guten Tag, ich bearbeite gerade die Mengenermittlung und bräuchte von Ihnen die Anzahl aller Wände im Geschoss Level 2, vielen Dank.",
          "Hello, I am working on the quantity take-off and would need the number of all walls on storey Level 2, thank you.", count(m.on(L2, "IfcWall")), "walls on that storey")
    b.ask("count", "mixed", "Wie viele Bedrooms gibt es?", "How many Räume namens Bedroom 1 oder Bedroom 2 are there?", count([r for r in rooms if "Bedroom" in r.LongName]), "rooms whose name holds Bedroom")
    b.ask("count", "short", "Geländer?", "railings?", count(m.all("IfcRailing")), "all railings")
    b.ask("count", "plain", "Wie viele Deckenbekleidungen (IfcCovering) gibt es auf Level 2?", "How many coverings (IfcCovering) are on Level 2?", count(m.on(L2, "IfcCovering")), "coverings on that storey")

    b.ask("count", "trade", "HLS-Bauteile, Anzahl?", "MEP elements, number?", count(m.all("IfcDistributionElement")), "no distribution element in the file")

    # filters
    b.ask("filter", "trade", "tragende Außenwände, Anzahl", "load-bearing external walls, number", count([w for w in outside if is_true(w, "LoadBearing")]), "IsExternal and LoadBearing are true")
    b.ask("filter", "sloppy", "außenwände nicht tragend wieviele", "external walls not load-bearing how many", count([w for w in outside if not is_true(w, "LoadBearing")]), "IsExternal is true, LoadBearing is false")
    b.ask("filter", "sloppy", "innentüren anzahl", "interior doors how many", count([d for d in doors if m.prop(d, "IsExternal") is False]), "IsExternal is false")
    b.ask("filter", "plain", "Welche Fenster sind nicht außenliegend?", "Which windows are not external?", listing([w for w in windows if m.prop(w, "IsExternal") is False]), "IsExternal is false")
    b.ask("filter", "trade", "tragende Wände in der Gründungsebene T/FDN, Anzahl", "number of load-bearing walls at T/FDN", count([w for w in m.on(FOUNDATION, "IfcWall") if is_true(w, "LoadBearing")]), "LoadBearing is true on that storey")
    b.ask("filter", "plain", "Wie viele Fenster sind auf Level 1 oder auf dem Geschoss Roof?", "How many windows are on Level 1 or on storey Roof?", count(m.on(L1, "IfcWindow") + m.on("Roof", "IfcWindow")), "windows on either storey")
    b.ask("filter", "sloppy", "wände mit gipskarton wieviele", "walls with plasterboard how many", count([w for w in walls if m.contains(w, "Plasterboard")]), "walls with a layer of Plasterboard")
    b.ask("filter", "plain", "Welche Türen auf Level 1 sind außen?", "Which doors on Level 1 are external?", listing([d for d in m.on(L1, "IfcDoor") if is_true(d, "IsExternal")]), "IsExternal is true on that storey")
    b.ask("filter", "umlaut", "Wie viele Waende enthalten Daemmung (Insulation)?", "How many walls contain insulation?", count([w for w in walls if m.contains(w, "Insulation")]), "walls with a layer of insulation")

    # comparisons
    b.ask("compare", "plain", "Wie viele Türen sind breiter als 80 cm?", "How many doors are wider than 80 cm?", count([d for d in doors if m.width(d) > 0.8]), "OverallWidth above 0.8 m")
    b.ask("compare", "short", "Türen breiter 1 m", "doors wider than 1 m", listing([d for d in doors if m.width(d) > 1]), "OverallWidth above 1 m")
    b.ask("compare", "plain", "Welche Räume haben zwischen 7 und 14 m²?", "Which rooms have between 7 and 14 m²?", listing([r for r in rooms if 7 <= area[r.Name] <= 14]), "GSA BIM Area in the range")
    b.ask("compare", "sloppy", "räume unter 2 qm", "rooms under 2 sqm", listing([r for r in rooms if area[r.Name] < 2]), "GSA BIM Area below 2 m2")
    b.ask("compare", "umlaut", "Wie viele Raeume auf Level 2 sind groesser als 20 m2?", "How many rooms on Level 2 are larger than 20 m2?", count([r for r in m.on(L2, "IfcSpace") if area[r.Name] > 20]), "GSA BIM Area above 20 m2 on that storey")
    b.ask("compare", "trade", "Fenster mit Breite ab 2,5 m", "windows with a width of 2.5 m or more", listing([w for w in windows if m.width(w) >= 2.5]), "OverallWidth of 2.5 m or more")
    b.ask("compare", "typo", "Wie viele Fenster sind schmahler als 100 cm?", "How many windows are narower than 100 cm?", count([w for w in windows if m.width(w) < 1]), "OverallWidth below 1 m")
    b.ask("compare", "typo", "Welche Räume sind grösser als 1000 Quadratfuss?", "Which rooms are largeer than 1000 square feet?", listing([r for r in rooms if area[r.Name] > 92.90304]), "GSA BIM Area above 92.9 m2")

    # superlatives and rankings
    smallest = min(rooms, key=lambda r: area[r.Name])
    b.ask("superlative", "plain", "Welcher Raum ist der kleinste und wie groß ist er?", "Which room is the smallest and how large is it?", element_text(smallest, area[smallest.Name]), "smallest GSA BIM Area")
    biggest_wall = max(walls, key=lambda w: m.measure(w, "Volume"))
    b.ask("superlative", "plain", "Welche Wand hat das größte Volumen?", "Which wall has the largest volume?", element_text(biggest_wall), "largest Volume")
    longest_foot = max(m.all("IfcFooting"), key=lambda f: m.measure(f, "Volume"))
    b.ask("superlative", "sloppy", "fundament mit dem größten volumen", "footing with the biggest volume", element_text(longest_foot), "largest Volume")
    b.ask("superlative", "short", "Geschoss mit den meisten Fenstern?", "storey with the most windows?", text(max(m.per_storey("IfcWindow"), key=m.per_storey("IfcWindow").get)), "largest count by storey")
    b.ask("superlative", "polite", "Könnten Sie bitte sagen, in welchem Geschoss es die wenigsten Wände gibt?", "Could you please say which storey has the fewest walls?", text(min(m.per_storey("IfcWall"), key=m.per_storey("IfcWall").get)), "smallest count by storey")
    b.ask("ranking", "plain", "Welche drei Räume sind die größten?", "Which three rooms are the largest?", listing(sorted(rooms, key=lambda r: -area[r.Name])[:3]), "three largest GSA BIM Area")
    b.ask("ranking", "trade", "Top 2 Decken (IfcSlab) nach Volumen", "top 2 slabs (IfcSlab) by volume", listing(sorted(slabs, key=lambda s: -(m.measure(s, "Volume") or 0))[:2]), "two largest Volume")

    # shares, differences, averages
    b.ask("share", "plain", "Wie viel Prozent der Wände sind tragend?", "What percentage of the walls is load-bearing?", percent(len([w for w in walls if is_true(w, "LoadBearing")]), len(walls)), "LoadBearing is true by all walls")
    b.ask("share", "short", "Anteil Außentüren in Prozent", "share of external doors in percent", percent(len([d for d in doors if is_true(d, "IsExternal")]), len(doors)), "IsExternal is true by all doors")
    b.ask("share", "sloppy", "wieviel % der fenster sind auf level 2", "what % of windows is on level 2", percent(len(m.on(L2, "IfcWindow")), len(windows)), "windows on that storey by all windows")
    b.ask("share", "plain", "Welchen Anteil an der Raumfläche hat das Geschoss Level 2?", "What share of the room area is on Level 2?", percent(sum(area[r.Name] for r in m.on(L2, "IfcSpace")), sum(area.values())), "room area of that storey by all room area")
    b.ask("difference", "plain", "Gibt es mehr Türen auf Level 1 oder auf Level 2?", "Are there more doors on Level 1 or on Level 2?", text(m.more(L1, L2, "IfcDoor")), "larger of two counts")
    b.ask("difference", "sloppy", "wieviele fenster mehr auf level 2 als auf level 1", "how many windows more on level 2 than on level 1", count(len(m.on(L2, "IfcWindow")) - len(m.on(L1, "IfcWindow"))), "difference of two counts")
    b.ask("difference", "plain", "Um wie viel m² ist Raum A102 größer als Raum A103?", "By how many m² is room A102 larger than room A103?", number(area["A102"] - area["A103"], "m2"), "difference of two areas")
    b.ask("difference", "sloppy", "mehr innentüren oder außentüren?", "more internal or external doors?", text("innen", "internal", "interior", "inside", "IsExternal = false", "IsExternal=false"), "larger of two counts")
    b.ask("average", "plain", "Wie groß ist ein Raum auf Level 2 im Mittel?", "How large is a room on Level 2 on average?", number(sum(area[r.Name] for r in m.on(L2, "IfcSpace")) / len(m.on(L2, "IfcSpace")), "m2"), "mean GSA BIM Area on that storey")
    b.ask("average", "trade", "mittleres Trägervolumen", "mean volume of a beam", number(measure(beams, "Volume") / len(beams), "m3"), "mean Volume")
    b.ask("average", "umlaut", "Durchschnittliche Breite der Tueren?", "averge width of the doors?", number(sum(m.width(d) for d in doors) / len(doors), "m"), "mean OverallWidth")

    # missing, distinct, types, classification
    b.ask("missing", "plain", "Welche Fenster haben keine Angabe Sill Height?", "Which windows have no Sill Height?", listing([w for w in windows if m.prop(w, "Sill Height") is None]), "windows without the property")
    b.ask("missing", "short", "Platten (IfcSlab) ohne LoadBearing, wie viele", "slabs without LoadBearing, how many", count([s for s in slabs if m.prop(s, "LoadBearing") is None]), "slabs without the property")
    b.ask("filter", "trade", "nichttragende Wände, Anzahl", "non-load-bearing walls, number", count([w for w in walls if m.prop(w, "LoadBearing") is False]), "LoadBearing is false")
    b.ask("distinct", "sloppy", "welche OmniClass Title kommen bei den fenstern vor", "OmniClass Title values of the windows", names(tally(m.prop(w, "OmniClass Title") for w in windows)), "distinct values of the property")
    b.ask("distinct", "plain", "Welche OmniClass Title haben die Möbel und wie oft?", "Which OmniClass Title does the furniture have and how often?", groups(tally(m.prop(f, "OmniClass Title") for f in furniture)), "distinct values with counts")
    b.ask("distinct", "plain", "Welche Classification Description haben die Wände und wie oft kommt jede vor?", "Which Classification Description do the walls have and how often does each occur?", groups(tally(m.prop(w, "Classification Description") for w in walls)), "distinct values with counts")
    b.ask("type", "sloppy", "fenstertypen mit anzahl", "window types with number of each", groups(tally(m.type_name(w) for w in windows)), "windows by type object")
    b.ask("type", "short", "Türen Typ „0762 x 2032mm“ Anzahl", "doors of type \"0762 x 2032mm\" count", count([d for d in doors if m.type_name(d) == "0762 x 2032mm"]), "doors of that type")
    b.ask("type", "sloppy", "wieviele verschiedene türtypen", "how many different door types", count(len({m.type_name(d) for d in doors})), "distinct type objects of the doors")
    b.ask("classification", "plain", "Wie viele Wände haben den Classification Code „23-25 30 24 14“?", "How many walls have Classification Code \"23-25 30 24 14\"?", count([w for w in walls if m.prop(w, "Classification Code") == "23-25 30 24 14"]), "value of the property")
    b.ask("classification", "trade", "OmniClass Number der Türen?", "OmniClass Number of the doors?", text(m.only(doors, "OmniClass Number")), "value of the property, the same on all doors")
    b.ask("systems", "plain", "Welche technischen Systeme (IfcSystem) enthält das Modell?", "Which systems (IfcSystem) does the model contain?", none(m.all("IfcSystem")), "no system in the file")

    # space and relations
    b.ask("storey", "umlaut", "Raeume auf Level 2?", "rooms on level 2?", listing(m.on(L2, "IfcSpace")), "rooms of that storey")
    b.ask("spatial", "sloppy", "was steht in A204", "whats in room A204", listing(m.inside(room["A204"])), "elements contained in the room")
    b.ask("spatial", "short", "Möbel in B202, Anzahl?", "furniture in room B202, how many?", count([e for e in m.inside(room["B202"]) if e.is_a("IfcFurnishingElement")]), "furniture contained in the room")
    b.ask("spatial", "umlaut", "Wie viele Moebel stehen auf Level 1?", "How many furniture items are on Level 1", count(m.on(L1, "IfcFurnishingElement")), "furniture in the rooms of that storey")
    b.ask("relation", "plain", "Welche Räume verbindet die Tür mit dem Tag 150478?", "Which rooms does the door with tag 150478 connect?", listing(m.rooms_of(m.tagged("150478"))), "rooms at whose boundary the door stands")
    b.ask("relation", "sloppy", "tür 160065 verbindet welche räume", "door 160065 connects which rooms", listing(m.rooms_of(m.tagged("160065"))), "rooms at whose boundary the door stands")
    b.ask("relation", "plain", "Welche Türen begrenzen den Raum B201?", "Which doors bound room B201?", listing(m.bounds(room["B201"], "IfcDoor")), "doors at the room's boundary")
    b.ask("relation", "plain", "Wie viele Fenster begrenzen den Raum A202?", "How many windows bound room A202?", count(m.bounds(room["A202"], "IfcWindow")), "windows at the room's boundary")
    wall = m.tagged("143534")
    b.ask("relation", "plain", "Welche Fenster sind in der Wand mit dem Tag 143534?", "Which windows are in the wall with tag 143534?", listing(m.fillings(wall, "IfcWindow")), "openings of the wall and what fills them")
    b.ask("relation", "short", "In welcher Wand sitzt Fenster 145788?", "which wall hosts window 145788?", element_text(m.host(m.tagged("145788"))), "wall whose opening the window fills")
    b.ask("layers", "plain", "Welche Schichten hat die Wand „Basic Wall:Exterior - Brick on Block:138157“ und wie dick sind sie?",
          "Which layers does wall \"Basic Wall:Exterior - Brick on Block:138157\" have, in order, and how thick are they?", layers(m.layers(m.tagged("138157"))), "material layer set in stored order")
    b.ask("layers", "trade", "Wandaufbau von 144633 mit Schichtdicken", "wall build-up of wall 144633 with layer thickness", layers(m.layers(m.tagged("144633"))), "material layer set in stored order")
    b.ask("layers", "typo", "Wie viele Schichtn hat die Wand 138157?", "How many layrs does wall 138157 have?", count(len(m.layers(m.tagged("138157")))), "layers of the set")

    # materials and totals
    volume = m.material_volume
    b.ask("material", "plain", "Wie viel Kubikmeter „Masonry - Brick“ sind verbaut?", "How many cubic metres of \"Masonry - Brick\" are used?", number(volume(everything, "Masonry - Brick"), "m3"), "volume by the layer's share of the thickness")
    b.ask("material", "trade", "Volumen „Concrete - Cast In Situ“ in m³", "volume of \"Concrete - Cast In Situ\" in m³", number(volume(everything, "Concrete - Cast In Situ"), "m3"), "volume by the layer's share of the thickness")
    b.ask("material", "short", "Stahl m³?", "steel m³?", number(volume(everything, "Steel"), "m3"), "volume of elements of that material")
    b.ask("material", "sloppy", "aus was sind die träger", "what are the beams made of", names(sorted({n for e in beams for n in m.materials(e)})), "distinct materials of the beams")
    b.ask("material", "plain", "Wie viele Platten (IfcSlab) enthalten „Ceramic Tile“?", "How many slabs (IfcSlab) contain \"Ceramic Tile\"?", count([s for s in slabs if m.contains(s, "Ceramic Tile")]), "slabs with a layer of that material")
    b.ask("total", "long", "Für die Kalkulation bräuchte ich bitte noch das Volumen aller Träger, und zwar in Kubikmetern.", "For the costing I would still need the total volume of all beams, please, in cubic metres.", number(measure(beams, "Volume"), "m3"), "sum of Volume")
    b.ask("total", "trade", "Fundamentlänge gesamt in m", "total length of the footings in m", number(measure(m.all("IfcFooting"), "Length"), "m"), "sum of Length")
    b.ask("total", "sloppy", "wandlänge level 2 gesamt", "total wall length level 2", number(measure(m.on(L2, "IfcWall"), "Length"), "m"), "sum of Length on that storey")
    b.ask("total", "plain", "Welche Fläche haben die Fenster auf Level 2 (Breite mal Höhe)?", "What is the area of the windows on Level 2 (width times height)?", number(sum(m.width(w) * m.height(w) for w in m.on(L2, "IfcWindow")), "m2"), "OverallWidth times OverallHeight")
    b.ask("total", "polite", "Würden Sie mir bitte die Grundfläche aller Räume auf Level 1 nennen?", "Would you please tell me the floor area of all rooms on Level 1?", number(sum(area[r.Name] for r in m.on(L1, "IfcSpace")), "m2"), "sum of GSA BIM Area on that storey")

    # look-up
    b.ask("lookup", "short", "Fläche B204?", "area B204?", number(area["B204"], "m2"), "GSA BIM Area")
    b.ask("lookup", "plain", "Wie breit ist die Tür mit dem Tag 146596?", "How wide is the door with tag 146596?", number(m.width(m.tagged("146596")), "m"), "OverallWidth")
    b.ask("lookup", "trade", "Umfang Raum A102", "perimeter of room A102", number(m.measure(room["A102"], "Perimeter"), "m"), "Perimeter")
    b.ask("lookup", "caps", "VOLUMEN RAUM A203", "VOLUME ROOM A203", number(m.measure(room["A203"], "Volume"), "m3"), "Volume")
    b.ask("lookup", "plain", "Wie heißt das Bauteil 2OrWItJ6zAwBNp0OUxK_l8?", "What is the name of element 2OrWItJ6zAwBNp0OUxK_l8?", element_text(m.tagged("207325")), "element of that GlobalId")
    b.ask("lookup", "plain", "Ist die Wand 138157 tragend?", "Is wall 138157 load-bearing?", yes_no(is_true(m.tagged("138157"), "LoadBearing")), "LoadBearing")
    b.ask("lookup", "sloppy", "auf welchem geschoss ist tür 203720", "which storey is door 203720 on", text(m.storey(m.tagged("203720"))), "storey that contains the door")
    b.ask("lookup", "plain", "Wie heißt der Raum mit der Nummer B205?", "What is the name of the room numbered B205?", text(room["B205"].LongName), "LongName of the room")

    b.ask("lookup", "plain", f"Wie heißt das Element {m.uuid(m.tagged('150173'))}?", f"What is the name of element {m.uuid(m.tagged('150173'))}?", element_text(m.tagged("150173")), "element of that GlobalId, given as a UUID")
    linked = {r.id(): r for d in m.bounds(room["B201"], "IfcDoor") for r in m.rooms_of(d) if r != room["B201"]}
    b.ask("relation", "plain", "Welche Räume sind durch eine Tür mit Raum B201 verbunden?", "Which rooms are connected to room B201 by a door?", listing(list(linked.values())), "other rooms at the doors of the room")
    b.ask("total", "plain", "Wie groß ist die Grundfläche aller Räume auf Level 2 in Quadratfuß?", "What is the floor area of all rooms on Level 2 in square feet?", number(sum(area[r.Name] for r in m.on(L2, "IfcSpace")) / 0.09290304, "ft2"), "sum of GSA BIM Area in ft2")

    # project and storeys
    b.ask("project", "short", "Software?", "software?", text("Revit" if "Revit" in m.software() else ""), "application of the owner history")
    b.ask("project", "short", "IFC Schema?", "which ifc schema?", text(m.file.schema), "schema of the file")
    b.ask("project", "plain", "In welcher Stadt steht das Gebäude?", "In which city is the building?", text(m.address("IfcBuilding").Town), "town of the postal address")
    b.ask("project", "plain", "Wer hat das Modell erstellt (Person)?", "Who created the model (person)?", text(m.owner().ThePerson.GivenName), "person of the owner history")
    b.ask("storey", "plain", "Wie heißt das unterste Geschoss?", "What is the lowest storey called?", text(m.storeys()[0].Name), "lowest elevation")
    b.ask("storey", "trade", "Höhenkote Level 2?", "elevation of Level 2?", number(m.elevation(L2), "m"), "Elevation of the storey")
    b.ask("two", "two", "Welche Geschosse gibt es und wie viele Türen haben sie jeweils?", "Which storeys are there and how many doors does each have?", groups(m.per_storey("IfcDoor")), "doors by storey")
    b.ask("exists", "short", "Gibt es Stützen?", "are there any columns?", yes_no(bool(m.all("IfcColumn"))), "no column in the file")
    b.ask("exists", "plain", "Gibt es ein Dach?", "Is there a roof?", yes_no(bool(m.all("IfcRoof"))), "a roof in the file")

    # not in this model
    b.ask("absent", "plain", "Welchen U-Wert haben die Fenster?", "What is the U-value of the windows?", absent("Kein U-Wert an den Fenstern.", "No U-value on the windows.", m.filled(windows, "ThermalTransmittance")), "no ThermalTransmittance on windows")
    b.ask("absent", "sloppy", "hersteller der türen", "manufacturer of the doors", absent("Nur der Platzhalter „Manufacturer“.", "Only the placeholder \"Manufacturer\".", m.filled(doors, "Manufacturer")), "only a placeholder")
    b.ask("absent", "trade", "Bewehrungsgehalt der Fundamente in kg/m³?", "reinforcement ratio of the footings in kg/m³?", absent("Keine Bewehrungsangaben.", "No reinforcement figures.", m.properties_like("reinforcement", "bewehrung")), "no such value in the file")
    b.ask("absent", "plain", "Welche Feuerwiderstandsklasse haben die Fenster?", "Which fire rating do the windows have?", absent("Nur der Platzhalter „FireRating“.", "Only the placeholder \"FireRating\".", m.filled(windows, "FireRating", "Fire Rating")), "only a placeholder")
    b.ask("absent", "plain", "Wie viele Räume sind im 4. Obergeschoss?", "How many rooms are on the 4th upper floor?", absent("Ein 4. Obergeschoss gibt es nicht.", "There is no 4th upper floor.", m.storeys()[4:]), "no such storey")
    b.ask("absent", "plain", "Wie groß ist Raum „A999“?", "How large is room \"A999\"?", absent("Einen Raum A999 gibt es nicht.", "There is no room A999.", [r for r in rooms if r.Name == "A999"]), "no room of that number")
    b.ask("absent", "polite", "Könnten Sie mir bitte die Heizlast der Räume nennen?", "Could you please tell me the heating load of the rooms?", absent("Keine Heizlast im Modell.", "No heating load in the model.", m.properties_like("heat", "heizlast")), "no such value in the file")
    b.ask("absent", "plain", "Wie hoch sind die Ersatzkosten (ReplacementCost) der Türen?", "How high is the replacement cost (ReplacementCost) of the doors?", absent("Nur der Platzhalter „ReplacementCost“.", "Only the placeholder \"ReplacementCost\".", m.filled(doors, "ReplacementCost")), "only a placeholder")
    b.ask("absent", "short", "Schallschutz der Wände?", "acoustic rating of the walls?", absent("Kein Schallschutzwert.", "No acoustic rating.", m.filled(walls, "AcousticRating")), "no such value in the file")
    b.ask("absent", "plain", "Welchen Wandbelag (WallCovering) hat der Raum A102?", "Which WallCovering does room A102 have?", absent("Nur der Platzhalter „WallCovering“.", "Only the placeholder \"WallCovering\".", m.filled(rooms, "WallCovering")), "only a placeholder")
    b.ask("absent", "plain", "Wann ist die Fertigstellung geplant?", "When is completion planned?", absent("Keine Termine im Modell.", "No dates in the model.", m.file.by_type("IfcTask")), "no schedule in the file")
    b.ask("absent", "typo", "Welchen U-Wert haben die Außenwännde?", "What is the U-value of the externall walls?", absent("Kein U-Wert an den Wänden.", "No U-value on the walls.", m.filled(walls, "ThermalTransmittance")), "no wall has ThermalTransmittance")
    b.ask("absent", "umlaut", "Was kosten die Moebel?", "How much does the furniture cost?", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("two-unrelated", "two", "Wie viele Fenster gibt es und in welcher Stadt steht das Gebäude?", "How many windows are there and in which city is the building?", unanswerable_pair(), "two askings")
    b.ask("two-unrelated", "two", "Wie groß ist A102 und welche Software wurde benutzt?", "How large is A102 and which software was used?", unanswerable_pair(), "two askings")
    return b.rows
