//! Models that change under load.
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use clicklens::{
    Batch, CacheOptions, Inputs, Model, ModelOptions, ProfileOptions, PublishOptions, Scope, Session,
    SessionOptions, Slot, SlotOptions, Status, sys,
};

use crate::data::{Host, bits, demo, demo_path, folder, inputs};

/// The demo's model without its user: other scores from the same inputs, most segments the same.
pub(crate) fn refined() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let path = folder("refined").join("m.clens");
        let c_path = |path: &Path| std::ffi::CString::new(path.to_str().unwrap()).unwrap();
        let (mut model, mut refiner) = (std::ptr::null_mut(), std::ptr::null_mut());
        let means = vec![0.0f32; demo().info().unwrap().input_width];
        // SAFETY: live handles, C strings, means with their count.
        unsafe {
            let open = sys::clens_model_open(c_path(&demo_path()).as_ptr(), std::ptr::null(), &mut model);
            assert_eq!(open, sys::CLENS_OK);
            assert_eq!(sys::clens_refiner_create(model, &mut refiner), sys::CLENS_OK);
            let user = [c"user".as_ptr()];
            let dropped =
                sys::clens_refiner_drop_groups(refiner, user.as_ptr(), 1, means.as_ptr(), means.len());
            assert_eq!(dropped, sys::CLENS_OK);
            assert_eq!(sys::clens_refiner_write(refiner, c_path(&path).as_ptr()), sys::CLENS_OK);
            sys::clens_refiner_release(refiner);
            sys::clens_model_release(model);
        }
        path
    })
}

fn other() -> Model {
    Model::open(refined()).expect("the refined model")
}

fn slot(seats: usize, drain_ms: u64) -> Slot {
    Slot::new(&inputs(&demo()), &SlotOptions { seats, drain: Duration::from_millis(drain_ms) }).unwrap()
}

/// By a session of one's own.
fn scores_of(model: &Model, host: &Host) -> Vec<f32> {
    let mut scores = vec![0.0; host.candidates()];
    Session::new(model, &inputs(&demo())).unwrap().run(&host.batch(), &mut scores).unwrap();
    scores
}

#[test]
fn a_seat_gets_all_of_one_version() {
    let (first, second) = (demo(), other());
    let host = Host::made_up(&first, &[4, 3]);
    let wanted = [scores_of(&first, &host), scores_of(&second, &host)];
    assert_ne!(bits(&wanted[0]), bits(&wanted[1]));
    let slot = slot(2, 1);
    assert_eq!(slot.enter(0).unwrap_err().status(), Status::BadState, "nothing was published");
    assert_eq!(slot.enter_free().unwrap_err().status(), Status::BadState);
    assert_eq!(slot.publish(&first, &PublishOptions::new()).unwrap(), 1);
    let mut old = slot.enter(0).unwrap();
    assert_eq!(slot.publish(&second, &PublishOptions::new()).unwrap(), 2); // waits 1 ms for seat 0
    let info = slot.describe().unwrap();
    assert_eq!((info.version, info.draining, info.entered, info.seats, info.published), (2, 1, 1, 2, 2));
    assert_eq!(info.model, second.info().unwrap().id);
    let mut scores = vec![0.0; 7];
    old.run(&host.batch(), &mut scores).unwrap();
    assert_eq!((old.version(), old.index(), bits(&scores)), (1, 0, bits(&wanted[0])));
    assert_eq!(old.model().info().unwrap().id, first.info().unwrap().id);
    let mut new = slot.enter(1).unwrap();
    new.run(&host.batch(), &mut scores).unwrap();
    assert_eq!((new.version(), bits(&scores)), (2, bits(&wanted[1])));
    let kept = old.model().clone(); // outlives the seat
    drop((old, new));
    assert_eq!(slot.publish(&first, &PublishOptions::new()).unwrap(), 3);
    assert_eq!(slot.describe().unwrap().draining, 0);
    assert_eq!(scores_of(&kept, &host), wanted[0]);
}

#[test]
fn a_seat_is_entered_once() {
    let slot = slot(2, 1);
    slot.publish(&demo(), &PublishOptions::new()).unwrap();
    assert_eq!(slot.enter(2).unwrap_err().status(), Status::InvalidArgument);
    let first = slot.enter(0).unwrap();
    assert_eq!(slot.enter(0).unwrap_err().status(), Status::BadState);
    let second = slot.enter_free().unwrap().expect("seat 1");
    assert_eq!(second.index(), 1);
    assert!(slot.enter_free().unwrap().is_none());
    drop(first);
    assert_eq!(slot.enter_free().unwrap().map(|seat| seat.index()), Some(0));
    std::mem::forget(second); // stays taken; the slot can be dropped nevertheless
    assert_eq!(slot.enter(1).unwrap_err().status(), Status::BadState);
}

