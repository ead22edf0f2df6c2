//! What threads may do.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clicklens::{
    Batch, Cache, Collector, Drift, Error, Explainer, Inputs, Metrics, Model, Output, Probe, ProbeRows,
    Profile, Recorder, Recording, Seat, Session, SessionOptions, Slot, Status,
};

use crate::data::{Host, bits, demo, inputs};

#[test]
fn types_cross_threads_as_the_header_allows() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Session>();
    send::<Explainer>();
    send::<Metrics>();
    send::<Profile>();
    send::<Recording>();
    send::<Seat<'static>>();
    fn both<T: Send + Sync>() {
        send::<T>();
        sync::<T>();
    }
    both::<Model>();
    both::<Inputs>();
    both::<Batch<'static>>();
    both::<Output>();
    both::<Cache>();
    both::<Probe>();
    both::<ProbeRows>();
    both::<Drift>();
    both::<Recorder>();
    both::<Collector>();
    both::<Slot>();
    both::<Error>();
}

#[test]
fn sessions_of_one_model_run_side_by_side() {
    let model = demo();
    let inputs = inputs(&model);
    let host = Host::made_up(&model, &[40, 1, 100]);
    let mut wanted = vec![0.0; host.candidates()];
    Session::new(&model, &inputs).unwrap().run(&host.batch(), &mut wanted).unwrap();
    let batch = host.batch();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            // Made here, used there.
            let mut session = Session::new(&model, &inputs).unwrap();
            let (batch, wanted) = (&batch, &wanted);
            scope.spawn(move || {
                let mut scores = vec![0.0; wanted.len()];
                for _ in 0..50 {
                    scores.fill(0.0);
                    session.run(batch, &mut scores).unwrap();
                    assert_eq!(bits(&scores), bits(wanted));
                }
            });
        }
    });
}

#[test]
fn strands_have_the_bits_of_one_thread() {
    let model = demo();
    let host = Host::made_up(&model, &[300, 700]);
    let mut wanted = vec![0.0; 1000];
    Session::new(&model, &inputs(&model)).unwrap().run(&host.batch(), &mut wanted).unwrap();
    let tasks_done = Arc::new(AtomicUsize::new(0));
    let counter = tasks_done.clone();
    let own_threads = SessionOptions::new().strands(4).tile_rows(64).parallel_for(move |tasks| {
        std::thread::scope(|scope| {
            for index in 0..tasks.len() {
                scope.spawn(move || tasks.run(index));
            }
        });
        tasks.run(0); // a second time, and one too many: nothing happens
        tasks.run(tasks.len());
        counter.fetch_add(tasks.len(), Ordering::Relaxed);
    });
    for options in [SessionOptions::new().strands(4).tile_rows(64), own_threads] {
        let mut session = options.build(&model, &inputs(&model)).unwrap();
        let mut scores = vec![0.0; 1000];
        session.run(&host.batch(), &mut scores).unwrap();
        assert_eq!(bits(&scores), bits(&wanted));
    }
    assert_eq!(tasks_done.load(Ordering::Relaxed), 4);
}

#[test]
fn a_panic_in_the_hosts_threads_fails_the_run() {
    let model = demo();
    let host = Host::made_up(&model, &[300]);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let options = SessionOptions::new().strands(2).tile_rows(64).parallel_for(move |tasks| {
        if counter.fetch_add(1, Ordering::Relaxed) == 0 {
            std::panic::panic_any("no thread to be had");
        }
        (0..tasks.len()).for_each(|index| tasks.run(index));
    });
    let mut session = options.build(&model, &inputs(&model)).unwrap();
    let mut scores = vec![0.0; 300];
    let failed = session.run(&host.batch(), &mut scores).unwrap_err();
    assert_eq!(failed.status(), Status::BadState, "{failed}");
    session.run(&host.batch(), &mut scores).expect("the next run has its threads");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}
