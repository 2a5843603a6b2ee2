//! One column of a table: how its cells are gathered, what they are in Arrow, and how they are read back.
//!
//! Numbers that mean something (a text, an entity) are columns of plain 32-bit numbers; a cell that may be absent is a
//! nullable column. A GlobalId is its sixteen bytes, most significant first.

use std::sync::Arc;

use arrow_array::builder::FixedSizeBinaryBuilder;
use arrow_array::types::{Float64Type, UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, FixedSizeBinaryArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::DataType;

use crate::ifc::{EntityIndex, GlobalId, MaterialSetId, Measure, QuantitySource, RecordIndex, RelationKind};
use crate::ifc::{SetId, TextId};

const GLOBAL_ID_BYTES: i32 = 16;
const HASH_BYTES: i32 = 32;

/// A type that is one column.
pub(super) trait Cell: Copy {
    /// Gathers cells.
    type Builder: Send;
    /// The cells of one batch.
    type Column: Send + Sync;
    /// Whether the column may hold nothing.
    const IS_NULLABLE: bool;

    fn data_type() -> DataType;
    fn builder(rows: usize) -> Self::Builder;
    fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone);
    /// The cells gathered; the builder is empty then.
    fn finish(builder: &mut Self::Builder) -> ArrayRef;
    /// `None` when the array is of another type.
    fn open(array: &ArrayRef) -> Option<Self::Column>;
    /// `None` beyond the end, and for a number that means nothing.
    fn at(column: &Self::Column, index: usize) -> Option<Self>;
}

/// The cells gathered; what comes next has room for as many.
fn gathered<T>(builder: &mut Vec<T>) -> Vec<T> {
    let room = Vec::with_capacity(builder.len());
    std::mem::replace(builder, room)
}

/// Eight truths in a byte.
fn bits(truths: &[bool]) -> BooleanBuffer {
    BooleanBuffer::collect_bool(truths.len(), |index| truths.get(index).copied().unwrap_or_default())
}

macro_rules! primitive_cells {
    ($($cell:ty, $arrow:ty;)+) => {$(
        impl Cell for $cell {
            type Builder = Vec<$cell>;
            type Column = PrimitiveArray<$arrow>;
            const IS_NULLABLE: bool = false;

            fn data_type() -> DataType {
                <$arrow>::DATA_TYPE
            }

            fn builder(rows: usize) -> Self::Builder {
                Vec::with_capacity(rows)
            }

            fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
                builder.extend(cells);
            }

            fn finish(builder: &mut Self::Builder) -> ArrayRef {
                Arc::new(PrimitiveArray::<$arrow>::new(gathered(builder).into(), None))
            }

            fn open(array: &ArrayRef) -> Option<Self::Column> {
                array.as_any().downcast_ref::<Self::Column>().cloned()
            }

            fn at(column: &Self::Column, index: usize) -> Option<Self> {
                column.values().get(index).copied()
            }
        }

        impl Cell for Option<$cell> {
            type Builder = (Vec<$cell>, Vec<bool>);
            type Column = PrimitiveArray<$arrow>;
            const IS_NULLABLE: bool = true;

            fn data_type() -> DataType {
                <$arrow>::DATA_TYPE
            }

            fn builder(rows: usize) -> Self::Builder {
                (Vec::with_capacity(rows), Vec::with_capacity(rows))
            }

            fn extend((values, are_there): &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
                values.extend(cells.clone().map(Option::unwrap_or_default));
                are_there.extend(cells.map(|cell| cell.is_some()));
            }

            fn finish((values, are_there): &mut Self::Builder) -> ArrayRef {
                let are_there = NullBuffer::new(bits(&gathered(are_there)));
                let nulls = Some(are_there).filter(|are_there| 0 < are_there.null_count());
                Arc::new(PrimitiveArray::<$arrow>::new(gathered(values).into(), nulls))
            }

            fn open(array: &ArrayRef) -> Option<Self::Column> {
                array.as_any().downcast_ref::<Self::Column>().cloned()
            }

            fn at(column: &Self::Column, index: usize) -> Option<Self> {
                let value = column.values().get(index)?;
                Some(column.is_valid(index).then_some(*value))
            }
        }
    )+};
}