#[test]
fn a_refused_publication_changes_nothing() {
    let model = demo();
    let host = Host::made_up(&model, &[3]);
    let slot = slot(1, 0);
    slot.publish(&model, &PublishOptions::new()).unwrap();

    let mut bytes = std::fs::read(refined()).unwrap();
    let last = bytes.len() - 70;
    bytes[last] ^= 1; // in a segment
    let damaged = Model::from_bytes(&bytes).unwrap();
    let refused = slot.publish(&damaged, &PublishOptions::new()).unwrap_err();
    assert_eq!(refused.status(), Status::ChecksumMismatch);
    let layer = model.find_value("l2").unwrap();
    let too_far =
        PublishOptions::new().session(SessionOptions::new().captures([clicklens::ValueId(layer.0 + 999)]));
    assert!(slot.publish(&other(), &too_far).is_err());
    let many = PublishOptions::new().session(SessionOptions::new().strands(1000));
    assert_eq!(slot.publish(&other(), &many).unwrap_err().status(), Status::InvalidArgument);

    // A cache comes back.
    let cache = CacheOptions::new(4).build(&model, &inputs(&model)).unwrap();
    let reading = PublishOptions::new().session(SessionOptions::new().cache());
    let refused = slot.publish_with(&other(), &reading, cache).unwrap_err();
    assert_eq!(refused.error.status(), Status::Stale);
    let refused = slot.publish_with(&model, &PublishOptions::new(), refused.cache).unwrap_err();
    assert_eq!(refused.error.status(), Status::InvalidArgument, "sessions that read none");
    assert_eq!(refused.cache.info().unwrap().rows, 4);

    let info = slot.describe().unwrap();
    assert_eq!((info.version, info.published), (1, 1));
    assert!(info.refused >= 4);
    let mut scores = vec![0.0; 3];
    slot.enter(0).unwrap().run(&host.batch(), &mut scores).unwrap();
    assert_eq!(scores, scores_of(&model, &host));
    assert_eq!(slot.publish_with(&model, &reading, refused.cache).unwrap(), 2);
}

#[test]
fn a_cache_is_published_with_its_model() {
    let model = demo();
    let features = model.features().unwrap();
    let host = Host::made_up(&model, &[3]);
    let mut ads = Batch::new(3);
    for (input, column) in
        (0..).zip(&host.columns).filter(|(i, _)| features[*i as usize].scope == Scope::Candidate)
    {
        ads.keys(input, column);
    }
    let mut cache =
        CacheOptions::new(3).strands(2).parallel_for(|tasks| (0..tasks.len()).for_each(|i| tasks.run(i)));
    let mut filled = cache.clone().build(&model, &inputs(&model)).unwrap();
    filled.fill(&ads).unwrap();
    cache = cache.strands(1);
    let empty = cache.build(&model, &inputs(&model)).unwrap();
    let slot = slot(1, 0);
    let options = PublishOptions::new().session(SessionOptions::new().cache());
    slot.publish_with(&model, &options, filled).unwrap();

    let mut seat = slot.enter(0).unwrap();
    let (session, cache) = seat.parts();
    let cache = cache.expect("was published");
    assert_eq!(cache.info().unwrap().filled, 3);
    let mut batch = Batch::new(3);
    batch.requests(&host.requests).cached(cache, &[0, 1, 2]);
    for (input, column) in (0..).zip(&host.columns) {
        let cached = features[input as usize].scope == Scope::Candidate;
        batch.keys(input, if cached { &[] } else { &column[..] });
    }
    let mut scores = vec![0.0; 3];
    session.run(&batch, &mut scores).unwrap();
    assert_eq!(bits(&scores), bits(&scores_of(&model, &host)));
    drop(seat);
    slot.publish_with(&model, &options, empty).unwrap();
    assert_eq!(slot.enter(0).unwrap().parts().1.unwrap().info().unwrap().filled, 0);
    slot.publish(&model, &PublishOptions::new()).unwrap();
    assert!(slot.enter(0).unwrap().parts().1.is_none());
}

