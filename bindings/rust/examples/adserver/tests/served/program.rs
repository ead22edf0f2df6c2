//! The program itself, and signals to it.
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::host::{ask, folder, good};

/// Ends it when a test fails.
struct Program(Child, BufReader<ChildStderr>);

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let program =
            Command::new(env!("CARGO_BIN_EXE_adserver")).args(arguments).stderr(Stdio::piped()).spawn();
        let mut program = program.expect("it starts");
        let told = BufReader::new(program.stderr.take().expect("a pipe"));
        Self(program, told)
    }

    /// The next line that has this in it.
    fn says(&mut self, what: &str) -> String {
        let mut line = String::new();
        while self.1.read_line(&mut line).expect("UTF-8") > 0 && !line.contains(what) {
            line.clear();
        }
        assert!(line.contains(what), "it ended without {what:?}");
        line.trim_end().to_owned()
    }

    fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(kill.expect("kill").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn signals_reload_it_and_end_it() {
    let folder = folder("program");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (model, profiles) = (path("m.clens"), path("profiles"));
    let mut program = Program::start(&[
        "--model",
        &model,
        "--listen",
        "127.0.0.1:0",
        "--poll-ms",
        "3600000",
        "--profiles",
        &profiles,
        "--profile-every",
        "1",
    ]);
    let address = program.says("serving on http://");
    let address = address.rsplit('/').next().unwrap().parse().unwrap();
    let body = good().to_string();
    assert_eq!(ask(address, "POST", "/rank", body.as_bytes()).0, 200);
    program.signal("-HUP");
    program.says("SIGHUP: version 2 is served");
    let (status, answer) = ask(address, "POST", "/rank", body.as_bytes());
    assert!(status == 200 && answer.contains("\"version\":2"), "{answer}");
    std::fs::write(path("next"), "no model").unwrap();
    std::fs::rename(path("next"), &model).unwrap(); // the one before is mapped
    program.signal("-HUP");
    program.says("the model before is served on");
    assert_eq!(ask(address, "POST", "/rank", body.as_bytes()).0, 200);
    program.signal("-TERM");
    assert!(program.0.wait().unwrap().success());
    // A file for each version that was served, with all of its rows.
    let files: Vec<_> = std::fs::read_dir(&profiles).unwrap().map(|entry| entry.unwrap().path()).collect();
    let rows = |path: &std::path::PathBuf| {
        clicklens::Profile::load(&std::fs::read(path).unwrap(), None).unwrap().info().unwrap().rows
    };
    assert_eq!((files.len(), files.iter().map(rows).sum::<u64>()), (2, 9));
}

#[test]
fn it_does_not_start_without_a_model() {
    let mut program = Program::start(&["--model", "/nonexistent.clens"]);
    assert!(program.says("adserver: ").contains("/nonexistent.clens"));
    assert_eq!(program.0.wait().unwrap().code(), Some(1));
    let mut program = Program::start(&["--what", "1"]);
    program.says("--what: no such flag");
    assert_eq!(program.0.wait().unwrap().code(), Some(2));
}