primitive_cells! {
    u8, UInt8Type;
    u32, UInt32Type;
    u64, UInt64Type;
    f64, Float64Type;
}

impl Cell for bool {
    type Builder = Vec<bool>;
    type Column = BooleanArray;
    const IS_NULLABLE: bool = false;

    fn data_type() -> DataType {
        DataType::Boolean
    }

    fn builder(rows: usize) -> Self::Builder {
        Vec::with_capacity(rows)
    }

    fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
        builder.extend(cells);
    }

    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(BooleanArray::new(bits(&gathered(builder)), None))
    }

    fn open(array: &ArrayRef) -> Option<Self::Column> {
        array.as_any().downcast_ref::<Self::Column>().cloned()
    }

    fn at(column: &Self::Column, index: usize) -> Option<Self> {
        (index < column.len()).then(|| column.value(index))
    }
}

impl Cell for Option<GlobalId> {
    type Builder = FixedSizeBinaryBuilder;
    type Column = FixedSizeBinaryArray;
    const IS_NULLABLE: bool = true;

    fn data_type() -> DataType {
        DataType::FixedSizeBinary(GLOBAL_ID_BYTES)
    }

    fn builder(rows: usize) -> Self::Builder {
        FixedSizeBinaryBuilder::with_capacity(rows, GLOBAL_ID_BYTES)
    }

    fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
        for cell in cells {
            match cell {
                // The builder refuses bytes of another length only.
                Some(id) => drop(builder.append_value(id.to_bits().to_be_bytes())),
                None => builder.append_null(),
            }
        }
    }

    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }

    fn open(array: &ArrayRef) -> Option<Self::Column> {
        let column = array.as_any().downcast_ref::<Self::Column>()?;
        (column.value_length() == GLOBAL_ID_BYTES).then(|| column.clone())
    }

    fn at(column: &Self::Column, index: usize) -> Option<Self> {
        if column.len() <= index {
            return None;
        }
        if column.is_null(index) {
            return Some(None);
        }
        let bytes = column.value(index).try_into().ok()?;
        Some(Some(GlobalId::from_bits(u128::from_be_bytes(bytes))))
    }
}

impl Cell for blake3::Hash {
    type Builder = FixedSizeBinaryBuilder;
    type Column = FixedSizeBinaryArray;
    const IS_NULLABLE: bool = false;

    fn data_type() -> DataType {
        DataType::FixedSizeBinary(HASH_BYTES)
    }

    fn builder(rows: usize) -> Self::Builder {
        FixedSizeBinaryBuilder::with_capacity(rows, HASH_BYTES)
    }

    fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
        // The builder refuses bytes of another length only.
        cells.for_each(|cell| drop(builder.append_value(cell.as_bytes())));
    }

    fn finish(builder: &mut Self::Builder) -> ArrayRef {
        Arc::new(builder.finish())
    }

    fn open(array: &ArrayRef) -> Option<Self::Column> {
        let column = array.as_any().downcast_ref::<Self::Column>()?;
        (column.value_length() == HASH_BYTES).then(|| column.clone())
    }

    fn at(column: &Self::Column, index: usize) -> Option<Self> {
        if column.len() <= index {
            return None;
        }
        column.value(index).try_into().ok().map(blake3::Hash::from_bytes)
    }
}

