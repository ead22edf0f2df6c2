//! What came of a case, as the corpus writes it.
use clicklens::Counts;

use crate::json::Json;

/// What a case gave: the bytes that are hashed, and for each member of `expect` what it is compared with.
#[derive(Default)]
pub struct Got {
    pub bytes: Vec<u8>,
    members: Vec<(&'static str, Json)>,
}

impl Got {
    pub fn hashed(mut self, bytes: impl IntoIterator<Item = u8>) -> Self {
        self.bytes.extend(bytes);
        self
    }

    pub fn nothing() -> Self {
        Self::default().hashed([0; 8])
    }

    pub fn member(mut self, name: &'static str, value: Json) -> Self {
        self.members.push((name, value));
        self
    }

    pub fn floats(self, name: &'static str, floats: &[f32]) -> Self {
        let bytes: Vec<u8> = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
        self.hashed(bytes).member(name, of_floats(floats))
    }

    pub fn differs_from(&self, expect: &Json) -> Option<String> {
        let mut wrong = String::new();
        for (name, wanted) in expect.members() {
            match self.members.iter().find(|(member, _)| member == name) {
                None => wrong += &format!("nothing gave {name}. "),
                Some((_, got)) if got != wanted => wrong += &format!("{name}: {got:?}, not {wanted:?}. "),
                Some(_) => {}
            }
        }
        (!wrong.is_empty()).then_some(wrong)
    }
}

pub fn of_floats(floats: &[f32]) -> Json {
    Json::List(floats.iter().map(|float| Json::Text(format!("{:08x}", float.to_bits()))).collect())
}

pub fn of_doubles(doubles: &[f64]) -> Json {
    Json::List(doubles.iter().map(|double| Json::Text(format!("{:016x}", double.to_bits()))).collect())
}

pub fn count(number: impl TryInto<i64>) -> Json {
    Json::Number(number.try_into().ok().expect("a count"))
}

pub fn list<T: TryInto<i64>>(numbers: impl IntoIterator<Item = T>) -> Json {
    Json::List(numbers.into_iter().map(count).collect())
}

pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

pub fn of_counts(counts: Counts) -> Json {
    object([
        ("missing", count(counts.missing)),
        ("unknown", count(counts.unknown)),
        ("cut", count(counts.cut)),
        ("bad_values", count(counts.bad_values)),
        ("non_finite", count(counts.non_finite)),
    ])
}
