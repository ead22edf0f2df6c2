//! As much JSON as the cases have: no escapes but `\"` and `\\`, whole numbers.
use std::collections::BTreeMap;

#[derive(Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

static NULL: Json = Json::Null;

impl Json {
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let value = reader.value();
        reader.skip_space();
        assert_eq!(reader.at, text.len(), "something follows the JSON");
        value
    }

    /// A member; `Null` where there is none.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Self::Object(members) => members.get(name).unwrap_or(&NULL),
            _ => panic!("{self:?} has no members ({name})"),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        *self.get(name) != Self::Null
    }

    /// A text; empty where there is none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Null => "",
            _ => panic!("{self:?} is no text"),
        }
    }

    /// A count; 0 where there is none.
    pub fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Null => 0,
            _ => panic!("{self:?} is no number"),
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// A list; empty where there is none.
    pub fn list(&self) -> &[Json] {
        match self {
            Self::List(list) => list,
            Self::Null => &[],
            _ => panic!("{self:?} is no list"),
        }
    }

    pub fn members(&self) -> &BTreeMap<String, Json> {
        match self {
            Self::Object(members) => members,
            _ => panic!("{self:?} is no object"),
        }
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.list().iter().map(Json::text)
    }

    /// Eight hexadecimal digits each.
    pub fn floats(&self) -> Vec<f32> {
        self.texts().map(float).collect()
    }

    pub fn numbers(&self) -> Vec<i64> {
        self.list().iter().map(Json::number).collect()
    }

    /// Labels and flags: 0, 1, true, false.
    pub fn bytes(&self) -> Vec<u8> {
        let byte = |json: &Json| match json {
            Self::Bool(flag) => u8::from(*flag),
            _ => u8::try_from(json.number()).expect("a byte"),
        };
        self.list().iter().map(byte).collect()
    }
}

pub fn float(digits: &str) -> f32 {
    f32::from_bits(u32::from_str_radix(digits, 16).expect("eight hexadecimal digits"))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> u8 {
        self.skip_space();
        *self.bytes.get(self.at).expect("the JSON ends early")
    }

    fn take(&mut self, wanted: u8) {
        assert_eq!(self.peek() as char, wanted as char, "at byte {}", self.at);
        self.at += 1;
    }

    fn value(&mut self) -> Json {
        match self.peek() {
            b'{' => Json::Object(self.sequence(b'{', b'}', |reader| {
                let name = reader.text();
                reader.take(b':');
                (name, reader.value())
            })),
            b'[' => Json::List(self.sequence(b'[', b']', Self::value)),
            b'"' => Json::Text(self.text()),
            _ => self.word(),
        }
    }

    fn sequence<T, C: FromIterator<T>>(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> T,
    ) -> C {
        self.take(open);
        let mut items = Vec::new();
        while self.peek() != close {
            items.push(item(self));
            if self.peek() != close {
                self.take(b',');
            }
        }
        self.take(close);
        items.into_iter().collect()
    }

    fn text(&mut self) -> String {
        self.take(b'"');
        let mut bytes = Vec::new();
        while self.bytes[self.at] != b'"' {
            if self.bytes[self.at] == b'\\' {
                self.at += 1;
                assert!(
                    matches!(self.bytes[self.at], b'"' | b'\\' | b'/'),
                    "an escape that cases do not have"
                );
            }
            bytes.push(self.bytes[self.at]);
            self.at += 1;
        }
        self.at += 1;
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn word(&mut self) -> Json {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| b",]} \n\r\t".contains(byte)).unwrap_or(rest.len());
        self.at += length;
        match std::str::from_utf8(&rest[..length]).expect("UTF-8") {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            number => Json::Number(number.parse().unwrap_or_else(|_| panic!("{number} is no whole number"))),
        }
    }
}
