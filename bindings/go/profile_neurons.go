package clicklens

// #include <clicklens/clicklens.h>
import "C"

// A ProfiledLayer is what the neurons of one layer did, of a profile with [ProfileNeurons].
type ProfiledLayer struct {
	Name                                string
	Rows                                uint64
	Dead, AlwaysOn, Saturated, Constant uint64 // neurons of which that was found; Constant: that never varied
	EffectiveRank                       float64
	Neurons                             []Neuron
}

// Layers are the profile's layers, in the order of ProfileOptions.Values. EffectiveRank is computed from the sample, in
// time that grows with its rows. [ErrNotFound]: the profile keeps no neurons.
func (p *Profile) Layers() (layers []ProfiledLayer, err error) {
	err = p.handle.alone(func(c *C.clens_profile) error {
		var neurons *C.clens_neurons
		if err := check(func() C.clens_status { return C.clens_profile_neurons(c, &neurons) }); err != nil {
			return err
		}
		defer C.clens_neurons_release(neurons)
		return list(&layers, C.clens_neurons_layers(neurons), func(i C.size_t) (ProfiledLayer, error) {
			return profiledLayer(neurons, i)
		})
	})
	return layers, err
}

func profiledLayer(neurons *C.clens_neurons, i C.size_t) (l ProfiledLayer, err error) {
	raw := C.clens_neuron_layer{struct_size: C.sizeof_clens_neuron_layer}
	if err := check(func() C.clens_status { return C.clens_neurons_layer(neurons, i, &raw) }); err != nil {
		return l, err
	}
	l = ProfiledLayer{Name: C.GoString(raw.name), Rows: uint64(raw.rows), Dead: uint64(raw.dead),
		AlwaysOn: uint64(raw.always_on), Saturated: uint64(raw.saturated), EffectiveRank: float64(raw.effective_rank),
		Neurons: make([]Neuron, raw.width)}
	all := make([]C.clens_neuron, raw.width+1)
	err = check(func() C.clens_status {
		return C.clens_neurons_read(neurons, i, &all[0], C.sizeof_clens_neuron, C.size_t(len(all)))
	})
	for k := range l.Neurons {
		l.Neurons[k] = neuron(&all[k])
		if l.Neurons[k].Minimum == l.Neurons[k].Maximum {
			l.Constant++
		}
	}
	return l, err
}
