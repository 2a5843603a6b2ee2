"""Reading one building model: the facts that known answers are computed from.

Everything here goes through ifcopenshell. Lengths, areas and volumes come back in metres, square metres and cubic metres.
"""
import gzip
import re
import tempfile
import uuid
from pathlib import Path

import ifcopenshell
import ifcopenshell.guid
import ifcopenshell.util.element as element
import ifcopenshell.util.unit as unit

VALUE_FIELDS = {"IfcQuantityLength": ("LengthValue", 1), "IfcQuantityArea": ("AreaValue", 2), "IfcQuantityVolume": ("VolumeValue", 3),
                "IfcQuantityWeight": ("WeightValue", 0), "IfcQuantityCount": ("CountValue", 0), "IfcQuantityTime": ("TimeValue", 0)}
NET_VOLUME = ("NetVolume", "Volume")
NET_FLOOR_AREA = ("NetFloorArea", "GSA BIM Area")


def is_placeholder(value, name=""):
    """True for text that stands where a value should be: empty, the property's own name, or a template mark."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    text = value.strip()
    squeezed = re.sub(r"[^a-z0-9]", "", text.lower())
    if not squeezed or squeezed in ("notdefined", "unbekannt", "nichtdefiniert"):
        return True
    own_name = re.sub(r"[^a-z0-9]", "", name.lower())
    return squeezed == own_name or ":" in text and own_name != "" and squeezed.endswith(own_name) or bool(re.fullmatch(r"[_\-/ ]+.*[_\-/ ]+", text))


class Model:
    """One opened file and short ways to ask it."""

    def __init__(self, folder, name):
        path = Path(folder, name, f"{name}.ifc")
        if path.exists():
            self.file = ifcopenshell.open(str(path))
        else:
            with tempfile.NamedTemporaryFile(suffix=".ifc") as plain:
                plain.write(gzip.decompress(Path(f"{path}.gz").read_bytes()))
                plain.flush()
                self.file = ifcopenshell.open(plain.name)
        self.name = name
        self.metre = unit.calculate_unit_scale(self.file)

    # -- sets of elements ---------------------------------------------------------------------------------------------
    def all(self, *classes):
        found = {e.id(): e for c in classes for e in self.file.by_type(c)}
        return [found[i] for i in sorted(found)]

    def on(self, storey, *classes):
        return [e for e in self.all(*classes) if self.storey(e) == storey]

    def storey(self, item):
        """The name of the storey that an element or a room lies on; furniture in a room lies on the room's storey."""
        while item is not None and not item.is_a("IfcBuildingStorey"):
            item = element.get_container(item) or element.get_aggregate(item)
        return item.Name if item is not None else None

    def storeys(self):
        return sorted(self.all("IfcBuildingStorey"), key=lambda s: s.Elevation or 0)

    def per_storey(self, *classes):
        counts = {s.Name: 0 for s in self.storeys()}
        for item in self.all(*classes):
            if self.storey(item) in counts:
                counts[self.storey(item)] += 1
        return counts

    def elevation(self, storey):
        return next(s.Elevation for s in self.storeys() if s.Name == storey) * self.metre

    def most(self, *classes):
        return self._extreme(max, *classes)

    def fewest(self, *classes):
        return self._extreme(min, *classes)

    def _extreme(self, pick, *classes):
        """The one storey with the most or the fewest; a tie would make the question ambiguous."""
        counts = self.per_storey(*classes)
        best = [name for name, number in counts.items() if number == pick(counts.values())]
        if len(best) != 1:
            raise ValueError(f"{self.name}: {classes} tie on {best}")
        return best[0]

    def more(self, one, other, *classes):
        """Of two storeys the one with more elements of these classes."""
        first, second = len(self.on(one, *classes)), len(self.on(other, *classes))
        if first == second:
            raise ValueError(f"{self.name}: {classes} are as many on {one} as on {other}")
        return one if first > second else other

    def named(self, name, *classes):
        """The one element (or room, by number or word) of that name."""
        found = [e for e in self.all(*(classes or ("IfcElement", "IfcSpace")))
                 if name in (e.Name, getattr(e, "LongName", None)) and not e.is_a("IfcFeatureElement")]
        if len(found) != 1:
            raise ValueError(f"{self.name}: {len(found)} elements are named {name}")
        return found[0]

    def with_id(self, global_id):
        return self.file.by_guid(global_id)

    @staticmethod
    def uuid(item):
        """The GlobalId in its other spelling, with hyphens."""
        return str(uuid.UUID(ifcopenshell.guid.expand(item.GlobalId)))

    def tagged(self, tag):
        found = [e for e in self.all("IfcElement") if e.Tag == tag and not e.is_a("IfcFeatureElement")]
        if len(found) != 1:
            raise ValueError(f"{self.name}: {len(found)} elements have the tag {tag}")
        return found[0]

    # -- properties and quantities ------------------------------------------------------------------------------------
    def definitions(self, item):
        """Property sets and quantity sets of the occurrence, then those of its type."""
        own = [r.RelatingPropertyDefinition for r in getattr(item, "IsDefinedBy", ()) if r.is_a("IfcRelDefinesByProperties")]
        kind = element.get_type(item) if item.is_a("IfcObject") else None
        return own, list(getattr(kind, "HasPropertySets", None) or ()) if kind else []

    def properties(self, item, name):
        """(set name, value) of every property of that name: occurrence first, standard sets first."""
        for group in self.definitions(item):
            rows = [(s.Name or "", getattr(p.NominalValue, "wrappedValue", None)) for s in group if s.is_a("IfcPropertySet")
                    for p in s.HasProperties if p.Name == name and p.is_a("IfcPropertySingleValue")]
            yield from sorted(rows, key=lambda row: not row[0].startswith("Pset_"))

    def prop(self, item, name):
        """The value that counts, or None where the model has none or only a placeholder."""
        return next((v for _, v in self.properties(item, name) if not is_placeholder(v, name)), None)

    def quantities(self, item, name):
        """Every stored number of that name in quantity sets, scaled from the file's unit of length where it is a length."""
        for group in self.definitions(item):
            for definition in group:
                if definition.is_a("IfcElementQuantity") and (definition.Name or "") in ("BaseQuantities", "", "GSA Space Areas"):
                    for q in definition.Quantities:
                        if q.Name == name and q.is_a() in VALUE_FIELDS:
                            field, power = VALUE_FIELDS[q.is_a()]
                            yield getattr(q, field) * (self.metre if power == 1 else 1.0)

    def quantity(self, item, *names):
        """The first of the named quantities that the element carries."""
        return next((v for n in names for v in self.quantities(item, n)), None)

    def measure(self, item, name):
        """A measure-typed property of that name (volume, area, length) from the vendor's set of dimensions."""
        for group in self.definitions(item):
            for s in group:
                if s.is_a("IfcPropertySet") and s.Name in ("PSet_Revit_Dimensions", "Dimensions"):
                    for p in s.HasProperties:
                        if p.Name == name and p.is_a("IfcPropertySingleValue") and p.NominalValue:
                            value = p.NominalValue.wrappedValue
                            return value * self.metre if "Length" in p.NominalValue.is_a() else value
        return None

    def amount(self, item, *names):
        """A quantity, or where there is none the measure-typed property of the last name."""
        value = self.quantity(item, *names)
        return value if value is not None else self.measure(item, names[-1])

    def width(self, item):
        return item.OverallWidth * self.metre if item.OverallWidth else None

    def height(self, item):
        return item.OverallHeight * self.metre if item.OverallHeight else None

    def filled(self, items, *properties):
        """Those of the items for which one of the properties has a value that is not a placeholder or zero."""
        return [i for i in items if any(self.prop(i, name) for name in properties)]

    def properties_like(self, *words):
        """Names of filled properties and quantities anywhere in the file that hold one of the words."""
        rows = [(p.Name, p.NominalValue.wrappedValue) for p in self.file.by_type("IfcPropertySingleValue") if p.NominalValue]
        rows += [(q.Name, "quantity") for q in self.file.by_type("IfcPhysicalSimpleQuantity")]
        squeezed = {(n, re.sub(r"[^a-z0-9]", "", n.lower())) for n, v in rows if v and not is_placeholder(v, n)}
        return sorted(n for n, s in squeezed if any(w in s for w in words))

    def costs(self):
        """What could hold a price: cost items and filled properties of such a name."""
        return self.properties_like("cost", "kosten", "preis", "price") + (self.file.by_type("IfcCostItem") or [])

    def materials_like(self, *words):
        return [x.Name for x in self.file.by_type("IfcMaterial") if any(w in (x.Name or "").lower() for w in words)]

    def storeys_like(self, *words):
        return [s.Name for s in self.storeys() if any(w in s.Name.lower() for w in words)]

    def only(self, items, name):
        """The value of a property that is the same on all the items."""
        values = {self.prop(i, name) for i in items}
        if len(values) != 1:
            raise ValueError(f"{self.name}: {name} has the values {values}")
        return values.pop()

    # -- facts about the project ----------------------------------------------------------------------------------------
    def project(self):
        return self.all("IfcProject")[0]

    def owner(self):
        return self.project().OwnerHistory.OwningUser

    def software(self):
        return self.project().OwnerHistory.OwningApplication.ApplicationFullName

    def address(self, kind):
        item = self.all(kind)[0]
        return getattr(item, "BuildingAddress", None) or item.SiteAddress

    # -- materials, types, classification -----------------------------------------------------------------------------
    def materials(self, item):
        return [m.Name for m in element.get_materials(item)]

    def contains(self, item, word):
        return any(word.lower() in m.lower() for m in self.materials(item))

    def layers(self, item):
        """[(material, thickness in mm)] in the stored order."""
        found = element.get_material(item, should_skip_usage=True)
        if found is None or not found.is_a("IfcMaterialLayerSet"):
            return []
        return [(layer.Material.Name if layer.Material else None, layer.LayerThickness * self.metre * 1000) for layer in found.MaterialLayers]

    def thickness(self, item):
        """Thickness in metres: the stored width, or the sum of the layers."""
        stored = self.quantity(item, "Width")
        if stored is not None:
            return stored
        return sum(t for _, t in self.layers(item)) / 1000 if self.layers(item) else None

    def share(self, item, word):
        """The part of the thickness made of materials containing the word; 1 or 0 where there are no layers."""
        layers = self.layers(item)
        if not layers:
            return 1.0 if self.contains(item, word) else 0.0
        return sum(t for m, t in layers if word.lower() in (m or "").lower()) / sum(t for _, t in layers)

    def material_volume(self, items, word, *names):
        return sum(self.share(e, word) * (self.amount(e, *(names or NET_VOLUME)) or 0) for e in items)

    def type_name(self, item):
        kind = element.get_type(item)
        return kind.Name if kind else None

    def classified(self, code=None):
        """Elements with a classification reference, those of one code only where a code is given."""
        found = {}
        for relation in self.file.by_type("IfcRelAssociatesClassification"):
            reference = relation.RelatingClassification
            if code is None or code in (getattr(reference, "ItemReference", None), getattr(reference, "Identification", None)):
                found.update({e.id(): e for e in relation.RelatedObjects if e.is_a("IfcProduct")})
        return [found[i] for i in sorted(found)]

    # -- relations ----------------------------------------------------------------------------------------------------
    def host(self, filling):
        return filling.FillsVoids[0].RelatingOpeningElement.VoidsElements[0].RelatingBuildingElement

    def fillings(self, wall, kind="IfcElement"):
        return [f.RelatedBuildingElement for o in wall.HasOpenings for f in o.RelatedOpeningElement.HasFillings if f.RelatedBuildingElement.is_a(kind)]

    def bounds(self, space, *classes):
        """Elements of the given classes at the room's boundaries, each once."""
        found = {r.RelatedBuildingElement.id(): r.RelatedBuildingElement for r in self.file.by_type("IfcRelSpaceBoundary")
                 if r.RelatingSpace == space and r.RelatedBuildingElement and any(r.RelatedBuildingElement.is_a(c) for c in classes)}
        return [found[i] for i in sorted(found)]

    def rooms_of(self, item):
        found = {r.RelatingSpace.id(): r.RelatingSpace for r in self.file.by_type("IfcRelSpaceBoundary") if r.RelatedBuildingElement == item}
        return [found[i] for i in sorted(found)]

    def inside(self, space):
        return sorted((e for r in space.ContainsElements for e in r.RelatedElements), key=lambda e: e.id())
