//! The tables of a model: their files, their columns, and how many rows a batch has.
//!
//! Every batch but the last is full, so that the batch of a position is arithmetic. A batch is about half a mebibyte:
//! large enough to be written and read at the speed of the disk, small enough that one entity does not cost much.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::cell::Cell;
use crate::ifc::{
    EntityIndex, EntityRow, Figure, GlobalId, ItemRow, ItemValue, LinkRow, MaterialRow, MaterialSetId, Measure,
    QuantitySource, RecordIndex, RecordRow, RelationKind, RelationRow, SetId, SetLink, SetRow, TextId,
};

/// A table of rows of a fixed width.
pub(super) trait Table: 'static {
    /// One row.
    type Row: Copy + Send + Sync;
    /// Gathers rows.
    type Builder: Send;
    /// The rows of one batch.
    type Columns: Send + Sync;
    /// Its file.
    const FILE: &'static str;
    /// Rows of every batch but the last.
    const BATCH_ROWS: usize;

    fn schema() -> SchemaRef;
    fn builder() -> Self::Builder;
    fn extend(builder: &mut Self::Builder, rows: &[Self::Row]);
    fn finish(builder: &mut Self::Builder) -> Vec<ArrayRef>;
    /// `None` when the columns are others.
    fn open(batch: &RecordBatch) -> Option<Self::Columns>;
    /// `None` beyond the end, and for a row that means nothing.
    fn row(columns: &Self::Columns, index: usize) -> Option<Self::Row>;
}

/// Where the texts are; their batches are bounded by bytes, so they are no [`Table`].
pub(super) const TEXTS: &str = "texts.arrow";

pub(super) fn text_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, false)]))
}

