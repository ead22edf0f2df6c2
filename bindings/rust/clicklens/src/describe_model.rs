//! Asking a model what it is made of.
use clicklens_sys as sys;

use crate::describe::{Feature, GraphFormat, ModelInfo, NamedValue, Scope, Table, Value, ValueId};
use crate::error::{Error, Result, check};
use crate::handle::{c_text, text};
use crate::inputs::ColumnKind;
use crate::model::Model;

/// A named call of the form (model, index, out).
macro_rules! ask {
    ($function:ident($model:expr, $index:expr) -> $raw:ident) => {{
        let mut raw = sys::$raw::INIT;
        // SAFETY: a live handle and a struct of its size; the library checks the index.
        check(unsafe { sys::$function($model.get(), $index, &mut raw) }).map(|()| raw)
    }};
}

impl Model {
    /// The model as a whole.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn info(&self) -> Result<ModelInfo<'_>> {
        let raw = self.raw_info()?;
        Ok(ModelInfo {
            // SAFETY: lives as long as the model.
            name: unsafe { text(raw.name) }?,
            id: u128::from(raw.id_high) << 64 | u128::from(raw.id_low),
            arithmetic_version: raw.arithmetic_version,
            file_size: raw.file_size,
            parameters: raw.parameters,
            features: raw.features,
            groups: raw.groups,
            tables: raw.tables,
            nodes: raw.nodes,
            values: raw.values,
            layers: raw.layers,
            outputs: raw.outputs,
            metadata: raw.metadata,
            input_width: raw.input_width,
        })
    }

    pub(crate) fn raw_info(&self) -> Result<sys::clens_model_info> {
        let mut raw = sys::clens_model_info::INIT;
        // SAFETY: a live handle and a struct of its size.
        check(unsafe { sys::clens_model_describe(self.get(), &mut raw) }).map(|()| raw)
    }

    /// Features, in the model's order.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn features(&self) -> Result<Vec<Feature<'_>>> {
        (0..self.raw_info()?.features).map(|index| self.feature(index)).collect()
    }

    fn feature(&self, index: usize) -> Result<Feature<'_>> {
        let raw = ask!(clens_model_feature(self, index) -> clens_feature_info)?;
        // SAFETY: both live as long as the model.
        let (name, group) = unsafe { (text(raw.name)?, text(raw.group)?) };
        Ok(Feature {
            name,
            group,
            group_index: raw.group_index,
            dense: raw.dense != 0,
            scope: Scope::from_raw(raw.scope),
            required: raw.required != 0,
            column: ColumnKind::from_raw(raw.column),
            weighted: raw.weighted != 0,
            max_length: raw.max_length,
            width: raw.width,
            rows: raw.rows,
            input_begin: raw.input_begin,
        })
    }

    /// Outputs: the tasks, in the order of scores.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn outputs(&self) -> Result<Vec<NamedValue<'_>>> {
        let named = |index| self.named(ask!(clens_model_output(self, index) -> clens_named_value)?);
        (0..self.raw_info()?.outputs).map(named).collect()
    }

    /// Layers: values that the file's maker named for looking at.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn layers(&self) -> Result<Vec<NamedValue<'_>>> {
        let named = |index| self.named(ask!(clens_model_layer(self, index) -> clens_named_value)?);
        (0..self.raw_info()?.layers).map(named).collect()
    }

    fn named(&self, raw: sys::clens_named_value) -> Result<NamedValue<'_>> {
        // SAFETY: lives as long as the model.
        Ok(NamedValue { name: unsafe { text(raw.name) }?, value: ValueId(raw.value) })
    }

    /// Feature groups, in order of first appearance: the columns of group-level saliency.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn groups(&self) -> Result<Vec<&str>> {
        let group = |index| {
            let mut name = std::ptr::null();
            // SAFETY: a live handle; the name lives as long as the model.
            unsafe {
                check(sys::clens_model_group(self.get(), index, &mut name))?;
                text(name)
            }
        };
        (0..self.raw_info()?.groups).map(group).collect()
    }

    /// Embedding tables.
    ///
    /// # Errors
    /// A name that is not UTF-8.
    pub fn tables(&self) -> Result<Vec<Table<'_>>> {
        let table = |index| {
            let raw = ask!(clens_model_table(self, index) -> clens_table_info)?;
            // SAFETY: both live as long as the model.
            let (name, kind) = unsafe { (text(raw.name)?, text(raw.type_)?) };
            Ok(Table { name, kind, rows: raw.rows, dim: raw.dim, bytes: raw.bytes })
        };
        (0..self.raw_info()?.tables).map(table).collect()
    }

    /// Keys and texts that came with the file.
    ///
    /// # Errors
    /// A text that is not UTF-8.
    pub fn metadata(&self) -> Result<Vec<(&str, &str)>> {
        let pair = |index| {
            let (mut key, mut value) = (std::ptr::null(), std::ptr::null());
            // SAFETY: a live handle; both live as long as the model.
            unsafe {
                check(sys::clens_model_metadata(self.get(), index, &mut key, &mut value))?;
                Ok((text(key)?, text(value)?))
            }
        };
        (0..self.raw_info()?.metadata).map(pair).collect()
    }

    /// What a value is.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument): the model has no such value.
    pub fn value(&self, value: ValueId) -> Result<Value<'_>> {
        let raw = ask!(clens_model_value(self, value.0) -> clens_value_info)?;
        // SAFETY: both live as long as the model.
        let (name, op) = unsafe { (text(raw.name)?, text(raw.op)?) };
        let width = usize::try_from(raw.width).map_err(|_| Error::invalid("a value wider than memory"))?;
        Ok(Value { name, op, scope: Scope::from_raw(raw.scope), width, fields: raw.fields, node: raw.node })
    }

    /// The value that a name means: a layer's name wins, then a value's, then an output's.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound).
    pub fn find_value(&self, name: &str) -> Result<ValueId> {
        let name = c_text(name)?;
        let mut index = 0;
        // SAFETY: a live handle and a C string.
        check(unsafe { sys::clens_model_find_value(self.get(), name.as_ptr(), &mut index) })?;
        Ok(ValueId(index))
    }

    /// The graph as text to be drawn.
    ///
    /// # Errors
    /// No memory.
    pub fn graph(&self, format: GraphFormat) -> Result<String> {
        let format = match format {
            GraphFormat::Dot => sys::CLENS_GRAPH_DOT,
            GraphFormat::Mermaid => sys::CLENS_GRAPH_MERMAID,
        };
        let mut size = 0;
        // SAFETY: a live handle; no buffer, then one of the size told and the NUL.
        let buffer = unsafe {
            check(sys::clens_model_graph(self.get(), format, std::ptr::null_mut(), 0, &mut size))?;
            let mut buffer = vec![0u8; size + 1];
            check(sys::clens_model_graph(
                self.get(),
                format,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                &mut size,
            ))?;
            buffer.truncate(size);
            buffer
        };
        String::from_utf8(buffer).map_err(|_| Error::new(crate::Status::BadFile, "a name is not UTF-8"))
    }
}
