//! Every row of a model at once: what tests put in, and what they find.

use std::io;

use super::*;
use crate::ifc::{
    EntityRow, FactSink, Figure, GlobalId, ItemRow, ItemValue, LinkRow, MaterialRow, MaterialSetId, Measure, ModelHead,
    QuantitySource, RecordIndex, RecordRow, RelationKind, RelationRow, SetId, SetLink, SetRow, TextId,
};

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    pub(super) texts: Vec<String>,
    pub(super) entities: Vec<EntityRow>,
    pub(super) links: Vec<LinkRow>,
    pub(super) sets: Vec<SetRow>,
    pub(super) items: Vec<ItemRow>,
    pub(super) ranges: Vec<TextId>,
    pub(super) set_links: Vec<SetLink>,
    pub(super) materials: Vec<MaterialRow>,
    pub(super) classifications: Vec<(Option<TextId>, TextId)>,
    pub(super) boundaries: Vec<EntityIndex>,
    pub(super) relations: Vec<RelationRow>,
    pub(super) records: Vec<RecordRow>,
    pub(super) source: Vec<Vec<u8>>,
}

/// A model and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct House {
    pub(super) rows: Rows,
    pub(super) summary: ModelDescription,
}

pub(super) fn text(index: usize) -> TextId {
    TextId::new(index).unwrap()
}

pub(super) fn entity(index: usize) -> EntityIndex {
    EntityIndex::new(index).unwrap()
}

impl House {
    pub(super) fn new(content_hash: &str, walls: usize) -> House {
        let mut lengths = Lengths::of(0);
        lengths.entities = walls + 2;
        lengths.records = walls + 2;
        lengths.items = 2 * walls;
        let rows = Rows::generate(&lengths, 7);
        let summary = ModelDescription {
            content_hash: content_hash.to_owned(),
            content_bytes: 4711,
            head: ModelHead { schema: Some("IFC4".to_owned()), ..ModelHead::of_shape(Shape::IfcJson) },
            storeys: vec![entity(0)],
            problems: Problems::default(),
            entities: walls as u64 + 2,
            elements: walls as u64,
        };
        House { rows, summary }
    }
}

/// Rows of each table.
#[derive(Debug, Clone)]
pub(super) struct Lengths {
    pub(super) texts: usize,
    pub(super) entities: usize,
    pub(super) sets: usize,
    pub(super) items: usize,
    pub(super) ranges: usize,
    pub(super) set_links: usize,
    pub(super) materials: usize,
    pub(super) classifications: usize,
    pub(super) boundaries: usize,
    pub(super) relations: usize,
    pub(super) records: usize,
}

impl Lengths {
    pub(super) fn of(rows: usize) -> Lengths {
        Lengths {
            texts: rows,
            entities: rows,
            sets: rows,
            items: rows,
            ranges: rows,
            set_links: rows,
            materials: rows,
            classifications: rows,
            boundaries: rows,
            relations: rows,
            records: rows,
        }
    }
}

