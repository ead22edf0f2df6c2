//! A batch of the cases, as a host would hold it.
use clicklens::{Batch, Cache, Column, ColumnKind, Inputs, Result};

use crate::json::{Json, float};

enum Values {
    Integers(Vec<i64>, String),
    Unsigned(Vec<u64>),
    Strings(Vec<u8>, Vec<i64>),
    Floats(Vec<f32>),
}

struct Sent {
    name: String,
    kind: ColumnKind,
    values: Values,
    ends: Option<Vec<i64>>,
    offset_bits: i64,
    weights: Option<Vec<f32>>,
    present: Option<Vec<u8>>,
    value_present: Option<Vec<u8>>,
    /// The same in other widths, borrowed by columns.
    narrow: Narrow,
}

#[derive(Default)]
struct Narrow {
    i8s: Vec<i8>,
    i16s: Vec<i16>,
    i32s: Vec<i32>,
    u8s: Vec<u8>,
    u16s: Vec<u16>,
    u32s: Vec<u32>,
    ends: Vec<i32>,
    value_ends: Vec<i32>,
}

pub struct SentBatch {
    columns: Vec<Sent>,
    candidates: usize,
    requests: Option<Vec<i64>>,
    strict: bool,
    pub cache_rows: Vec<i64>,
}

pub fn kind(name: &str) -> ColumnKind {
    match name {
        "rows" => ColumnKind::Rows,
        "keys" => ColumnKind::Keys,
        "strings" => ColumnKind::Strings,
        "floats" => ColumnKind::Floats,
        _ => panic!("no such kind: {name}"),
    }
}

fn bitmap(flags: &Json) -> Option<Vec<u8>> {
    let flags = (*flags != Json::Null).then(|| flags.bytes())?;
    let mut bytes = vec![0; flags.len().div_ceil(8)];
    for (index, flag) in flags.iter().enumerate() {
        bytes[index / 8] |= flag << (index % 8);
    }
    Some(bytes)
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn narrowed<T: TryFrom<i64>>(values: &[i64]) -> Vec<T> {
    values.iter().map(|value| T::try_from(*value).ok().expect("a value of this width")).collect()
}

impl Sent {
    fn new(json: &Json) -> Self {
        let (texts, value_type) = (json.get("values").texts(), json.get("type").text());
        let values = match value_type {
            "bytes" => {
                let (mut text, mut ends) = (Vec::new(), vec![0]);
                for value in texts {
                    text.extend(unhex(value));
                    ends.push(text.len() as i64);
                }
                Values::Strings(text, ends)
            }
            "f32" => Values::Floats(texts.map(float).collect()),
            "u64" => Values::Unsigned(texts.map(|value| value.parse().expect("a u64")).collect()),
            _ => Values::Integers(
                texts.map(|value| value.parse().expect("an i64")).collect(),
                value_type.into(),
            ),
        };
        let ends = json.has("row_offsets").then(|| json.get("row_offsets").numbers());
        let mut narrow = Narrow { ends: narrowed(ends.as_deref().unwrap_or_default()), ..Default::default() };
        match &values {
            Values::Integers(values, value_type) => match value_type.as_str() {
                "i8" => narrow.i8s = narrowed(values),
                "i16" => narrow.i16s = narrowed(values),
                "i32" => narrow.i32s = narrowed(values),
                "u8" => narrow.u8s = narrowed(values),
                "u16" => narrow.u16s = narrowed(values),
                "u32" => narrow.u32s = narrowed(values),
                "i64" => {}
                _ => panic!("no such type: {value_type}"),
            },
            Values::Strings(_, ends) => narrow.value_ends = narrowed(ends),
            _ => {}
        }
        Self {
            name: json.get("name").text().into(),
            kind: kind(json.get("kind").text()),
            values,
            ends,
            offset_bits: json.get("offset_bits").number(),
            weights: json.has("weights").then(|| json.get("weights").floats()),
            present: bitmap(json.get("present")),
            value_present: bitmap(json.get("value_present")),
            narrow,
        }
    }

    fn column(&self) -> Column<'_> {
        let column = match &self.values {
            Values::Floats(values) => Column::floats(values),
            Values::Strings(text, _) if self.offset_bits == 32 => {
                Column::strings(text, &self.narrow.value_ends)
            }
            Values::Strings(text, ends) => Column::strings(text, ends),
            Values::Unsigned(ids) => self.ids(ids),
            Values::Integers(ids, value_type) => match value_type.as_str() {
                "i8" => self.ids(&self.narrow.i8s),
                "i16" => self.ids(&self.narrow.i16s),
                "i32" => self.ids(&self.narrow.i32s),
                "u8" => self.ids(&self.narrow.u8s),
                "u16" => self.ids(&self.narrow.u16s),
                "u32" => self.ids(&self.narrow.u32s),
                _ => self.ids(ids),
            },
        };
        let column = match &self.ends {
            Some(_) if self.offset_bits == 32 => column.lists(&self.narrow.ends),
            Some(ends) => column.lists(ends),
            None => column,
        };
        let column = self.weights.as_ref().map_or(column, |weights| column.weights(weights));
        let column = self.present.as_ref().map_or(column, |bits| column.validity(bits));
        self.value_present.as_ref().map_or(column, |bits| column.value_validity(bits))
    }

    fn ids<'a, T: clicklens::Id>(&self, ids: &'a [T]) -> Column<'a> {
        if self.kind == ColumnKind::Rows { Column::rows(ids) } else { Column::keys(ids) }
    }
}

impl SentBatch {
    pub fn new(json: &Json) -> Self {
        Self {
            columns: json.get("columns").list().iter().map(Sent::new).collect(),
            candidates: usize::try_from(json.get("candidates").number()).expect("a count"),
            requests: json.has("requests").then(|| json.get("requests").numbers()),
            strict: json.get("strict").is_true(),
            cache_rows: json.get("cache_rows").numbers(),
        }
    }

    pub fn inputs(&self) -> Result<Inputs> {
        Inputs::new(self.columns.iter().map(|column| (&column.name, column.kind)))
    }

    pub fn batch<'a>(&'a self, cache: Option<&'a Cache>) -> Batch<'a> {
        let mut batch = Batch::new(self.candidates);
        if let Some(ends) = &self.requests {
            batch.requests(ends);
        }
        if self.strict {
            batch.strict();
        }
        if let Some(cache) = cache {
            batch.cached(cache, &self.cache_rows);
        }
        for (input, column) in (0..).zip(&self.columns) {
            batch.column(input, column.column());
        }
        batch
    }
}
