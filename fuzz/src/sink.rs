//! A sink that keeps nothing but what it must give back.

use std::io;

use ifc_json_chunking::ifc::{
    EntityIndex, EntityRow, FactSink, ItemRow, LinkRow, MaterialRow, RecordRow, RelationRow, Scratch, SetLink, SetRow,
    TextId,
};

/// Takes rows and drops them.
#[derive(Debug)]
pub(crate) struct Drain;

/// A place in memory.
#[derive(Debug, Default)]
struct Place(Vec<u8>);

impl Scratch for Place {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, from: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.0.get(from as usize..).unwrap_or_default();
        let size = rest.len().min(into.len());
        into[..size].copy_from_slice(&rest[..size]);
        Ok(size)
    }
}

macro_rules! dropped {
    ($($table:ident: $row:ty,)+) => {$(
        fn $table(&mut self, _rows: &[$row]) -> io::Result<()> {
            Ok(())
        }
    )+};
}

impl FactSink for Drain {
    dropped! {
        texts: &str,
        entities: EntityRow,
        links: LinkRow,
        sets: SetRow,
        items: ItemRow,
        ranges: TextId,
        set_links: SetLink,
        materials: MaterialRow,
        classifications: (Option<TextId>, TextId),
        boundaries: EntityIndex,
        relations: RelationRow,
        records: RecordRow,
    }

    fn block(&mut self, compressed: &[u8], plain_bytes: u32) -> io::Result<()> {
        // The blocks are the file: what cannot be unpacked again is lost.
        let plain = zstd::bulk::decompress(compressed, plain_bytes as usize)?;
        assert_eq!(plain.len(), plain_bytes as usize);
        Ok(())
    }

    fn scratch(&mut self) -> io::Result<Box<dyn Scratch>> {
        Ok(Box::new(Place::default()))
    }
}