/// Types that stand for a number: how they become one and how one becomes them.
macro_rules! number_cells {
    ($($cell:ty, $number:ty, $to:expr, $from:expr;)+) => {$(
        impl Cell for $cell {
            type Builder = <$number as Cell>::Builder;
            type Column = <$number as Cell>::Column;
            const IS_NULLABLE: bool = false;

            fn data_type() -> DataType {
                <$number>::data_type()
            }

            fn builder(rows: usize) -> Self::Builder {
                <$number>::builder(rows)
            }

            fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
                <$number>::extend(builder, cells.map($to));
            }

            fn finish(builder: &mut Self::Builder) -> ArrayRef {
                <$number>::finish(builder)
            }

            fn open(array: &ArrayRef) -> Option<Self::Column> {
                <$number>::open(array)
            }

            fn at(column: &Self::Column, index: usize) -> Option<Self> {
                $from(<$number>::at(column, index)?)
            }
        }

        impl Cell for Option<$cell> {
            type Builder = <Option<$number> as Cell>::Builder;
            type Column = <Option<$number> as Cell>::Column;
            const IS_NULLABLE: bool = true;

            fn data_type() -> DataType {
                <$number>::data_type()
            }

            fn builder(rows: usize) -> Self::Builder {
                <Option<$number>>::builder(rows)
            }

            fn extend(builder: &mut Self::Builder, cells: impl Iterator<Item = Self> + Clone) {
                <Option<$number>>::extend(builder, cells.map(|cell| cell.map($to)));
            }

            fn finish(builder: &mut Self::Builder) -> ArrayRef {
                <Option<$number>>::finish(builder)
            }

            fn open(array: &ArrayRef) -> Option<Self::Column> {
                <Option<$number>>::open(array)
            }

            fn at(column: &Self::Column, index: usize) -> Option<Self> {
                match <Option<$number>>::at(column, index)? {
                    Some(number) => $from(number).map(Some),
                    None => Some(None),
                }
            }
        }
    )+};
}

number_cells! {
    TextId, u32, |id: TextId| saturated(id.index()), |number: u32| TextId::new(number as usize);
    EntityIndex, u32, |id: EntityIndex| saturated(id.index()), |number: u32| EntityIndex::new(number as usize);
    SetId, u32, |id: SetId| id.0, |number| Some(SetId(number));
    MaterialSetId, u32, |id: MaterialSetId| id.0, |number| Some(MaterialSetId(number));
    RecordIndex, u32, |id: RecordIndex| id.0, |number| Some(RecordIndex(number));
    Measure, u8, measure_code, |code: u8| MEASURES.get(usize::from(code)).copied();
    QuantitySource, u8, source_code, |code: u8| SOURCES.get(usize::from(code)).copied();
    RelationKind, u8, relation_code, |code: u8| RELATIONS.get(usize::from(code)).copied();
}

/// Positions of these ids are 32 bits wide where they are made.
fn saturated(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

macro_rules! codes {
    ($list:ident, $code:ident, $type:ident: $($variant:ident = $number:literal),+) => {
        /// By their code; part of the format, so only ever added to at the end.
        const $list: &[$type] = &[$($type::$variant),+];

        fn $code(value: $type) -> u8 {
            match value { $($type::$variant => $number,)+ }
        }
    };
}

codes! { MEASURES, measure_code, Measure:
    Length = 0, Area = 1, Volume = 2, Weight = 3, Time = 4, Count = 5, ThermalTransmittance = 6, Angle = 7, Plain = 8,
    Unknown = 9
}

codes! { SOURCES, source_code, QuantitySource: QuantitySet = 0, Property = 1, Attribute = 2, Dimensions = 3, Computed = 4 }

codes! { RELATIONS, relation_code, RelationKind:
    HasSet = 0, IsOccurrenceOf = 1, IsContainedIn = 2, IsPartOf = 3, Voids = 4, Fills = 5, Bounds = 6, IsMadeOf = 7,
    IsClassifiedAs = 8, BelongsTo = 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_means_what_it_was_made_of() {
        let measures = MEASURES.iter().map(|measure| measure_code(*measure));
        assert!(measures.eq(0..10));
        assert!(SOURCES.iter().map(|source| source_code(*source)).eq(0..5));
        assert!(RELATIONS.iter().map(|kind| relation_code(*kind)).eq(0..10));
    }
}
