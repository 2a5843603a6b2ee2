//! A bridge until readers put rows into a [`super::Staging`]: a whole `ifc::BuildingModel` as one more file, `model.bin`,
//! in the folder of a model without rows. The name is also that of the tables of format 1, which are removed by it.

use std::fs::File;
use std::io::{Read, Write};

use super::{Manifest, ModelSummary, Store, StoreError, folder, manifest};
use crate::formats::ReadModel;
use crate::ifc::{self, BuildingModel};

pub(super) const NAME: &str = "model.bin";

impl Store {
    /// [`Store::publish`] for a model in memory.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is left behind then.
    pub fn publish_built(&self, name: &str, published_at: &str, read: &ReadModel) -> Result<Manifest, StoreError> {
        let failed = |error| StoreError::io("writing model.bin", error);
        let model = &read.model;
        let elements = model.entities.iter().filter(|row| ifc::is_element(model.texts.get(row.entity_type))).count();
        let summary = ModelSummary {
            content_hash: read.content_hash.clone(),
            content_bytes: read.content_bytes,
            head: model.head.clone(),
            storeys: model.storeys.clone(),
            problems: model.problems.clone(),
            entities: model.entities.len() as u64,
            elements: elements as u64,
            based_on: None,
        };
        let staging = self.stage()?;
        let bytes = postcard::to_stdvec(model).map_err(|error| failed(std::io::Error::other(error)))?;
        let mut file = File::create_new(staging.path().join(NAME)).map_err(failed)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        folder::sync(staging.path())?;
        self.publish(name, published_at, staging, &summary)
    }

    /// [`Store::open_model`] for what [`Store::publish_built`] published.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load_built(&self, model_id: &str) -> Result<BuildingModel, StoreError> {
        let folder = self.folder.known(model_id)?;
        manifest::check(&folder, model_id)?;
        let mut bytes = Vec::new();
        let read = manifest::open(&folder, NAME, model_id)?.read_to_end(&mut bytes);
        read.map_err(|error| StoreError::io("reading model.bin", error))?;
        postcard::from_bytes(&bytes).map_err(|error| StoreError::damaged(model_id, error.to_string()))
    }
}
