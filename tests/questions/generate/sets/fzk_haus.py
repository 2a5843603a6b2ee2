"""FZK-Haus: a small German house, metres, full quantity sets, rooms with boundaries."""
from book import (Book, absent, count, element_text, floor_area, gross_area, groups, layers, listing, none, number, percent,
                  tally, text, unanswerable_pair, yes_no)

EG, DG = "Erdgeschoss", "Dachgeschoss"


def questions(m):
    b = Book(m)
    doors, windows, walls = m.all("IfcDoor"), m.all("IfcWindow"), m.all("IfcWall")
    rooms = m.all("IfcSpace")
    room = {r.LongName: r for r in rooms}
    area = {r.LongName: floor_area(m, r) for r in rooms}
    gross = {r.LongName: gross_area(m, r) for r in rooms}
    width = {w.Name: m.quantity(w, "Width") for w in walls}
    length = {w.Name: m.quantity(w, "Length") for w in walls}
    net = {w.Name: m.quantity(w, "NetVolume") for w in walls}
    grossv = {w.Name: m.quantity(w, "GrossVolume") for w in walls}
    u_of = {d.Name: m.prop(d, "ThermalTransmittance") for d in doors}
    concrete = m.all("IfcWall", "IfcSlab")

    # counts, as said on the phone
    b.ask("count", "short", "Fenster EG?", "windows ground floor?", count(m.on(EG, "IfcWindow")), "windows on that storey")
    b.ask("count", "sloppy", "wieviel türen", "how many doors", count(doors), "all doors")
    b.ask("count", "typo", "Fesnter insgesamt?", "windws in total?", count(windows), "all windows")
    b.ask("count", "umlaut", "Anzahl Tueren", "no. of doors please", count(doors), "all doors")
    b.ask("count", "caps", "WIE VIELE WÄNDE HAT DAS HAUS", "HOW MANY WALLS DOES THE HOUSE HAVE", count(walls), "all walls, subclasses included")
    b.ask("count", "umlaut", "wieviele raeume gibts", "how many rooms are there", count(rooms), "all rooms")
    b.ask("count", "short", "Treppen?", "stairs?", count(m.all("IfcStair")), "all stairs")
    b.ask("count", "trade", "Geländer, Stückzahl", "railings, number of pieces", count(m.all("IfcRailing")), "all railings")
    b.ask("count", "long", "Könnten Sie mir bitte sagen, wie viele Fenster im Erdgeschoss eingebaut sind? Ich brauche die Zahl für die Ausschreibung.",
          "Could you please tell me how many windows are installed on the ground floor? I need the number for the tender.",
          count(m.on(EG, "IfcWindow")), "windows on that storey")
    b.ask("count", "plain", "Wie viele Stäbe (IfcMember) liegen im Dachgeschoss?", "How many members (IfcMember) are in the attic (Dachgeschoss)?",
          count(m.on(DG, "IfcMember")), "members on that storey")
    b.ask("count", "mixed", "How many Türen gibt es im Erdgeschoss?", "Wie viele doors are on the ground floor?", count(m.on(EG, "IfcDoor")), "doors on that storey")

    # filters with and, or, not
    b.ask("filter", "polite", "Dürfte ich fragen, wie viele Fenster und Türen im Erdgeschoss zusammen sind?", "May I ask how many windows and doors are on the ground floor taken together?",
          count(m.on(EG, "IfcDoor", "IfcWindow")), "doors or windows on that storey")
    b.ask("filter", "sloppy", "wieviel wände sind nicht im eg", "how many walls arent on the ground floor",
          count([w for w in walls if m.storey(w) != EG]), "walls on other storeys")
    b.ask("filter", "sloppy", "fenster aus holz wieviele", "wooden windows how many", count([w for w in windows if m.contains(w, "Holz")]), "windows with a material named Holz")
    b.ask("filter", "plain", "Welche Wände im Erdgeschoss sind dünner als 25 cm?", "Which walls on the ground floor are thinner than 25 cm?",
          listing([w for w in m.on(EG, "IfcWall") if width[w.Name] < 0.25]), "Width below 0.25 m on that storey")
    b.ask("filter", "plain", "Welche Türen haben einen U-Wert von 1,4?", "Which doors have a U-value of 1.4?",
          listing([d for d in doors if abs(u_of[d.Name] - 1.4) < 1e-6]), "ThermalTransmittance equals 1.4")
    b.ask("filter", "trade", "Wie viele Wände im EG haben einen U-Wert über 1?", "How many ground floor walls have a U-value above 1?",
          count([w for w in m.on(EG, "IfcWall") if m.prop(w, "ThermalTransmittance") > 1]), "ThermalTransmittance above 1 on that storey")
    b.ask("filter", "plain", "Welche Räume sind barrierefrei (HandicapAccessible)?", "Which rooms are handicap accessible (HandicapAccessible)?",
          listing([r for r in rooms if m.prop(r, "HandicapAccessible") is True]), "HandicapAccessible is true")

    # comparisons with units
    b.ask("compare", "sloppy", "wände dicker als 25cm wieviele", "walls thicker than 25cm how many", count([w for w in walls if width[w.Name] > 0.25]), "Width above 0.25 m")
    b.ask("compare", "short", "Räume über 20 m²", "rooms over 20 m²", listing([r for r in rooms if area[r.LongName] > 20]), "NetFloorArea above 20 m2")
    b.ask("compare", "plain", "Welche Räume haben zwischen 11 und 13 Quadratmeter?", "Which rooms have between 11 and 13 square metres?",
          listing([r for r in rooms if 11 <= area[r.LongName] <= 13]), "NetFloorArea in the range")
    b.ask("compare", "sloppy", "türen breiter als 90cm", "doors wider than 0.9 m", listing([d for d in doors if m.width(d) > 0.9]), "OverallWidth above 0.9 m")
    b.ask("compare", "plain", "Welche Tür ist höher als 2,10 m?", "Which door is higher than 2.10 m?", listing([d for d in doors if m.height(d) > 2.1]), "OverallHeight above 2.1 m")
    b.ask("compare", "typo", "Wie viele Fenstr sind mindestens 2 m breit?", "How many windwos are at least 2 m wide?", count([w for w in windows if m.width(w) >= 2]), "OverallWidth of 2 m or more")
    b.ask("compare", "typo", "Welche Wände sind lännger als 10 Meter?", "Which walls are longerr than 10 metres?", listing([w for w in walls if length[w.Name] > 10]), "Length above 10 m")
    b.ask("compare", "short", "Räume kleiner 15 qm, Anzahl", "number of rooms smaller than 15 sqm", count([r for r in rooms if area[r.LongName] < 15]), "NetFloorArea below 15 m2")

    # superlatives and rankings
    b.ask("superlative", "plain", "Welcher Raum ist der kleinste und wie groß ist er?", "Which room is the smallest and how large is it?",
          element_text(room[min(area, key=area.get)], min(area.values()), [gross[min(area, key=area.get)]]), "smallest NetFloorArea")
    eg_rooms = {r.LongName: area[r.LongName] for r in m.on(EG, "IfcSpace")}
    b.ask("superlative", "short", "größter Raum im EG?", "largest room on the ground floor?", element_text(room[max(eg_rooms, key=eg_rooms.get)]), "largest NetFloorArea on that storey")
    widest = max(doors, key=m.width)
    b.ask("superlative", "plain", "Welche Tür ist am breitesten und wie breit ist sie?", "Which door is the widest and how wide is it?",
          element_text(widest, m.width(widest)), "largest OverallWidth")
    shortest = min(length, key=length.get)
    b.ask("superlative", "sloppy", "kürzeste wand welche", "shortest wall which one", element_text(m.named(shortest)), "smallest Length")
    b.ask("ranking", "polite", "Bitte nennen Sie mir die drei größten Räume.", "Please name the three largest rooms for me.", listing(sorted(rooms, key=lambda r: -area[r.LongName])[:3]), "three largest NetFloorArea")
    b.ask("ranking", "trade", "Top 2 der Räume nach Volumen", "top 2 rooms by volume", listing(sorted(rooms, key=lambda r: -m.quantity(r, "NetVolume"))[:2]), "two largest NetVolume")

    # shares
    b.ask("share", "typo", "Wie viel Prozennt der Fenster sind im Erdgeschoss?", "What percntage of the windows is on the ground floor?", percent(len(m.on(EG, "IfcWindow")), len(windows)), "windows on that storey by all windows")
    b.ask("share", "short", "Anteil der Wände im Dachgeschoss in %", "share of walls in the attic (Dachgeschoss) in %", percent(len(m.on(DG, "IfcWall")), len(walls)), "walls on that storey by all walls")
    b.ask("share", "plain", "Welchen Anteil hat die Galerie an der gesamten Raumfläche?", "What share of the total room area does the Galerie have?",
          percent(area["Galerie"], sum(area.values()), (gross["Galerie"], sum(gross.values()), "gross floor area")), "NetFloorArea of the room by the sum over all rooms")
    b.ask("share", "sloppy", "wieviel prozent der fenster sind aus holz", "what percent of windows are wood", percent(len([w for w in windows if m.contains(w, "Holz")]), len(windows)), "windows with Holz by all windows")

    # differences and averages
    b.ask("difference", "sloppy", "wieviele fenster mehr hat das eg als das dg", "how many more windows has the ground floor than the dachgeschoss",
          count(len(m.on(EG, "IfcWindow")) - len(m.on(DG, "IfcWindow"))), "difference of two counts")
    b.ask("difference", "plain", "Gibt es mehr Wände im Erdgeschoss oder im Dachgeschoss?", "Are there more walls in the Erdgeschoss or in the Dachgeschoss?", text(m.more(EG, DG, "IfcWall")), "larger of two counts")
    b.ask("difference", "plain", "Um wie viel Quadratmeter ist der Raum Wohnen größer als das Schlafzimmer?", "By how many square metres is room Wohnen larger than room Schlafzimmer?",
          number(area["Wohnen"] - area["Schlafzimmer"], "m2", (gross["Wohnen"] - gross["Schlafzimmer"], "m2", "gross floor area")), "difference of two NetFloorArea")
    b.ask("average", "plain", "Wie groß ist ein Raum im Durchschnitt?", "How large is a room on average?",
          number(sum(area.values()) / 7, "m2", (sum(gross.values()) / 7, "m2", "gross floor area")), "mean NetFloorArea")
    eg = list(eg_rooms)
    b.ask("average", "trade", "mittlere Raumfläche im EG", "mean room area on the ground floor",
          number(sum(area[n] for n in eg) / len(eg), "m2", (sum(gross[n] for n in eg) / len(eg), "m2", "gross floor area")), "mean NetFloorArea on that storey")
    b.ask("average", "trade", "mittlerer U-Wert Türen", "average U-value, doors", number(sum(u_of.values()) / len(u_of), "W/(m2K)"), "mean ThermalTransmittance over the doors")
    b.ask("average", "short", "Ø Wandlänge", "average wall length", number(sum(length.values()) / len(length), "m"), "mean Length over the walls")

    # what is missing, which values there are
    b.ask("missing", "plain", "Welche Fenster haben kein Material?", "Which windows have no material?", listing([w for w in windows if not m.materials(w)]), "windows without an associated material")
    b.ask("missing", "plain", "Bei wie vielen Räumen fehlt die Angabe NaturalVentilation?", "How many rooms lack the property NaturalVentilation?",
          count([r for r in rooms if m.prop(r, "NaturalVentilation") is None]), "rooms without the property")
    b.ask("missing", "trade", "Träger ohne Angabe LoadBearing", "beams without LoadBearing", listing([e for e in m.all("IfcBeam") if m.prop(e, "LoadBearing") is None]), "beams without the property")
    b.ask("distinct", "plain", "Welche U-Werte kommen bei den Wänden vor und wie oft?", "Which U-values occur among the walls and how often?", groups(tally(m.prop(w, "ThermalTransmittance") for w in walls)), "distinct ThermalTransmittance with counts")
    b.ask("distinct", "umlaut", "Wie viele verschiedene Wandstaerken gibt es?", "How many diffrent wall thicknesses are there?", count(len({round(v, 4) for v in width.values()})), "distinct Width")
    b.ask("type", "plain", "Welche Türtypen gibt es und wie oft jeweils?", "Which door types are there and how many of each?", groups(tally(m.type_name(d) for d in doors)), "doors by type object")
    b.ask("type", "short", "Fenster vom Typ „Rundfenster 13“, Anzahl", "number of windows of type \"Rundfenster 13\"", count([w for w in windows if m.type_name(w) == "Rundfenster 13"]), "windows of that type")
    b.ask("type", "plain", "Von welchem Typ ist die Tür „Haustuer“?", "What is the type of door \"Haustuer\"?", text(m.type_name(m.named("Haustuer"))), "name of the type object")
    b.ask("classification", "plain", "Wie viele Räume sind als „Allgemeines“ klassifiziert?", "How many rooms are classified as \"Allgemeines\"?", count([e for e in m.classified("000") if e.is_a("IfcSpace")]), "rooms with that classification reference")
    b.ask("systems", "short", "Welche Zonen (IfcZone) gibt es?", "which zones (IfcZone) are there?", none(m.all("IfcZone")), "no zone in the file")

    # rooms, doors, walls
    b.ask("storey", "short", "Räume im Dachgeschoss?", "rooms in the Dachgeschoss?", listing(m.on(DG, "IfcSpace")), "rooms of that storey")
    b.ask("relation", "plain", "Welche Räume verbindet die Tür „Innentuer-3“?", "Which rooms does door \"Innentuer-3\" connect?", listing(m.rooms_of(m.named("Innentuer-3"))), "rooms at whose boundary the door stands")
    b.ask("relation", "sloppy", "wo führt Innentuer-2 hin, welche räume verbindet sie", "Innentuer-2 connects which rooms", listing(m.rooms_of(m.named("Innentuer-2"))), "rooms at whose boundary the door stands")
    b.ask("relation", "umlaut", "Welche Fenster begrenzen den Raum Kueche?", "Which windows bound room Kueche?", listing(m.bounds(room["Küche"], "IfcWindow")), "windows at the room's boundary")
    b.ask("relation", "plain", "Welche Wände begrenzen das Bad?", "Which walls bound room Bad?", listing(m.bounds(room["Bad"], "IfcWall")), "walls at the room's boundary")
    b.ask("relation", "sloppy", "wieviele türen begrenzen den flur", "how many doors bound the flur", count(m.bounds(room["Flur"], "IfcDoor")), "doors at the room's boundary")
    b.ask("relation", "plain", "Welche Fenster sitzen in der Wand „Wand-Ext-ERDG-2“?", "Which windows are in wall \"Wand-Ext-ERDG-2\"?", listing(m.fillings(m.named("Wand-Ext-ERDG-2"), "IfcWindow")), "openings of the wall and what fills them")
    b.ask("relation", "short", "In welcher Wand ist OG-Fenster-1?", "OG-Fenster-1 is in which wall?", element_text(m.host(m.named("OG-Fenster-1"))), "wall whose opening the window fills")
    b.ask("layers", "plain", "Welche Schichten hat die Wand „Wand-Int-ERDG-1“ und wie dick sind sie?", "Which layers does wall \"Wand-Int-ERDG-1\" have and how thick are they?", layers(m.layers(m.named("Wand-Int-ERDG-1"))), "material layer set")

    # materials
    vol = sum(m.quantity(e, "NetVolume") for e in concrete if m.contains(e, "beton"))
    volg = sum(m.quantity(e, "GrossVolume") for e in concrete if m.contains(e, "beton"))
    light, lightg = m.material_volume(concrete, "Leichtbeton", "NetVolume"), m.material_volume(concrete, "Leichtbeton", "GrossVolume")
    b.ask("material", "sloppy", "wieviel beton", "how much concrete (Beton), m³", number(vol, "m3", (volg, "m3", "gross volume")), "net volume of walls and slabs with Beton in the material's name")
    b.ask("material", "trade", "Leichtbeton in m³?", "Leichtbeton volume in m³?", number(light, "m3", (lightg, "m3", "gross volume")), "net volume, share of the layer")
    b.ask("material", "plain", "Wie viel Prozent des Betonvolumens sind Leichtbeton?", "What percentage of the concrete (Beton) volume is Leichtbeton?", percent(light, vol, (lightg, volg, "gross volume")), "Leichtbeton by all Beton")
    b.ask("material", "plain", "Aus welchem Material ist die Bodenplatte?", "What material is the slab \"Bodenplatte\" made of?", text(m.materials(m.named("Bodenplatte"))[0]), "associated material")

    # look-up of one thing
    b.ask("lookup", "short", "U-Wert Wand-Int-ERDG-1?", "U-value Wand-Int-ERDG-1?", number(m.prop(m.named("Wand-Int-ERDG-1"), "ThermalTransmittance"), "W/(m2K)"), "ThermalTransmittance")
    b.ask("lookup", "trade", "lichte Höhe Flur", "clear height of room Flur", number(m.quantity(room["Flur"], "ClearHeight"), "m"), "ClearHeight")
    b.ask("lookup", "plain", "Wie groß ist Raum 4?", "How large is room 4?", number(area["Schlafzimmer"], "m2", (gross["Schlafzimmer"], "m2", "gross floor area")), "NetFloorArea of the room numbered 4")
    b.ask("lookup", "plain", "Wie breit ist die Tür Haustuer?", "How wide is door Haustuer?", number(m.width(m.named("Haustuer")), "m"), "OverallWidth")
    b.ask("lookup", "sloppy", "umfang bad", "perimeter of room Bad", number(m.quantity(room["Bad"], "NetPerimeter"), "m"), "NetPerimeter")
    b.ask("lookup", "plain", "Was ist 2RGlQk4xH47RHK93zcTzUL?", "What is 2RGlQk4xH47RHK93zcTzUL?", element_text(m.named("Slab-033")), "element of that GlobalId")
    b.ask("lookup", "trade", "Wie dick ist die Bodenplatte?", "How thick is the Bodenplatte?", number(m.quantity(m.named("Bodenplatte"), "Width"), "m"), "Width")

    # project, totals, storeys
    b.ask("project", "short", "Wie heißt das Projekt?", "What is the project called?", text(m.project().Name), "name of the project")
    b.ask("project", "plain", "Mit welcher Software wurde das Modell erstellt?", "Which software was the model made with?", text(m.software()[:8]), "application of the owner history")
    b.ask("project", "short", "IFC-Version?", "ifc schema?", text(m.file.schema), "schema of the file")
    b.ask("project", "trade", "Baujahr?", "year of construction?", text(m.prop(m.all("IfcBuilding")[0], "YearOfConstruction")), "YearOfConstruction")
    b.ask("total", "trade", "BGF?", "gross floor area of the building?", number(m.quantity(m.all("IfcBuilding")[0], "GrossFloorArea"), "m2"), "GrossFloorArea of the building")
    b.ask("total", "trade", "NGF gesamt", "net floor area in total", number(sum(area.values()), "m2"), "sum of NetFloorArea over the rooms")
    b.ask("storey", "caps", "OBERSTES GESCHOSS", "TOP FLOOR", text(m.storeys()[-1].Name), "highest elevation")
    b.ask("storey", "plain", "Auf welcher Höhe liegt das Dachgeschoss?", "At what elevation is the Dachgeschoss?", number(m.elevation(DG), "m"), "Elevation of the storey")
    b.ask("two", "two", "Welche Geschosse gibt es und wie viele Fenster hat jedes?", "Which storeys are there and how many windows does each have?", groups(m.per_storey("IfcWindow")), "windows by storey")
    b.ask("exists", "short", "Gibt es ein Bad?", "Is there a room called Bad?", yes_no(bool(room.get("Bad"))), "a room of that name")
    b.ask("exists", "plain", "Ist das Gebäude gesprinklert?", "Does the building have sprinkler protection?", yes_no(m.prop(m.all("IfcBuilding")[0], "SprinklerProtection")), "SprinklerProtection")

    # units, identifiers, chained relations
    b.ask("total", "plain", "Wie lang sind alle Wände zusammen in Zentimetern?", "How long are all walls together in centimetres?", number(100 * sum(length.values()), "cm"), "sum of Length, in cm")
    b.ask("lookup", "trade", "Fläche Küche in Quadratfuß", "area of room Küche in square feet", number(area["Küche"] / 0.09290304, "ft2", (gross["Küche"] / 0.09290304, "ft2", "gross floor area")), "NetFloorArea in ft2")
    b.ask("compare", "plain", "Wie viele Fenster haben eine Fläche zwischen 2 und 3 m²?", "How many windows have an area between 2 and 3 m²?", count([w for w in windows if 2 <= m.quantity(w, "Area") <= 3]), "Area in the range")
    b.ask("filter", "plain", "Wie viele Türen oder Fenster im Erdgeschoss sind breiter als 1 m?", "How many doors or windows on the ground floor are wider than 1 m?", count([e for e in m.on(EG, "IfcDoor", "IfcWindow") if m.width(e) > 1]), "OverallWidth above 1 m on that storey")
    linked = {r.id(): r for d in m.bounds(room["Flur"], "IfcDoor") for r in m.rooms_of(d) if r != room["Flur"]}
    b.ask("relation", "plain", "Welche Räume sind durch eine Tür mit dem Flur verbunden?", "Which rooms are connected to room Flur by a door?", listing(list(linked.values())), "other rooms at the doors of the room")
    b.ask("lookup", "plain", f"Wie heißt das Bauteil {m.uuid(m.named('Bodenplatte'))}?", f"What is the name of element {m.uuid(m.named('Bodenplatte'))}?", element_text(m.named("Bodenplatte")), "element of that GlobalId, given as a UUID")
    b.ask("storey", "trade", "Geschosshöhe EG?", "storey height of the ground floor?", number(m.quantity(m.storeys()[0], "Height"), "m"), "Height of the storey")

    b.ask("lookup", "trade", "lichte Raumhöhe Galerie (ClearHeight)", "clear ceiling height of room Galerie (ClearHeight)", number(m.quantity(room["Galerie"], "ClearHeight"), "m"), "ClearHeight")
    b.ask("total", "trade", "BGF EG?", "gross floor area (GFA) of storey Erdgeschoss?", number(m.quantity(m.storeys()[0], "GrossFloorArea"), "m2"), "GrossFloorArea of the storey")

    # not in this model
    b.ask("absent", "plain", "Wie viele Fenster sind im Keller?", "How many windows are in the basement?", absent("Einen Keller gibt es nicht.", "There is no basement.", m.storeys_like("keller", "untergeschoss", "basement")), "no such storey")
    b.ask("absent", "trade", "Welche Brandschutzklasse haben die Fenster?", "Which fire rating do the windows have?", absent("Kein Feuerwiderstand an den Fenstern.", "No fire rating on the windows.", m.filled(windows, "FireRating", "Brandschutz")), "FireRating absent or empty")
    b.ask("absent", "plain", "Welche Wände sind tragend?", "Which walls are load-bearing?", absent("LoadBearing fehlt an den Wänden.", "LoadBearing is not given for the walls.", m.filled(walls, "LoadBearing")), "no wall has LoadBearing")
    b.ask("absent", "short", "Schallschutz der Türen?", "acoustic rating of the doors?", absent("Schallschutz nicht belegt.", "Acoustic rating not filled.", m.filled(doors, "AcousticRating", "Schallschutz")), "AcousticRating absent or empty")
    b.ask("absent", "plain", "Wie lautet die Adresse des Gebäudes?", "What is the address of the building?", absent("Keine Anschrift.", "No postal address.", m.file.by_type("IfcPostalAddress")), "no postal address in the file")
    b.ask("absent", "trade", "Wieviel m³ Estrich?", "how many m³ of screed?", absent("Kein Estrich im Modell.", "No screed in the model.", m.materials_like("estrich", "screed")), "no material of that name")
    b.ask("absent", "long", "Können Sie mir bitte sagen, was die Fenster insgesamt kosten?", "Could you please tell me what the windows cost in total?", absent("Keine Kostendaten.", "No cost data.", m.costs()), "no cost in the file")
    b.ask("absent", "plain", "Welche Türen haben die Feuerwiderstandsklasse T30?", "Which doors have fire rating T30?", absent("Kein Feuerwiderstand an den Türen.", "No fire rating on the doors.", m.filled(doors, "FireRating", "Brandschutz")), "FireRating absent or empty")
    b.ask("absent", "plain", "Wann wurden die Fenster zuletzt gewartet?", "When were the windows last serviced?", absent("Keine Wartungsdaten.", "No maintenance data.", m.properties_like("wartung", "maintenance")), "no maintenance date in the file")
    b.ask("absent", "plain", "Wie groß ist die Fläche von Raum „Garage“?", "What is the area of room \"Garage\"?", absent("Einen Raum Garage gibt es nicht.", "There is no room Garage.", [r for r in rooms if "Garage" in (r.Name, r.LongName)]), "no room of that name")
    b.ask("absent", "short", "Räume im 5. OG?", "rooms on the 5th upper floor?", absent("Ein 5. Obergeschoss gibt es nicht.", "There is no 5th upper floor.", m.storeys()[5:]), "no such storey")
    b.ask("absent", "caps", "FEUERWIDERSTAND DER WÄNDE", "FIRE RATING OF THE WALLS", absent("Kein Feuerwiderstand an den Wänden.", "No fire rating on the walls.", m.filled(walls, "FireRating", "Brandschutz")), "no wall has FireRating")
    b.ask("two-unrelated", "two", "Wie viele Türen gibt es und wie heißt das Projekt?", "How many doors are there and what is the project called?", unanswerable_pair(), "two askings")
    return b.rows
