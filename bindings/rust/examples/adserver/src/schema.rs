//! What the server is sent: the features of the model that it started with.
use std::collections::HashMap;

use clicklens::{ColumnKind, Inputs, Model, Scope};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: ColumnKind,
    /// Sent once per request, rather than with every candidate.
    pub of_request: bool,
    /// Floats of an entry; ids: 0.
    pub width: usize,
    /// Ids may have weights.
    pub weighted: bool,
}

/// Fields are inputs of the same number.
pub struct Schema {
    pub fields: Vec<Field>,
    pub by_name: HashMap<String, usize>,
}

impl Schema {
    pub fn of(model: &Model) -> clicklens::Result<Self> {
        let fields: Vec<Field> = model
            .features()?
            .iter()
            .map(|feature| Field {
                name: feature.name.to_owned(),
                kind: feature.column,
                of_request: feature.scope == Scope::Request,
                weighted: feature.weighted,
                width: if feature.dense { feature.width as usize } else { 0 },
            })
            .collect();
        let by_name = fields.iter().enumerate().map(|(i, field)| (field.name.clone(), i)).collect();
        Ok(Self { fields, by_name })
    }

    pub fn inputs(&self) -> clicklens::Result<Inputs> {
        Inputs::new(self.fields.iter().map(|field| (&field.name, field.kind)))
    }

    /// Why a later model cannot be served from what is sent. One that needs a feature that is not sent is refused by the
    /// slot; one that reads a feature otherwise would read wrong entries.
    pub fn refuses(&self, model: &Model) -> clicklens::Result<Option<String>> {
        let later = Self::of(model)?;
        let differs = |field: &&Field| {
            self.by_name.get(&field.name).is_some_and(|i| self.fields.get(*i) != Some(*field))
        };
        Ok(later
            .fields
            .iter()
            .find(differs)
            .map(|field| format!("feature {:?} is sent otherwise", field.name)))
    }
}