macro_rules! tables {
    ($(
        $(#[$doc:meta])+
        $table:ident in $file:literal by $rows:literal of $row:ty as $from:ident {
            $($column:ident: $cell:ty = $get:expr),+ $(,)?
        } => $join:expr;
    )+) => {$(
        $(#[$doc])+
        #[derive(Debug)]
        pub(super) struct $table;

        const _: () = {
            pub(in crate::store) struct Builders { $($column: <$cell as Cell>::Builder),+ }

            pub(in crate::store) struct Columns { $(pub(super) $column: <$cell as Cell>::Column),+ }

            impl Table for $table {
                type Row = $row;
                type Builder = Builders;
                type Columns = Columns;
                const FILE: &'static str = $file;
                const BATCH_ROWS: usize = $rows;

                fn schema() -> SchemaRef {
                    Arc::new(Schema::new(vec![$(
                        Field::new(stringify!($column), <$cell>::data_type(), <$cell>::IS_NULLABLE)
                    ),+]))
                }

                fn builder() -> Builders {
                    Builders { $($column: <$cell>::builder(0)),+ }
                }

                fn extend(builder: &mut Builders, rows: &[$row]) {
                    $(<$cell>::extend(&mut builder.$column, rows.iter().map(|$from| $get));)+
                }

                fn finish(builder: &mut Builders) -> Vec<ArrayRef> {
                    vec![$(<$cell>::finish(&mut builder.$column)),+]
                }

                fn open(batch: &RecordBatch) -> Option<Columns> {
                    let mut arrays = batch.columns().iter();
                    let columns = Columns { $($column: <$cell>::open(arrays.next()?)?),+ };
                    arrays.next().is_none().then_some(columns)
                }

                fn row(columns: &Columns, index: usize) -> Option<$row> {
                    $(let $column = <$cell>::at(&columns.$column, index)?;)+
                    $join
                }
            }
        };
    )+};
}

tables! {
    /// What records say of entities.
    Entities in "entities.arrow" by 8192 of EntityRow as row {
        entity_type: TextId = row.entity_type,
        global_id: Option<GlobalId> = row.global_id,
        source_id: Option<TextId> = row.source_id,
        name: Option<TextId> = row.name,
        long_name: Option<TextId> = row.long_name,
        description: Option<TextId> = row.description,
        tag: Option<TextId> = row.tag,
        object_type: Option<TextId> = row.object_type,
        predefined_type: Option<TextId> = row.predefined_type,
        type_name: Option<TextId> = row.type_name,
        label: Option<TextId> = row.label,
        record: Option<RecordIndex> = row.record,
    } => Some(EntityRow {
        entity_type, global_id, source_id, name, long_name, description, tag, object_type, predefined_type, type_name,
        label, record,
    });

    /// What is known of entities at the end.
    Links in "links.arrow" by 8192 of LinkRow as row {
        container: Option<EntityIndex> = row.container,
        storey: Option<EntityIndex> = row.storey,
        host: Option<EntityIndex> = row.host,
        whole: Option<EntityIndex> = row.whole,
        type_object: Option<EntityIndex> = row.type_object,
        material_set: Option<MaterialSetId> = row.material_set,
        elevation_m: Option<f64> = row.elevation_m,
        sets_end: u32 = row.sets_end,
        classifications_end: u32 = row.classifications_end,
        boundaries_end: u32 = row.boundaries_end,
    } => Some(LinkRow {
        container, storey, host, whole, type_object, material_set, elevation_m, sets_end, classifications_end,
        boundaries_end,
    });

    /// Sets.
    Sets in "sets.arrow" by 32768 of SetRow as row {
        name: Option<TextId> = row.name,
        items_end: u64 = row.items_end,
        record: Option<RecordIndex> = row.record,
    } => Some(SetRow { name, items_end, record });

    /// Items. `word` is the text, the range, or 1 for yes, by `kind`.
    Items in "items.arrow" by 32768 of ItemRow as row {
        name: TextId = row.name,
        kind: u8 = kind_of(&row.value),
        word: u32 = word_of(&row.value),
        number: f64 = figure_of(&row.value).map_or(0.0, |figure| figure.value),
        measure: Measure = figure_of(&row.value).map_or(Measure::Unknown, |figure| figure.measure),
        is_declared: bool = figure_of(&row.value).is_some_and(|figure| figure.is_declared),
        source: QuantitySource = source_of(&row.value),
    } => {
        let figure = Figure { value: number, measure, is_declared };
        let value = match kind {
            TEXT => ItemValue::Text(TextId::new(word as usize)?),
            BOOLEAN => ItemValue::Boolean(word == 1),
            NUMBER => ItemValue::Number(figure),
            QUANTITY => ItemValue::Quantity(figure, source),
            RANGE => ItemValue::Range(word),
            _ => return None,
        };
        Some(ItemRow { name, value })
    };

    /// Texts of ranges.
    Ranges in "ranges.arrow" by 65536 of TextId as row { text: TextId = *row } => Some(text);

    /// Which entities have which sets.
    SetLinks in "set_links.arrow" by 65536 of SetLink as row {
        set: SetId = row.set,
        from_type: bool = row.from_type,
    } => Some(SetLink { set, from_type });

    /// Materials.
    Materials in "materials.arrow" by 16384 of MaterialRow as row {
        set: MaterialSetId = row.set,
        material: TextId = row.material,
        thickness_m: Option<f64> = row.thickness_m,
        share: Option<f64> = row.share,
        is_layer: bool = row.is_layer,
    } => Some(MaterialRow { set, material, thickness_m, share, is_layer });

    /// Classification references.
    Classifications in "classifications.arrow" by 32768 of (Option<TextId>, TextId) as row {
        system: Option<TextId> = row.0,
        reference: TextId = row.1,
    } => Some((system, reference));

    /// Elements that bound spaces.
    Boundaries in "boundaries.arrow" by 65536 of EntityIndex as row { element: EntityIndex = *row } => Some(element);

    /// Relations.
    Relations in "relations.arrow" by 32768 of RelationRow as row {
        kind: RelationKind = row.kind,
        related: EntityIndex = row.related,
        relating: u32 = row.relating,
        record: Option<RecordIndex> = row.record,
    } => Some(RelationRow { kind, related, relating, record });

    /// Where records stand.
    Records in "records.arrow" by 16384 of RecordRow as row {
        group: Option<TextId> = row.group,
        index: Option<u32> = row.index,
        in_data: bool = row.in_data,
        offset: u64 = row.offset,
        bytes: u32 = row.bytes,
        block: u32 = row.block,
        block_start: u32 = row.block_start,
    } => Some(RecordRow { group, index, in_data, offset, bytes, block, block_start });

    /// Where the blocks of the source stand.
    Blocks in "blocks.arrow" by 8192 of BlockRow as row {
        offset: u64 = row.offset,
        bytes: u32 = row.bytes,
        plain_bytes: u32 = row.plain_bytes,
        blake3: blake3::Hash = row.blake3,
    } => Some(BlockRow { offset, bytes, plain_bytes, blake3 });
}

/// One block of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockRow {
    /// Its first byte in `source.zst`.
    pub(super) offset: u64,
    /// Its length there.
    pub(super) bytes: u32,
    /// Its length once decompressed.
    pub(super) plain_bytes: u32,
    /// Of its bytes in `source.zst`.
    pub(super) blake3: blake3::Hash,
}

const TEXT: u8 = 0;
const BOOLEAN: u8 = 1;
const NUMBER: u8 = 2;
const QUANTITY: u8 = 3;
const RANGE: u8 = 4;

/// Whether an item is a number or a quantity; also where that cannot be told, so that the fault is found.
pub(super) fn is_figure(columns: &<Items as Table>::Columns, index: usize) -> bool {
    matches!(u8::at(&columns.kind, index), Some(NUMBER | QUANTITY) | None)
}

fn kind_of(value: &ItemValue) -> u8 {
    match value {
        ItemValue::Text(_) => TEXT,
        ItemValue::Boolean(_) => BOOLEAN,
        ItemValue::Number(_) => NUMBER,
        ItemValue::Quantity(..) => QUANTITY,
        ItemValue::Range(_) => RANGE,
    }
}

fn word_of(value: &ItemValue) -> u32 {
    match value {
        ItemValue::Text(text) => u32::try_from(text.index()).unwrap_or(u32::MAX),
        ItemValue::Boolean(value) => u32::from(*value),
        ItemValue::Range(range) => *range,
        ItemValue::Number(_) | ItemValue::Quantity(..) => 0,
    }
}

fn figure_of(value: &ItemValue) -> Option<&Figure> {
    match value {
        ItemValue::Number(figure) | ItemValue::Quantity(figure, _) => Some(figure),
        ItemValue::Text(_) | ItemValue::Boolean(_) | ItemValue::Range(_) => None,
    }
}

fn source_of(value: &ItemValue) -> QuantitySource {
    match value {
        ItemValue::Quantity(_, source) => *source,
        ItemValue::Text(_) | ItemValue::Boolean(_) | ItemValue::Number(_) | ItemValue::Range(_) => {
            QuantitySource::Property
        }
    }
}
