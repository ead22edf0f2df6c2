//! Opening and describing.
use clicklens::{Access, ColumnKind, GraphFormat, Limits, Model, ModelOptions, Scope, Status};

use crate::data::{command, demo, demo_path};

#[test]
fn a_model_tells_what_it_is_made_of() {
    let model = demo();
    let info = model.info().unwrap();
    assert_eq!((info.name, info.features, info.outputs, info.input_width), ("demo", 10, 1, 80));
    let features = model.features().unwrap();
    assert_eq!((features[0].name, features[0].group, features[0].scope), ("user_id", "user", Scope::Request));
    assert_eq!((features[3].name, features[3].rows, features[3].column), ("ad_id", 400, ColumnKind::Keys));
    assert_eq!(model.groups().unwrap().len(), info.groups);
    let layers: Vec<_> = model.layers().unwrap().iter().map(|layer| layer.name).collect();
    assert_eq!(layers, ["emb", "l1", "l2", "l3"]);
    let l1 = model.value(model.find_value("l1").unwrap()).unwrap();
    assert_eq!((l1.op, l1.width), ("relu", 64));
    assert_eq!(model.tables().unwrap().iter().map(|table| table.rows * table.dim).max(), Some(8622 * 8));
    assert!(model.graph(GraphFormat::Dot).unwrap().starts_with("digraph"));
}

#[test]
fn the_id_is_the_command_lines() {
    let path = demo_path();
    if let Some(text) = command(&["inspect", path.to_str().unwrap()]) {
        let id = format!("id {:032x},", demo().info().unwrap().id);
        assert!(text.contains(&id), "{id} is not in {text}");
    }
}

#[test]
fn bytes_open_as_files_do() {
    let bytes = std::fs::read(demo_path()).unwrap();
    let model = Model::from_bytes(&bytes[..]).unwrap();
    // Not aligned: they are copied.
    let shifted: Vec<u8> = [0].into_iter().chain(bytes.iter().copied()).collect();
    let copied = Model::from_bytes(&shifted[1..]).unwrap();
    drop((bytes, shifted));
    assert_eq!(model.info().unwrap().id, demo().info().unwrap().id);
    copied.verify().unwrap();
    copied.warm().unwrap();
}

#[test]
fn options_reach_the_library() {
    let open = |options: ModelOptions| options.open(demo_path());
    open(ModelOptions::new().access(Access::Copy).warm().verify_segments().huge_pages()).unwrap();
    let refused = open(ModelOptions::new().limits(Limits { features: 3, ..Default::default() })).unwrap_err();
    assert_eq!(refused.status(), Status::LimitExceeded);
    assert!(refused.message().contains("features"), "{refused}");
}

#[test]
fn clones_share_a_model() {
    let model = demo();
    let other = model.clone();
    drop(model);
    other.verify().unwrap();
    assert_eq!(other.self_test().unwrap_err().status(), Status::NotFound); // the demo has no such rows
}
