//! A request's JSON, read into columns. Nobody has to trust it.
use clicklens::{Batch, Column, ColumnKind, Texts};
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::config::Config;
use crate::failure::Failure;
use crate::schema::{Field, Schema};

/// POST /rank. A feature is a number, a string, a list of either, `{"ids": ..., "weights": ...}` where ids have weights,
/// or absent or null: missing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Of the request: what sampling goes by. Absent: the server makes one up.
    key: Option<Number>,
    #[serde(default)]
    features: Map<String, Value>,
    candidates: Vec<Map<String, Value>>,
    /// Saliency by feature group beside each score.
    #[serde(default)]
    pub explain: bool,
    /// So many of the highest; absent: all.
    pub top: Option<usize>,
}

impl Rank {
    pub fn parse(body: &[u8], limits: &Config) -> Result<Self, Failure> {
        // Serde would take a list of the fields' values, too.
        if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Failure::bad_request("body: not a JSON object"));
        }
        let rank: Self =
            serde_json::from_slice(body).map_err(|e| Failure::bad_request(clip(&e.to_string(), 200)))?;
        match rank.candidates.len() {
            0 => Err(Failure::bad_request("candidates: none")),
            n if n > limits.max_candidates => {
                Err(Failure::bad_request(format!("candidates: {n}, at most {}", limits.max_candidates)))
            }
            _ if rank.top == Some(0) => Err(Failure::bad_request("top: 1 or more")),
            _ => Ok(rank),
        }
    }

    pub fn key(&self) -> Result<Option<u64>, Failure> {
        let wrong = || Failure::bad_request("key: not an integer of 64 bits");
        self.key.as_ref().map(|key| id_of(key).ok_or_else(wrong)).transpose()
    }

    pub fn candidates(&self) -> usize {
        self.candidates.len()
    }

    /// By input, every field of the schema.
    pub fn columns(&self, schema: &Schema, limits: &Config) -> Result<Vec<Entries>, Failure> {
        check_names(&self.features, schema, true, "features")?;
        for (i, candidate) in self.candidates.iter().enumerate() {
            check_names(candidate, schema, false, &format!("candidates[{i}]"))?;
        }
        let mut ids = limits.max_ids;
        let mut column = |field: &Field| {
            let mut entries = Entries::new(field);
            if field.of_request {
                entries.push(self.features.get(&field.name), field, &mut ids, &|| "features".to_owned())?;
            } else {
                for (i, candidate) in self.candidates.iter().enumerate() {
                    let place = || format!("candidates[{i}]");
                    entries.push(candidate.get(&field.name), field, &mut ids, &place)?;
                }
            }
            Ok(entries)
        };
        schema.fields.iter().map(&mut column).collect()
    }
}

fn check_names(
    sent: &Map<String, Value>,
    schema: &Schema,
    of_request: bool,
    place: &str,
) -> Result<(), Failure> {
    for name in sent.keys() {
        let field = schema.by_name.get(name).and_then(|i| schema.fields.get(*i));
        let wrong = match field {
            None => "no such feature",
            Some(field) if field.of_request && !of_request => "a feature of the request, not of candidates",
            Some(field) if !field.of_request && of_request => "a feature of candidates, not of the request",
            Some(_) => continue,
        };
        return Err(Failure::bad_request(format!("{place}.{}: {wrong}", clip(name, 64))));
    }
    Ok(())
}

