//! Prometheus' text format.
#![forbid(unsafe_code)]
use std::fmt::Write;

/// Gauges and counters with their samples.
#[derive(Default)]
pub(crate) struct Exposition {
    text: String,
    name: &'static str,
}

impl Exposition {
    pub(crate) fn gauge(&mut self, name: &'static str, help: &str) {
        self.family(name, help, "gauge");
    }

    pub(crate) fn counter(&mut self, name: &'static str, help: &str) {
        self.family(name, help, "counter");
    }

    fn family(&mut self, name: &'static str, help: &str, kind: &str) {
        self.name = name;
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    /// One sample of the last of them; none where the value is not defined.
    pub(crate) fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        if value.is_nan() {
            return;
        }
        self.text.push_str(self.name);
        for (index, (label, content)) in labels.iter().enumerate() {
            let separator = if index == 0 { '{' } else { ',' };
            let content = content.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            self.line(format_args!("{separator}{label}=\"{content}\""));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        match value {
            f64::INFINITY => self.line(format_args!("{end} +Inf\n")),
            f64::NEG_INFINITY => self.line(format_args!("{end} -Inf\n")),
            _ => self.line(format_args!("{end} {value}\n")),
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A String takes everything.
        let _ = self.text.write_fmt(line);
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}
