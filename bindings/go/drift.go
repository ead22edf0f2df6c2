package clicklens

// #include <stdlib.h>
// #include <clicklens/clicklens.h>
import "C"

import "unsafe"

// A Drift is what changed between profiles of reference days and a live one.
type Drift struct {
	ReferenceRows, LiveRows uint64
	Found, NotEnough        int // measures by verdict
	Measures                []DriftMeasure
	Traces                  []DriftTrace
}

// A DriftMeasure is one thing that was looked at. NaN: not defined, or not of its kind.
type DriftMeasure struct {
	Kind                                                                      DriftKind
	Verdict                                                                   DriftVerdict
	Name                                                                      string // of the task, feature, layer or group
	Subject, Column                                                           int
	Reference, Live                                                           float64 // mean, rate, share or figure
	Effect                                                                    float64 // what must be large
	SDRatio                                                                   float64
	SE, Z, P, Q                                                               float64
	Low, High                                                                 float64 // 95 % interval of the effect
	PSI, PSINull, PSIClusteredNull, KS, JensenShannon, Hellinger, Wasserstein float64
}

// A DriftTrace says which groups moved a first linear's sums.
type DriftTrace struct {
	Layer   string
	Neurons uint64
	Moved   bool // Neurons are those found to have moved; else all that vary
	Groups  []string
	Shifts  []float64 // by group, largest first, in standard deviations
}

// CompareProfiles says what changed between reference days and live, profiles of one model with equal options. The
// reference should be rows that the model was not trained on. With a nil model nothing is traced to groups.
func CompareProfiles(m *Model, reference []*Profile, live *Profile) (*Drift, error) {
	// The comparison keeps the profiles locked, one after the other as they were made, each once.
	handles := make([]*handle[*C.clens_profile], 0, len(reference)+1)
	for _, p := range append(append([]*Profile(nil), reference...), live) {
		handles = append(handles, &p.handle)
	}
	var drift *Drift
	err := allOf(handles, func() error {
		return shareModelOrNil(m, func(model *C.clens_model) (err error) {
			var keep cMemory
			defer keep.free()
			days := (**C.clens_profile)(keep.take(C.size_t(len(reference)+1) * C.size_t(unsafe.Sizeof(uintptr(0)))))
			for i, p := range reference {
				unsafe.Slice(days, len(reference))[i] = p.handle.c
			}
			var c *C.clens_drift
			if err := check(func() C.clens_status {
				return C.clens_drift_compare(model, days, C.size_t(len(reference)), live.handle.c, &c)
			}); err != nil {
				return err
			}
			defer C.clens_drift_release(c)
			drift, err = readDrift(c)
			return err
		})
	})
	return drift, err
}

func readDrift(c *C.clens_drift) (*Drift, error) {
	info := C.clens_drift_info{struct_size: C.sizeof_clens_drift_info}
	if err := check(func() C.clens_status { return C.clens_drift_describe(c, &info) }); err != nil {
		return nil, err
	}
	d := &Drift{ReferenceRows: uint64(info.reference_rows), LiveRows: uint64(info.live_rows), Found: int(info.found),
		NotEnough: int(info.not_enough)}
	var keep cMemory
	defer keep.free()
	n := int(info.measures)
	raw := (*C.clens_drift_measure)(keep.take(C.size_t(n+1) * C.sizeof_clens_drift_measure))
	if err := check(func() C.clens_status {
		return C.clens_drift_read(c, raw, C.sizeof_clens_drift_measure, C.size_t(n))
	}); err != nil {
		return nil, err
	}
	for _, m := range unsafe.Slice(raw, n) {
		d.Measures = append(d.Measures, DriftMeasure{DriftKind(m.kind), DriftVerdict(m.verdict), C.GoString(m.name),
			int(m.subject), int(m.column), float64(m.reference), float64(m.live), float64(m.effect), float64(m.sd_ratio),
			float64(m.se), float64(m.z), float64(m.p), float64(m.q), float64(m.low), float64(m.high), float64(m.psi),
			float64(m.psi_null), float64(m.psi_clustered_null), float64(m.ks), float64(m.jensen_shannon),
			float64(m.hellinger), float64(m.wasserstein)})
	}
	groups := int(info.groups)
	names := (**C.char)(keep.take(C.size_t(groups+1) * C.size_t(unsafe.Sizeof(uintptr(0)))))
	for i := range C.size_t(info.traces) {
		t := C.clens_drift_trace{struct_size: C.sizeof_clens_drift_trace}
		shifts := make([]float64, groups+1)
		if err := check(func() C.clens_status {
			return C.clens_drift_traced(c, i, &t, names, (*C.double)(&shifts[0]), C.size_t(groups))
		}); err != nil {
			return nil, err
		}
		trace := DriftTrace{Layer: C.GoString(t.name), Neurons: uint64(t.neurons), Moved: t.moved != 0,
			Shifts: shifts[:groups]}
		for _, name := range unsafe.Slice(names, groups) {
			trace.Groups = append(trace.Groups, C.GoString(name))
		}
		d.Traces = append(d.Traces, trace)
	}
	return d, nil
}

// Findings are the measures that were found to have changed.
func (d *Drift) Findings() []DriftMeasure {
	var found []DriftMeasure
	for _, m := range d.Measures {
		if m.Verdict == DriftFound {
			found = append(found, m)
		}
	}
	return found
}

func shareModelOrNil(m *Model, f func(*C.clens_model) error) error {
	if m == nil {
		return f(nil)
	}
	return m.handle.share(f)
}