/// Numbers without a pattern that a compression or a mix-up of columns could hide in.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() >> 33).unwrap() % end
    }

    fn any(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).unwrap()
    }

    fn float(&mut self) -> f64 {
        f64::from(self.any()) / 997.0 - 1000.0
    }

    fn maybe<V>(&mut self, make: impl FnOnce(&mut Numbers) -> V) -> Option<V> {
        (self.next() & 8 == 0).then(|| make(self))
    }

    fn text(&mut self) -> TextId {
        text(self.any() as usize)
    }

    fn entity(&mut self) -> EntityIndex {
        entity(self.any() as usize)
    }

    fn entity_row(&mut self) -> EntityRow {
        EntityRow {
            entity_type: self.text(),
            global_id: self.maybe(|n| GlobalId::from_bits(u128::from(n.next()) << 64 | u128::from(n.next()))),
            source_id: self.maybe(Numbers::text),
            name: self.maybe(Numbers::text),
            long_name: self.maybe(Numbers::text),
            description: self.maybe(Numbers::text),
            tag: self.maybe(Numbers::text),
            object_type: self.maybe(Numbers::text),
            predefined_type: self.maybe(Numbers::text),
            type_name: self.maybe(Numbers::text),
            label: self.maybe(Numbers::text),
            record: self.maybe(|n| RecordIndex(n.any())),
        }
    }

    fn link_row(&mut self) -> LinkRow {
        LinkRow {
            container: self.maybe(Numbers::entity),
            storey: self.maybe(Numbers::entity),
            host: self.maybe(Numbers::entity),
            whole: self.maybe(Numbers::entity),
            type_object: self.maybe(Numbers::entity),
            material_set: self.maybe(|n| MaterialSetId(n.any())),
            elevation_m: self.maybe(Numbers::float),
            sets_end: self.any(),
            classifications_end: self.any(),
            boundaries_end: self.any(),
        }
    }

    fn item_row(&mut self) -> ItemRow {
        use Measure::{Angle, Area, Count, Length, Plain, ThermalTransmittance, Time, Unknown, Volume, Weight};
        let measures = [Length, Area, Volume, Weight, Time, Count, ThermalTransmittance, Angle, Plain, Unknown];
        let sources = [
            QuantitySource::QuantitySet,
            QuantitySource::Property,
            QuantitySource::Attribute,
            QuantitySource::Dimensions,
        ];
        let figure =
            Figure { value: self.float(), measure: measures[self.below(10) as usize], is_declared: self.below(2) == 0 };
        let value = match self.below(5) {
            0 => ItemValue::Text(self.text()),
            1 => ItemValue::Boolean(self.below(2) == 0),
            2 => ItemValue::Number(figure),
            3 => ItemValue::Quantity(figure, sources[self.below(4) as usize]),
            _ => ItemValue::Range(self.any()),
        };
        ItemRow { name: self.text(), value }
    }

    fn relation_row(&mut self) -> RelationRow {
        use RelationKind::{
            BelongsTo, Bounds, Fills, HasSet, IsClassifiedAs, IsContainedIn, IsMadeOf, IsOccurrenceOf, IsPartOf, Voids,
        };
        let kinds = [
            HasSet,
            IsOccurrenceOf,
            IsContainedIn,
            IsPartOf,
            Voids,
            Fills,
            Bounds,
            IsMadeOf,
            IsClassifiedAs,
            BelongsTo,
        ];
        RelationRow {
            kind: kinds[self.below(10) as usize],
            related: self.entity(),
            relating: self.any(),
            record: self.maybe(|n| RecordIndex(n.any())),
        }
    }
}

/// Records of one block of the source.
const BLOCK_RECORDS: usize = 700;

pub(super) fn record_text(index: usize) -> String {
    format!("{{\"record\":{index},\"of\":\"{}\"}}", "ü".repeat(index % 9))
}

impl Rows {
    pub(super) fn generate(lengths: &Lengths, seed: u64) -> Rows {
        let mut n = Numbers(seed | 1 << 40);
        let texts = (0..lengths.texts).map(|i| format!("{i} {}", "ß".repeat(n.below(30) as usize))).collect();
        let mut rows = Rows {
            texts,
            entities: (0..lengths.entities).map(|_| n.entity_row()).collect(),
            links: (0..lengths.entities).map(|_| n.link_row()).collect(),
            items: (0..lengths.items).map(|_| n.item_row()).collect(),
            ranges: (0..lengths.ranges).map(|_| n.text()).collect(),
            set_links: (0..lengths.set_links)
                .map(|_| SetLink { set: SetId(n.any()), from_type: n.below(2) == 0 })
                .collect(),
            classifications: (0..lengths.classifications).map(|_| (n.maybe(Numbers::text), n.text())).collect(),
            boundaries: (0..lengths.boundaries).map(|_| n.entity()).collect(),
            relations: (0..lengths.relations).map(|_| n.relation_row()).collect(),
            ..Rows::default()
        };
        for _ in 0..lengths.sets {
            let (name, record) = (n.maybe(Numbers::text), n.maybe(|n| RecordIndex(n.any())));
            rows.sets.push(SetRow { name, items_end: n.next(), record });
        }
        for index in 0..lengths.materials {
            rows.materials.push(MaterialRow {
                set: MaterialSetId(u32::try_from(index / 3).unwrap()),
                material: n.text(),
                thickness_m: n.maybe(Numbers::float),
                share: n.maybe(Numbers::float),
                is_layer: n.below(2) == 0,
            });
        }
        rows.generate_records(lengths.records, &mut n);
        rows
    }