/// Four threads score while a fifth publishes: every request has the scores of the version that its seat names, and
/// profiles have seen every candidate.
#[test]
fn swaps_under_load_mix_no_request_and_lose_no_row() {
    const THREADS: usize = 4;
    const SWAPS: u64 = 40;
    let models = [demo(), other()];
    let host = Host::made_up(&models[0], &[9, 2]);
    let wanted = models.each_ref().map(|model| bits(&scores_of(model, &host)));
    let slot = slot(THREADS, 0);
    let profile = ProfileOptions { most_rows: 4096, ..Default::default() };
    let calls = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let own_threads =
        SessionOptions::new().strands(2).tile_rows(4).profile(&profile).parallel_for(move |tasks| {
            counter.fetch_add(1, Ordering::Relaxed);
            (0..tasks.len()).for_each(|index| tasks.run(index));
        });
    let options = [
        PublishOptions::new().session(own_threads),
        PublishOptions::new().session(SessionOptions::new().profile(&profile)),
    ];
    slot.publish(&models[0], &options[0]).unwrap(); // odd versions: the first model
    let (done, scored) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut rows = 0;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (slot, host, wanted, done, scored) = (&slot, &host, &wanted, &done, &scored);
            scope.spawn(move || {
                let mut scores = vec![0.0; 11];
                let mut requests = 0;
                while !done.load(Ordering::Acquire) || requests == 0 {
                    // Half of them have a seat of their own, the others take any that is free.
                    let entered =
                        if thread % 2 == 0 { slot.enter(thread).ok() } else { slot.enter_free().unwrap() };
                    let Some(mut seat) = entered else { continue };
                    seat.run(&host.batch(), &mut scores).unwrap();
                    assert_eq!(bits(&scores), wanted[(seat.version() - 1) as usize % 2]);
                    requests += 1;
                }
                scored.fetch_add(requests * 11, Ordering::Relaxed);
            });
        }
        for swap in 1..=SWAPS {
            slot.publish(&models[swap as usize % 2], &options[swap as usize % 2]).unwrap();
            slot.settle().unwrap();
            while let Some(saw) = slot.collect().unwrap() {
                rows += saw.rows;
                assert!(saw.version <= swap + 1);
                assert_eq!(saw.profile.info().unwrap().rows, saw.rows);
                if saw.version == swap + 1 {
                    break; // it serves: there is always more
                }
            }
        }
        done.store(true, Ordering::Release);
    });
    // Two blocks a session: what its last run saw may come with the second call.
    let mut idle = 0;
    while idle < 2 {
        match slot.collect().unwrap() {
            Some(saw) => rows += saw.rows,
            None => idle += 1,
        }
    }
    let info = slot.describe().unwrap();
    assert_eq!((info.version, info.refused, info.draining, info.entered), (SWAPS + 1, 0, 0, 0));
    assert_eq!((info.lost_rows, info.lost_versions), (0, 0));
    assert_eq!(rows, scored.load(Ordering::Relaxed));
    assert!(calls.load(Ordering::Relaxed) > 0, "the host's threads were asked");
}

#[test]
fn versions_share_what_is_equal() {
    let first = demo();
    let second = ModelOptions::new().base(&first).open(refined()).unwrap();
    let host = Host::made_up(&first, &[5]);
    let wanted = scores_of(&other(), &host);
    drop(first); // what is shared stays
    assert_eq!(bits(&scores_of(&second, &host)), bits(&wanted));
    // It is not read from the file, whose bytes may be damaged there.
    let mut bytes = std::fs::read(refined()).unwrap();
    let last = bytes.len() - 70;
    bytes[last] ^= 1;
    assert_eq!(Model::from_bytes(&bytes).unwrap().verify().unwrap_err().status(), Status::ChecksumMismatch);
    let same = ModelOptions::new().base(&other()).open_bytes(&bytes).unwrap();
    same.verify().unwrap();
    assert_eq!(bits(&scores_of(&same, &host)), bits(&wanted));
}

#[test]
fn a_model_without_its_required_input_is_refused() {
    let none = Inputs::new::<&str>([]).unwrap();
    let slot = Slot::new(&none, &SlotOptions::default()).unwrap();
    assert_eq!(slot.publish(&demo(), &PublishOptions::new()).unwrap_err().status(), Status::NotFound);
    assert_eq!(slot.describe().unwrap().refused, 1);
    for seats in [0, 65_537] {
        let wrong = Slot::new(&none, &SlotOptions { seats, ..Default::default() }).unwrap_err();
        assert_eq!(wrong.status(), Status::InvalidArgument);
    }
}
