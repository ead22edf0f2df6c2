//! Prepared candidates.
use clicklens::{Batch, CacheOptions, CacheStorage, Inputs, Scope, Session, SessionOptions, Status};

use crate::data::{Host, bits, demo, inputs};

#[test]
fn cached_candidates_have_the_bits_of_others() {
    let model = demo();
    let host = Host::made_up(&model, &[3, 2]);
    let mut wanted = vec![0.0; 5];
    Session::new(&model, &inputs(&model)).unwrap().run(&host.batch(), &mut wanted).unwrap();

    // Candidates 0, 1, 3 are prepared, in rows 2, 0, 1.
    let features = model.features().unwrap();
    let of_candidates = |input: usize| features[input].scope == Scope::Candidate;
    let pick = |rows: &[usize]| -> Vec<Vec<i64>> {
        host.columns
            .iter()
            .map(|column| rows.iter().filter_map(|row| column.get(*row).copied()).collect())
            .collect()
    };
    let (prepared, others) = (pick(&[0, 1, 3]), pick(&[2, 4]));
    let mut ads = Batch::new(3);
    for (input, column) in (0..).zip(&prepared).filter(|(input, _)| of_candidates(*input as usize)) {
        ads.keys(input, column);
    }
    let mut cache = CacheOptions::new(8).storage(CacheStorage::F32).build(&model, &inputs(&model)).unwrap();
    cache.fill_rows(&ads, &[2, 0, 1]).unwrap();
    assert_eq!((cache.info().unwrap().rows, cache.info().unwrap().filled), (8, 3));
    let short = cache.fill_rows(&ads, &[1]).unwrap_err();
    assert_eq!(short.status(), Status::InvalidArgument);

    let mut batch = Batch::new(5);
    batch.requests(&host.requests).cached(&cache, &[2, 0, -1, 1, -1]);
    for (input, column) in (0..).zip(&host.columns) {
        batch.keys(input, if of_candidates(input as usize) { &others[input as usize] } else { column });
    }
    let mut session = SessionOptions::new().cache().build(&model, &inputs(&model)).unwrap();
    let mut scores = vec![0.0; 5];
    session.run(&batch, &mut scores).unwrap();
    assert_eq!(bits(&scores), bits(&wanted));
    let uncached = Session::new(&model, &inputs(&model)).unwrap().run(&batch, &mut scores).unwrap_err();
    assert_eq!(uncached.status(), Status::BadState);
}

#[test]
fn a_cache_needs_the_inputs_of_candidates_alone() {
    let model = demo();
    let features = model.features().unwrap();
    let of_ads = features.iter().filter(|feature| feature.scope == Scope::Candidate);
    let inputs = Inputs::new(of_ads.map(|feature| (feature.name, feature.column))).unwrap();
    assert_eq!((inputs.len(), inputs.index("ad_id"), inputs.index("user_id")), (2, Some(0), None));
    let mut cache = CacheOptions::new(4).strands(2).build(&model, &inputs).unwrap();
    let ids = [1i64, 2, 3, 4];
    let mut ads = Batch::new(4);
    ads.keys(0, &ids).keys(1, &ids);
    cache.fill(&ads).unwrap();
    assert_eq!(cache.info().unwrap().filled, 4);
}
