//! overhead MODEL ROWS SECONDS: nanoseconds that one request of ROWS candidates takes, and a hash of its scores.
//! bench/overhead compares hosts by it.
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clicklens::{Batch, Column, ColumnKind, Inputs, Model, Scope, Session};

enum Data {
    Ids(Vec<i64>),
    Floats(Vec<f32>),
}

fn data(model: &Model, rows: usize) -> clicklens::Result<Vec<Data>> {
    let features = model.features()?;
    let column = |(number, feature): (usize, &clicklens::Feature<'_>)| {
        let entries = if feature.scope == Scope::Request { 1 } else { rows };
        if feature.dense {
            let width = feature.width as usize;
            let value = |at: usize| (((at / width) * 31 + number * 17 + at % width) % 64) as f32 / 64.0;
            Data::Floats((0..entries * width).map(value).collect())
        } else {
            let id = |entry: usize| ((entry * 7919 + number * 104_729) as u64 % feature.rows) as i64;
            Data::Ids((0..entries).map(id).collect())
        }
    };
    Ok(features.iter().enumerate().map(column).collect())
}

/// The median block's nanoseconds per request.
fn measure(mut request: impl FnMut(), seconds: f64) -> f64 {
    let begun = Instant::now();
    let (mut warm_up, limit) = (0u32, Duration::from_secs_f64(seconds / 10.0));
    while begun.elapsed() < limit || warm_up == 0 {
        request();
        warm_up += 1;
    }
    let one = begun.elapsed().as_secs_f64() / f64::from(warm_up);
    let count = (200e-6 / one).ceil().max(1.0) as u32;
    let (begun, mut blocks) = (Instant::now(), Vec::with_capacity(1 << 20));
    while begun.elapsed().as_secs_f64() < seconds || blocks.is_empty() {
        let start = Instant::now();
        (0..count).for_each(|_| request());
        blocks.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(count));
    }
    blocks.sort_by(f64::total_cmp);
    blocks[blocks.len() / 2]
}

fn run(path: &str, rows: usize, seconds: f64) -> Result<(), Box<dyn std::error::Error>> {
    let model = Model::open(path)?;
    let features = model.features()?;
    let kind = |dense| if dense { ColumnKind::Floats } else { ColumnKind::Keys };
    let inputs = Inputs::new(features.iter().map(|feature| (feature.name, kind(feature.dense))))?;
    let mut session = Session::new(&model, &inputs)?;
    let columns = data(&model, rows)?;
    let mut batch = Batch::new(rows);
    batch.one_request();
    for (input, column) in (0..).zip(&columns) {
        let column = match column {
            Data::Ids(ids) => Column::keys(ids),
            Data::Floats(values) => Column::floats(values),
        };
        batch.column(input, column);
    }
    let mut scores = vec![0.0; rows * session.tasks()];
    session.run(&batch, &mut scores)?;
    let mut failed = None;
    let nanoseconds = measure(
        || {
            if let Err(error) = session.run(&batch, &mut scores) {
                failed = Some(error);
            }
        },
        seconds,
    );
    if let Some(error) = failed {
        return Err(error.into());
    }
    let bytes = scores.iter().flat_map(|score| score.to_le_bytes());
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    println!("{nanoseconds:.1} {:016x}", bytes.fold(0xcbf2_9ce4_8422_2325, add));
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, rows, seconds] = &arguments[..] else {
        eprintln!("usage: overhead MODEL ROWS SECONDS");
        return ExitCode::FAILURE;
    };
    let done = match (rows.parse(), seconds.parse()) {
        (Ok(rows), Ok(seconds)) => run(path, rows, seconds),
        _ => Err("ROWS and SECONDS are numbers".into()),
    };
    if let Err(error) = done {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
