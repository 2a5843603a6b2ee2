//! Cells of exported tables, gathered into columns.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int8Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    Count,
    Power,
}

/// A column: its name and what it holds. Every column may hold nothing.
pub(super) type Column = (&'static str, Kind);

/// One cell of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Number(f64),
    Boolean(bool),
    Count(u64),
    Power(i8),
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Nothing, Cell::Text)
    }
}

impl From<Option<f64>> for Cell<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Cell::Nothing, Cell::Number)
    }
}

impl From<Option<u64>> for Cell<'_> {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Cell::Nothing, Cell::Count)
    }
}

enum Builder {
    Text(StringBuilder),
    Number(Float64Builder),
    Boolean(BooleanBuilder),
    Count(UInt64Builder),
    Power(Int8Builder),
}

impl Builder {
    fn new(kind: Kind) -> Builder {
        match kind {
            Kind::Text => Builder::Text(StringBuilder::new()),
            Kind::Number => Builder::Number(Float64Builder::new()),
            Kind::Boolean => Builder::Boolean(BooleanBuilder::new()),
            Kind::Count => Builder::Count(UInt64Builder::new()),
            Kind::Power => Builder::Power(Int8Builder::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) -> usize {
        match (self, cell) {
            (Builder::Text(builder), Cell::Text(text)) => {
                builder.append_value(text);
                return text.len();
            }
            (Builder::Text(builder), _) => builder.append_null(),
            (Builder::Number(builder), Cell::Number(number)) => builder.append_value(number),
            (Builder::Number(builder), _) => builder.append_null(),
            (Builder::Boolean(builder), Cell::Boolean(value)) => builder.append_value(value),
            (Builder::Boolean(builder), _) => builder.append_null(),
            (Builder::Count(builder), Cell::Count(count)) => builder.append_value(count),
            (Builder::Count(builder), _) => builder.append_null(),
            (Builder::Power(builder), Cell::Power(power)) => builder.append_value(power),
            (Builder::Power(builder), _) => builder.append_null(),
        }
        size_of::<u64>()
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(builder) => Arc::new(builder.finish()),
            Builder::Number(builder) => Arc::new(builder.finish()),
            Builder::Boolean(builder) => Arc::new(builder.finish()),
            Builder::Count(builder) => Arc::new(builder.finish()),
            Builder::Power(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Rows until there are enough for a batch.
pub(super) struct Gatherer {
    schema: SchemaRef,
    builders: Vec<Builder>,
    /// Rows gathered.
    pub(super) rows: usize,
    /// Bytes gathered, about.
    pub(super) bytes: usize,
}

impl Gatherer {
    pub(super) fn new(columns: &[Column]) -> Gatherer {
        let builders = columns.iter().map(|(_, kind)| Builder::new(*kind)).collect();
        Gatherer { schema: schema(columns), builders, rows: 0, bytes: 0 }
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn push(&mut self, cells: &[Cell<'_>]) {
        for (builder, cell) in self.builders.iter_mut().zip(cells) {
            self.bytes += builder.push(*cell);
        }
        self.rows += 1;
    }

    pub(super) fn batch(&mut self) -> io::Result<RecordBatch> {
        (self.rows, self.bytes) = (0, 0);
        let arrays = self.builders.iter_mut().map(Builder::finish).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)
    }
}

fn schema(columns: &[Column]) -> SchemaRef {
    let field = |(name, kind): &Column| {
        let data_type = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::Float64,
            Kind::Boolean => DataType::Boolean,
            Kind::Count => DataType::UInt64,
            Kind::Power => DataType::Int8,
        };
        Field::new(*name, data_type, true)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}