/// What a stranger chose may be as long as the body.
fn clip(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// All 64 bits, of either sign.
fn id_of(number: &Number) -> Option<u64> {
    number.as_u64().or_else(|| number.as_i64().map(|id| id as u64))
}

/// One field's entries, as a batch borrows them.
pub enum Entries {
    Ids { ids: Vec<u64>, ends: Vec<i64>, weights: Option<Vec<f32>> },
    Texts { texts: Texts, ends: Vec<i64>, weights: Option<Vec<f32>> },
    Floats { values: Vec<f32>, present: Vec<u8>, count: usize },
}

impl Entries {
    fn new(field: &Field) -> Self {
        let weights = || field.weighted.then(Vec::new);
        match field.kind {
            ColumnKind::Strings => Self::Texts { texts: Texts::new(), ends: vec![0], weights: weights() },
            ColumnKind::Floats => Self::Floats { values: Vec::new(), present: Vec::new(), count: 0 },
            ColumnKind::Rows | ColumnKind::Keys => {
                Self::Ids { ids: Vec::new(), ends: vec![0], weights: weights() }
            }
        }
    }

    /// One entry; `ids`: how many values the request may still have.
    fn push(
        &mut self,
        sent: Option<&Value>,
        field: &Field,
        ids: &mut usize,
        place: &dyn Fn() -> String,
    ) -> Result<(), Failure> {
        let wrong = |what: &str| Failure::bad_request(format!("{}.{}: {what}", place(), field.name));
        let (sent, given) = unwrap(sent, field).map_err(wrong)?;
        let values = list(sent);
        *ids = ids
            .checked_sub(values.len())
            .ok_or_else(|| wrong("more ids and numbers than a request may have"))?;
        match self {
            Self::Ids { ids, ends, weights } => {
                add_weights(given, values.len(), weights).map_err(wrong)?;
                for value in values {
                    let id = value.as_number().and_then(id_of);
                    ids.push(id.ok_or_else(|| wrong("an id is an integer of 64 bits"))?);
                }
                ends.push(ids.len() as i64);
            }
            Self::Texts { texts, ends, weights } => {
                add_weights(given, values.len(), weights).map_err(wrong)?;
                for value in values {
                    texts.push(value.as_str().ok_or_else(|| wrong("an id is a string"))?);
                }
                ends.push(texts.len() as i64);
            }
            Self::Floats { values: floats, present, count } => {
                if !values.is_empty() && values.len() != field.width {
                    return Err(wrong(&format!("{} numbers, not {}", field.width, values.len())));
                }
                for value in values {
                    floats.push(float(value).map_err(wrong)?);
                }
                floats.resize((*count + 1) * field.width, 0.0);
                present.resize(*count / 8 + 1, 0);
                if let Some(byte) = present.last_mut() {
                    *byte |= u8::from(!values.is_empty()) << (*count % 8);
                }
                *count += 1;
            }
        }
        Ok(())
    }

    fn column(&self) -> Column<'_> {
        match self {
            Self::Ids { ids, ends, weights } => weighted(Column::keys(ids).lists(ends), weights),
            Self::Texts { texts, ends, weights } => weighted(Column::texts(texts).lists(ends), weights),
            Self::Floats { values, present, .. } => Column::floats(values).validity(present),
        }
    }
}

/// `{"ids": ..., "weights": ...}` in its two parts.
fn unwrap<'a>(
    sent: Option<&'a Value>,
    field: &Field,
) -> Result<(Option<&'a Value>, Option<&'a Value>), &'static str> {
    match sent {
        Some(Value::Object(_)) if !field.weighted => Err("its ids have no weights"),
        Some(Value::Object(parts)) if parts.keys().any(|name| name != "ids" && name != "weights") => {
            Err("only ids and weights belong here")
        }
        Some(Value::Object(parts)) => Ok((parts.get("ids"), parts.get("weights"))),
        other => Ok((other, None)),
    }
}

fn list(sent: Option<&Value>) -> &[Value] {
    match sent {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
    }
}

fn float(value: &Value) -> Result<f32, &'static str> {
    let number = value.as_f64().ok_or("not a number")? as f32;
    if number.is_finite() { Ok(number) } else { Err("beyond float32") }
}

/// One for each id; none given: 1.
fn add_weights(
    given: Option<&Value>,
    ids: usize,
    weights: &mut Option<Vec<f32>>,
) -> Result<(), &'static str> {
    let Some(weights) = weights else { return Ok(()) };
    match given {
        None | Some(Value::Null) => weights.resize(weights.len() + ids, 1.0),
        Some(Value::Array(list)) if list.len() == ids => {
            for value in list {
                weights.push(float(value)?);
            }
        }
        Some(_) => return Err("weights: not a list of one number for each id"),
    }
    Ok(())
}

fn weighted<'a>(column: Column<'a>, weights: &'a Option<Vec<f32>>) -> Column<'a> {
    weights.as_ref().map_or(column, |weights| column.weights(weights))
}

/// One request of so many candidates.
pub fn batch<'a>(candidates: usize, key: &'a [u64; 1], columns: &'a [Entries]) -> Batch<'a> {
    let mut batch = Batch::new(candidates);
    batch.one_request().request_keys(key);
    for (input, entries) in (0..).zip(columns) {
        batch.column(input, entries.column());
    }
    batch
}
