//! A warmed-up run allocates nothing.
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use clicklens::{
    Batch, Gradients, Output, PublishOptions, Saliency, SaliencyMethod, SessionOptions, Slot, SlotOptions,
};

use crate::data::{Host, demo, inputs};

struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends may free after its locals are gone.
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: the system's allocator, counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(block, layout, size) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls_of(work: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

#[test]
fn allocations_are_seen() {
    assert!(calls_of(|| drop(std::hint::black_box(vec![1u8; 100]))) >= 2);
}

#[test]
fn a_warmed_up_run_allocates_nothing() {
    let model = demo();
    let layer = model.find_value("l2").unwrap();
    let options = SessionOptions::new().gradients(Gradients::Full).captures([layer]);
    let mut session = options.build(&model, &inputs(&model)).unwrap();
    let (large, small) = (Host::made_up(&model, &[30, 20]), Host::made_up(&model, &[8]));
    let mut output = Output::of(&session);
    let gradient = Saliency::new().method(SaliencyMethod::GradientTimesInput);
    let (mut scores, mut moved) = (vec![0.0; 50], vec![0.0; 50 * 7]);
    let batch = large.batch();
    session.run_into(&batch, &mut output).unwrap();
    let mut kept = Some(batch);
    for host in [&small, &large, &small] {
        let count = host.candidates();
        let calls = calls_of(|| {
            let batch = host.fill(kept.take().unwrap_or_default().recycle(count));
            session.run(&batch, &mut scores[..count]).unwrap();
            session.run_into(&batch, &mut output).unwrap();
            session.saliency_into(&batch, &gradient, &mut moved[..count * 7]).unwrap();
            kept = Some(batch);
        });
        assert_eq!(calls, 0, "{count} candidates");
        assert_eq!(output.scores(), &scores[..count]);
        assert_eq!(output.captured(layer).unwrap().rows(), count);
    }
    let _: Option<Batch<'_>> = kept;
}

#[test]
fn entering_and_leaving_allocate_nothing() {
    let model = demo();
    let host = Host::made_up(&model, &[8]);
    let (batch, mut scores) = (host.batch(), [0.0; 8]);
    let slot = Slot::new(&inputs(&model), &SlotOptions { seats: 2, ..Default::default() }).unwrap();
    slot.publish(&model, &PublishOptions::new()).unwrap();
    for version in 1..4 {
        for _ in 0..2 {
            // The first of a version, and a later one.
            let calls = calls_of(|| {
                let mut seat = slot.enter(0).unwrap();
                seat.run(&batch, &mut scores).unwrap();
                assert_eq!(seat.version(), version);
                drop(seat);
                drop(slot.enter_free().unwrap());
            });
            assert_eq!(calls, 0, "version {version}");
        }
        slot.publish(&model, &PublishOptions::new()).unwrap();
    }
}
