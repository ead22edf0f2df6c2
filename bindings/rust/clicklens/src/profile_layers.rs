//! What neurons did while a profile was taken.
use clicklens_sys as sys;

use crate::error::{Result, check};
use crate::handle::{Handle, text};
use crate::profile::{ColumnFigures, Profile};

/// What the neurons of one layer did, of a profile with [`sections::NEURONS`](crate::sections::NEURONS).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProfiledLayer {
    /// Its name.
    pub name: String,
    /// Rows added.
    pub rows: u64,
    /// Neurons that were never above 0, in 10,000 rows or more.
    pub dead: u64,
    /// Neurons that always were.
    pub always_on: u64,
    /// Neurons at an end of their range in 99 % of rows or more.
    pub saturated: u64,
    /// exp(entropy of the covariance's eigenvalues) of the sampled rows.
    pub effective_rank: f64,
    /// By column.
    pub neurons: Vec<ColumnFigures>,
}

impl ProfiledLayer {
    /// Neurons that had one value in all rows.
    #[must_use]
    pub fn constant(&self) -> usize {
        self.neurons.iter().filter(|neuron| neuron.minimum == neuron.maximum).count()
    }

    /// Share of the layer's values above 0.
    #[must_use]
    pub fn active_ratio(&self) -> f64 {
        let sum = |of: fn(&ColumnFigures) -> u64| self.neurons.iter().map(of).sum::<u64>() as f64;
        sum(|neuron| neuron.active) / sum(|neuron| neuron.rows)
    }
}

impl Profile {
    /// In the order of [`ProfileOptions::values`](crate::ProfileOptions::values). Effective ranks are computed from the
    /// sample, in time that grows with its rows.
    ///
    /// # Errors
    /// [`NotFound`](crate::Status::NotFound): the profile keeps no neurons.
    pub fn layers(&self) -> Result<Vec<ProfiledLayer>> {
        // SAFETY: a live handle.
        let neurons = Handle::make(|out| unsafe { sys::clens_profile_neurons(self.get(), out) })?;
        // SAFETY: a live handle.
        let count = unsafe { sys::clens_neurons_layers(neurons.get()) };
        (0..count).map(|index| layer(&neurons, index)).collect()
    }
}

fn layer(neurons: &Handle<sys::clens_neurons>, index: usize) -> Result<ProfiledLayer> {
    let mut raw = sys::clens_neuron_layer::INIT;
    // SAFETY: a live handle and a struct of its size.
    check(unsafe { sys::clens_neurons_layer(neurons.get(), index, &mut raw) })?;
    let width = raw.width as usize;
    let mut columns = Vec::<sys::clens_neuron>::with_capacity(width);
    let stride = size_of::<sys::clens_neuron>();
    // SAFETY: a live handle, whose name lives as long; room for `width` structs, all of which are written on success.
    let name = unsafe {
        check(sys::clens_neurons_read(neurons.get(), index, columns.as_mut_ptr(), stride, width))?;
        columns.set_len(width);
        text(raw.name)?.to_owned()
    };
    Ok(ProfiledLayer {
        name,
        rows: raw.rows,
        dead: raw.dead,
        always_on: raw.always_on,
        saturated: raw.saturated,
        effective_rank: raw.effective_rank,
        neurons: columns.iter().map(ColumnFigures::from).collect(),
    })
}