    fn generate_records(&mut self, count: usize, n: &mut Numbers) {
        for index in 0..count {
            if index % BLOCK_RECORDS == 0 {
                self.source.push(b"[".to_vec());
            }
            let block = u32::try_from(self.source.len() - 1).unwrap();
            let (bytes, plain) = (record_text(index), self.source.last_mut().unwrap());
            self.records.push(RecordRow {
                group: n.maybe(Numbers::text),
                index: n.maybe(Numbers::any),
                in_data: n.below(2) == 0,
                offset: n.next(),
                bytes: u32::try_from(bytes.len()).unwrap(),
                block,
                block_start: u32::try_from(plain.len()).unwrap(),
            });
            plain.extend_from_slice(bytes.as_bytes());
        }
    }

    /// Puts every row into a sink, in runs of many lengths.
    pub(super) fn fill(&self, sink: &mut dyn FactSink) -> io::Result<()> {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        texts.chunks(999).try_for_each(|rows| sink.texts(rows))?;
        self.entities.chunks(1).try_for_each(|rows| sink.entities(rows))?;
        self.items.chunks(7).try_for_each(|rows| sink.items(rows))?;
        self.sets.chunks(13).try_for_each(|rows| sink.sets(rows))?;
        sink.links(&self.links)?;
        sink.ranges(&self.ranges)?;
        self.set_links.chunks(5000).try_for_each(|rows| sink.set_links(rows))?;
        sink.materials(&self.materials)?;
        sink.classifications(&self.classifications)?;
        sink.boundaries(&self.boundaries)?;
        self.relations.chunks(3).try_for_each(|rows| sink.relations(rows))?;
        for plain in &self.source {
            sink.block(&zstd::bulk::compress(plain, 1)?, u32::try_from(plain.len()).unwrap())?;
        }
        self.records.chunks(100).try_for_each(|rows| sink.records(rows))
    }

    /// Every row of an open model, or its fault.
    pub(super) fn of(reader: &ColumnReader) -> Result<Rows, String> {
        let mut rows = Rows::read(reader);
        for index in 0..reader.record_count() {
            let bytes = reader.record_bytes(RecordIndex(index)).map_err(|error| error.to_string())?;
            let record = reader.record(RecordIndex(index)).ok_or("no record")?;
            if record.block as usize == rows.source.len() {
                rows.source.push(b"[".to_vec());
            }
            rows.source.last_mut().unwrap().extend_from_slice(&bytes);
            rows.records.push(record);
        }
        let mut relations = Vec::new();
        reader.each_relation(&mut |row| relations.push(row)).map_err(|error| error.to_string())?;
        rows.relations = relations;
        reader.fault().map_or(Ok(rows), Err)
    }

    fn read(reader: &ColumnReader) -> Rows {
        let all = || 0..reader.entity_count();
        Rows {
            texts: (0..reader.text_count()).map(|index| reader.text(text(index)).to_owned()).collect(),
            entities: all().filter_map(|index| reader.entity(entity(index))).collect(),
            links: all().filter_map(|index| reader.link(entity(index))).collect(),
            sets: (0..u32::try_from(reader.set_count()).unwrap()).filter_map(|set| reader.set(SetId(set))).collect(),
            items: reader.items(0..u64::MAX).into_owned(),
            ranges: (0..).map_while(|index| reader.range(index)).collect(),
            set_links: reader.set_links(0..u32::MAX).into_owned(),
            materials: (0..)
                .map_while(|set| {
                    let rows = reader.materials(MaterialSetId(set));
                    (!rows.is_empty()).then(|| rows.into_owned())
                })
                .flatten()
                .collect(),
            classifications: reader.classifications(0..u32::MAX).into_owned(),
            boundaries: reader.boundaries(0..u32::MAX).into_owned(),
            ..Rows::default()
        }
    }
}

/// A few rows in every table.
pub(super) fn of_every_table(content_hash: &str) -> House {
    House { rows: Rows::generate(&Lengths::of(20), 11), ..House::new(content_hash, 0) }
}

/// Publishes rows and opens the model in another store.
pub(super) fn reopened(house: &House) -> (tempfile::TempDir, ColumnReader) {
    let data = data();
    publish(&Store::open(data.path()).unwrap(), "haus.json", MORNING, house).unwrap();
    let reader = Store::open(data.path()).unwrap().open_model(ID).unwrap();
    (data, reader)
}
