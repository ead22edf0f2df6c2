//! Deltas: made, described, applied, refused.
use clicklens::{Delta, Model, Session, Status};

use crate::data::{Host, bits, demo, demo_path, folder, inputs};
use crate::slots::refined;

fn scores_of(model: &Model, host: &Host) -> Vec<u32> {
    let mut scores = vec![0.0; host.candidates()];
    Session::new(model, &inputs(&demo())).unwrap().run(&host.batch(), &mut scores).unwrap();
    bits(&scores)
}

#[test]
fn applied_it_is_the_other_model() {
    let (base, whole) = (demo(), Model::open(refined()).unwrap());
    let place = folder("delta");
    let path = place.join("d.clensd");
    let made = Delta::make(&base, &whole, &path, 1.0).unwrap();
    let delta = Delta::open(&path).unwrap();
    assert_eq!(delta.info().unwrap(), made);
    let id = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
    assert_eq!(id(made.base_low, made.base_high), base.info().unwrap().id);
    assert_eq!(id(made.result_low, made.result_high), whole.info().unwrap().id);
    assert_eq!(made.file_size, std::fs::metadata(&path).unwrap().len());
    assert!(made.kept_segments > 0 && made.replaced_segments > 0 && made.share > 0.0);

    let host = Host::made_up(&base, &[4, 3]);
    for copied_below in [0, 1] {
        let model = delta.apply_copying(&base, copied_below).unwrap();
        model.verify().unwrap();
        assert_eq!(model.info().unwrap().id, whole.info().unwrap().id);
        assert_eq!(scores_of(&model, &host), scores_of(&whole, &host));
    }
    assert_ne!(scores_of(&base, &host), scores_of(&whole, &host));
    let written = place.join("b.clens");
    delta.write(&base, &written).unwrap();
    assert_eq!(std::fs::read(written).unwrap(), std::fs::read(refined()).unwrap());

    let refused = delta.apply(&whole).unwrap_err();
    assert_eq!(refused.status(), Status::Stale);
}

#[test]
fn refusals_say_why() {
    let (base, whole) = (demo(), Model::open(refined()).unwrap());
    let path = folder("delta-refused").join("d.clensd");
    let status =
        |result: clicklens::Result<_>| result.map(|_: clicklens::DeltaInfo| ()).unwrap_err().status();
    assert_eq!(status(Delta::make(&base, &whole, &path, 1e-6)), Status::LimitExceeded);
    assert!(!path.exists());
    assert_eq!(status(Delta::make(&base, &whole, &path, 2.0)), Status::InvalidArgument);
    assert_eq!(Delta::open(&path).err().unwrap().status(), Status::Io);
    assert_eq!(Delta::open(demo_path()).err().unwrap().status(), Status::BadFile);
}
